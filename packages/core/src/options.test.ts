import { describe, expect, test, vi } from 'vitest'
import { thrownBy } from '../test-support/refusal.js'
import { issuer, moment, resource } from '../test-support/tokens.js'
import { MemoryReplayStore } from './confirmation/memory-replay-store.js'
import { type ProtectedResourceOptions, readOptions } from './options.js'
import { introspectionIssuer } from './token/introspection-issuer.js'
import { jwtIssuer } from './token/jwt-issuer.js'
import { settingsOf } from './token/trusted-issuer.js'

const issuers = [jwtIssuer({ issuer })]
const read = (options: object) => readOptions(options as ProtectedResourceOptions)
const messageFor = (options: object) => {
  const error = thrownBy(() => read({ resource, issuers, ...options }))
  expect(error).toBeInstanceOf(TypeError)
  return (error as TypeError).message
}

test('fills in the defaults', () => {
  expect(read({ resource, issuers })).toEqual({
    resource,
    issuers,
    resolver: undefined,
    publicUrls: [resource],
    dpop: undefined,
    localStore: expect.any(Function),
    certificate: undefined,
    known: { scopes: undefined, detailsTypes: undefined },
    described: undefined,
    revoked: undefined,
    rememberedTokens: 10_000,
    clockToleranceSeconds: 5,
    now: Date.now,
    onEvent: undefined,
  })
})

test('keeps what it is given', () => {
  const now = () => moment * 1000
  const onEvent = () => undefined
  const revoked = () => false
  const given = { resource: `${resource}/a?b`, clockToleranceSeconds: 60, now, onEvent, revoked }
  const [scopes, detailsTypes] = [
    ['a:b', 'c'],
    ['account', 'payment'],
  ]
  expect(read({ ...given, issuers, scopes, authorizationDetailsTypes: detailsTypes })).toMatchObject({
    ...given,
    issuers,
    known: { scopes, detailsTypes },
  })
})

test('reads what is published, if anything is (PRM-06)', () => {
  const described = (publishMetadata: unknown) => read({ resource, issuers, publishMetadata }).described
  expect(described(false)).toBeUndefined()
  expect(described(true)).toEqual({})
  expect(described({ name: 'Accounts' })).toEqual({ resource_name: 'Accounts' })
})

test('reads what is said of DPoP and of certificates', () => {
  const dpop = { required: true, proofMaxAgeSeconds: 30 }
  expect(read({ resource, issuers, dpop, certificate: 'socket' })).toMatchObject({
    dpop,
    certificate: 'socket',
  })
  expect(read({ resource, issuers, dpop: {} }).dpop).toStrictEqual({})
})

test('makes one store of its own for used proofs, and only when it is needed (DPOP-41)', () => {
  const [one, other] = [read({ resource, issuers }), read({ resource, issuers })]
  expect(one.localStore()).toBeInstanceOf(MemoryReplayStore)
  expect(one.localStore()).toBe(one.localStore())
  expect(one.localStore()).not.toBe(other.localStore())
})

describe('public URLs', () => {
  test.each([
    ['https://api.example', 'https://api.example'],
    ['https://api.example/', 'https://api.example'],
    ['https://api.example:8443/v1/x?a', 'https://api.example:8443'],
    ['https://API.example:443/accounts', 'https://api.example'],
    ['http://127.0.0.1:3000/accounts', 'http://127.0.0.1:3000'],
    ['https://[2001:db8::1]/x', 'https://[2001:db8::1]'],
  ])('are the origin of the resource %s, when none is given (DPOP-18)', (name, origin) => {
    expect(read({ resource: name, issuers }).publicUrls).toEqual([origin])
  })

  test.each([
    [['https://gateway.example/accounts-api'], ['https://gateway.example/accounts-api']],
    [['https://gateway.example/accounts-api/'], ['https://gateway.example/accounts-api']],
    [['https://gateway.example/'], ['https://gateway.example']],
    [['HTTPS://Gateway.Example:443/%7ea/../B'], ['https://gateway.example/B']],
    [['http://localhost:3000'], ['http://localhost:3000']],
    [
      ['https://a.example', 'https://b.example/c'],
      ['https://a.example', 'https://b.example/c'],
    ],
  ])(
    'are those that are given, in normal form without a slash at the end: %j (DPOP-18)',
    (publicUrls, expected) => {
      const given = [...publicUrls]
      const settings = read({ resource, issuers, publicUrls: given })
      given.push('https://evil.example')
      expect(settings.publicUrls).toEqual(expected)
    },
  )
})

