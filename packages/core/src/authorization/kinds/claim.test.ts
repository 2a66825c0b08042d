import { describe, expect, test } from 'vitest'
import { holeAndText } from '../../../test-support/holes.js'
import { accessTokenWith, claimsWith, principalWith } from '../../../test-support/principals.js'
import { typeErrorOf } from '../../../test-support/refusal.js'
import { moment } from '../../../test-support/tokens.js'
import { principalOf } from '../../principal.js'
import { type ClaimValue, claim, claimKind } from './claim.js'

const loose = claim as unknown as (...given: unknown[]) => unknown
const judged = (claims: object, name: string, value: ClaimValue | readonly ClaimValue[]) =>
  claimKind.judge(claim(name, value), principalWith(claims), moment)

test('is frozen data', () => {
  const requirement = claim('tenant', ['north', 5, true])
  expect(requirement).toEqual({ kind: 'claim', name: 'tenant', values: ['north', 5, true] })
  expect([Object.isFrozen(requirement), Object.isFrozen(requirement.values)]).toEqual([true, true])
  expect(String(requirement)).toBe('claim tenant "north" | 5 | true')
  expect(claim('tenant', 'north')).toEqual({ kind: 'claim', name: 'tenant', values: ['north'] })
})

test('keeps values of its own', () => {
  const values = ['north']
  const requirement = claim('tenant', values)
  values.push('south')
  expect(requirement.values).toEqual(['north'])
})

describe('a wrong one is a TypeError', () => {
  test.each([undefined, null, '', 5, ['a'], {}])('the name %j', (name) => {
    expect(typeErrorOf(() => loose(name, 'a'))).toMatch(/^claim\(\): expected the name of a claim, got /)
  })

  test.each([
    undefined,
    null,
    {},
    NaN,
    Infinity,
    5n,
    2 ** 53,
    -(2 ** 53),
    Number('9007199254740993'),
    1e300,
    () => true,
    [undefined],
    ['a', null],
    [['a']],
    holeAndText,
  ])('the value %s, as a mistyped constant is', (value) => {
    expect(typeErrorOf(() => loose('tenant', value))).toMatch(
      /^claim\(\): expected strings, numbers \(whole ones up to 2\^53 - 1\), true or false, got /,
    )
  })

  test('no value at all', () => {
    expect(typeErrorOf(() => loose('tenant', []))).toBe('claim(): expected at least one value, got []')
    expect(typeErrorOf(() => loose('tenant'))).toContain('got undefined')
    expect(typeErrorOf(() => claimKind.read('here', { name: 'a' }, {}))).toContain('at least one value')
  })
})

test.each<[object, ClaimValue | ClaimValue[]]>([
  [{ tenant: 'north' }, 'north'],
  [{ tenant: 'north' }, ['south', 'north']],
  [{ tenant: ['east', 'north'] }, 'north'],
  [{ tenant: ['east', 'north'] }, ['south', 'north']],
  [{ tenant: 0 }, 0],
  [{ tenant: Number.MAX_SAFE_INTEGER }, Number.MAX_SAFE_INTEGER],
  [{ tenant: 0.5 }, 0.5],
  [{ tenant: '9007199254740993' }, '9007199254740993'],
  [{ tenant: false }, false],
  [{ tenant: '' }, ''],
])('%j meets tenant %j', (claims, value) => {
  expect(judged(claims, 'tenant', value)).toMatchObject({ state: 'met', scoped: false })
})

test.each<[object, ClaimValue | ClaimValue[]]>([
  [{}, 'north'],
  [{}, 'undefined'],
  [{ tenant: null }, 'null'],
  [{ tenant: 'North' }, 'north'],
  [{ tenant: 'north ' }, 'north'],
  [{ tenant: 'north,south' }, 'north'],
  [{ tenant: '5' }, 5],
  [{ tenant: 5 }, '5'],
  [{ tenant: Number('9007199254740993') }, Number.MAX_SAFE_INTEGER],
  [{ tenant: Number('9007199254740993') }, '9007199254740993'],
  [{ tenant: 1 }, true],
  [{ tenant: 'true' }, true],
  [{ tenant: [] }, ''],
  [{ tenant: [['north']] }, 'north'],
  [{ tenant: { value: 'north' } }, 'north'],
  [{ tenant: 'cafe\u0301' }, 'caf\u00e9'],
])('%j does not meet tenant %j: values are compared as they are', (claims, value) => {
  const { state, lacks } = judged(claims, 'tenant', value)
  expect([state, lacks.map(({ code }) => code)]).toEqual(['unmet', ['requirement_unmet']])
})

test('what a claim inherits counts for nothing (JOSE-35)', () => {
  const inherited = Object.assign(Object.create({ tenant: 'north' }), claimsWith())
  const verdict = claimKind.judge(claim('tenant', 'north'), principalWith({}, { claims: inherited }), moment)
  expect(verdict.state).toBe('unmet')
  expect(judged({}, 'constructor', 'x').state).toBe('unmet')
})

test.each([
  [undefined, 'missing'],
  ['01011998123', 'another value (string)'],
  [86_753_091, 'another value (number)'],
  [null, 'another value (null)'],
  [['01011998123'], 'another value (list)'],
  [{ name: 'Kari' }, 'another value (object)'],
])(
  'operators are told what was expected, and of %j only what it is: it may be personal data',
  (value, told) => {
    expect(judged({ tenant: value }, 'tenant', ['a', 5]).lacks[0]?.reason).toBe(
      `claim "tenant" is ${told}, expected "a" or 5`,
    )
  },
)

test('what the token says counts, not what a schema made of it', () => {
  const token = accessTokenWith({ level: '3' })
  const fittedClaims = { ...token.claims, level: 3, plan: 'free' }
  const principal = principalOf({ ...token, fittedClaims }, { scheme: 'Bearer', token: 'a' }, undefined)
  const state = (name: string, value: ClaimValue) =>
    claimKind.judge(claim(name, value), principal, moment).state
  expect([state('level', '3'), state('level', 3), state('plan', 'free')]).toEqual(['met', 'unmet', 'unmet'])
})
