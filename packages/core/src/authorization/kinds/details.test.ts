import { describe, expect, test } from 'vitest'
import { hole } from '../../../test-support/holes.js'
import { principalWith } from '../../../test-support/principals.js'
import { typeErrorOf } from '../../../test-support/refusal.js'
import { moment } from '../../../test-support/tokens.js'
import { type DetailsNeeded, details, detailsKind } from './details.js'

const loose = details as unknown as (...given: unknown[]) => unknown
const judged = (granted: unknown, needed: DetailsNeeded) =>
  detailsKind.judge(details(needed), principalWith({ authorization_details: granted }), moment)

const everything: DetailsNeeded = {
  type: 'account',
  actions: ['read', 'list'],
  locations: ['https://api.example'],
  datatypes: ['balance'],
  privileges: ['admin'],
  identifier: 'a-1',
}

test('is frozen data, through and through', () => {
  const requirement = details(everything)
  expect(requirement).toEqual({ kind: 'details', needed: everything })
  const { needed } = requirement
  for (const part of [
    requirement,
    needed,
    needed.actions,
    needed.locations,
    needed.datatypes,
    needed.privileges,
  ])
    expect(Object.isFrozen(part)).toBe(true)
  expect(String(details({ type: 'a', actions: ['b'] }))).toBe('details {"type":"a","actions":["b"]}')
})

test('keeps lists of its own', () => {
  const actions = ['read']
  const requirement = details({ type: 'a', actions })
  actions.push('write')
  expect(requirement.needed.actions).toEqual(['read'])
})

describe('a wrong one is a TypeError', () => {
  test.each([undefined, null, 'account', [], ['account'], () => 1])('details(%j)', (given) => {
    expect(typeErrorOf(() => loose(given))).toMatch(/^details\(\): expected an object with options, got /)
  })

  test.each([undefined, null, '', 5, ['a']])('the type %j', (type) => {
    expect(typeErrorOf(() => loose({ type }))).toMatch(/^details\(\)\.type: expected a type, got /)
  })

  test('no type', () => {
    expect(typeErrorOf(() => loose({ actions: ['read'] }))).toMatch(/^details\(\)\.type: .*got undefined/)
  })

  const lists = ['actions', 'locations', 'datatypes', 'privileges']
  const wrong = [undefined, null, [], 'read', [''], [5], ['read', undefined], hole]
  test.each(lists.flatMap((name) => wrong.map((given) => [name, given] as const)))(
    '%s: %j, as a mistyped constant is',
    (name, given) => {
      expect(typeErrorOf(() => loose({ type: 'a', [name]: given }))).toMatch(
        new RegExp(`^details\\(\\)\\.${name}: expected (a|at least one) text, got `),
      )
    },
  )

  test.each([undefined, null, '', 5, ['a']])('identifier: %j', (identifier) => {
    expect(typeErrorOf(() => loose({ type: 'a', identifier }))).toMatch(
      /^details\(\)\.identifier: expected a text/,
    )
  })

  test('a member that is not known, which would be asked of nobody', () => {
    expect(typeErrorOf(() => loose({ type: 'a', action: ['read'] }))).toMatch(
      /^details\(\): unknown option "action", expected one of type, actions/,
    )
  })

  test('a type that the resource does not know, with those that it knows', () => {
    const readWith = (detailsTypes: string[]) =>
      detailsKind.read('here', { needed: { type: 'account' } }, { detailsTypes })
    expect(readWith(['payment', 'account'])).toEqual(details({ type: 'account' }))
    expect(typeErrorOf(() => readWith(['payment', 'Account']))).toBe(
      "here: expected a type of the resource (payment, Account), got 'account'",
    )
    expect(typeErrorOf(() => readWith([]))).toContain('it has none')
  })
})

describe('is met by one object that covers all of it (RAR-03)', () => {
  test.each<[string, object, DetailsNeeded]>([
    ['the type alone', { type: 'account' }, { type: 'account' }],
    ['exactly that', { ...everything }, everything],
    ['more than that', { ...everything, actions: ['list', 'write', 'read'], amount: 5 }, everything],
    ['of which less is needed', { ...everything }, { type: 'account', actions: ['list'] }],
  ])('%s', (_, granted, needed) => {
    expect(judged([granted], needed)).toMatchObject({ state: 'met', scoped: false, lacks: [] })
    expect(judged([{ type: 'other' }, granted, { type: 'account', actions: [] }], needed).state).toBe('met')
  })
})

describe('is not met', () => {
  const unmet = (granted: unknown, needed: DetailsNeeded = everything) => {
    const verdict = judged(granted, needed)
    expect(verdict).toMatchObject({ state: 'unmet', needs: { scopes: [] } })
    expect(verdict.lacks).toMatchObject([{ code: 'details_insufficient' }])
  }

  test.each<[string, object]>([
    ['an action', { actions: ['read'] }],
    ['all actions', { actions: undefined }],
    ['a location', { locations: ['https://other.example'] }],
    ['a data type', { datatypes: [] }],
    ['a privilege', { privileges: ['user'] }],
    ['the identifier', { identifier: 'a-2' }],
    ['any identifier', { identifier: undefined }],
    ['the type', { type: 'payment' }],
  ])('when %s is missing', (_, changes) => {
    unmet([{ ...everything, ...changes }])
  })

  test('by two objects that cover it together: nothing is mixed (RAR-03)', () => {
    const here = { type: 'account', actions: ['read'], locations: ['https://other.example'] }
    const there = { type: 'account', actions: ['write'], locations: ['https://api.example'] }
    unmet([here, there], { type: 'account', actions: ['read'], locations: ['https://api.example'] })
    unmet([here, there], { type: 'account', actions: ['read', 'write'] })
  })

  test.each<[string, object]>([
    ['the case of the type', { type: 'Account' }],
    ['the case of an action', { actions: ['Read', 'list'] }],
    ['a slash in the location', { locations: ['https://api.example/'] }],
    ['white space', { privileges: ['admin '] }],
    ['a type of JSON', { identifier: ['a-1'] }],
    ['a text in place of a list', { datatypes: 'balance' }],
    ['a list in a list', { datatypes: [['balance']] }],
  ])('by what differs in %s (RAR-02)', (_, changes) => {
    unmet([{ ...everything, ...changes }])
  })

  test('by another Unicode form of the same text (RAR-02)', () => {
    unmet([{ type: 'caf\u00e9' }], { type: 'cafe\u0301' })
  })

  test.each([
    [undefined],
    [null],
    [JSON.stringify([{ type: 'account' }])],
    [{ type: 'account' }],
    [{ 0: { type: 'account' }, length: 1 }],
    [[]],
    [[{}]],
    [['account']],
    [[['account']]],
    [[null, { type: 'account' }]],
    [[{ type: 'account' }, {}]],
    [[{ type: 'account' }, { type: 5 }]],
    [5],
  ])('by %j, which is no list of objects that each have a type (RAR-01)', (granted) => {
    unmet(granted, { type: 'account' })
  })
})

test('operators are told what was needed, and of which types the token carries details', () => {
  expect(judged([{ type: 'x', secret: 's' }], { type: 'a' }).lacks[0]?.reason).toBe(
    'no authorization detail covers {"type":"a"}; the token carries details of type ["x"]',
  )
})
