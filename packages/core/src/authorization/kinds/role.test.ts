import { describe, expect, test } from 'vitest'
import { hole } from '../../../test-support/holes.js'
import { principalWith } from '../../../test-support/principals.js'
import { typeErrorOf } from '../../../test-support/refusal.js'
import { moment } from '../../../test-support/tokens.js'
import { role, roleKind } from './role.js'

const loose = role as unknown as (...given: unknown[]) => unknown
const judged = (claims: object, ...roles: [string, ...string[]]) =>
  roleKind.judge(role(...roles), principalWith(claims), moment)

test('is frozen data', () => {
  const requirement = role('Accounts.Admin', 'Auditor of all')
  expect(requirement).toEqual({ kind: 'role', roles: ['Accounts.Admin', 'Auditor of all'] })
  expect([Object.isFrozen(requirement), Object.isFrozen(requirement.roles)]).toEqual([true, true])
  expect(String(requirement)).toBe('role Accounts.Admin, Auditor of all')
})

describe('a wrong one is a TypeError', () => {
  test('without a role', () => {
    expect(typeErrorOf(() => loose())).toBe('role(): expected at least one role, got []')
  })

  test.each([undefined, null, '', 5, true, ['a'], {}])('role(%j)', (given) => {
    expect(typeErrorOf(() => loose('a', given))).toMatch(/^role\(\): expected a role[,;] /)
  })

  test.each([undefined, null, 'a', {}, [], [undefined], hole])('written with roles %j', (roles) => {
    expect(typeErrorOf(() => roleKind.read('here', { roles }, {}))).toMatch(
      /^here: expected (a|at least one) role/,
    )
  })
})

test('is met by a token that has every one of them (RFC 9068 §2.2.3.1)', () => {
  expect(judged({ roles: ['a'] }, 'a')).toMatchObject({ state: 'met', scoped: false, lacks: [] })
  expect(judged({ roles: ['c', 'b', { value: 'a' }] }, 'a', 'b').state).toBe('met')
})

test.each([
  [{ roles: ['a'] }],
  [{ roles: ['a', 'B'] }],
  [{ roles: ['a b'] }],
  [{ roles: 'a b' }],
  [{ roles: ['a', 'b', 5] }],
  [{ permissions: ['a', 'b'] }],
  [{ scope: 'a b' }],
  [{}],
])('is not met by %j, and no scope would do', (claims) => {
  const verdict = judged(claims, 'a', 'b')
  expect(verdict).toMatchObject({ state: 'unmet', needs: { scopes: [] } })
  expect(verdict.lacks).toMatchObject([{ code: 'requirement_unmet' }])
})

test('operators are told what was needed and what came', () => {
  expect(judged({ roles: ['x'] }, 'a', 'b').lacks[0]?.reason).toBe(
    'needed role: "a", "b"; the token carries ["x"]',
  )
})
