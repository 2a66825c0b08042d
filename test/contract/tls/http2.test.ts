import { once } from 'node:events'
import {
  type ClientHttp2Session,
  connect,
  createSecureServer,
  type SecureClientSessionOptions,
} from 'node:http2'
import type { TLSSocket } from 'node:tls'
import { fastifyProtection } from '@portcullis/fastify'
import Fastify from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { refusal, same } from '../answers.js'
import { type ApiOptions, describePrincipal, issuersOf, type TestApi, testApi } from '../api.js'
import { type Answer, exchange } from '../exchange.js'
import { closeAll, type Kit, startKit } from '../kit.js'
import { bearer } from '../requests.js'
import { portOf, type RunningServer } from '../servers/running-server.js'
import type { Identity } from './certificates.js'
import { coreListener } from './core-listener.js'
import { headerFormats } from './header-formats.js'
import { clients } from './identities.js'
import { clientTls, overTls, serverTls } from './over-tls.js'

const { selfSigned, thief } = clients
const confirmation = { 'x5t#S256': selfSigned.hash }
const tls = { ...serverTls, allowHTTP1: true }

async function startNode(api: TestApi): Promise<RunningServer> {
  const server = createSecureServer(tls, coreListener(api)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: portOf(server),
    handled: () => 0,
    async close() {
      server.close()
    },
  }
}

async function startFastify(api: TestApi): Promise<RunningServer> {
  const app = Fastify({ http2: true, https: tls })
  const protection = fastifyProtection(api)
  await app.register(protection.plugin)
  app.get('/any', async (request) => ({ principal: describePrincipal(protection.principal(request)) }))
  await app.listen({ port: 0, host: '127.0.0.1' })
  return { port: portOf(app.server), handled: () => 0, close: () => app.close() }
}

type Fields = Readonly<Record<string, string | string[]>>

async function ask(session: ClientHttp2Session, token: string, fields: Fields = {}): Promise<Answer> {
  const stream = session.request({ ':path': '/any', authorization: `Bearer ${token}`, ...fields })
  const [received] = (await once(stream, 'response')) as [Record<string, string | string[] | number>]
  const body: string[] = await stream.setEncoding('latin1').toArray()
  const headers = new Map(Object.entries(received).map(([name, value]) => [name, [value].flat().map(String)]))
  return { status: Number(received[':status']), headers, body: body.join('') }
}

describe.each([
  ["Node's HTTP/2 server", startNode],
  ['Fastify with http2', startFastify],
])('A token that is bound to a client certificate, over HTTP/2, %s', (_, startServer) => {
  let kit: Kit
  let token: string
  const open: { close(): Promise<void> }[] = []
  const sessions: ClientHttp2Session[] = []

  const start = async (options: ApiOptions): Promise<RunningServer> => {
    const server = await startServer(
      testApi(issuersOf(kit), { ...options, now: kit.clock.now, onEvent: () => {} }),
    )
    open.push(server)
    return server
  }
  const join = ({ port }: RunningServer, client?: Identity, options: SecureClientSessionOptions = {}) => {
    const session = connect(`https://localhost:${port}`, { ...clientTls(client), ...options })
    sessions.push(session)
    return session
  }
  let server: RunningServer

  beforeAll(async () => {
    kit = await startKit({ set: [] })
    token = await kit.main.mint({ claims: { cnf: confirmation } })
    server = await start({ certificate: 'socket' })
  })
  afterAll(async () => {
    for (const session of sessions) session.destroy()
    await closeAll([...open, kit])
  })

  it('lets in the right certificate, on each stream of a connection (MTLS-07, MTLS-01)', async () => {
    const session = join(server, selfSigned)
    const answers = await Promise.all([ask(session, token), ask(session, token), ask(session, token)])
    for (const { status, body } of answers) {
      expect(status, body).toBe(200)
      expect(JSON.parse(body)).toMatchObject({ principal: { confirmation } })
    }
    expect(session.alpnProtocol).toBe('h2')
  })

  it.each([
    ['another certificate', thief, 'certificate_mismatch'],
    ['no certificate', undefined, 'certificate_missing'],
  ] as const)('refuses %s (MTLS-07, MTLS-02)', async (_name, client, code) => {
    expect(same(await ask(join(server, client), token))).toEqual(refusal(code))
  })

  it.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'knows the certificate of a session that is resumed over %s (MTLS-07)',
    async (version) => {
      const only = { minVersion: version, maxVersion: version }
      for (const [client, expected] of [
        [selfSigned, 200],
        [thief, 401],
        [undefined, 401],
      ] as const) {
        const first = join(server, client, only)
        let ticket: Buffer | undefined
        const socket = first.socket as TLSSocket
        socket.on('session', (given: Buffer) => {
          ticket = given
        })
        expect((await ask(first, token)).status).toBe(expected)
        if (!ticket) throw new Error('the server gave no session')
        const second = join(server, selfSigned, { ...only, session: ticket })
        await once(second, 'connect')
        expect((second.socket as TLSSocket).isSessionReused()).toBe(true)
        expect((await ask(second, token)).status).toBe(expected)
      }
    },
  )

  it('looks at the certificate of clients that speak HTTP/1.1 to the same port, too (MTLS-07)', async () => {
    const good = await exchange(
      server.port,
      bearer(token),
      overTls(selfSigned, { ALPNProtocols: ['http/1.1'] }),
    )
    expect(good.status, good.body).toBe(200)
    const bad = await exchange(server.port, bearer(token), overTls(thief, { ALPNProtocols: ['http/1.1'] }))
    expect(same(bad)).toEqual(refusal('certificate_mismatch'))
  })

  it('refuses a certificate in a header field, which is not the source (MTLS-06, MTLS-07)', async () => {
    const fields = { 'client-cert': headerFormats.rfc9440.write(selfSigned) }
    expect(same(await ask(join(server), token, fields))).toEqual(refusal('certificate_missing'))
    expect(same(await ask(join(server, thief), token, fields))).toEqual(refusal('certificate_mismatch'))
  })

  it('never lets it in where no source of certificates is named (MTLS-02)', async () => {
    const without = await start({})
    expect(same(await ask(join(without, selfSigned), token))).toEqual(refusal('confirmation_unsupported'))
  })

  it.each(Object.entries(headerFormats))(
    'reads one header field of a trusted proxy in the format %s, and no two (MTLS-06, MTLS-07)',
    async (name, { header, write }) => {
      const format = name as keyof typeof headerFormats
      const behind = await start({ certificate: { header, format, proxies: ['127.0.0.1'] } })
      const session = join(behind, thief)
      const [field, good, bad] = [header.toLowerCase(), write(selfSigned), write(thief)]
      expect((await ask(session, token, { [field]: good })).status).toBe(200)
      expect(same(await ask(session, token, { [field]: bad }))).toEqual(refusal('certificate_mismatch'))
      for (const fields of [
        {},
        { [field]: [good, good] },
        { [field]: [good, bad] },
        { [field]: ['', good] },
      ]) {
        expect(same(await ask(session, token, fields as Fields))).toEqual(refusal('certificate_missing'))
      }
      const strange = await start({ certificate: { header, format, proxies: ['192.0.2.1'] } })
      const fields = { [field]: good, 'x-forwarded-for': '192.0.2.1' }
      expect(same(await ask(join(strange), token, fields))).toEqual(refusal('certificate_missing'))
    },
  )
})
