import { describe, expect, test } from 'vitest'
import { holeAndText } from '../../../test-support/holes.js'
import { claimsWith, principalWith } from '../../../test-support/principals.js'
import { typeErrorOf } from '../../../test-support/refusal.js'
import { moment } from '../../../test-support/tokens.js'
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
    () => true,
    [undefined],
    ['a', null],
    [['a']],
    holeAndText,
  ])('the value %s, as a mistyped constant is', (value) => {
    expect(typeErrorOf(() => loose('tenant', value))).toMatch(/^claim\(\): expected strings, numbers, /)
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

test('operators are told what was expected and what came', () => {
  expect(judged({ tenant: 'x' }, 'tenant', ['a', 5]).lacks[0]?.reason).toBe(
    'claim "tenant" is "x", expected "a" or 5',
  )
})
