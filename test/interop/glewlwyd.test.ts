import { exportJWK, generateKeyPair } from 'jose'
import * as oauth from 'oauth4webapi'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { servers } from '../contract/servers/index.js'
import { type ReachableServers, startReachableServers } from './dpop-clients-servers.js'
import { type Glewlwyd, hasGlewlwyd, startGlewlwyd } from './glewlwyd.js'

const resource = 'https://api.example'
const scope = 'accounts:read'
const overHttp = { [oauth.allowInsecureRequests]: true }
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
    apis = await startReachableServers({ issuer: glewlwyd.issuer, resource, dpop: () => ({}) })
    client = await clientOf(glewlwyd.issuer, { key: privateKey, kid: 'c1' })
  }, 20_000)
  afterAll(async () => {
    await apis?.close()
    await glewlwyd?.stop()
  })

  const urlOf = (server: string) => new URL('/read', apis.urls.get(server))

  test.each(names)('tell who calls, by client_secret_basic: %s (RFC 9068 §2.2)', async (server) => {
    const response = await request(urlOf(server), await client.bySecret())
    expect(await response.json()).toEqual(principal('withSecret', { scheme: 'Bearer' }))
  })

  test.each(names)('tell who calls, by private_key_jwt: %s (RFC 9068 §2.2)', async (server) => {
    const response = await request(urlOf(server), await client.byPrivateKey())
    expect(await response.json()).toEqual(principal('withKey', { scheme: 'Bearer' }))
  })

  test.each(names)('pass with the proof of the key that they are bound to: %s (DPOP-01)', async (server) => {
    const key = await newKey()
    const token = await client.bySecret(key)
    const call = async () => (await request(urlOf(server), token, key)).json()
    const confirmation = { jkt: await key.calculateThumbprint() }
    const expected = principal('withSecret', { scheme: 'DPoP', confirmation })
    expect(await call()).toEqual(expected)
    expect(await call()).toEqual(expected)
  })

  test.each(names)('are refused as Bearer when they are bound to a key: %s (DPOP-26)', async (server) => {
    const token = await client.bySecret(await newKey())
    const headers = { authorization: `Bearer ${token}` }
    const response = await fetch(urlOf(server), { headers })
    expect(await refusalIn(response)).toEqual([401, 'confirmation_downgraded'])
  })

  test.each(names)('are refused with a proof that was used: %s (DPOP-41)', async (server) => {
    const key = await newKey()
    const { response, sent } = await recorded(urlOf(server), await client.bySecret(key), key)
    expect(response.status).toBe(200)
    expect(sent.get('dpop')).toMatch(/^eyJ/)
    const again = await fetch(urlOf(server), { headers: sent })
    expect(await refusalIn(again)).toEqual([401, 'proof_replayed'])
  })

  test.each(names)('are refused with the proof of another key: %s (DPOP-24)', async (server) => {
    const token = await client.bySecret(await newKey())
    const response = await request(urlOf(server), token, await newKey())
    expect(await refusalIn(response)).toEqual([401, 'confirmation_mismatch'])
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
  const server = await oauth.processDiscoveryResponse(
    new URL(issuer),
    await oauth.discoveryRequest(new URL(issuer), overHttp),
  )
  const ask = async (client_id: string, authentication: oauth.ClientAuth, key?: oauth.DPoPHandle) => {
    const client = { client_id }
    const options = { ...overHttp, ...(key && { DPoP: key }) }
    const parameters = { scope, resource }
    const request = oauth.clientCredentialsGrantRequest(server, client, authentication, parameters, options)
    const answer = await oauth.processClientCredentialsResponse(server, client, await request)
    expect(answer.token_type).toBe(key ? 'dpop' : 'bearer')
    return answer.access_token
  }
  const assertion = oauth.PrivateKeyJwt(privateKey, {
    // Glewlwyd knows itself by this URL only.
    [oauth.modifyAssertion]: (_header, payload) => {
      payload['aud'] = server.token_endpoint
    },
  })
  return {
    bySecret: (key?: oauth.DPoPHandle) => ask('withSecret', oauth.ClientSecretBasic(secret), key),
    byPrivateKey: () => ask('withKey', assertion),
  }
}

async function newKey(): Promise<oauth.DPoPHandle> {
  return oauth.DPoP({}, await oauth.generateKeyPair('ES256'))
}

type RequestOptions = NonNullable<Parameters<typeof oauth.protectedResourceRequest>[5]>

/** A refusal is an answer, too. */
async function request(url: URL, token: string, key?: oauth.DPoPHandle, more: RequestOptions = {}) {
  const options: RequestOptions = { ...overHttp, ...more, ...(key && { DPoP: key }) }
  try {
    return await oauth.protectedResourceRequest(token, 'GET', url, undefined, null, options)
  } catch (error) {
    if (error instanceof oauth.WWWAuthenticateChallengeError) return error.response
    throw error
  }
}

/** The same, with what the request carried. */
async function recorded(url: URL, token: string, key: oauth.DPoPHandle) {
  const sent = new Headers()
  const response = await request(url, token, key, {
    [oauth.customFetch]: (to: string, init) => {
      for (const name of ['authorization', 'dpop']) sent.set(name, new Headers(init.headers).get(name) ?? '')
      return fetch(to, init as RequestInit)
    },
  })
  return { response, sent }
}

async function refusalIn(response: Response): Promise<[status: number, code: string]> {
  const { code } = (await response.json()) as { code: string }
  return [response.status, code]
}
