import { describe, expect, test } from 'vitest'
import { principalWith } from '../../../test-support/principals.js'
import { typeErrorOf } from '../../../test-support/refusal.js'
import { moment } from '../../../test-support/tokens.js'
import { maxAge, maxAgeKind } from './max-age.js'

const judged = (auth_time: unknown, seconds: number = 300, now: number = moment) =>
  maxAgeKind.judge(maxAge(seconds), principalWith({ auth_time }), now)

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
  [moment + 60, 300],
])(
  'an authentication at %d is recent enough for %d s, a clock that goes 60 s ahead included (STEP-03)',
  (at, seconds) => {
    expect(judged(at, seconds)).toMatchObject({ state: 'met', needs: { maxAge: seconds } })
  },
)

test.each([
  [moment - 301],
  [moment - 300.1],
  [moment + 61],
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

test('nothing is recent on a clock that is none (JOSE-23)', () => {
  expect(judged(moment, 300, NaN).state).toBe('unmet')
})

test('operators are told what came, and that a token without a user never has it (STEP-06)', () => {
  expect(judged(5).lacks[0]?.reason).toBe('auth_time is 5, expected at most 300 s ago')
  expect(judged(undefined).lacks[0]?.reason).toMatch(/is undefined, .*; tokens for clients alone/)
})
