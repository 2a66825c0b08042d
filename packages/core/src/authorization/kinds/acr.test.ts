import { describe, expect, test } from 'vitest'
import { hole } from '../../../test-support/holes.js'
import { principalWith } from '../../../test-support/principals.js'
import { typeErrorOf } from '../../../test-support/refusal.js'
import { moment } from '../../../test-support/tokens.js'
import { acr, acrKind } from './acr.js'

const loose = acr as unknown as (...given: unknown[]) => unknown
const judged = (claims: object, ...values: [string, ...string[]]) =>
  acrKind.judge(acr(...values), principalWith(claims), moment)

test('is frozen data, the preferred first (STEP-02)', () => {
  const requirement = acr('urn:example:mfa', 'b')
  expect(requirement).toEqual({ kind: 'acr', values: ['urn:example:mfa', 'b'] })
  expect([Object.isFrozen(requirement), Object.isFrozen(requirement.values)]).toEqual([true, true])
  expect(String(requirement)).toBe('acr urn:example:mfa | b')
})

describe('a wrong one is a TypeError: it stands in a challenge, parted by spaces (STEP-02)', () => {
  test('without a value', () => {
    expect(typeErrorOf(() => loose())).toBe('acr(): expected at least one value of acr, got []')
  })

  test.each([undefined, null, '', 'a b', 'a"b', 'a\\b', 'é', 'a\r\nb', 5, ['a']])('acr(%j)', (given) => {
    expect(typeErrorOf(() => loose('a', given))).toMatch(/^acr\(\): expected values without spaces.*got /)
  })

  test.each([undefined, 'a', [], [undefined], hole])('written with values %j', (values) => {
    expect(typeErrorOf(() => acrKind.read('here', { values }, {}))).toMatch(/^here: expected /)
  })
})

test('any one of the values meets it (STEP-02)', () => {
  for (const value of ['a', 'b'])
    expect(judged({ acr: value }, 'a', 'b')).toMatchObject({ state: 'met', needs: { acrValues: ['a', 'b'] } })
})

test.each([
  [{ acr: 'c' }],
  [{ acr: 'A' }],
  [{ acr: 'a b' }],
  [{ acr: ['a'] }],
  [{ acr: null }],
  [{ acr: 0 }],
  [{ amr: ['a'] }],
  [{}],
])('%j does not meet it, and all of them would have (STEP-01, STEP-03)', (claims) => {
  const verdict = judged(claims, 'a', 'b')
  expect(verdict).toMatchObject({ state: 'unmet', needs: { acrValues: ['a', 'b'], scopes: [] } })
  expect(verdict.lacks).toMatchObject([{ code: 'authentication_insufficient' }])
})

test('operators are told what came, and that a token without a user usually has none (STEP-06)', () => {
  expect(judged({ acr: 'x' }, 'a', 'b').lacks[0]?.reason).toBe('acr is "x", expected "a" or "b"')
  expect(judged({}, 'a').lacks[0]?.reason).toBe(
    'acr is undefined, expected "a"; tokens for clients alone, without a user, usually have none',
  )
})
