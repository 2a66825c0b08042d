import { generateKeyPairSync } from 'node:crypto'
import { inspect } from 'node:util'
import { describe, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { thrownBy } from '../../test-support/refusal.js'
import { issuer, signingKey } from '../../test-support/tokens.js'
import { type JwtIssuerOptions, jwtIssuer } from './jwt-issuer.js'
import { profiles } from './profiles.js'
import { isTrustedIssuer, settingsOf } from './trusted-issuer.js'

const key = await signingKey('ES256')
const jwks = { keys: [key.jwk] }
const make = (options: object) => jwtIssuer(options as JwtIssuerOptions)
const messageFor = (options: object) => {
  const error = thrownBy(() => make({ issuer, ...options }))
  expect(error).toBeInstanceOf(TypeError)
  return (error as TypeError).message
}

test('fills in the defaults', () => {
  expect(settingsOf(jwtIssuer({ issuer }))).toEqual({
    kind: 'jwt',
    issuer,
    profileName: 'rfc9068',
    profile: profiles.rfc9068,
    audience: {},
    algorithms: ['RS256', 'PS256', 'ES256', 'Ed25519', 'EdDSA'],
    scopeClaims: undefined,
    claimsSchema: undefined,
    jwksUri: undefined,
    inlineKeys: undefined,
    staleSeconds: 14_400,
    http: { timeoutSeconds: 5, maxBytes: 512 * 1024, fetch: undefined },
  })
})

test('keeps what it is given', () => {
  const options = { algorithms: ['PS512'], scopeClaims: ['scope', 'scp'], jwksUri: `${issuer}/keys` } as const
  const claims = z.object({ tenant: z.string() })
  const made = jwtIssuer({
    issuer,
    ...options,
    jwks,
    claims,
    profile: 'jwt',
    audience: ['a', 'b'],
    algorithms: ['ES256'],
    staleSeconds: 0,
  })
  expect(settingsOf(made)).toMatchObject({
    ...options,
    issuer,
    algorithms: ['ES256'],
    inlineKeys: [{ kid: key.kid, algorithm: 'ES256', key: { type: 'public' } }],
    profileName: 'jwt',
    profile: profiles.jwt,
    claimsSchema: claims,
    staleSeconds: 0,
    audience: { values: ['a', 'b'] },
  })
})

describe('types', () => {
  const typesOf = (...types: string[]) => {
    const settings = settingsOf(jwtIssuer({ issuer, profile: 'jwt', types }))
    return settings.kind === 'jwt' ? settings.profile : undefined
  }

  test.each<[string[], string[], boolean]>([
    [['at+jwt'], ['at+jwt'], false],
    [['AT+JWT', 'application/JWT'], ['at+jwt', 'jwt'], false],
    [['JWT', 'absent'], ['jwt'], true],
    [['absent'], [], true],
  ])('%j replace those of the profile, in either case and form (RFC 7515 §4.1.9)', (given, types, absent) => {
    expect(typesOf(...given)).toEqual({ ...profiles.jwt, types, typeMayBeAbsent: absent })
  })

  test.each([
    'dpop+jwt',
    'DPoP+JWT',
    'application/logout+jwt',
    'token-introspection+jwt',
    'secevent+jwt',
    'oauth-authz-req+jwt',
    'client-authentication+jwt',
  ])('%s is of another kind of token, and a TypeError (AT-13)', (type) => {
    expect(messageFor({ types: ['at+jwt', type] })).toBe(
      `jwtIssuer.types: expected types of access tokens, got '${type}'`,
    )
  })
})

describe('required claims', () => {
  const required = (options: object) => {
    const settings = settingsOf(make({ issuer, ...options }))
    return settings.kind === 'jwt' ? settings.profile.requiredClaims : undefined
  }

  test('come to those of the profile, which none can take away', () => {
    const { requiredClaims } = profiles.rfc9068
    expect(required({ requiredClaims: ['nbf', 'sub'] })).toEqual([...requiredClaims, 'nbf'])
    expect(required({ profile: 'jwt', requiredClaims: ['jti'] })).toEqual(['iss', 'exp', 'jti'])
    expect(profiles.rfc9068.requiredClaims).not.toContain('nbf')
  })
})

describe('the keys that it accepts', () => {
  test('are asked for of the inline ones when it is made, as they stand there', async () => {
    const other = await signingKey('ES256', 'other')
    const acceptsKey = vi.fn(({ kid }: { readonly kid?: unknown }) => kid === 'other')
    const made = jwtIssuer({ issuer, jwks: { keys: [key.jwk, other.jwk] }, acceptsKey })
    expect(settingsOf(made)).toMatchObject({ inlineKeys: [{ kid: 'other' }], acceptsKey })
    expect(acceptsKey.mock.calls).toEqual([[key.jwk], [other.jwk]])
  })

  test.each<[string, () => unknown]>([
    ['says no', () => false],
    ['says what is not true', () => 'yes'],
    ['promises', async () => true],
    [
      'throws',
      () => {
        throw new Error('no')
      },
    ],
  ])('are none where it %s', (_, acceptsKey) => {
    expect(messageFor({ jwks, acceptsKey })).toMatch(/^jwtIssuer\.jwks: expected a usable key/)
  })
})

test('is inert: frozen, and nothing that it was given changes it later', () => {
  const options = {
    issuer,
    audience: ['a'],
    algorithms: ['ES256' as const],
    scopeClaims: ['scp' as const],
    jwks: { keys: [{ ...key.jwk }] },
    http: { maxBytes: 10 },
  }
  const made = jwtIssuer(options)
  const printed = () => inspect(settingsOf(made), { depth: Infinity })
  const before = printed()
  expect(before).toContain('maxBytes: 10,')
  options.audience.push('evil')
  options.algorithms.push('ES256')
  options.scopeClaims.push('scp')
  options.jwks.keys.push({ kty: 'oct' })
  Object.assign(options.jwks.keys[0] ?? {}, { kid: 'evil' })
  options.http.maxBytes = 1e9
  expect(printed()).toBe(before)
  expect(settingsOf(made)).toMatchObject({ inlineKeys: [{ kid: key.kid }] })
  expect(Object.isFrozen(made)).toBe(true)
})

describe('a trusted issuer', () => {
  const made = jwtIssuer({ issuer, jwks, audience: 'a' })

  test('shows its name and nothing else', () => {
    expect(made).toEqual({ issuer })
    expect(Reflect.ownKeys(made)).toEqual(['issuer'])
    expect(isTrustedIssuer(made)).toBe(true)
  })

  test.each<[string, unknown]>([
    ['made by hand', { issuer }],
    ['made by hand from all its settings', { ...settingsOf(made) }],
    ['made by spreading one', { ...made }],
    ['that inherits from one', Object.create(made)],
    ['that is a clone of one', structuredClone(made)],
    ['that is a name', issuer],
    ['that is null', null],
    ['that is undefined', undefined],
  ])('is none %s', (_, value) => {
    expect(isTrustedIssuer(value)).toBe(false)
  })

  test('is none where an option was wrong', () => {
    expect(thrownBy(() => make({ issuer, profile: 'oidc' }))).toBeInstanceOf(TypeError)
  })
})

describe('the issuer', () => {
  test.each([issuer, `${issuer}/`, `${issuer}/tenant/v2.0`, 'http://localhost:3000', 'http://127.0.0.1/a'])(
    'is kept as it is written: %s (JOSE-27)',
    (name) => {
      expect(jwtIssuer({ issuer: name }).issuer).toBe(name)
    },
  )

  test.each([[{ jwks }], [{ jwksUri: `${issuer}/keys` }]])(
    'is any string where its keys are known',
    (known) => {
      expect(jwtIssuer({ issuer: 'LoginRadius', ...known }).issuer).toBe('LoginRadius')
      const odd = `${issuer}/.well-known/openid-configuration`
      expect(jwtIssuer({ issuer: odd, ...known }).issuer).toBe(odd)
    },
  )
})

describe('a wrong option is a TypeError that names it, what was expected and what came', () => {
  test.each<[name: string, options: object, expected: RegExp, given: string]>([
    ['issuer', { issuer: undefined }, /an https URL/, 'undefined'],
    ['issuer', { issuer: undefined, jwks }, /iss/, 'undefined'],
    ['issuer', { issuer: '' }, /https URL/, "''"],
    ['issuer', { issuer: 'LoginRadius' }, /https URL/, "'LoginRadius'"],
    ['issuer', { issuer: 'http://as.example' }, /https URL/, "'http://as.example'"],
    ['issuer', { issuer: 'https://as.example/#a' }, /without fragment/, "'https://as.example/#a'"],
    ['issuer', { issuer: 'https://as.example?a' }, /without query/, "'https://as.example?a'"],
    ...['openid-configuration', 'oauth-authorization-server/t1', ''].map(
      (document): [string, object, RegExp, string] => [
        'issuer',
        { issuer: `${issuer}/.well-known/${document}` },
        /the issuer, not the URL of its metadata/,
        `'${issuer}/.well-known/${document}'`,
      ],
    ),
    ['issuer', { issuer: '', jwks }, /iss/, "''"],
    ['issuer', { issuer: 5, jwks }, /iss/, '5'],
    ['audience', { audience: undefined }, /a value/, 'undefined'],
    ['audience', { audience: '' }, /nothing in them empty/, "''"],
    ['audience', { audience: [''] }, /none empty/, "[ '' ]"],
    ['audience', { audience: [] }, /none empty/, '[]'],
    ['audience', { audience: ['a', 'a'] }, /without doubles/, "[ 'a', 'a' ]"],
    ['audience', { audience: null }, /a string, a list of strings, \{ only/, 'null'],
    ['audience', { audience: 5 }, /a string, a list of strings, \{ only/, '5'],
    ['audience', { audience: {} }, /absent: 'allowed'/, '{}'],
    ['audience', { audience: { absent: 'alowed' } }, /absent: 'allowed'/, 'alowed'],
    ['profile', { profile: undefined }, /a value/, 'undefined'],
    ['profile', { profile: 'oidc' }, /rfc9068 or jwt/, "'oidc'"],
    ['profile', { profile: 'toString' }, /rfc9068 or jwt/, "'toString'"],
    ['algorithms', { algorithms: undefined }, /a value/, 'undefined'],
    ['algorithms', { algorithms: [] }, /a list out of RS256, .*, EdDSA,/, '[]'],
    ['algorithms', { algorithms: ['none'] }, /a list out of RS256, .*, EdDSA,/, "'none'"],
    ['algorithms', { algorithms: ['HS256'] }, /a list out of RS256, .*, EdDSA,/, "'HS256'"],
    ['algorithms', { algorithms: ['ES256', 'es256'] }, /ES256/, "'es256'"],
    ['algorithms', { algorithms: 'ES256' }, /a list/, "'ES256'"],
    ['scopeClaims', { scopeClaims: undefined }, /a value/, 'undefined'],
    ['scopeClaims', { scopeClaims: [] }, /scope, scp, roles, permissions/, '[]'],
    ['scopeClaims', { scopeClaims: ['groups'] }, /scope, scp/, "[ 'groups' ]"],
    ['scopeClaims', { scopeClaims: 'scp' }, /a list/, "'scp'"],
    ['claims', { claims: undefined }, /a value/, 'undefined'],
    ['claims', { claims: null }, /Standard Schema, such as z\.object/, 'null'],
    ['claims', { claims: { tenant: z.string() } }, /Standard Schema/, 'tenant'],
    ['claims', { claims: () => true }, /Standard Schema/, 'Function'],
    ['jwksUri', { jwksUri: undefined }, /a value/, 'undefined'],
    ['jwksUri', { jwksUri: `${issuer}/`.padEnd(2049, 'a') }, /https URL/, `'${issuer}/aaa`],
    ['jwksUri', { jwksUri: 'http://as.example/keys' }, /https URL/, "'http://as.example/keys'"],
    ['staleSeconds', { staleSeconds: undefined }, /a value/, 'undefined'],
    ['staleSeconds', { staleSeconds: -1 }, /from 0 to 86400/, '-1'],
    ['staleSeconds', { staleSeconds: 86_401 }, /from 0 to 86400/, '86401'],
    ['types', { types: undefined }, /a value/, 'undefined'],
    ['types', { types: [] }, /a list of strings/, '[]'],
    ['types', { types: 'JWT' }, /a list of strings/, "'JWT'"],
    ['requiredClaims', { requiredClaims: undefined }, /a value/, 'undefined'],
    ['requiredClaims', { requiredClaims: [] }, /a list of strings/, '[]'],
    ['requiredClaims', { requiredClaims: [5] }, /a list of strings/, '[ 5 ]'],
    ['acceptsKey', { acceptsKey: undefined }, /a value/, 'undefined'],
    ['acceptsKey', { acceptsKey: true }, /a function/, 'true'],
    ['clientIdClaims', { clientIdClaims: 'azp' }, /a list of strings/, "'azp'"],
    ['extend', { extend: {} }, /a function/, '{}'],
    ['explain', { explain: 'why' }, /a function/, "'why'"],
    ['requires', { requires: undefined }, /a value/, 'undefined'],
    ['dpop', { dpop: undefined }, /a value/, 'undefined'],
    ['dpop', { dpop: null }, /an object/, 'null'],
    ['dpop', { dpop: true }, /an object/, 'true'],
    ['dpop\\.required', { dpop: { required: undefined } }, /a value/, 'undefined'],
    ['dpop\\.algorithms', { dpop: { algorithms: ['HS256'] } }, /a list out of RS256/, "'HS256'"],
    ['dpop\\.futureSkewSeconds', { dpop: { futureSkewSeconds: 301 } }, /from 0 to 300/, '301'],
    ['http', { http: undefined }, /a value/, 'undefined'],
    ['http', { http: null }, /an object/, 'null'],
    ['http\\.timeoutSeconds', { http: { timeoutSeconds: -1 } }, /more than 0 and at most 60/, '-1'],
    ['http\\.timeoutSeconds', { http: { timeoutSeconds: undefined } }, /a value/, 'undefined'],
  ])('%s: %j', (name, options, expected, given) => {
    const message = messageFor(options)
    expect(message).toMatch(new RegExp(`^jwtIssuer\\.${name}: expected `))
    expect(message).toMatch(expected)
    expect(message.slice(message.indexOf(', got '))).toContain(given)
  })

  test.each([undefined, null, issuer, 5])('no options at all: %j', (options) => {
    expect(thrownBy(() => make(options as never))).toMatchObject({
      name: 'TypeError',
      message: expect.stringMatching(/^jwtIssuer: expected an object/),
    })
  })

  test('issuer: left out', () => {
    expect(thrownBy(() => make({}))).toMatchObject({
      name: 'TypeError',
      message: expect.stringMatching(/^jwtIssuer\.issuer: expected an https URL .*got undefined/),
    })
  })

  test('an unknown option, with the known ones', () => {
    expect(messageFor({ audiences: ['a'] })).toMatch(
      /^jwtIssuer: unknown option "audiences".*audience, .*profile/,
    )
  })

  test('an unknown option of audience and of http', () => {
    expect(messageFor({ audience: { one: 'a' } })).toMatch(/^jwtIssuer\.audience: unknown option "one"/)
    expect(messageFor({ dpop: { require: true } })).toMatch(/^jwtIssuer\.dpop: unknown option "require"/)
    expect(messageFor({ http: { timeout: 5 } })).toMatch(/^jwtIssuer\.http: unknown option "timeout"/)
  })
})

describe('inline keys that are wrong', () => {
  const { privateJwk } = key
  const { x, y, d } = privateJwk
  const [weak, strong] = [1024, 2048].map((modulusLength) =>
    generateKeyPairSync('rsa', { modulusLength }).publicKey.export({ format: 'jwk' }),
  )

  test.each<[what: string, jwks: unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['a list', [privateJwk]],
    ['a key in place of a set', privateJwk],
    ['a set as JSON text', JSON.stringify({ keys: [privateJwk] })],
    ['a set without keys', { keys: [] }],
    ['a set of what are no keys', { keys: [JSON.stringify(privateJwk)] }],
    ['a private key', { keys: [key.jwk, privateJwk] }],
    ['a symmetric key', { keys: [key.jwk, { kty: 'oct', k: d }] }],
    ['a key that fits no accepted algorithm', { keys: [{ ...key.jwk, use: 'enc', x, y }] }],
    ['a key off its curve', { keys: [{ ...key.jwk, x: y, y: x }] }],
    ['a private key of an unknown type', { keys: [key.jwk, { kty: 'AKP', priv: d }] }],
    ['an RSA key of 1024 bits', { keys: [{ ...weak, kid: d }] }],
    ['an RSA key with the exponent 1', { keys: [{ ...strong, e: 'AQ', kid: d }] }],
    ['more keys than can be meant', { keys: Array.from({ length: 101 }, () => key.jwk) }],
  ])('are a TypeError without any text of a key: %s (BCP-02)', (_, given) => {
    const error = thrownBy(() => make({ issuer, jwks: given })) as TypeError
    expect(error).toBeInstanceOf(TypeError)
    expect(error.message).toMatch(/^jwtIssuer\.jwks: expected /)
    for (const text of [x, y, d])
      expect(inspect(error, { depth: Infinity, showHidden: true })).not.toContain(text)
  })
})
