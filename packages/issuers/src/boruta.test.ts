import { fromFetch, protectedResource, scope } from '@portcullis/core'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { type BorutaOptions, boruta } from './boruta.js'

const issuer = 'https://oauth.boruta.example'
const client = { id: '6a2f41a3-c54c-fce8-32d2-0324e1c32e20', secret: 's3cr3t-s3cr3t' }
const token = 'A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8S9t0U1v2W3x4Y5z6A7b8C9d0E1f2G3h4I5j6K7l8M9n0O1p2Q3'
const make = (options: object) => boruta({ issuer, client, ...options })

function apiOf(options: object = {}, members: object = {}) {
  const asked: { url: string; headers: Headers; body: string }[] = []
  const fetch: typeof globalThis.fetch = async (input, init) => {
    asked.push({ url: input as string, headers: new Headers(init?.headers), body: init?.body as string })
    const exp = Math.floor(Date.now() / 1000) + 60
    const claims = { client_id: 'c', username: null, sub: null, scope: 'a b', exp, iat: exp - 90 }
    return Response.json({ active: true, iss: issuer, ...claims, ...members })
  }
  const issuers = [make({ http: { fetch }, ...options })]
  const api = protectedResource({ resource: 'https://api.example', issuers, onEvent: () => undefined })
  const authenticate = async (given = token) => {
    const headers = { authorization: `Bearer ${given}` }
    const request = fromFetch(new Request('https://api.example/', { headers }))
    return (await api.authenticate(request, scope('a'))).principal
  }
  return { asked, authenticate }
}

test('is asked by a form, at the place that its metadata does not name', async () => {
  const { asked, authenticate } = apiOf()
  const principal = await authenticate()
  expect(principal).toMatchObject({
    issuer,
    clientId: 'c',
    subject: undefined,
    audience: [],
    actsFor: 'client',
  })
  expect(principal).toMatchObject({ username: undefined })
  expect(principal.claims).not.toHaveProperty('sub')
  expect(asked).toHaveLength(1)
  const { url, headers, body } = asked[0] as (typeof asked)[0]
  expect(url).toBe(`${issuer}/oauth/introspect`)
  expect([headers.get('accept'), headers.get('content-type'), headers.get('authorization')]).toEqual([
    'application/json',
    'application/x-www-form-urlencoded',
    null,
  ])
  expect(Object.fromEntries(new URLSearchParams(body))).toEqual({
    token,
    token_type_hint: 'access_token',
    client_id: client.id,
    client_secret: client.secret,
  })
})

test.each<[options: Partial<BorutaOptions>, place: string]>([
  [{ issuer: `${issuer}/` }, `${issuer}/oauth/introspect`],
  [{ issuer: 'boruta', baseUrl: 'http://127.0.0.1:4000' }, 'http://127.0.0.1:4000/oauth/introspect'],
  [{ issuer: 'boruta', baseUrl: `${issuer}/t1/` }, `${issuer}/t1/oauth/introspect`],
  [{ issuer: 'boruta', endpoint: `${issuer}/ask` }, `${issuer}/ask`],
  [{ baseUrl: 'https://inside.example' }, 'https://inside.example/oauth/introspect'],
])('is asked where it is: %j', async (options, place) => {
  const { asked, authenticate } = apiOf(options, { iss: options.issuer ?? issuer })
  await authenticate()
  expect(asked.map(({ url }) => url)).toEqual([place])
})

test('has the secret in the header by request', async () => {
  const { asked, authenticate } = apiOf({ client: { ...client, method: 'client_secret_basic' } })
  await authenticate()
  expect(asked[0]?.headers.get('authorization')).toMatch(/^Basic /)
  expect(asked[0]?.body).not.toContain('client_secret')
})

test('asks for a signed answer where it is to name the audience', async () => {
  const { asked, authenticate } = apiOf({ answers: 'jwt', audience: 'accounts' })
  await expect(authenticate()).rejects.toMatchObject({ code: 'introspection_unavailable' })
  expect(asked[0]?.headers.get('accept')).toBe('application/jwt')
})

test('says whose token it is when it is that of a user', async () => {
  const { authenticate } = apiOf({}, { sub: 'u-1', username: 'kari@example.com' })
  expect(await authenticate()).toMatchObject({
    actsFor: 'user',
    subject: 'u-1',
    username: 'kari@example.com',
  })
})

