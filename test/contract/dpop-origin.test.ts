import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { both } from './answers.js'
import { contract, passes, type Row, serverOf } from './contract.js'
import { type Exchange, exchange } from './exchange.js'
import { type Kit, startKit } from './kit.js'
import { dpop, proven } from './requests.js'
import { servers } from './servers/index.js'
import type { RunningServer } from './servers/running-server.js'

const options = { dpop: {} }
const evil = 'evil.example'

/** What a client, or a proxy that believes everybody, says of the origin. */
const claims: Readonly<Record<string, NonNullable<Exchange['headers']>>> = {
  'X-Forwarded-Host': [['X-Forwarded-Host', evil]],
  'X-Forwarded-Host and -Proto': [
    ['X-Forwarded-Host', evil],
    ['X-Forwarded-Proto', 'https'],
    ['X-Forwarded-Port', '443'],
  ],
  'X-Forwarded-Server': [['X-Forwarded-Server', evil]],
  Forwarded: [['Forwarded', `for=192.0.2.1;host=${evil};proto=https`]],
  'X-Original-URL': [['X-Original-URL', `https://${evil}/any`]],
  'X-Rewrite-URL': [['X-Rewrite-URL', '/any']],
  'X-Original-Host': [['X-Original-Host', evil]],
  Origin: [['Origin', `https://${evil}`]],
  Referer: [['Referer', `https://${evil}/any`]],
}

contract(
  'D. The origin that a proof is for (RFC 9449 §4.3, RFC 9700 §4.13)',
  Object.entries(claims).flatMap(([name, headers]): Row[] => [
    {
      name: `does not believe ${name} (DPOP-18)`,
      request: proven({ proof: { url: `https://${evil}/any` } }, { headers }),
      answer: both.dpop('proof_target_mismatch'),
    },
    {
      name: `is not misled by ${name} (DPOP-18)`,
      request: proven({}, { headers }),
      answer: passes({ scheme: 'DPoP' }),
    },
  ]),
  { options },
)

/** The values of Host. The address of the socket is what `exchange` would write. */
const hosts = [evil, 'api.example.com', 'API.EXAMPLE.COM:443', 'localhost', '127.0.0.1:1', '']

/** Other forms of the target `/any`: RFC 9112 §3.2. Some servers route them, some do not. */
const forms = [
  `https://${evil}/any`,
  `http://${evil}/any`,
  `HTTPS://${evil}/any`,
  `http://${evil}:80/any?a=1`,
]

/** All of them reach the route for files in one server or another, as if they were what they resolve to. */
const dotted = [
  '/files/../any',
  '/files/./a',
  '/files/a/..',
  '/files/a/.',
  '/files/a/../b',
  '/files/%2e%2e/any',
  '/files/%2E%2E/any',
  '/files/.%2e/any',
  '/files/%2e/a',
  '/files/a/%2e%2e',
  '/files/a/%2E',
  '/./any',
  '/../any',
  '/%2e%2e/any',
  '/public/../any',
  '/mounted/../any',
  '/mounted/%2e%2e/any',
]

describe('D. Requests that claim another origin, or that can be read in two ways', () => {
  let kit: Kit
  beforeAll(async () => {
    kit = await startKit({ options })
  })
  afterAll(() => kit.close())

  describe.each(servers.map(([name]) => name))('%s', (name) => {
    const server = () => serverOf(kit, name)

    it.each(hosts)('does not ask what Host says, be it %j (DPOP-18)', async (host) => {
      const good = await send(kit, server(), { htu: 'https://api.example.com/any' }, { host })
      expect(good).toMatchObject({ status: 200 })
      for (const origin of [`https://${evil}`, `http://${evil}`, `http://127.0.0.1:${server().port}`]) {
        const refused = await send(kit, server(), { htu: `${origin}/any` }, { host })
        expect(refused).toEqual({ status: 401, code: 'proof_target_mismatch' })
      }
    })

    it.each(forms)('does not believe the origin in the target %s (DPOP-18)', async (target) => {
      const handledBefore = server().handled()
      const { status, code } = await send(kit, server(), { htu: target }, { target })
      expect(status === 404 || code === 'proof_target_mismatch', `${status} ${code}`).toBe(true)
      expect(server().handled()).toBe(handledBefore)
      const own = await send(kit, server(), { htu: 'https://api.example.com/any' }, { target })
      expect([200, 404]).toContain(own.status)
    })

    it.each(dotted)('matches nothing with the target %s (DPOP-14, DPOP-16)', async (target) => {
      const handledBefore = server().handled()
      const { pathname } = new URL(target, 'https://api.example.com')
      const paths = [target, pathname, target.replaceAll(/%2e/gi, '.'), '/any', '/files', '/files/', '/']
      for (const path of new Set(paths)) {
        const refused = await send(kit, server(), { htu: `https://api.example.com${path}` }, { target })
        expect(refused.status === 404 || refused.code === 'proof_target_mismatch', path).toBe(true)
      }
      expect(server().handled()).toBe(handledBefore)
    })

    it('routes dot segments, and refuses them for what they are (DPOP-16)', async () => {
      const good = await send(
        kit,
        server(),
        { htu: 'https://api.example.com/files/a/b' },
        { target: '/files/a/b' },
      )
      expect(good).toMatchObject({ status: 200 })
      for (const target of ['/files/a/../b', '/files/a/%2e%2e/b', '/files/a/./b', '/files/a/%2E/b']) {
        const refused = await send(kit, server(), { htu: `https://api.example.com${target}` }, { target })
        expect(refused).toEqual({ status: 401, code: 'proof_target_mismatch' })
      }
    })
  })
})

async function send(
  { main, client }: Kit,
  { port }: RunningServer,
  { htu }: { htu: string },
  { host, target = '/any' }: { host?: string; target?: string },
): Promise<{ status: number; code?: string }> {
  const token = await main.mint({ boundTo: client })
  const proof = client.proof({ method: 'GET', url: htu, token, claims: { htu } })
  const request = dpop(token, proof, { target })
  const { status, body } = await exchange(port, host === undefined ? request : { ...request, host })
  return status === 401 ? { status, code: (JSON.parse(body) as { code: string }).code } : { status }
}
