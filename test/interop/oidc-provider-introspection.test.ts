import { testClock } from '@portcullis/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { servers } from '../contract/servers/index.js'
import { call, outcomeOf } from './oauth-client.js'
import { type Accounts, type Method, resource, scope, startAccounts } from './oidc-provider-accounts.js'
import { type ReachableServers, startReachableServers } from './reachable-servers.js'

const cacheSeconds = 20
const clock = testClock()
const names = servers.map(([name]) => name)
const methods: readonly Method[] = ['client_secret_basic', 'client_secret_post', 'private_key_jwt']

let accounts: Accounts
beforeAll(async () => {
  accounts = await startAccounts()
}, 20_000)
afterAll(() => accounts?.provider.close())

// The authorization server lives in the present, and assertions of the API must not come from its future.
beforeEach(() => clock.set(Date.now() - cacheSeconds * 1000))

describe.each(methods)('an opaque token of oidc-provider, asked about by %s', (method) => {
  const { outcome, url } = serving(() => accounts.introspection({ method, cacheSeconds }))

  test.each(names)(
    'tells who calls, after one question: %s (INTRO-01, INTRO-02, INTRO-06)',
    async (server) => {
      const token = await accounts.opaque.token({ scope, resource })
      expect(token).not.toContain('.')
      const { questions } = accounts.provider
      const before = questions.length
      expect(await (await call(url(server), token)).json()).toEqual(principal())
      expect(await (await call(url(server), token)).json()).toEqual(principal())
      expect(questions.slice(before)).toEqual([
        {
          method: 'POST',
          path: '/token/introspection',
          headers: expect.objectContaining({
            accept: 'application/json',
            'content-type': 'application/x-www-form-urlencoded',
          }),
        },
      ])
    },
  )

  test.each(names)(
    'is refused when it was revoked, once the answer is old: %s (INTRO-07)',
    async (server) => {
      const token = await accounts.opaque.token({ scope, resource })
      expect(await outcome(server, token)).toEqual([200])
      await accounts.opaque.revoke(token)
      clock.advance(cacheSeconds - 1)
      expect(await outcome(server, token)).toEqual([200])
      clock.advance(1)
      expect(await outcome(server, token)).toEqual([401, 'token_inactive'])
    },
  )
})

describe('an opaque token of oidc-provider', () => {
  const { outcome } = serving(() => accounts.introspection())

  test.each(names)('is refused when nobody issued it: %s (INTRO-04)', async (server) => {
    expect(await outcome(server, 'nobody-issued-this')).toEqual([401, 'token_inactive'])
  })

  test.each(names)('is refused when it is meant for another API: %s (INTRO-06)', async (server) => {
    const token = await accounts.opaque.token({ scope, resource: 'https://other.example' })
    expect(await outcome(server, token)).toEqual([401, 'token_audience_mismatch'])
  })

  test.each(names)('is refused where its scope is too small: %s (INTRO-06)', async (server) => {
    const token = await accounts.opaque.token({ scope, resource })
    expect(await outcome(server, token, 'POST', '/write')).toEqual([403, 'scope_insufficient'])
  })

  test.each(names)(
    'is asked about anew when it expires, however good the answer was: %s (INTRO-07)',
    async (server) => {
      clock.set(Date.now())
      const token = await accounts.brief.token({ scope, resource })
      const { questions } = accounts.provider
      const before = questions.length
      expect(await outcome(server, token)).toEqual([200])
      clock.advance(25)
      expect(await outcome(server, token)).toEqual([200])
      expect(questions).toHaveLength(before + 1)
      clock.advance(20)
      expect(await outcome(server, token)).toEqual([401, 'token_expired'])
      expect(questions).toHaveLength(before + 2)
    },
  )

  // A client that names no resource gets such a token.
  test.each(names)('is refused when it is meant for nobody: %s (INTRO-06)', async (server) => {
    const token = await accounts.opaque.token({ scope })
    expect(await outcome(server, token)).toEqual([401, 'token_claim_missing'])
  })
})

describe('an opaque token of oidc-provider without audience, where that is allowed', () => {
  const { outcome } = serving(() => accounts.introspection({ audience: { absent: 'allowed' } }))

  test.each(names)('passes only where a scope is required: %s (INTRO-06)', async (server) => {
    const token = await accounts.opaque.token({ scope })
    expect(await outcome(server, token)).toEqual([200])
    expect(await outcome(server, token, 'GET', '/any')).toEqual([403, 'scope_insufficient'])
  })
})

describe('an opaque token of oidc-provider, when answers are not kept', () => {
  const { outcome } = serving(() => accounts.introspection({ cacheSeconds: 0 }))

  test.each(names)('is refused as soon as it is revoked: %s (INTRO-07)', async (server) => {
    const token = await accounts.opaque.token({ scope, resource })
    expect(await outcome(server, token)).toEqual([200])
    await accounts.opaque.revoke(token)
    expect(await outcome(server, token)).toEqual([401, 'token_inactive'])
  })
})

describe('an opaque token of oidc-provider, when it does not know the API', () => {
  const client = { id: 'api: basic', secret: 'wrong' }
  const { outcome } = serving(() => accounts.introspection({ client }))

  test.each(names)('is neither good nor bad: %s (INTRO-05)', async (server) => {
    const token = await accounts.opaque.token({ scope, resource })
    expect(await outcome(server, token)).toEqual([503, 'introspection_unavailable'])
  })
})

function principal() {
  return {
    principal: {
      actsFor: expect.any(String),
      roles: [],
      permissions: [],
      tokenKind: 'introspected',
      issuer: accounts.issuer,
      clientId: 'opaque',
      audience: [resource],
      scopes: [scope],
      expiresAt: expect.any(Number),
      scheme: 'Bearer',
    },
  }
}

/** Four servers whose API trusts this issuer. */
function serving(issuer: () => ReturnType<Accounts['introspection']>) {
  let apis: ReachableServers
  beforeAll(async () => {
    apis = await startReachableServers({ issuers: [issuer()], resource, now: clock.now })
  }, 20_000)
  afterAll(() => apis?.close())
  const url = (server: string, path = '/read') => new URL(path, apis.urls.get(server))
  const outcome = async (server: string, token: string, method = 'GET', path = '/read') =>
    outcomeOf(await call(url(server, path), token, { method }))
  return { url, outcome }
}