test('takes issuers in lists, as presets make them', () => {
  const [other, third] = ['https://b.example', 'https://c.example'].map((name) => jwtIssuer({ issuer: name }))
  expect(read({ resource, issuers: [issuers, [other], third] }).issuers).toEqual([...issuers, other, third])
})

describe('issuers of many kinds', () => {
  const client = { id: 'api', secret: 's3cr3t' }
  const asked = (name: string, accepts?: () => boolean) =>
    introspectionIssuer({ issuer: name, client, ...(accepts && { accepts }) })

  test('are taken side by side, also with one name (INTRO-10)', () => {
    const both = [...issuers, asked(issuer)]
    expect(read({ resource, issuers: both }).issuers).toEqual(both)
    expect(messageFor({ issuers: [asked(issuer, () => true), asked(issuer, () => true)] })).toMatch(
      /each issuer once/,
    )
  })

  test('that are asked say which tokens are theirs, where there are several (INTRO-10)', () => {
    const [picky, other] = ['https://a.example', 'https://b.example'].map((name) => asked(name, () => true))
    expect(read({ resource, issuers: [picky, other] }).issuers).toHaveLength(2)
    for (const given of [
      [picky, asked('https://c.example')],
      [asked('https://c.example'), [picky]],
    ]) {
      expect(messageFor({ issuers: given })).toMatch(
        /^introspectionIssuer\.accepts: .*"https:\/\/c\.example"/,
      )
    }
  })

  test('include at most one resolver, alone or among others (META-08)', () => {
    const resolver = () => undefined
    expect(read({ resource, issuers: [resolver] })).toMatchObject({ issuers: [], resolver })
    expect(read({ resource, issuers: [issuers, resolver] })).toMatchObject({ issuers, resolver })
    expect(messageFor({ issuers: [resolver, () => undefined] })).toMatch(/at most one resolver/)
    expect(messageFor({ issuers: [resolver, undefined] })).toMatch(/jwtIssuer\(\) or introspectionIssuer\(\)/)
  })
})

test('asks the clock once, to see whether it is one (JOSE-23)', () => {
  const now = vi.fn(() => 1e11 + 1)
  expect(read({ resource, issuers, now }).now).toBe(now)
  expect(now).toHaveBeenCalledOnce()
})

test('takes an empty list of scopes or of types of details: the resource knows none (PRM-04)', () => {
  expect(read({ resource, issuers, scopes: [], authorizationDetailsTypes: [] }).known).toEqual({
    scopes: [],
    detailsTypes: [],
  })
})

test('keeps its own list of issuers and of scopes', () => {
  const given = { resource, issuers: [...issuers], scopes: ['a'] }
  const { issuers: kept, known } = read(given)
  given.issuers.pop()
  given.scopes.push('b')
  expect([kept.length, known.scopes]).toEqual([1, ['a']])
})

