import { fromFetch, protectedResource } from '@portcullis/core'
import { describe, expect, test } from 'vitest'
import { loginRadius } from './login-radius.js'
import { loginRadiusExtras } from './login-radius-claims.js'

const issuer = 'https://myapp.hub.loginradius.com/'
const audience = 'https://service.example.com/api/v2'
const jwksUri = 'https://myapp.hub.loginradius.com/jwks'
const endpoint = 'https://myapp.hub.loginradius.com/service/oauth/introspect'
const client = { id: 'api', secret: 's3cr3t-s3cr3t' }
const introspection = { endpoint, client }
const make = (options: object) => loginRadius({ issuer, audience, ...options })

function apiOf(options: object) {
  const asked: RequestInit[] = []
  const fetch: typeof globalThis.fetch = async (_, init = {}) => {
    asked.push(init)
    const exp = Math.floor(Date.now() / 1000) + 60
    return Response.json({ active: true, iss: issuer, aud: [audience], exp, scp: ['a'], cid: 'c', azp: null })
  }
  const issuers = [make({ http: { fetch }, ...options })]
  const api = protectedResource({ resource: 'https://api.example', issuers, onEvent: () => undefined })
  const authenticate = async (token: string) => {
    const headers = { authorization: `Bearer ${token}` }
    const request = fromFetch(new Request('https://api.example/', { headers }))
    return (await api.authenticate(request)).principal
  }
  return { asked, authenticate }
}

test.each([{ jwksUri }, { introspection }, { introspection: { ...introspection, cacheSeconds: 0 } }])(
  'trusts the issuer that it is told, %j',
  (options) => {
    expect(make(options).issuer).toBe(issuer)
    expect(make({ ...options, audience: [audience, 'x'] }).issuer).toBe(issuer)
  },
)

test('asks with JSON that has the credentials in it', async () => {
  const { asked, authenticate } = apiOf({ introspection })
  const principal = await authenticate('an-opaque-token')
  expect(principal).toMatchObject({ clientId: 'c', tokenKind: 'introspected', client: { internalId: 'c' } })
  expect([...principal.scopes]).toEqual(['a'])
  expect(asked).toHaveLength(1)
  const { headers, body } = asked[0] ?? {}
  expect(headers).toEqual({ accept: 'application/json', 'content-type': 'application/json' })
  expect(JSON.parse(body as string)).toEqual({
    token: 'an-opaque-token',
    token_type_hint: 'access_token',
    client_id: 'api',
    client_secret: client.secret,
  })
})

describe('the client has the names that the token has for it', () => {
  const extrasOf = (claims: object, subject?: string, actsFor = 'unknown') =>
    loginRadiusExtras({ claims, subject, actsFor } as never)

  test.each([
    [{ azp: 'a', cid: 'c', gty: 'client_credentials' }, 'key@client', 'client', ['a', 'c', 'key']],
    [{ cid: 'c' }, 'key@client', 'client', [undefined, 'c', 'key']],
    [{}, 'key@client', 'client', [undefined, undefined, 'key']],
    [{}, '@client', 'client', [undefined, undefined, '']],
    [{ gty: 'client_credentials' }, 'user-1', 'unknown', []],
    [{ gty: 'password' }, 'user-1@client', 'unknown', [undefined, undefined, 'user-1']],
    [{}, 'a@client.example', 'unknown', []],
    [{}, undefined, 'unknown', []],
  ])('%j of %s: it acts for %s', (claims, subject, actsFor, [id, internalId, name]) => {
    expect(extrasOf(claims, subject)).toEqual({ actsFor, client: { id, internalId, subject: name } })
  })

  test('and is no user that signed in', () => {
    expect(extrasOf({}, 'key@client', 'user')).toMatchObject({ actsFor: 'user' })
  })
})

describe('tells operators', () => {
  const segment = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const hs256 = [segment({ alg: 'HS256', typ: 'JWT' }), segment({ iss: issuer }), 'AAAA'].join('.')

  test('that HS256 means a shared secret', async () => {
    const message = expect.stringContaining('loginRadius({ introspection })') as string
    await expect(apiOf({ jwksUri }).authenticate(hs256)).rejects.toMatchObject({
      code: 'token_algorithm_refused',
      message,
    })
  })

  test('that it can be asked about opaque tokens, where it is not', async () => {
    const refused = apiOf({ jwksUri }).authenticate('opaque')
    await expect(refused).rejects.toThrow(/opaque token.*loginRadius\(\{ introspection \}\)/)
    const accepts = () => false
    const asked = apiOf({ introspection: { ...introspection, accepts } }).authenticate('opaque')
    await expect(asked).rejects.not.toThrow(/loginRadius/)
  })
})

describe('a wrong option is a TypeError that names it, and prints no secret', () => {
  test.each<[object, RegExp]>([
    [{}, /^loginRadius: expected jwksUri, jwks or introspection/],
    [{ jwksUri, issuer: undefined }, /^loginRadius\.issuer/],
    [{ jwksUri, issuer: '' }, /^loginRadius\.issuer/],
    [{ jwksUri, audience: undefined }, /^loginRadius\.audience/],
    [{ jwksUri, audience: { absent: 'allowed' } }, /^loginRadius\.audience/],
    [{ jwksUri, audience: [] }, /audience/],
    [{ jwksUri, algorithms: ['HS256'] }, /algorithms/],
    [{ jwksUri, introspection }, /^loginRadius\.jwksUri: is of no use/],
    [{ algorithms: ['RS256'], introspection }, /^loginRadius\.algorithms: is of no use/],
    [{ introspection: { client } }, /^loginRadius\.introspection\.endpoint/],
    [{ introspection: { endpoint } }, /^loginRadius\.introspection\.client/],
    [{ introspection: { endpoint, client: { ...client, method: 'x' } } }, /client: unknown option "method"/],
    [{ introspection: { ...introspection, issuer: 'x' } }, /introspection: unknown option "issuer"/],
    [{ introspection: { ...introspection, endpoint: 'http://x.example' } }, /https URL/],
    [{ jwksUri, domain: 'x' }, /^loginRadius: unknown option "domain"/],
  ])('%j', (options, expected) => {
    const made = () => make(options)
    expect(made).toThrow(TypeError)
    expect(made).toThrow(expected)
    expect(made).not.toThrow(/s3cr3t/)
  })
})
