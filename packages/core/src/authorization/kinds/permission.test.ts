import { describe, expect, test } from 'vitest'
import { hole } from '../../../test-support/holes.js'
import { principalWith } from '../../../test-support/principals.js'
import { typeErrorOf } from '../../../test-support/refusal.js'
import { moment } from '../../../test-support/tokens.js'
import { permission, permissionKind } from './permission.js'

const loose = permission as unknown as (...given: unknown[]) => unknown
const judged = (claims: object, ...permissions: [string, ...string[]]) =>
  permissionKind.judge(permission(...permissions), principalWith(claims), moment)

test('is frozen data', () => {
  const requirement = permission('read:accounts', 'write:accounts')
  expect(requirement).toEqual({ kind: 'permission', permissions: ['read:accounts', 'write:accounts'] })
  expect([Object.isFrozen(requirement), Object.isFrozen(requirement.permissions)]).toEqual([true, true])
  expect(String(requirement)).toBe('permission read:accounts, write:accounts')
})

describe('a wrong one is a TypeError', () => {
  test('without a permission', () => {
    expect(typeErrorOf(() => loose())).toBe('permission(): expected at least one permission, got []')
  })

  test.each([undefined, null, '', 5, ['a'], {}])('permission(%j)', (given) => {
    expect(typeErrorOf(() => loose(given))).toMatch(/^permission\(\): expected a permission[,;] /)
  })

  test.each([undefined, 'a', [], [undefined], hole])('written with permissions %j', (permissions) => {
    expect(typeErrorOf(() => permissionKind.read('here', { permissions }, {}))).toMatch(/^here: expected /)
  })
})

test('is met by a token that has every one of them', () => {
  expect(judged({ permissions: ['b', 'a'] }, 'a', 'b')).toMatchObject({ state: 'met', scoped: false })
})

test.each([
  [{ permissions: ['a'] }],
  [{ permissions: ['a', 'B'] }],
  [{ permissions: 'a b' }],
  [{ permissions: ['a', 'b', {}] }],
  [{ roles: ['a', 'b'] }],
  [{}],
])('is not met by %j', (claims) => {
  const { state, lacks } = judged(claims, 'a', 'b')
  expect([state, lacks.map(({ code }) => code)]).toEqual(['unmet', ['requirement_unmet']])
})

test('operators are told what was needed and what came', () => {
  expect(judged({ permissions: ['x'] }, 'a').lacks[0]?.reason).toBe(
    'needed permission: "a"; the token carries ["x"]',
  )
})