describe('a wrong option is a TypeError that names it, what was expected and what came', () => {
  test.each<[name: string, options: object, expected: RegExp, given: string]>([
    ['resource', { resource: undefined }, /an https URL .*jwtIssuer\(\{ audience \}\)/, 'undefined'],
    ['resource', { resource: '' }, /https URL/, "''"],
    ['resource', { resource: 'urn:example:api' }, /jwtIssuer\(\{ audience \}\)/, "'urn:example:api'"],
    ['resource', { resource: null }, /https URL/, 'null'],
    ['resource', { resource: 'api' }, /https URL/, "'api'"],
    ['resource', { resource: 'https://api.example/%zz' }, /path in which %/, "'https://api.example/%zz'"],
    ['resource', { resource: 'https://api.example/a%' }, /path in which %/, "'https://api.example/a%'"],
    ['resource', { resource: 'https://api.example/%ff' }, /path in which %/, "'https://api.example/%ff'"],
    ['resource', { resource: 'http://api.example' }, /https URL/, "'http://api.example'"],
    ['resource', { resource: 'https://api.example#a' }, /without fragment/, "'https://api.example#a'"],
    ['resource', { resource: 'https://a:b@api.example' }, /https URL/, "'https://…@api.example'"],
    ['resource', { resource: 'https://api.example/"' }, /https URL/, "'https://api.example/\"'"],
    ['issuers', { issuers: undefined }, /a list with at least one trusted issuer/, 'undefined'],
    ['issuers', { issuers: null }, /at least one/, 'null'],
    ['issuers', { issuers: [] }, /at least one/, '[]'],
    ['issuers', { issuers: [[]] }, /at least one/, '[ [] ]'],
    ['issuers', { issuers: issuers[0] }, /a list/, issuer],
    ['issuers', { issuers: () => undefined }, /a list/, 'Function'],
    ['issuers', { issuers: [issuer] }, /jwtIssuer\(\)/, `'${issuer}'`],
    ['issuers', { issuers: [undefined] }, /jwtIssuer\(\)/, 'undefined'],
    ['issuers', { issuers: [{ issuer }] }, /jwtIssuer\(\)/, issuer],
    ['issuers', { issuers: [null] }, /jwtIssuer\(\)/, 'null'],
    ['issuers', { issuers: [{ ...issuers[0] }] }, /jwtIssuer\(\)/, issuer],
    ['issuers', { issuers: [Object.create(issuers[0] ?? null)] }, /jwtIssuer\(\)/, '{}'],
    ['issuers', { issuers: [{ ...settingsOf(jwtIssuer({ issuer })) }] }, /jwtIssuer\(\)/, issuer],
    [
      'issuers',
      { issuers: [...issuers, [jwtIssuer({ issuer, audience: 'b' })]] },
      /each issuer once/,
      `'${issuer}'`,
    ],
    ['scopes', { scopes: undefined }, /a value/, 'undefined'],
    ['scopes', { scopes: 'accounts:read' }, /list of strings/, "'accounts:read'"],
    ['scopes', { scopes: [''] }, /none empty/, "[ '' ]"],
    ['scopes', { scopes: [5] }, /list of strings/, '[ 5 ]'],
    ['scopes', { scopes: ['a', 'a'] }, /without doubles/, "[ 'a', 'a' ]"],
    ['scopes', { scopes: ['a', 'b c'] }, /without spaces/, "'b c'"],
    ['scopes', { scopes: ['a"b'] }, /quotes/, "'a\"b'"],
    ['scopes', { scopes: ['é'] }, /scopes/, "'é'"],
    ['authorizationDetailsTypes', { authorizationDetailsTypes: undefined }, /a value/, 'undefined'],
    ['authorizationDetailsTypes', { authorizationDetailsTypes: 'a' }, /list of strings/, "'a'"],
    ['authorizationDetailsTypes', { authorizationDetailsTypes: ['a', ''] }, /none empty/, "''"],
    ['authorizationDetailsTypes', { authorizationDetailsTypes: ['a', 'a'] }, /without doubles/, "'a', 'a'"],
    ['revoked', { revoked: undefined }, /a value/, 'undefined'],
    ['revoked', { revoked: null }, /a function/, 'null'],
    ['revoked', { revoked: new Set() }, /a function/, 'Set'],
    ['publishMetadata', { publishMetadata: undefined }, /a value/, 'undefined'],
    ['publishMetadata', { publishMetadata: null }, /an object with options/, 'null'],
    ['publishMetadata', { publishMetadata: 'yes' }, /an object with options/, "'yes'"],
    ['publishMetadata.name', { publishMetadata: { name: '' } }, /a text/, "''"],
    ['publishMetadata.policy', { publishMetadata: { policy: '/p' } }, /https URL/, "'/p'"],
    ['publicUrls', { publicUrls: undefined }, /a value/, 'undefined'],
    ['publicUrls', { publicUrls: null }, /list of strings/, 'null'],
    ['publicUrls', { publicUrls: [] }, /list of strings/, '[]'],
    ['publicUrls', { publicUrls: 'https://a.example' }, /list of strings/, "'https://a.example'"],
    ['publicUrls', { publicUrls: [undefined] }, /list of strings/, '[ undefined ]'],
    ['publicUrls', { publicUrls: ['https://a.example', 5] }, /list of strings/, '5 ]'],
    [
      'publicUrls',
      { publicUrls: ['https://a.example', 'https://a.example'] },
      /without doubles/,
      'a.example',
    ],
    ['publicUrls', { publicUrls: ['http://a.example'] }, /https URL/, "'http://a.example'"],
    ['publicUrls', { publicUrls: ['a.example'] }, /https URL/, "'a.example'"],
    ['publicUrls', { publicUrls: ['/v1'] }, /https URL/, "'/v1'"],
    [
      'publicUrls',
      { publicUrls: ['https://a.example/?b'] },
      /URLs by RFC 3986, without query/,
      "'https://a.example/?b'",
    ],
    [
      'publicUrls',
      { publicUrls: ['https://a.example/?'] },
      /URLs by RFC 3986, without query/,
      "'https://a.example/?'",
    ],
    ['publicUrls', { publicUrls: ['https://a.example/#b'] }, /without fragment/, "'https://a.example/#b'"],
    ['publicUrls', { publicUrls: ['https://u:p@a.example'] }, /user information/, "'https://…@a.example'"],
    [
      'publicUrls',
      { publicUrls: ['https://a.example/[b]'] },
      /URLs by RFC 3986, without query/,
      "'https://a.example/[b]'",
    ],
    ['dpop', { dpop: undefined }, /a value/, 'undefined'],
    ['dpop', { dpop: null }, /an object with options/, 'null'],
    ['dpop', { dpop: true }, /an object with options/, 'true'],
    ['dpop', { dpop: 'required' }, /an object with options/, "'required'"],
    ['dpop.required', { dpop: { required: 'yes' } }, /true or false/, "'yes'"],
    ['dpop.algorithms', { dpop: { algorithms: ['none'] } }, /a list out of/, "'none'"],
    ['dpop.proofMaxAgeSeconds', { dpop: { proofMaxAgeSeconds: 301 } }, /from 0 to 300/, '301'],
    ['dpop.nonce', { dpop: { nonce: undefined } }, /a value/, 'undefined'],
    ['certificate', { certificate: undefined }, /a value/, 'undefined'],
    ['certificate', { certificate: null }, /'socket' or \{ header, format, proxies \}/, 'null'],
    ['certificate', { certificate: true }, /'socket' or/, 'true'],
    ['certificate', { certificate: 'header' }, /'socket' or/, "'header'"],
    ['clockToleranceSeconds', { clockToleranceSeconds: undefined }, /a value/, 'undefined'],
    ['clockToleranceSeconds', { clockToleranceSeconds: -1 }, /from 0 to 60/, '-1'],
    ['clockToleranceSeconds', { clockToleranceSeconds: 61 }, /from 0 to 60/, '61'],
    ['clockToleranceSeconds', { clockToleranceSeconds: NaN }, /from 0 to 60/, 'NaN'],
    ['clockToleranceSeconds', { clockToleranceSeconds: '5' }, /from 0 to 60/, "'5'"],
    ['now', { now: 5 }, /a function/, '5'],
    ['now', { now: null }, /a function/, 'null'],
    ['now', { now: new Date(0) }, /a function/, '1970'],
    ['now', { now: () => moment }, /in milliseconds/, String(moment)],
    ['now', { now: () => 1e11 }, /in milliseconds/, '100000000000'],
    ['now', { now: () => 1234.5 }, /in milliseconds/, '1234.5'],
    ['now', { now: () => NaN }, /in milliseconds/, 'NaN'],
    ['now', { now: () => Infinity }, /in milliseconds/, 'Infinity'],
    ['now', { now: () => new Date(0) }, /in milliseconds/, '1970'],
    ['now', { now: () => `${moment}000` }, /in milliseconds/, `'${moment}000'`],
    ['now', { now: () => undefined }, /in milliseconds/, 'undefined'],
    ['onEvent', { onEvent: 'log' }, /a function/, "'log'"],
  ])('%s: %j', (name, options, expected, given) => {
    const message = messageFor(options)
    expect(message.startsWith(`protectedResource.${name}: expected `)).toBe(true)
    expect(message).toMatch(expected)
    expect(message.slice(message.indexOf(', got '))).toContain(given)
  })

  test.each([undefined, null, 'https://api.example', 5])('no options at all: %j', (options) => {
    expect(thrownBy(() => read(options as never))).toMatchObject({
      name: 'TypeError',
      message: expect.stringMatching(/^protectedResource: expected an object/),
    })
  })

  test('resource: left out', () => {
    expect(thrownBy(() => read({ issuers }))).toMatchObject({
      name: 'TypeError',
      message: expect.stringMatching(/^protectedResource\.resource: expected an https URL .*got undefined/),
    })
  })

  test('issuers: left out', () => {
    expect(thrownBy(() => read({ resource }))).toMatchObject({
      name: 'TypeError',
      message: expect.stringMatching(/^protectedResource\.issuers: expected a list .*got undefined/),
    })
  })

  test('resource: with user information, which is not printed (BCP-02)', () => {
    const message = messageFor({ resource: 'https://user:c2VjcmV0@api.example' })
    expect(message).not.toMatch(/user:|c2VjcmV0/)
    expect(message).toContain('another audience is set by jwtIssuer({ audience })')
  })

  test('an unknown option, with the known ones', () => {
    expect(messageFor({ scope: ['a'] })).toMatch(/^protectedResource: unknown option "scope".*scopes/)
    expect(messageFor({ publicUrl: 'a' })).toMatch(
      /^protectedResource: unknown option "publicUrl".*publicUrls/,
    )
    expect(messageFor({ dpop: { require: true } })).toMatch(
      /^protectedResource\.dpop: unknown option "require".*required/,
    )
  })
})
