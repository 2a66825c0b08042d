import { describe, expect, test } from 'vitest'
import { hole } from '../../test-support/holes.js'
import { typeErrorOf } from '../../test-support/refusal.js'
import { acr } from './kinds/acr.js'
import { check } from './kinds/check.js'
import { claim } from './kinds/claim.js'
import { client } from './kinds/client.js'
import { details } from './kinds/details.js'
import { maxAge } from './kinds/max-age.js'
import { permission } from './kinds/permission.js'
import { role } from './kinds/role.js'
import { scope } from './kinds/scope.js'
import { allOf, anyOf, isCombined, kindOf, type Requirement, readRequirement } from './requirement.js'

const read = scope('accounts:read')
const write = scope('accounts:write')
const yes = () => true

const simple = [
  scope('a', 'b'),
  role('a', 'b'),
  permission('a'),
  claim('a', ['b', 5, true]),
  client('a', 'b'),
  acr('a', 'b'),
  maxAge(300),
  details({ type: 'a', actions: ['b'], locations: ['c'], identifier: 'd' }),
]
const combined = [
  anyOf(read),
  allOf(read, write),
  allOf(anyOf(...(simple as [Requirement])), allOf(role('a'), anyOf(maxAge(5)))),
]

function everyObjectIn(value: unknown): unknown[] {
  return typeof value === 'object' && value !== null
    ? [value, ...Object.values(value).flatMap(everyObjectIn)]
    : []
}

describe('a requirement', () => {
  test('that was written by hand is copied: what was checked is what will be asked (SCOPE-03)', () => {
    const scopes = ['accounts:read']
    const of = [{ kind: 'scope', scopes }]
    const checked = readRequirement('requires()', { kind: 'allOf', of })
    scopes.length = 0
    of.length = 0
    expect(checked).toEqual(allOf(read))
    expect(Object.isFrozen(checked)).toBe(true)
  })

  test.each([...simple, ...combined, check('a', yes)])('of any kind is copied: %s', (given) => {
    const [before, known] = [structuredClone({ ...given, predicate: undefined }), { scopes: undefined }]
    const copy = readRequirement('requires()', { ...given }, known)
    expect(copy).toStrictEqual(given)
    expect(copy).not.toBe(given)
    expect(String(copy)).toBe(String(given))
    expect(structuredClone({ ...copy, predicate: undefined })).toEqual(before)
  })

  test('reads what stands in an object once: it cannot say one thing to the check and another later', () => {
    let asked = 0
    const shifty = {
      kind: 'scope',
      get scopes() {
        return asked++ === 0 ? ['a'] : []
      },
    }
    expect(readRequirement('requires()', shifty)).toEqual(scope('a'))
    expect(asked).toBe(1)
  })

  test.each([...simple, ...combined])('is plain data: %s', (given) => {
    const written: unknown = JSON.parse(JSON.stringify(given))
    expect(written).toEqual(given)
    expect(readRequirement('requires()', written)).toStrictEqual(given)
  })

  test.each([...simple, ...combined, check('a', yes)])('is frozen through and through: %s', (given) => {
    for (const part of everyObjectIn(given)) expect(Object.isFrozen(part)).toBe(true)
  })

  test.each<[Requirement, string]>([
    [read, 'scope accounts:read'],
    [anyOf(read), 'scope accounts:read'],
    [allOf(read, role('Admin')), 'scope accounts:read and role Admin'],
    [anyOf(read, client('a', 'b')), 'scope accounts:read or client a | b'],
    [allOf(acr('a', 'b'), anyOf(read, write)), 'acr a | b and (scope accounts:read or scope accounts:write)'],
    [anyOf(allOf(read, maxAge(5)), check('x', yes)), '(scope accounts:read and maxAge 5 s) or check "x"'],
    [allOf(anyOf(anyOf(read, write)), role('a')), '(scope accounts:read or scope accounts:write) and role a'],
    [allOf(anyOf(allOf(read)), role('a')), 'scope accounts:read and role a'],
  ])('prints itself for people: %s', (requirement, printed) => {
    expect(String(requirement)).toBe(printed)
  })

  test('knows whether others are in it', () => {
    for (const one of simple) expect(isCombined(one)).toBe(false)
    for (const one of combined) expect(isCombined(one)).toBe(true)
  })

  test.each(simple)('is printed by its kind: %s', (given) => {
    expect(kindOf(given).print(given)).toBe(String(given))
    expect(kindOf(given).members).toEqual(Object.keys(given).filter((name) => name !== 'kind'))
  })
})

