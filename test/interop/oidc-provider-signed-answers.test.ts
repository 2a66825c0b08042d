import { jwtIssuer, type TrustedIssuer } from '@portcullis/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { servers } from '../contract/servers/index.js'
import { call, newKey, outcomeOf } from './oauth-client.js'
import { type Accounts, resource, scope, startAccounts } from './oidc-provider-accounts.js'
import { type ReachableServers, startReachableServers } from './reachable-servers.js'

const names = servers.map(([name]) => name)

describe('an oidc-provider that signs its answers', () => {
  const { running, outcome, urlOf } = serving(true, (accounts) => [accounts.introspection({ signed: true })])

  test.each(names)('is asked for that, and believed: %s (INTRO-11, INTRO-12)', async (server) => {
    const { opaque, provider, issuer } = running()
    const token = await opaque.token({ scope, resource })
    const response = await call(urlOf(server), token)
    expect(await response.json()).toMatchObject({
      principal: { issuer, clientId: 'opaque', scopes: [scope] },
    })
    const accept = 'application/token-introspection+jwt'
    expect(provider.questions.at(-1)?.headers).toMatchObject({ accept })
  })

  test.each(names)('is believed that a token was revoked: %s (INTRO-04, INTRO-12)', async (server) => {
    const { opaque } = running()
    const token = await opaque.token({ scope, resource })
    await opaque.revoke(token)
    expect(await outcome(server, token)).toEqual([401, 'token_inactive'])
  })

  test.each(names)('is believed that a token is bound to a key: %s (DPOP-47, INTRO-12)', async (server) => {
    const token = await running().opaque.token({ scope, resource, key: await newKey() })
    const response = await fetch(urlOf(server), { headers: { authorization: `Bearer ${token}` } })
    expect(await outcomeOf(response)).toEqual([401, 'confirmation_downgraded'])
  })

  test.each(names)('gives out no access tokens that way: %s (INTRO-13)', async (server) => {
    const { opaque, provider, signedAnswer } = running()
    const answer = await signedAnswer(await opaque.token({ scope, resource }))
    const before = provider.questions.length
    expect(await outcome(server, answer)).toEqual([401, 'token_type_unexpected'])
    expect(provider.questions).toHaveLength(before)
  })
})

describe('an oidc-provider that signs no answers', () => {
  const { running, outcome } = serving(false, (accounts) => [accounts.introspection({ signed: true })])

  test.each(names)('is not believed where signed ones are demanded: %s (INTRO-11)', async (server) => {
    const token = await running().opaque.token({ scope, resource })
    expect(await outcome(server, token)).toEqual([503, 'introspection_unavailable'])
  })
})

describe('an oidc-provider that issues JWTs and opaque tokens', () => {
  const { running, urlOf } = serving(true, (accounts) => [
    jwtIssuer({ issuer: accounts.issuer }),
    accounts.introspection(),
  ])

  test.each(names)('is asked about opaque ones only: %s (INTRO-10)', async (server) => {
    const { opaque, structured, issuer, provider } = running()
    const before = provider.questions.length
    for (const [id, client, asked] of [
      ['structured', structured, 0],
      ['opaque', opaque, 1],
    ] as const) {
      const response = await call(urlOf(server), await client.token({ scope, resource }))
      expect(await response.json()).toMatchObject({
        principal: { issuer, clientId: id, audience: [resource], scopes: [scope], scheme: 'Bearer' },
      })
      expect(provider.questions).toHaveLength(before + asked)
    }
  })
})

describe('an oidc-provider that is asked about JWTs', () => {
  const { running, outcome } = serving(true, (accounts) => [accounts.introspection()])

  // It answers 400, whoever made the JWT: `jwtIssuer` has to stand beside `introspectionIssuer`.
  test.each(names)('takes none of them for good: %s (INTRO-04)', async (server) => {
    const token = await running().structured.token({ scope, resource })
    expect(await outcome(server, token)).toEqual([401, 'token_inactive'])
  })
})

/** Four servers with these issuers. */
function serving(signsAnswers: boolean, issuersOf: (accounts: Accounts) => readonly TrustedIssuer[]) {
  let accounts: Accounts
  let apis: ReachableServers
  beforeAll(async () => {
    accounts = await startAccounts({ signsAnswers })
    apis = await startReachableServers({ issuers: issuersOf(accounts), resource })
  }, 20_000)
  afterAll(() => Promise.all([apis?.close(), accounts?.provider.close()]))
  const urlOf = (server: string) => new URL('/read', apis.urls.get(server))
  return {
    running: () => accounts,
    urlOf,
    outcome: async (server: string, token: string) => outcomeOf(await call(urlOf(server), token)),
  }
}
