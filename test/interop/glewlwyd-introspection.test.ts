import { generateKeyPairSync } from 'node:crypto'
import { type IntrospectionIssuerOptions, introspectionIssuer, type TrustedIssuer } from '@portcullis/core'
import { testClock } from '@portcullis/testing'
import * as oauth from 'oauth4webapi'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { servers } from '../contract/servers/index.js'
import { type Glewlwyd, hasGlewlwyd, startGlewlwyd } from './glewlwyd.js'
import { call, connectClient, newKey, type OauthClient, outcomeOf, recordedCall } from './oauth-client.js'
import { type ReachableServers, startReachableServers } from './reachable-servers.js'

const resource = 'https://api.example'
const scope = 'accounts:read'
const secret = 's3cretOfEverybody'
const cacheSeconds = 20
const clock = testClock()
const names = servers.map(([name]) => name)
const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const publicJwk = { ...publicKey.export({ format: 'jwk' }), kid: 'a1', alg: 'ES256', use: 'sig' }

describe.skipIf(!hasGlewlwyd)('glewlwyd, which is asked about its tokens', { timeout: 20_000 }, () => {
  let glewlwyd: Glewlwyd
  let client: OauthClient

  beforeAll(async () => {
    const clients = [
      { id: 'caller', secret },
      { id: 'apiWithSecret', secret },
      { id: 'apiWithKey', publicJwk },
      { id: resource, publicJwk },
    ]
    glewlwyd = await startGlewlwyd({ resource, scope, clients })
    client = await connectClient(glewlwyd.issuer, 'caller', oauth.ClientSecretBasic(secret))
  }, 20_000)
  afterAll(() => glewlwyd?.stop())
  beforeEach(() => clock.set(Date.now()))

  const bySecret = (): IntrospectionIssuerOptions['client'] => ({ id: 'apiWithSecret', secret })
  /** It accepts assertions that are made for the URL of the endpoint, and no others. */
  const byKey = (id: string): IntrospectionIssuerOptions['client'] => ({
    id,
    privateKey,
    algorithm: 'ES256',
    kid: 'a1',
    assertionAudience: `${glewlwyd.issuer}/introspect`,
  })

  describe.each([
    ['client_secret_basic', bySecret],
    ['private_key_jwt', () => byKey('apiWithKey')],
  ])('by %s', (_method, api) => {
    const { outcome, urlOf } = serving(() => ({ client: api(), cacheSeconds }))

    // Its answers have neither iss nor, where a client acts for itself, sub.
    test.each(names)('tells who calls: %s (INTRO-02, INTRO-06)', async (server) => {
      const response = await call(urlOf(server), await client.token({ scope, resource }))
      expect(await response.json()).toEqual(principal({ scheme: 'Bearer' }))
    })

    test.each(names)('tells which key a token is bound to: %s (DPOP-47)', async (server) => {
      const key = await newKey()
      const token = await client.token({ scope, resource, key })
      const { response, sent } = await recordedCall(urlOf(server), token, key)
      const confirmation = { jkt: await key.calculateThumbprint() }
      expect(await response.json()).toEqual(principal({ scheme: 'DPoP', confirmation }))
      const again = await fetch(urlOf(server), { headers: sent })
      expect(await outcomeOf(again)).toEqual([401, 'proof_replayed'])
      const asBearer = await fetch(urlOf(server), { headers: { authorization: `Bearer ${token}` } })
      expect(await outcomeOf(asBearer)).toEqual([401, 'confirmation_downgraded'])
      const ofThief = await call(urlOf(server), token, { key: await newKey() })
      expect(await outcomeOf(ofThief)).toEqual([401, 'confirmation_mismatch'])
    })

    test.each(names)(
      'tells that a token was revoked, once its answer is old: %s (INTRO-07)',
      async (server) => {
        const token = await client.token({ scope, resource })
        expect(await outcome(server, token)).toEqual([200])
        await client.revoke(token)
        clock.advance(cacheSeconds - 1)
        expect(await outcome(server, token)).toEqual([200])
        clock.advance(1)
        expect(await outcome(server, token)).toEqual([401, 'token_inactive'])
      },
    )

    test.each(names)('tells what is no token of its own: %s (INTRO-04)', async (server) => {
      expect(await outcome(server, 'nobody-issued-this')).toEqual([401, 'token_inactive'])
      const [header = '', payload = ''] = (await client.token({ scope, resource })).split('.')
      const forged = [header, payload, 'A'.repeat(86)].join('.')
      expect(await outcome(server, forged)).toEqual([401, 'token_inactive'])
    })

    // For a client that names no resource, it makes an audience of the scopes.
    test.each(names)('tells whom a token is meant for: %s (INTRO-06)', async (server) => {
      expect(await outcome(server, await client.token({ scope }))).toEqual([401, 'token_audience_mismatch'])
    })
  })

  describe('by an API with the wrong secret', () => {
    const { outcome } = serving(() => ({ client: { id: 'apiWithSecret', secret: 'wrong' } }))

    test.each(names)('tells nothing: %s (INTRO-05)', async (server) => {
      const token = await client.token({ scope, resource })
      expect(await outcome(server, token)).toEqual([503, 'introspection_unavailable'])
    })
  })

  // It writes the audience of the token, not the client that asks, into `aud` of its signed answers (RFC 9701 §5): they are
  // good only for an API that is registered under the URL of its resource. An id with a colon needs private_key_jwt, for
  // glewlwyd does not decode the ids of client_secret_basic.
  describe('for a signed answer, by an API that has the name of its resource', () => {
    const { outcome, urlOf } = serving(() => ({ client: byKey(resource), signed: true }))

    test.each(names)('tells who calls: %s (INTRO-11, INTRO-12)', async (server) => {
      const response = await call(urlOf(server), await client.token({ scope, resource }))
      expect(await response.json()).toEqual(principal({ scheme: 'Bearer' }))
    })

    // It signs no answer about a token that is not active: status 400.
    test.each(names)('does not tell that a token was revoked: %s (INTRO-05)', async (server) => {
      const token = await client.token({ scope, resource })
      await client.revoke(token)
      expect(await outcome(server, token)).toEqual([503, 'introspection_unavailable'])
    })
  })

  describe('for a signed answer, by an API of another name', () => {
    const { outcome } = serving(() => ({ client: byKey('apiWithKey'), signed: true }))

    // Its answer names the resource, not the client that asked.
    test.each(names)('is believed, being meant for its resource: %s (INTRO-12)', async (server) => {
      const token = await client.token({ scope, resource })
      expect(await outcome(server, token)).toEqual([200])
    })
  })

  function principal(presented: object) {
    return {
      principal: {
        actsFor: expect.any(String),
        roles: [],
        permissions: [],
        tokenKind: 'introspected',
        issuer: glewlwyd.issuer,
        clientId: 'caller',
        audience: [resource],
        scopes: [scope],
        expiresAt: expect.any(Number),
        ...presented,
      },
    }
  }

  /** Four servers whose API asks it in this way. */
  function serving(options: () => Omit<IntrospectionIssuerOptions, 'issuer'>) {
    let apis: ReachableServers
    beforeAll(async () => {
      const issuers: readonly TrustedIssuer[] = [
        introspectionIssuer({ issuer: glewlwyd.issuer, ...options() }),
      ]
      apis = await startReachableServers({ issuers, resource, dpop: () => ({}), now: clock.now })
    }, 20_000)
    afterAll(() => apis?.close())
    const urlOf = (server: string) => new URL('/read', apis.urls.get(server))
    return {
      urlOf,
      outcome: async (server: string, token: string) => outcomeOf(await call(urlOf(server), token)),
    }
  }
})
