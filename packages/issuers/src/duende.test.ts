import { fromFetch, protectedResource, rotatingNonce } from '@portcullis/core'
import { describe, expect, test } from 'vitest'
import { type DuendeOptions, duende } from './duende.js'
import { clientClaimsOf } from './duende-claims.js'
import { explainDuende } from './duende-explain.js'

const authority = 'https://identity.example'
const client = { id: 'api1', secret: 's3cr3t-s3cr3t' }
const endpoint = `${authority}/connect/introspect`
const make = (options: object) => duende({ authority, audience: 'api1', ...options })

/** An API that trusts it, and what the server was asked. */
function asking(answer: object, options: object = {}) {
  const asked: { url: string; body: string }[] = []
  const fetch: typeof globalThis.fetch = async (input, init) => {
    asked.push({ url: input as string, body: init?.body as string })
    return Response.json(answer)
  }
  const issuers = [make({ referenceTokens: { client, endpoint }, http: { fetch }, ...options })]
  const api = protectedResource({ resource: 'https://api.example', issuers, onEvent: () => undefined })
  const headers = { authorization: 'Bearer 3E9F2A77C1B84D5FA0D6E1B2C3948576' }
  const request = fromFetch(new Request('https://api.example/', { headers }))
  return { asked, authenticate: async () => (await api.authenticate(request)).principal }
}
const exp = Math.floor(Date.now() / 1000) + 60
const active = { active: true, iss: authority, aud: 'api1', client_id: 'm2m', exp }

test('is one issuer, and two where it is asked about reference tokens', () => {
  expect(make({}).map(({ issuer }) => issuer)).toEqual([authority])
  expect(make({ referenceTokens: { client } }).map(({ issuer }) => issuer)).toEqual([authority, authority])
  const issuers = [make({ referenceTokens: { client } })]
  expect(() => protectedResource({ resource: 'https://api.example', issuers })).not.toThrow()
})

test('has another issuer than the authority where it is told so', () => {
  expect(make({ issuer: 'https://other.example' })[0]?.issuer).toBe('https://other.example')
})

test('takes what every preset takes', () => {
  const dpop = {
    required: true,
    proofMaxAgeSeconds: 5,
    nonce: rotatingNonce({ secrets: ['a-secret-of-at-least-32-characters'] }),
  }
  const options = {
    jwksUri: `${authority}/keys`,
    http: { timeoutSeconds: 1 },
    dpop,
    types: ['absent', 'JWT'],
  }
  expect(make({ ...options, algorithms: ['ES256'], audience: { absent: 'allowed' } })).toHaveLength(1)
})

describe('the audience of every token names no API:', () => {
  const everyApi = `${authority}/resources`

  test.each<[DuendeOptions['audience']]>([
    [everyApi],
    [['api1', everyApi]],
    [{ only: everyApi }],
    [{ absent: 'allowed', anyOf: everyApi }],
    [{ absent: 'allowed', anyOf: ['api1', everyApi] }],
    [{ absent: 'allowed', anyOf: everyApi, absentValues: ['unspecified'] }],
  ])('%j refuses to start', (audience) => {
    expect(() => make({ audience })).toThrow(TypeError)
    expect(() => make({ audience })).toThrow(
      `duende.audience: "${everyApi}" is in every token of the server and names no API`,
    )
  })

  test('as the server writes it, with one slash', () => {
    expect(() => make({ authority: `${authority}/`, audience: everyApi })).toThrow(/^duende\.audience: /)
    expect(() =>
      make({ issuer: 'https://other.example', audience: 'https://other.example/resources' }),
    ).toThrow(/^duende\.audience: /)
  })

  test('beside other values that stand for none, it stands for none too', async () => {
    const answer = { ...active, aud: everyApi }
    for (const absentValues of [['unspecified'], ['unspecified', everyApi], 'unspecified']) {
      const audience = { absent: 'allowed', absentValues }
      const { authenticate } = asking(answer, { audience })
      await expect(authenticate()).rejects.toMatchObject({ code: 'scope_insufficient' })
    }
  })
})

describe('a reference token', () => {
  test('is asked about, and says what a JWT would', async () => {
    const { asked, authenticate } = asking({ ...active, scope: 'a b', client_tenant: 'acme' })
    const principal = await authenticate()
    expect(principal).toMatchObject({
      tokenKind: 'introspected',
      clientId: 'm2m',
      actsFor: 'client',
      clientClaims: { tenant: 'acme' },
    })
    expect([...principal.scopes]).toEqual(['a', 'b'])
    expect(asked.map(({ url }) => url)).toEqual([endpoint])
  })

  test.each([
    [{ sub: '818727' }, 'user'],
    [{ sub: '818727', amr: ['pwd'] }, 'user'],
    [{ sub: 'm2m' }, 'client'],
    [{}, 'client'],
  ])('with %j is that of a %s', async (claims, actsFor) => {
    expect(await asking({ ...active, ...claims }).authenticate()).toMatchObject({ actsFor })
  })

  test('that is not active may be one without a scope of this API', async () => {
    const { authenticate } = asking({ active: false })
    const message = expect.stringContaining('without any scope of the API resource') as string
    await expect(authenticate()).rejects.toMatchObject({ code: 'token_inactive', message })
  })
})