describe('a wrong requirement is a TypeError', () => {
  const loose = { allOf, anyOf } as unknown as Record<string, (...given: unknown[]) => unknown>

  test.each(['allOf', 'anyOf'])(
    '%s() without anything: an empty list is a mistake, not "allow all" (SCOPE-03)',
    (name) => {
      expect(typeErrorOf(() => loose[name]?.())).toBe(`${name}(): expected at least one requirement, got []`)
    },
  )

  test.each([
    undefined,
    null,
    'accounts:read',
    5,
    {},
    [],
    [read],
    { kind: 'scope' },
    { kind: 'scope', scopes: [] },
    { kind: 'scope', scopes: 'a' },
    { kind: 'scope', scopes: ['a b'] },
    { kind: 'scope', scopes: [undefined] },
    { kind: 'scope', scopes: hole },
    { kind: 'anyOf', of: [] },
    { kind: 'allOf' },
    { kind: 'allOf', of: 'a' },
    { kind: 'noneOf', of: [read] },
    { kind: 'anyOf', of: [undefined] },
    { kind: 'allOf', of: hole },
    { kind: 'anyOf', scopes: ['a'] },
    { kind: 'toString' },
    { kind: ['scope'], scopes: ['a'] },
    { kind: 'role', scopes: ['a'] },
    { kind: 'claim', name: 'a' },
    { kind: 'maxAge', seconds: '5' },
    { kind: 'details', type: 'a' },
    { kind: 'check', name: 'a' },
    { kind: 'scope', scopes: ['a'], roles: ['b'] },
    { kind: 'scope', scopes: ['a'], scope: 'b' },
    { kind: 'allOf', of: [read], scopes: ['a'] },
    { kind: 'anyOf', of: [{ ...role('a'), role: 'b' }] },
    { kind: 'maxAge', seconds: 5, maxAge: 5 },
    () => true,
  ])('anyOf(%j) and allOf(%j)', (given) => {
    expect(typeErrorOf(() => loose['anyOf']?.(read, given))).toMatch(/^anyOf\(\): expected /)
    expect(typeErrorOf(() => loose['allOf']?.(given))).toMatch(/^allOf\(\): expected /)
    expect(typeErrorOf(() => readRequirement('here', allOf(read) && given))).toMatch(/^here: expected /)
  })
})

test('what stands besides in a requirement is told by its name', () => {
  const given = { kind: 'scope', scopes: ['a'], roles: ['admin'] }
  expect(typeErrorOf(() => readRequirement('requires()', given))).toBe(
    "requires(): expected scope with nothing but scopes, got 'roles'",
  )
  expect(
    typeErrorOf(() => readRequirement('requires()', { kind: 'check', name: 'a', predicate: yes, x: 1 })),
  ).toBe("requires(): expected check with nothing but name and predicate, got 'x'")
})

test('a requirement that contains itself is a TypeError, and so is one that is too deep', () => {
  const circular: { kind: string; of: unknown[] } = { kind: 'allOf', of: [read] }
  circular.of.push(circular)
  const wrapped = (times: number): Requirement =>
    times === 0 ? read : { kind: 'anyOf', of: [wrapped(times - 1)] }
  for (const given of [circular, wrapped(101), wrapped(5000)])
    expect(typeErrorOf(() => readRequirement('requires()', given))).toMatch(
      /^requires\(\): expected requirements at most 100 deep, none in itself, got /,
    )
  expect(() => readRequirement('requires()', wrapped(100))).not.toThrow()
})

test.each(['allOf', 'anyOf'] as const)('whoever passes a list to %s() is told what to do', (name) => {
  const combine = { allOf, anyOf }[name] as (...given: unknown[]) => unknown
  expect(typeErrorOf(() => combine([read, write]))).toMatch(
    /; pass several as separate arguments, not as a list, got /,
  )
})

describe('what a resource knows', () => {
  const known = { scopes: ['accounts:read', 'accounts:write'], detailsTypes: ['account'] }
  const account = details({ type: 'account', actions: ['read'] })
  const payment = details({ type: 'payment' })

  test.each<Requirement>([
    read,
    write,
    scope('accounts:read', 'accounts:write'),
    anyOf(read, allOf(write, anyOf(read))),
    account,
    allOf(account, read, role('anything'), acr('anything')),
  ])('passes: %s', (given) => {
    expect(readRequirement('requires()', given, known)).toEqual(given)
  })

  test.each<Requirement>([
    scope('accounts:delete'),
    scope('accounts:read', 'accounts:delete'),
    scope('Accounts:delete'),
    anyOf(read, scope('accounts:delete')),
    allOf(read, anyOf(read, allOf(write, scope('accounts:delete')))),
  ])('is all that a requirement may name: %s (SCOPE-03)', (given) => {
    const message = typeErrorOf(() => readRequirement('requires()', given, known))
    expect(message).toMatch(
      /^requires\(\): expected a scope of the resource \(accounts:read, accounts:write\), got '/,
    )
    expect(message).toContain("ccounts:delete'")
  })

  test.each<Requirement>([payment, anyOf(read, allOf(account, payment))])(
    'is all that a requirement may name: %s',
    (given) => {
      expect(typeErrorOf(() => readRequirement('requires()', given, known))).toBe(
        "requires(): expected a type of the resource (account), got 'payment'",
      )
    },
  )

  test('may be nothing: then no requirement passes', () => {
    const nothing = { scopes: [], detailsTypes: [] }
    for (const given of [read, account])
      expect(typeErrorOf(() => readRequirement('requires()', given, nothing))).toMatch(/it has none/)
    expect(readRequirement('requires()', role('a'), nothing)).toEqual(role('a'))
  })

  test('may be unknown: then every name passes', () => {
    expect(readRequirement('requires()', scope('anything'))).toEqual(scope('anything'))
    expect(readRequirement('requires()', payment)).toEqual(payment)
  })
})
