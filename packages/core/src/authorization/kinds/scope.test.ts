import { describe, expect, test } from 'vitest'
import { hole, holeAndText } from '../../../test-support/holes.js'
import { principalWith } from '../../../test-support/principals.js'
import { typeErrorOf } from '../../../test-support/refusal.js'
import { moment } from '../../../test-support/tokens.js'
import { type ScopeRequirement, scope, scopeKind } from './scope.js'

const loose = scope as unknown as (...given: unknown[]) => unknown
const judged = (requirement: ScopeRequirement, claims: object) =>
  scopeKind.judge(requirement, principalWith(claims), moment)

test('is frozen data, in the order in which it was given', () => {
  const requirement = scope('b', 'a')
  expect(requirement).toEqual({ kind: 'scope', scopes: ['b', 'a'] })
  expect([Object.isFrozen(requirement), Object.isFrozen(requirement.scopes)]).toEqual([true, true])
  expect(String(requirement)).toBe('scope b a')
})

describe('a wrong one is a TypeError', () => {
  test('without a scope: an empty list is a mistake, not "allow all" (SCOPE-03)', () => {
    expect(typeErrorOf(() => loose())).toBe('scope(): expected at least one scope, got []')
  })

  test.each([undefined, null, '', ' ', 'a b', 'a"b', 'a\\b', 'é', 'a\n', 5, ['a'], {}])(
    'scope(%j) (RFC 6749 §3.3)',
    (given) => {
      expect(typeErrorOf(() => loose('a', given))).toMatch(/^scope\(\): expected scopes without .*got /)
    },
  )

  test.each([undefined, null, 'a', {}, [], [undefined], ['a', null], hole, holeAndText])(
    'written by hand with scopes %j (SCOPE-03)',
    (scopes) => {
      expect(typeErrorOf(() => scopeKind.read('here', { scopes }, {}))).toMatch(/^here: expected /)
    },
  )

  test('one that the resource does not know, with those that it knows (SCOPE-03)', () => {
    const readWith = (scopes: string[]) => scopeKind.read('here', { scopes: ['a', 'b'] }, { scopes })
    expect(readWith(['b', 'a'])).toEqual(scope('a', 'b'))
    expect(typeErrorOf(() => readWith(['a', 'c']))).toBe(
      "here: expected a scope of the resource (a, c), got 'b'",
    )
    expect(typeErrorOf(() => readWith(['A', 'B']))).toContain("got 'a'")
    expect(typeErrorOf(() => readWith([]))).toContain('it has none')
  })
})

test.each([
  [['a'], 'a'],
  [['a'], 'c b a'],
  [['a', 'b'], 'b a'],
])('%j is met by "%s", and says that the token was meant for this resource (SCOPE-01)', (scopes, granted) => {
  expect(judged({ kind: 'scope', scopes }, { scope: granted })).toMatchObject({
    state: 'met',
    scoped: true,
    needs: { scopes },
    lacks: [],
  })
})

test.each([
  [['a'], ''],
  [['a'], 'A'],
  [['a'], 'ab'],
  [['a'], ['a']],
  [['a', 'b'], 'a'],
  [['a b'], 'a b'],
])('%j is not met by %j, and all of it is needed (SCOPE-01, SCOPE-03, BEARER-20)', (scopes, granted) => {
  const verdict = judged({ kind: 'scope', scopes }, { scope: granted })
  expect(verdict).toMatchObject({ state: 'unmet', scoped: false, needs: { scopes } })
  expect(verdict.lacks).toMatchObject([{ code: 'scope_insufficient' }])
})

test('operators are told what was needed and what came, and where else scopes may be', () => {
  const reasonFor = (claims: object) => judged(scope('a'), claims).lacks[0]?.reason
  expect(reasonFor({ scope: 'x y' })).toBe('needed is "a", the token carries ["x","y"]')
  expect(reasonFor({ scope: '', scp: 'a', roles: [] })).toBe(
    'needed is "a", the token carries []; for its scp, roles see scopeClaims',
  )
  expect(reasonFor({ scope: ['a'] })).toBe(
    'needed is "a", the token carries []; for its scope see scopeClaims',
  )
})
