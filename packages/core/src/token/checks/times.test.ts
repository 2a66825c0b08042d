import { describe, expect, test } from 'vitest'
import { rejection } from '../../../test-support/refusal.js'
import { checkTimes } from './times.js'

const now = 1_767_225_600
const at = (times: { exp?: number; nbf?: number; iat?: number }, tolerance: number) => () =>
  checkTimes({ iss: 'a', exp: now + 300, ...times }, now, tolerance)

describe('exp', () => {
  test.each([
    [now + 1, 0],
    [now + 0.5, 0],
    [now - 4, 5],
    [now - 4.999, 5],
    [now - 59, 60],
  ])('%d passes with %d s of tolerance (JOSE-23)', (exp, tolerance) => {
    expect(at({ exp }, tolerance)).not.toThrow()
  })

  test.each([
    [now, 0],
    [now - 0.5, 0],
    [now - 5, 5],
    [now - 6, 5],
    [now - 60, 60],
    [0, 60],
    [-1, 60],
  ])(
    '%d is refused with %d s of tolerance: not on or after exp (JOSE-23, RFC 7519 §4.1.4)',
    (exp, tolerance) => {
      expect(at({ exp }, tolerance)).toThrow(rejection('token_expired'))
    },
  )
})

describe('nbf', () => {
  test.each([
    [now, 0],
    [now - 1, 0],
    [now + 5, 5],
    [now + 60, 60],
  ])('%d passes with %d s of tolerance (JOSE-24)', (nbf, tolerance) => {
    expect(at({ nbf }, tolerance)).not.toThrow()
  })

  test.each([
    [now + 1, 0],
    [now + 0.5, 0],
    [now + 5.001, 5],
    [now + 6, 5],
    [now + 61, 60],
  ])('%d is refused with %d s of tolerance (JOSE-24, RFC 7519 §4.1.5)', (nbf, tolerance) => {
    expect(at({ nbf }, tolerance)).toThrow(rejection('token_not_yet_valid'))
  })
})

describe('iat', () => {
  test.each([now, now - 1e6, now + 10, now + 60])('%d passes, whatever the tolerance (JOSE-25)', (iat) => {
    expect(at({ iat }, 0)).not.toThrow()
  })

  test.each([now + 60.001, now + 61, now + 1e6])('%d is refused, whatever the tolerance (JOSE-25)', (iat) => {
    expect(at({ iat }, 60)).toThrow(rejection('token_not_yet_valid'))
  })
})

test('tells an expired token from one that is not valid yet when it is both', () => {
  expect(at({ exp: now - 100, nbf: now + 100 }, 5)).toThrow(rejection('token_expired'))
})

describe('a clock that is no number', () => {
  test.each([
    ['whatever the claims', {}],
    ['even with an exp that never comes', { exp: Number.MAX_VALUE }],
    ['with nbf and iat', { nbf: 0, iat: 0 }],
  ])('refuses every token, %s (JOSE-23)', (_, times) => {
    for (const tolerance of [0, 60]) {
      const claims = { iss: 'a', exp: now + 300, ...times }
      expect(() => checkTimes(claims, NaN, tolerance)).toThrow(rejection('token_expired'))
    }
  })
})
