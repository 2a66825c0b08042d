import { randomBytes } from 'node:crypto'
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { refusal, type Same, same } from '../answers.js'
import { type Answer, exchange } from '../exchange.js'
import { type Kit, startKit } from '../kit.js'
import { bearer } from '../requests.js'
import { servers } from '../servers/index.js'
import type { RunningServer } from '../servers/running-server.js'
import type { Identity } from './certificates.js'
import { clients } from './identities.js'
import { clientTls, secureServers, serverTls } from './over-tls.js'

const { selfSigned, thief } = clients
const confirmation = { 'x5t#S256': selfSigned.hash }

interface Visit {
  readonly answer: Answer
  readonly resumed: boolean | undefined
  /** For the next visit. A resumed session may go on without a new one. */
  readonly session: Buffer | undefined
}

/** One request over a connection of its own. */
async function visit(
  { port }: RunningServer,
  token: string,
  client: Identity | undefined,
  options: ConnectionOptions,
): Promise<Visit> {
  let resumed: boolean | undefined
  let session: Buffer | undefined
  const answer = await exchange(port, bearer(token), () => {
    const socket: TLSSocket = connect({ port, ...clientTls(client), ...options })
    return socket
      .on('secureConnect', () => {
        resumed = socket.isSessionReused()
      })
      .on('session', (given: Buffer) => {
        session = given
      })
  })
  return { answer, resumed, session }
}

function expectPrincipal(answer: Answer): void {
  expect(answer.status, answer.body).toBe(200)
  expect(JSON.parse(answer.body)).toMatchObject({ principal: { confirmation } })
}

const versions = ['TLSv1.2', 'TLSv1.3'] as const

/** Who began the session, who resumes it, and what comes of it. */
const strangers: readonly (readonly [string, Identity | undefined, Identity | undefined, Same])[] = [
  ['of another client', thief, thief, refusal('certificate_mismatch')],
  [
    'of another client, though the right certificate is at hand',
    thief,
    selfSigned,
    refusal('certificate_mismatch'),
  ],
  ['without a certificate', undefined, undefined, refusal('certificate_missing')],
  [
    'without a certificate, though the right one is at hand',
    undefined,
    selfSigned,
    refusal('certificate_missing'),
  ],
]

describe('A TLS session that is resumed', () => {
  let kit: Kit
  let token: string
  beforeAll(async () => {
    kit = await startKit({ set: secureServers, options: { certificate: 'socket' } })
    token = await kit.main.mint({ claims: { cnf: confirmation } })
  })
  afterAll(() => kit.close())

  const running = (name: string): RunningServer => {
    const server = kit.running.get(name)
    if (!server) throw new TypeError(`no server is called ${name}`)
    return server
  }

  describe.each(secureServers.map(([name]) => name))('%s', (name) => {
    describe.each(versions)('%s', (version) => {
      const only = { minVersion: version, maxVersion: version }

      it('still has the certificate that it began with (MTLS-07)', async () => {
        const first = await visit(running(name), token, selfSigned, only)
        expectPrincipal(first.answer)
        expect(first.resumed).toBe(false)
        const second = await visit(running(name), token, selfSigned, { ...only, session: first.session })
        expect(second.resumed).toBe(true)
        expectPrincipal(second.answer)
      })

      it('belongs to who began it: the secret of the session takes the place of the key (MTLS-07)', async () => {
        const first = await visit(running(name), token, selfSigned, only)
        const second = await visit(running(name), token, undefined, { ...only, session: first.session })
        expect(second.resumed).toBe(true)
        expectPrincipal(second.answer)
      })

      for (const [which, begins, resumes, refused] of strangers) {
        it(`is refused ${which} (MTLS-07, MTLS-02)`, async () => {
          const handled = running(name).handled()
          const first = await visit(running(name), token, begins, only)
          expect(same(first.answer)).toEqual(refused)
          const second = await visit(running(name), token, resumes, { ...only, session: first.session })
          expect(second.resumed).toBe(true)
          expect(same(second.answer)).toEqual(refused)
          expect(running(name).handled()).toBe(handled)
        })
      }
    })
  })
})

describe('A TLS session that is resumed at another instance, with which ticket keys are shared', () => {
  const tls = { ...serverTls, ticketKeys: randomBytes(48) }
  const set = servers.map(
    ([name, startServer]) => [name, (api) => startServer(api, tls)] as const,
  ) satisfies typeof servers
  let kit: Kit
  beforeAll(async () => {
    kit = await startKit({ set, options: { certificate: 'socket' } })
  })
  afterAll(() => kit.close())

  it.each(versions)('still has its certificate over %s (MTLS-07)', async (version) => {
    const only = { minVersion: version, maxVersion: version }
    const token = await kit.main.mint({ claims: { cnf: confirmation } })
    const instances = [...kit.running.values()]
    const [first] = instances
    if (!first) throw new TypeError('no server')
    for (const [client, check] of [
      [selfSigned, expectPrincipal],
      [thief, (answer: Answer) => expect(same(answer)).toEqual(refusal('certificate_mismatch'))],
      [undefined, (answer: Answer) => expect(same(answer)).toEqual(refusal('certificate_missing'))],
    ] as const) {
      const { session } = await visit(first, token, client, only)
      for (const instance of instances) {
        const second = await visit(instance, token, client, { ...only, session })
        expect(second.resumed).toBe(true)
        check(second.answer)
      }
    }
  })
})
