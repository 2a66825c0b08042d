import { inspect } from 'node:util'
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { thrownBy } from '../../test-support/refusal.js'
import { issuer } from '../../test-support/tokens.js'
import { defaultAlgorithms } from '../jws/signature-algorithms.js'
import { type IntrospectionIssuerOptions, introspectionIssuer } from './introspection-issuer.js'
import { isTrustedIssuer, settingsOf } from './trusted-issuer.js'

const client = { id: 'api', secret: 's3cr3t-s3cr3t' }
const endpoint = `${issuer}/introspect`
const make = (options: object) => introspectionIssuer(options as IntrospectionIssuerOptions)
const messageFor = (options: object) => {
  const error = thrownBy(() => make({ issuer, client, ...options }))
  expect(error).toBeInstanceOf(TypeError)
  return (error as TypeError).message
}

test('fills in the defaults', () => {
  expect(settingsOf(introspectionIssuer({ issuer, client }))).toEqual({
    kind: 'introspection',
    issuer,
    endpoint: undefined,
    clientId: 'api',
    authenticate: expect.any(Function),
    requestFormat: 'form',
    accepts: undefined,
    opaqueOnly: false,
    audience: {},
    expiryMayBeAbsent: false,
    scopeClaims: undefined,
    clientIdClaims: undefined,
    claimsSchema: undefined,
    extend: undefined,
    explain: undefined,
    requires: undefined,
    signed: false,
    algorithms: defaultAlgorithms,
    jwksUri: undefined,
    cacheSeconds: 60,
    maxConcurrent: 50,
    http: { timeoutSeconds: 5, maxBytes: 512 * 1024, fetch: undefined },
    dpop: undefined,
  })
})

test('keeps what it is given', () => {
  const accepts = () => true
  const kept = {
    endpoint,
    accepts,
    requestFormat: 'json',
    signed: 'application/jwt',
    jwksUri: `${issuer}/keys`,
    cacheSeconds: 0,
    maxConcurrent: 1,
  } as const
  const more = { algorithms: ['ES256'], scopeClaims: ['scp'], dpop: { required: true } } as const
  const claims = v.object({ tenant: v.string() })
  const made = introspectionIssuer({
    issuer,
    client,
    ...kept,
    claims,
    ...more,
    audience: 'a',
    expiry: { absent: 'allowed' },
    http: { timeoutSeconds: 1 },
  })
  expect(settingsOf(made)).toMatchObject({
    ...kept,
    ...more,
    audience: { values: ['a'] },
    expiryMayBeAbsent: true,
    claimsSchema: claims,
    http: { timeoutSeconds: 1 },
  })
})

test('shows its name and nothing else, least of all a secret', () => {
  const made = introspectionIssuer({ issuer, client })
  expect(isTrustedIssuer(made)).toBe(true)
  expect(Object.isFrozen(made)).toBe(true)
  expect(Reflect.ownKeys(made)).toEqual(['issuer'])
  expect(inspect([made, settingsOf(made)], { depth: Infinity, showHidden: true })).not.toContain('s3cr3t')
})

test('is inert: nothing that it was given changes it later', async () => {
  const own = { ...client }
  const audience = ['a']
  const made = introspectionIssuer({ issuer, client: own, audience })
  own.secret = 'evil'
  own.id = 'evil'
  audience.push('evil')
  const settings = settingsOf(made)
  expect(settings).toMatchObject({ clientId: 'api', audience: { values: ['a'] } })
  expect(settings.kind === 'introspection' && (await settings.authenticate(0)).headers).toEqual({
    authorization: `Basic ${Buffer.from('api:s3cr3t-s3cr3t').toString('base64')}`,
  })
})

describe('the issuer', () => {
  test.each([
    [{ endpoint }],
    [{ endpoint, requestFormat: 'json' as const }],
    [{ endpoint, signed: 'application/jwt' as const, jwksUri: `${issuer}/keys` }],
    [{ endpoint, signed: true, jwksUri: `${issuer}/keys` }],
    [{ endpoint: 'http://127.0.0.1:3000/introspect' }],
  ])('is any string where nothing is looked up: %j', (known) => {
    expect(introspectionIssuer({ issuer: 'LoginRadius', client, ...known }).issuer).toBe('LoginRadius')
  })

  test.each([
    [{}],
    [{ signed: true, jwksUri: `${issuer}/keys` }],
    [{ endpoint, signed: true }],
    [{ endpoint, signed: 'application/jwt' as const }],
  ])('is a URL where its metadata is needed: %j (META-01)', (known) => {
    expect(messageFor({ issuer: 'LoginRadius', ...known })).toMatch(
      /^introspectionIssuer\.issuer: .*https URL/,
    )
    expect(introspectionIssuer({ issuer, client, ...known }).issuer).toBe(issuer)
  })
})

