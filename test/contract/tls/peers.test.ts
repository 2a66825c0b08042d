import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { connect as connectHttp2, createSecureServer } from 'node:http2'
import { type AddressInfo, connect, type ListenOptions } from 'node:net'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fromNode, type NodeRequest } from '@portcullis/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { refusal, same } from '../answers.js'
import { type ApiOptions, issuersOf, testApi } from '../api.js'
import { type Answer, exchange, type Open } from '../exchange.js'
import { type Kit, startKit } from '../kit.js'
import { bearer } from '../requests.js'
import { coreListener } from './core-listener.js'
import { headerFormats } from './header-formats.js'
import { clients } from './identities.js'
import { clientTls, serverTls } from './over-tls.js'

const { selfSigned } = clients
const { header, write } = headerFormats.rfc9440
const certificateFrom = (...proxies: string[]) => ({ header, format: 'rfc9440', proxies }) as const
const missing = refusal('certificate_missing')

const hasIpv6 = Object.values(networkInterfaces())
  .flat()
  .some((one) => one?.address === '::1')

describe('Whom a certificate in a header field is believed, over sockets of all kinds', () => {
  let kit: Kit
  let token: string
  beforeAll(async () => {
    kit = await startKit({ set: [] })
    token = await kit.main.mint({ claims: { cnf: { 'x5t#S256': selfSigned.hash } } })
  })
  afterAll(() => kit.close())

  const api = (options: ApiOptions) =>
    testApi(issuersOf(kit), { ...options, now: kit.clock.now, onEvent: () => {} })

  /** Sends the token and the certificate to a server that listens there. */
  async function answerOn(listen: ListenOptions, options: ApiOptions, open?: Open): Promise<Answer> {
    const server = createServer(coreListener(api(options))).listen(listen)
    await once(server, 'listening')
    const port = (server.address() as AddressInfo).port ?? 0
    try {
      return await exchange(port, bearer(token, { headers: [[header, write(selfSigned)]] }), open)
    } finally {
      server.close()
    }
  }

  it.runIf(hasIpv6).each(['127.0.0.1', '127.0.0.0/8', '::ffff:127.0.0.1', '::ffff:7f00:1'])(
    'knows an IPv4 peer on a socket that listens on IPv6, with %s on the list (MTLS-06)',
    async (proxy) => {
      const answer = await answerOn({ port: 0, host: '::' }, { certificate: certificateFrom(proxy) })
      expect(answer.status, answer.body).toBe(200)
    },
  )

  it.runIf(hasIpv6)(
    'refuses an IPv4 peer on a socket that listens on IPv6, with IPv6 loopback on the list (MTLS-06)',
    async () => {
      const options = { certificate: certificateFrom('::1', '2001:db8::/32') }
      expect(same(await answerOn({ port: 0, host: '::' }, options))).toEqual(missing)
    },
  )

  const overIpv6: Open = (port) => connect(port, '::1')
  it.runIf(hasIpv6)('knows an IPv6 peer (MTLS-06)', async () => {
    const answer = await answerOn({ port: 0, host: '::1' }, { certificate: certificateFrom('::1') }, overIpv6)
    expect(answer.status, answer.body).toBe(200)
  })

  it.runIf(hasIpv6)('refuses an IPv6 peer, with IPv4 loopback on the list (MTLS-06)', async () => {
    const options = { certificate: certificateFrom('127.0.0.0/8') }
    expect(same(await answerOn({ port: 0, host: '::1' }, options, overIpv6))).toEqual(missing)
  })

  it('refuses whoever comes over a Unix socket, for that has no address (MTLS-06)', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'socket-'))
    const path = join(folder, 'api')
    try {
      const options = { certificate: certificateFrom('127.0.0.1', '::1') }
      expect(same(await answerOn({ path }, options, () => connect(path)))).toEqual(missing)
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  it.each(['socket', 'header'])(
    'refuses when the connection is over before the caller is looked at, source %s (MTLS-07)',
    async (source) => {
      const options = {
        certificate: source === 'socket' ? ('socket' as const) : certificateFrom('127.0.0.1'),
      }
      const resource = api(options)
      let received: NodeRequest | undefined
      const server = createSecureServer(serverTls, (request) => {
        received = request
        client.destroy()
      }).listen(0, '127.0.0.1')
      await once(server, 'listening')
      const port = (server.address() as AddressInfo).port
      const client = connectHttp2(`https://localhost:${port}`, clientTls(selfSigned))
      server.on('session', (session) => session.on('error', () => {}))
      client.on('error', () => {})
      const fields = { authorization: `Bearer ${token}`, [header.toLowerCase()]: write(selfSigned) }
      client.request({ ':path': '/any', ...fields }).on('error', () => {})
      const [session] = (await once(server, 'session')) as [NodeJS.EventEmitter]
      await once(session, 'close')
      if (!received) throw new Error('no request came')
      await expect(resource.authenticate(fromNode(received))).rejects.toMatchObject({
        code: 'certificate_missing',
      })
      server.close()
    },
  )
})