test('takes the claims of the client by their own names', () => {
  const claims = {
    client_id: 'm2m',
    client_tenant: 'acme',
    client_: 1,
    client: 2,
    client___proto__: 3,
    sub: 's',
  }
  const found = clientClaimsOf(claims)
  expect(Object.entries(found)).toEqual([
    ['tenant', 'acme'],
    ['', 1],
    ['__proto__', 3],
  ])
  expect(Object.getPrototypeOf(found)).toBeNull()
})

describe('tells operators', () => {
  const told = (code: string, token: object = {}, asks = false) =>
    explainDuende(authority, asks)({ code, header: {}, claims: {}, ...token } as never)

  test.each([
    ['token_issuer_untrusted', { claims: { iss: 'https://Identity.example' } }, /LowerCaseIssuerUri/],
    ['token_issuer_untrusted', { claims: { iss: 'https://other.example' } }, undefined],
    ['token_claim_missing', { claims: {} }, /no API resource/],
    ['token_claim_missing', { claims: { aud: 'api1' } }, undefined],
    ['token_claim_missing', { claims: undefined }, undefined],
    ['token_audience_mismatch', { claims: { aud: `${authority}/resources` } }, /EmitStaticAudienceClaim/],
    ['token_audience_mismatch', { claims: { aud: ['x', `${authority}/resources`] } }, /EmitStaticAudience/],
    ['token_audience_mismatch', { claims: { aud: 'api2' } }, undefined],
    ['token_type_unexpected', { header: { typ: 'JWT' } }, /ID token.*types/],
    ['token_type_unexpected', { header: { typ: 'dpop+jwt' } }, undefined],
    ['token_malformed', { header: undefined }, /referenceTokens/],
    ['token_expired', {}, undefined],
  ])('%s: %j', (code, token, expected) => {
    if (expected) expect(told(code, token)).toMatch(expected)
    else expect(told(code, token)).toBeUndefined()
  })

  test('nothing of reference tokens where they are asked about', () => {
    expect(told('token_malformed', { header: undefined }, true)).toBeUndefined()
  })
})

describe('a wrong option is a TypeError that names it, and prints no secret', () => {
  test.each<[string, object, RegExp]>([
    ['authority', { authority: undefined }, /expected a value/],
    ['authority', { authority: '' }, /not empty/],
    ['authority', { authority: 'http://identity.example' }, /https URL/],
    ['audience', { audience: undefined }, /expected a value/],
    ['audience', { audience: [] }, /none empty/],
    ['audience', { audience: false }, /absent: 'allowed'/],
    ['audience', { audience: null }, /absent: 'allowed'/],
    ['audience', { audience: { absent: 'allowed', absentValues: undefined } }, /absentValues/],
    ['audience', { audience: { absent: 'allowed', absentValues: [5] } }, /absentValues/],
    ['types', { types: ['dpop+jwt'] }, /types of access tokens/],
    ['algorithms', { algorithms: ['HS256'] }, /a list out of/],
    ['dpop', { dpop: true }, /an object/],
    ['referenceTokens', { referenceTokens: true }, /an object/],
    ['referenceTokens', { referenceTokens: { client, issuer: 'x' } }, /unknown option "issuer"/],
    ['referenceTokens', { referenceTokens: { client, accepts: undefined } }, /a value/],
    ['client', { referenceTokens: { client: { id: 'api1' } } }, /secret/],
    ['clientSecret', { clientSecret: 's3cr3t' }, /unknown option/],
  ])('%s: %j', (name, options, expected) => {
    const made = () => make(options)
    expect(made).toThrow(TypeError)
    expect(made).toThrow(expected)
    expect(made).toThrow(new RegExp(`^duende.*${name === 'authority' ? 'authority|issuer' : name}`))
    expect(made).not.toThrow(/s3cr3t-/)
  })

  test('left out', () => {
    expect(() => duende({ authority } as never)).toThrow(/^duende\.audience: expected the name/)
    expect(() => duende({ audience: 'api1' } as never)).toThrow(/^duende\.authority/)
    expect(() => duende(undefined as never)).toThrow(/^duende: expected an object/)
  })
})
