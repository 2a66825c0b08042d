import { jwtIssuer, rotatingNonce } from '@portcullis/core'
import { testClock } from '@portcullis/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { servers } from '../contract/servers/index.js'
import { type DpopCaller, libraries } from './dpop-clients.js'
import { withPrivateKey, withSecret } from './identities.js'
import { startAuthorizationServer } from './jwt-provider.js'
import { type ReachableServers, startReachableServers } from './reachable-servers.js'

const resource = 'https://api.example'
const secret = 'a secret of the instances of one API'
/** Short, so that a proof made at the present is still good when the clock of the APIs is a rotation or two ahead. */
const everySeconds = 10
const clock = testClock()

let authorizationServer: Awaited<ReturnType<typeof startAuthorizationServer>>
let apis: ReachableServers
const identities = { withSecret: withSecret('with-secret'), withPrivateKey: await withPrivateKey('with-key') }

beforeAll(async () => {
  const clients = Object.values(identities).map(({ registration }) => registration)
  authorizationServer = await startAuthorizationServer({ clients })
  apis = await startReachableServers({
    issuers: [jwtIssuer({ issuer: authorizationServer.issuer })],
    resource,
    dpop: () => ({ required: true, nonce: rotatingNonce({ secrets: [secret], everySeconds }) }),
    now: clock.now,
  })
}, 20_000)
afterAll(() => Promise.all([authorizationServer?.close(), apis?.close()]))

// The clients live in the present: the next rotation is never more than its period ahead.
beforeEach(() => clock.set(Math.ceil(Date.now() / 1000 / everySeconds) * everySeconds * 1000))

const rows = libraries.flatMap(([library, connect]) =>
  servers.map(([server]) => ({ library, connect, server })),
)

describe.each(rows)('$library and $server', { timeout: 20_000 }, ({ connect, server }) => {
  const url = () => `${apis.urls.get(server)}/any`
  const connected = (identity = identities.withSecret) =>
    connect(authorizationServer.issuer, identity, resource)

  test('agree on a nonce in the first two requests, and need none any more (DPOP-34, RFC 9449 §9)', async () => {
    const client = await connected()
    const response = await client.call('GET', url())
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({ principal: { clientId: 'with-secret', scheme: 'DPoP' } })
    expect((await client.call('POST', url())).status).toBe(200)
    const [first, second, third] = client.exchanges
    expect(client.exchanges).toHaveLength(3)
    expect(first).toMatchObject({ nonce: undefined, status: 401, newNonce: expect.any(String) })
    expect(second).toMatchObject({ nonce: first?.newNonce, status: 200, newNonce: null })
    expect(third).toMatchObject({ nonce: first?.newNonce, status: 200, newNonce: null })
  })

  test('go over to the next nonce without a refusal (DPOP-39, RFC 9449 §8.2)', async () => {
    const client = await connected()
    await client.call('GET', url())
    const old = lastOf(client).nonce
    clock.advance(everySeconds)

    const response = await client.call('GET', url())
    expect(response.headers.get('cache-control')).toBe('no-store')
    const told = lastOf(client)
    expect(told).toMatchObject({ nonce: old, status: 200, newNonce: expect.any(String) })
    expect(told.newNonce).not.toBe(old)

    await client.call('GET', url())
    expect(lastOf(client)).toMatchObject({ nonce: told.newNonce, status: 200, newNonce: null })
    expect(client.exchanges.map(({ status }) => status)).toEqual([401, 200, 200, 200])
  })

  test('recover from a nonce that is too old (DPOP-35)', async () => {
    const client = await connected()
    await client.call('GET', url())
    const old = lastOf(client).nonce
    clock.advance(2 * everySeconds)
    expect((await client.call('GET', url())).status).toBe(200)
    const [refused, repeated] = client.exchanges.slice(-2)
    expect(client.exchanges.map(({ status }) => status)).toEqual([401, 200, 401, 200])
    expect(refused).toMatchObject({ nonce: old, newNonce: expect.any(String) })
    expect(repeated).toMatchObject({ nonce: refused?.newNonce, newNonce: null })
  })

  test('keep a token from whoever has seen a request (DPOP-26, DPOP-41)', async () => {
    const client = await connected(identities.withPrivateKey)
    expect((await client.call('GET', url())).status).toBe(200)
    const { authorization, proof } = lastOf(client)
    const headers = { authorization: authorization ?? '', dpop: proof ?? '' }
    expect(await refusalOf({ headers })).toEqual([401, 'proof_replayed'])
    expect(await refusalOf({ headers, method: 'POST' })).toEqual([401, 'proof_method_mismatch'])
    const bearer = { authorization: headers.authorization.replace('DPoP', 'Bearer') }
    expect(await refusalOf({ headers: bearer })).toEqual([401, 'confirmation_downgraded'])
  })

  async function refusalOf(request: RequestInit): Promise<[status: number, code: string]> {
    const response = await fetch(url(), request)
    const { code } = (await response.json()) as { code: string }
    return [response.status, code]
  }
})

function lastOf({ exchanges }: DpopCaller) {
  const last = exchanges.at(-1)
  if (!last) throw new Error('no request was made')
  return last
}