describe('a wrong option is a TypeError that names it, and prints no secret', () => {
  test.each<[name: string, options: object, expected: RegExp]>([
    ['issuer', { issuer: undefined }, /an https URL/],
    ['issuer', { issuer: undefined, endpoint }, /iss/],
    ['issuer', { issuer: '', endpoint }, /iss/],
    ['issuer', { issuer: 'http://as.example' }, /https URL/],
    ['issuer', { issuer: `${issuer}?a` }, /without query/],
    ['issuer', { issuer: `${issuer}/.well-known/openid-configuration` }, /not the URL of its metadata/],
    ['endpoint', { endpoint: undefined }, /a value/],
    ['endpoint', { endpoint: null }, /https URL/],
    ['endpoint', { endpoint: '/introspect' }, /https URL/],
    ['endpoint', { endpoint: 'http://as.example/introspect' }, /https URL/],
    ['endpoint', { endpoint: 'https://a:s3cr3t@as.example/introspect' }, /https URL/],
    ['client', { client: undefined }, /\{ id, secret \}/],
    ['client', { client: null }, /\{ id, secret \}/],
    ['client\\.secret', { client: { id: 'api', secret: undefined } }, /a string/],
    ['accepts', { accepts: undefined }, /a value/],
    ['accepts', { accepts: /^a/ }, /a function/],
    ['audience', { audience: undefined }, /a value/],
    ['audience', { audience: [] }, /none empty/],
    ['expiry', { expiry: undefined }, /a value/],
    ['expiry', { expiry: null }, /absent: 'allowed'/],
    ['expiry', { expiry: 'allowed' }, /absent: 'allowed'/],
    ['expiry', { expiry: { absent: true } }, /absent: 'allowed'/],
    ['scopeClaims', { scopeClaims: ['groups'] }, /scope, scp/],
    ['claims', { claims: undefined }, /a value/],
    ['claims', { claims: 'tenant' }, /Standard Schema, such as z\.object/],
    ['signed', { signed: undefined }, /a value/],
    ['signed', { signed: 'true' }, /true or false/],
    ['signed', { signed: null }, /true or false/],
    ['signed', { signed: 'application/token-introspection+jwt' }, /true or false, or 'application\/jwt'/],
    ['requestFormat', { requestFormat: undefined }, /a value/],
    ['requestFormat', { requestFormat: 'JSON' }, /form or json/],
    ['requestFormat', { requestFormat: null }, /form or json/],
    ['algorithms', { signed: true, algorithms: ['HS256'] }, /a list out of RS256/],
    ['jwksUri', { signed: true, jwksUri: 'http://as.example/keys' }, /https URL/],
    ['cacheSeconds', { cacheSeconds: undefined }, /a value/],
    ['cacheSeconds', { cacheSeconds: -1 }, /from 0 to 3600/],
    ['cacheSeconds', { cacheSeconds: 3601 }, /from 0 to 3600/],
    ['cacheSeconds', { cacheSeconds: Number.NaN }, /from 0 to 3600/],
    ['cacheSeconds', { cacheSeconds: '60' }, /from 0 to 3600/],
    ['maxConcurrent', { maxConcurrent: undefined }, /a value/],
    ['maxConcurrent', { maxConcurrent: 0 }, /from 1 to 10,000/],
    ['maxConcurrent', { maxConcurrent: 1.5 }, /from 1 to 10,000/],
    ['maxConcurrent', { maxConcurrent: 10_001 }, /from 1 to 10,000/],
    ['maxConcurrent', { maxConcurrent: '5' }, /from 1 to 10,000/],
    ['http\\.timeoutSeconds', { http: { timeoutSeconds: 0 } }, /more than 0/],
    ['dpop', { dpop: true }, /an object/],
  ])('%s: %j (INTRO-03)', (name, options, expected) => {
    const message = messageFor(options)
    expect(message).toMatch(new RegExp(`^introspectionIssuer\\.${name}: expected `))
    expect(message).toMatch(expected)
    expect(message).not.toContain('s3cr3t')
  })

  test.each([
    { algorithms: ['ES256'] },
    { jwksUri: `${issuer}/keys` },
    { signed: false, jwksUri: `${issuer}/k` },
  ])('what is for signed answers, where plain ones are believed: %j (INTRO-11)', (options) => {
    expect(messageFor(options)).toBe(
      'introspectionIssuer: algorithms and jwksUri are for signed answers; add signed: true',
    )
  })

  test('an unknown option, with the known ones', () => {
    expect(messageFor({ cache: 5 })).toMatch(/^introspectionIssuer: unknown option "cache".*cacheSeconds/)
    expect(messageFor({ client: { ...client, secert: 's' } })).toMatch(
      /^introspectionIssuer\.client: unknown option/,
    )
    expect(messageFor({ jwks: { keys: [] } })).toMatch(/unknown option "jwks"/)
  })

  test.each([undefined, null, issuer, 5])('no options at all: %j', (options) => {
    expect(thrownBy(() => make(options as never))).toMatchObject({
      name: 'TypeError',
      message: expect.stringMatching(/^introspectionIssuer: expected an object/),
    })
  })
})