describe('asks about no token that cannot be its own', () => {
  test.each([token.slice(1), `${token}a`, `${token.slice(1)}-`, 'a'])('%s', async (other) => {
    const { asked, authenticate } = apiOf()
    const message = expect.stringContaining('86 letters and digits') as string
    await expect(authenticate(other)).rejects.toMatchObject({ code: 'token_malformed', message })
    expect(asked).toEqual([])
  })

  test('unless it is told that it can', async () => {
    const { authenticate } = apiOf({ accepts: (given: string) => given === 'a' })
    expect(await authenticate('a')).toMatchObject({ issuer })
    await expect(authenticate()).rejects.toMatchObject({ code: 'token_malformed' })
  })
})

describe('tells operators', () => {
  test('that the gateway stands in between', async () => {
    const segment = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const jwt = [segment({ alg: 'HS256' }), segment({ value: token, client_id: 'c' }), 'AAAA'].join('.')
    const error = (await apiOf()
      .authenticate(jwt)
      .catch((thrown: unknown) => thrown)) as Error
    expect(error).toMatchObject({ code: 'token_issuer_untrusted' })
    expect(error.message).toContain('X-Forwarded-Authorization')
    expect(error.message).not.toContain(token)
  })

  test('that it calls itself by another name', async () => {
    const { authenticate } = apiOf({}, { iss: 'boruta' })
    await expect(authenticate()).rejects.toThrow(/iss is "boruta".*BORUTA_OAUTH_BASE_URL/)
  })
})

describe('refuses to start', () => {
  test.each<[object, RegExp]>([
    [{ audience: 'accounts' }, /^boruta\.audience: .* name no audience; add answers: 'jwt'/],
    [{ audience: { absent: 'allowed' } }, /^boruta\.audience/],
    [{ answers: 'json', audience: ['accounts'] }, /^boruta\.audience/],
    [{ jwksUri: `${issuer}/keys` }, /^boruta\.jwksUri/],
    [{ dpop: { required: true } }, /^boruta\.dpop: .*no proof can be asked for/],
    [{ dpop: {} }, /^boruta\.dpop/],
    [{ jwks: { keys: [] } }, /^boruta\.jwks: expected jwksUri/],
    [{ issuer: 'boruta' }, /^boruta\.baseUrl: expected the URL of Boruta, since the issuer "boruta" is none/],
    [{ issuer: 'boruta', answers: 'jwt', endpoint: `${issuer}/ask` }, /^boruta\.baseUrl/],
    [{ baseUrl: 'oauth.boruta.example' }, /^boruta\.baseUrl: expected the URL of Boruta$/],
    [{ baseUrl: 5 }, /^boruta\.baseUrl/],
    [{ baseUrl: 'http://oauth.boruta.example' }, /https URL/],
    [{ issuer: '' }, /^boruta\.issuer/],
    [{ issuer: undefined }, /^boruta\.issuer/],
    [{ client: undefined }, /^boruta\.client/],
    [{ client: 'api' }, /client/],
    [{ client: { id: 'c' } }, /client\.secret/],
    [{ client: { ...client, secert: 'x' } }, /unknown option "secert"/],
    [{ answers: 'signed' }, /^boruta\.answers: expected one of json, jwt/],
    [{ cacheSeconds: 61 }, /^boruta\.cacheSeconds: .*from 0 to 60/],
    [{ cacheSeconds: -1 }, /^boruta\.cacheSeconds/],
    [{ cacheSeconds: '60' }, /^boruta\.cacheSeconds/],
    [{ accepts: /^a/ }, /accepts/],
    [{ introspectionUrl: issuer }, /^boruta: unknown option "introspectionUrl"/],
  ])('%j', (options, expected) => {
    const made = () => make(options)
    expect(made).toThrow(TypeError)
    expect(made).toThrow(expected)
    expect(made).not.toThrow(/s3cr3t/)
  })
})

test.each([
  { answers: 'jwt' },
  { answers: 'jwt', audience: 'accounts', jwksUri: `${issuer}/keys` },
  { answers: 'jwt', audience: { absent: 'allowed' } },
  { answers: 'jwt', issuer: 'boruta', baseUrl: issuer },
  { answers: 'json', cacheSeconds: 0 },
])('starts with %j', (options) => expect(make(options).issuer).toBe(options.issuer ?? issuer))

test('lets no schema of one’s own tell whose token it is', async () => {
  const claims = z.object({ username: z.string().default('somebody'), client_id: z.string().toUpperCase() })
  const { authenticate } = apiOf({ claims })
  const { clientId, claims: made, ...principal } = await authenticate()
  expect(principal).toMatchObject({ username: undefined, actsFor: 'client' })
  expect([clientId, made['client_id']]).toEqual(['c', 'C'])
})
