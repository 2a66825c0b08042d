import { describe, expect, test, vi } from 'vitest'
import { thrownBy } from '../test-support/refusal.js'
import { issuer, moment, resource } from '../test-support/tokens.js'
import { type ProtectedResourceOptions, readOptions } from './options.js'
import { jwtIssuer, settingsOf } from './token/jwt-issuer.js'

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
    scopes: undefined,
    clockToleranceSeconds: 5,
    now: Date.now,
    onEvent: undefined,
  })
})

test('keeps what it is given', () => {
  const now = () => moment * 1000
  const onEvent = () => undefined
  const given = { resource: `${resource}/a?b`, scopes: ['a:b', 'c'], clockToleranceSeconds: 60, now, onEvent }
  expect(read({ ...given, issuers })).toEqual({ ...given, issuers })
})

test('takes issuers in lists, as presets make them', () => {
  const [other, third] = ['https://b.example', 'https://c.example'].map((name) => jwtIssuer({ issuer: name }))
  expect(read({ resource, issuers: [issuers, [other], third] }).issuers).toEqual([...issuers, other, third])
})

test('asks the clock once, to see whether it is one (JOSE-23)', () => {
  const now = vi.fn(() => 1e11 + 1)
  expect(read({ resource, issuers, now }).now).toBe(now)
  expect(now).toHaveBeenCalledOnce()
})

test('takes an empty list of scopes: the resource knows none (PRM-04)', () => {
  expect(read({ resource, issuers, scopes: [] }).scopes).toEqual([])
})

test('keeps its own list of issuers and of scopes', () => {
  const given = { resource, issuers: [...issuers], scopes: ['a'] }
  const { issuers: kept, scopes } = read(given)
  given.issuers.pop()
  given.scopes.push('b')
  expect([kept.length, scopes]).toEqual([1, ['a']])
})

describe('a wrong option is a TypeError that names it, what was expected and what came', () => {
  test.each<[name: string, options: object, expected: RegExp, given: string]>([
    ['resource', { resource: undefined }, /an https URL .*jwtIssuer\(\{ audience \}\)/, 'undefined'],
    ['resource', { resource: '' }, /https URL/, "''"],
    ['resource', { resource: 'urn:example:api' }, /jwtIssuer\(\{ audience \}\)/, "'urn:example:api'"],
    ['resource', { resource: null }, /https URL/, 'null'],
    ['resource', { resource: 'api' }, /https URL/, "'api'"],
    ['resource', { resource: 'http://api.example' }, /https URL/, "'http://api.example'"],
    ['resource', { resource: 'https://api.example#a' }, /without fragment/, "'https://api.example#a'"],
    ['resource', { resource: 'https://a:b@api.example' }, /https URL/, "'https://…@api.example'"],
    ['resource', { resource: 'https://api.example/"' }, /https URL/, "'https://api.example/\"'"],
    ['issuers', { issuers: undefined }, /a list with at least one trusted issuer/, 'undefined'],
    ['issuers', { issuers: null }, /at least one/, 'null'],
    ['issuers', { issuers: [] }, /at least one/, '[]'],
    ['issuers', { issuers: [[]] }, /at least one/, '[ [] ]'],
    ['issuers', { issuers: issuers[0] }, /a list/, issuer],
    ['issuers', { issuers: [issuer] }, /jwtIssuer\(\)/, `'${issuer}'`],
    ['issuers', { issuers: [undefined] }, /jwtIssuer\(\)/, 'undefined'],
    ['issuers', { issuers: [{ issuer }] }, /jwtIssuer\(\)/, issuer],
    ['issuers', { issuers: [null] }, /jwtIssuer\(\)/, 'null'],
    ['issuers', { issuers: [{ ...issuers[0] }] }, /jwtIssuer\(\)/, issuer],
    ['issuers', { issuers: [Object.create(issuers[0] ?? null)] }, /jwtIssuer\(\)/, '{}'],
    [
      'issuers',
      { issuers: [{ kind: 'jwt', ...settingsOf(jwtIssuer({ issuer })) }] },
      /jwtIssuer\(\)/,
      issuer,
    ],
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
    expect(message).toMatch(new RegExp(`^protectedResource\\.${name}: expected `))
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
  })
})
