import { describe, expect, test } from 'vitest'
import { accessTokenWith, principalWith } from '../../../test-support/principals.js'
import { typeErrorOf } from '../../../test-support/refusal.js'
import { moment } from '../../../test-support/tokens.js'
import { principalOf } from '../../principal.js'
import { maxAge, maxAgeKind } from './max-age.js'

const judged = (auth_time: unknown, seconds: number = 300, now: number = moment, tolerance = 5) =>
  maxAgeKind.judge(maxAge(seconds), principalWith({ auth_time }), now, tolerance)

test('is frozen data', () => {
  expect(maxAge(300)).toEqual({ kind: 'maxAge', seconds: 300 })
  expect(Object.isFrozen(maxAge(0))).toBe(true)
  expect(String(maxAge(300))).toBe('maxAge 300 s')
})

describe('a wrong one is a TypeError', () => {
  test.each([-1, 1.5, NaN, Infinity, 2 ** 53, '300', null, undefined, [300], {}])(
    'maxAge(%s) (STEP-02)',
    (seconds) => {
      expect(typeErrorOf(() => maxAge(seconds as number))).toMatch(
        /^maxAge\(\): expected a whole number .*got /,
      )
    },
  )

  test('written without seconds', () => {
    expect(typeErrorOf(() => maxAgeKind.read('here', {}, {}))).toMatch(/^here: .*got undefined/)
  })
})

test.each([
  [moment, 300],
  [moment - 300, 300],
  [moment, 0],
  [moment - 0.5, 1],
  [moment + 5, 300],
])(
  'an authentication at %d is recent enough for %d s, a clock that goes ahead within the tolerance included (STEP-03)',
  (at, seconds) => {
    expect(judged(at, seconds)).toMatchObject({ state: 'met', needs: { maxAge: seconds } })
  },
)

test.each([
  [moment - 301],
  [moment - 300.1],
  [moment + 5.1],
  [moment + 60],
  [0],
  [-1],
  [undefined],
  [null],
  [String(moment)],
  [[moment]],
  [true],
  [NaN],
  [Infinity],
  [-Infinity],
])('auth_time %s is not: too old, too far ahead, or none at all (STEP-01, STEP-03)', (at) => {
  const verdict = judged(at)
  expect(verdict).toMatchObject({ state: 'unmet', needs: { maxAge: 300, acrValues: undefined } })
  expect(verdict.lacks).toMatchObject([{ code: 'authentication_insufficient' }])
})

test('without a tolerance, nothing that lies ahead is recent (STEP-03)', () => {
  const strict = (at: number) => judged(at, 300, moment, 0).state
  expect([strict(moment), strict(moment + 1)]).toEqual(['met', 'unmet'])
})

test('the time of the token counts, not what a schema made of it', () => {
  const token = accessTokenWith({ auth_time: moment - 10 })
  const fittedClaims = { ...token.claims, auth_time: new Date() }
  const principal = principalOf({ ...token, fittedClaims }, { scheme: 'Bearer', token: 'a' }, undefined)
  expect(maxAgeKind.judge(maxAge(60), principal, moment).state).toBe('met')
})

test('nothing is recent on a clock that is none (JOSE-23)', () => {
  expect(judged(moment, 300, NaN).state).toBe('unmet')
})

test('operators are told what came, and that a token without a user usually has none (STEP-06)', () => {
  expect(judged(5).lacks[0]?.reason).toBe('auth_time is 5, expected at most 300 s ago')
  expect(judged(undefined).lacks[0]?.reason).toMatch(/is undefined, .*; tokens for clients alone/)
})
