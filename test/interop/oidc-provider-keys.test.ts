import { jwtIssuer, type TrustedIssuer } from '@portcullis/core'
import { testClock } from '@portcullis/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { servers } from '../contract/servers/index.js'
import { call, outcomeOf } from './oauth-client.js'
import { newSigningKey } from './oidc-provider.js'
import { type Accounts, resource, scope, startAccounts } from './oidc-provider-accounts.js'
import { type ReachableServers, startReachableServers } from './reachable-servers.js'

/** No unknown key causes a fetch sooner after the last one. */
const cooldownSeconds = 10
/** It does not say how long its keys are fresh. */
const freshSeconds = 600
/** No key serves longer than this while keys can be fetched anew. */
const maxFreshSeconds = 3600

const names = servers.map(([name]) => name)
const clock = testClock()

let accounts: Accounts
beforeAll(async () => {
  accounts = await startAccounts()
}, 20_000)
afterAll(() => accounts?.provider.close())
beforeEach(() => clock.set(Date.now()))

describe('an oidc-provider that is started anew with another key', () => {
  const outcome = serving(({ issuer }) => jwtIssuer({ issuer }))

  test.each(names)(
    'is believed the new one on the first request, the withdrawn one no longer: %s (JOSE-31)',
    async (server) => {
      const { provider, structured } = accounts
      const [old, next] = [newSigningKey(), newSigningKey()]
      await provider.restart([old])
      const before = await structured.token({ scope, resource })
      expect(await outcome(server, before)).toEqual([200])

      await provider.restart([next, old])
      const after = await structured.token({ scope, resource })
      clock.advance(cooldownSeconds + 1)
      expect(await outcome(server, after)).toEqual([200])
      expect(await outcome(server, before)).toEqual([200])

      await provider.restart([next])
      expect(await outcome(server, before)).toEqual([200])
      clock.advance(maxFreshSeconds + 1)
      expect(await outcome(server, before)).toEqual([401, 'token_key_unknown'])
      expect(await outcome(server, after)).toEqual([200])
    },
  )
})

describe('an oidc-provider that has withdrawn its key', () => {
  const outcome = serving(({ issuer }) => jwtIssuer({ issuer }))

  test.each(names)(
    'is not believed it after a refresh, which no request waits for: %s (JOSE-31)',
    async (server) => {
      const { provider, structured } = accounts
      await provider.restart([newSigningKey()])
      const token = await structured.token({ scope, resource })
      expect(await outcome(server, token)).toEqual([200])
      await provider.restart([newSigningKey()])
      clock.advance(freshSeconds)
      expect(await outcome(server, token)).toEqual([200])
      await vi.waitFor(async () => expect(await outcome(server, token)).toEqual([401, 'token_key_unknown']), {
        timeout: 4000,
        interval: 10,
      })
    },
  )
})

describe('an oidc-provider that signs its answers with another key', () => {
  const outcome = serving(({ introspection }) => introspection({ signed: true }))

  test.each(names)(
    'is believed as soon as that key may be fetched, not before: %s (JOSE-31, INTRO-12)',
    async (server) => {
      const { provider, opaque } = accounts
      expect(await outcome(server, await opaque.token({ scope, resource }))).toEqual([200])
      await provider.restart([newSigningKey()])
      const token = await opaque.token({ scope, resource })
      expect(await outcome(server, token)).toEqual([503, 'introspection_unavailable'])
      clock.advance(cooldownSeconds + 1)
      expect(await outcome(server, token)).toEqual([200])
    },
  )
})

/** Four servers whose API trusts this issuer. Each knows no keys at first. */
function serving(issuerOf: (accounts: Accounts) => TrustedIssuer) {
  let apis: ReachableServers
  beforeAll(async () => {
    apis = await startReachableServers({ issuers: [issuerOf(accounts)], resource, now: clock.now })
  }, 20_000)
  afterAll(() => apis?.close())
  return async (server: string, token: string) =>
    outcomeOf(await call(new URL('/read', apis.urls.get(server)), token))
}
