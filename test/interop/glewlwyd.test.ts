import { jwtIssuer } from '@portcullis/core'
import { exportJWK, generateKeyPair } from 'jose'
import * as oauth from 'oauth4webapi'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { servers } from '../contract/servers/index.js'
import { type Glewlwyd, hasGlewlwyd, startGlewlwyd } from './glewlwyd.js'
import { call, connectClient, newKey, outcomeOf, recordedCall } from './oauth-client.js'
import { type ReachableServers, startReachableServers } from './reachable-servers.js'

const resource = 'https://api.example'
const scope = 'accounts:read'
const secret = 's3cretOfTheClient'

const names = servers.map(([name]) => name)

describe.skipIf(!hasGlewlwyd)('tokens of glewlwyd', { timeout: 20_000 }, () => {
  let glewlwyd: Glewlwyd
  let apis: ReachableServers
  let client: Awaited<ReturnType<typeof clientOf>>

  beforeAll(async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true })
    const publicJwk = { ...(await exportJWK(publicKey)), kid: 'c1', alg: 'ES256', use: 'sig' }
    const clients = [
      { id: 'withSecret', secret },
      { id: 'withKey', publicJwk },
    ]
    glewlwyd = await startGlewlwyd({ resource, scope, clients })
    apis = await startReachableServers({
      issuers: [jwtIssuer({ issuer: glewlwyd.issuer })],
      resource,
      dpop: () => ({}),
    })
    client = await clientOf(glewlwyd.issuer, { key: privateKey, kid: 'c1' })
  }, 20_000)
  afterAll(async () => {
    await apis?.close()
    await glewlwyd?.stop()
  })

  const urlOf = (server: string) => new URL('/read', apis.urls.get(server))

  test.each(names)('tell who calls, by client_secret_basic: %s (RFC 9068 §2.2)', async (server) => {
    const response = await call(urlOf(server), await client.bySecret())
    expect(await response.json()).toEqual(principal('withSecret', { scheme: 'Bearer' }))
  })

  test.each(names)('tell who calls, by private_key_jwt: %s (RFC 9068 §2.2)', async (server) => {
    const response = await call(urlOf(server), await client.byPrivateKey())
    expect(await response.json()).toEqual(principal('withKey', { scheme: 'Bearer' }))
  })

  test.each(names)('pass with the proof of the key that they are bound to: %s (DPOP-01)', async (server) => {
    const key = await newKey()
    const token = await client.bySecret(key)
    const caller = async () => (await call(urlOf(server), token, { key })).json()
    const confirmation = { jkt: await key.calculateThumbprint() }
    const expected = principal('withSecret', { scheme: 'DPoP', confirmation })
    expect(await caller()).toEqual(expected)
    expect(await caller()).toEqual(expected)
  })

  test.each(names)('are refused as Bearer when they are bound to a key: %s (DPOP-26)', async (server) => {
    const token = await client.bySecret(await newKey())
    const headers = { authorization: `Bearer ${token}` }
    const response = await fetch(urlOf(server), { headers })
    expect(await outcomeOf(response)).toEqual([401, 'confirmation_downgraded'])
  })

  test.each(names)('are refused with a proof that was used: %s (DPOP-41)', async (server) => {
    const key = await newKey()
    const { response, sent } = await recordedCall(urlOf(server), await client.bySecret(key), key)
    expect(response.status).toBe(200)
    expect(sent.get('dpop')).toMatch(/^eyJ/)
    const again = await fetch(urlOf(server), { headers: sent })
    expect(await outcomeOf(again)).toEqual([401, 'proof_replayed'])
  })

  test.each(names)('are refused with the proof of another key: %s (DPOP-24)', async (server) => {
    const token = await client.bySecret(await newKey())
    const response = await call(urlOf(server), token, { key: await newKey() })
    expect(await outcomeOf(response)).toEqual([401, 'confirmation_mismatch'])
  })

  test('are like no other tokens: one audience as a text, and nbf (RFC 9068 §2.2)', async () => {
    const [header = '', payload = ''] = (await client.bySecret()).split('.')
    const read = (part: string): unknown => JSON.parse(Buffer.from(part, 'base64url').toString())
    expect(read(header)).toMatchObject({ typ: 'at+jwt', alg: 'ES256' })
    const claims = read(payload) as Record<string, unknown>
    expect(claims).toMatchObject({ iss: glewlwyd.issuer, aud: resource, nbf: claims['iat'] })
  })

  function principal(clientId: string, presented: object) {
    return {
      principal: {
        actsFor: expect.any(String),
        roles: [],
        permissions: [],
        tokenKind: 'jwt',
        issuer: glewlwyd.issuer,
        subject: clientId,
        clientId,
        audience: [resource],
        scopes: [scope],
        expiresAt: expect.any(Number),
        ...presented,
      },
    }
  }
})

/** Two clients of one authorization server, and what each gets from it. */
async function clientOf(issuer: string, privateKey: oauth.PrivateKey) {
  const assertion = oauth.PrivateKeyJwt(privateKey, {
    // Glewlwyd knows itself by this URL only.
    [oauth.modifyAssertion]: (_header, payload) => {
      payload['aud'] = `${issuer}/token`
    },
  })
  const withSecret = await connectClient(issuer, 'withSecret', oauth.ClientSecretBasic(secret))
  const withKey = await connectClient(issuer, 'withKey', assertion)
  return {
    bySecret: (key?: oauth.DPoPHandle) => withSecret.token({ scope, resource, ...(key && { key }) }),
    byPrivateKey: () => withKey.token({ scope, resource }),
  }
}
