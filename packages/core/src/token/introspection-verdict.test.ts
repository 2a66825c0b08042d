import { expect, test } from 'vitest'
import { FetchFailure } from '../keys/fetch-failure.js'
import { Rejection, Unavailable } from '../rejection.js'
import { badVerdict, errorOf, outage } from './introspection-verdict.js'

test('a refusal is made anew for each request (INTRO-09)', () => {
  const rejection = new Rejection('token_expired', 'x')
  const cause = new Error('y')
  const unavailable = new Unavailable('keys_unavailable', 'x', { retryAfterSeconds: 3, cause })
  for (const error of [rejection, unavailable]) {
    const verdict = badVerdict(error)
    const [one, other] = [errorOf(verdict), errorOf(verdict)]
    expect(one).toEqual(error)
    expect(one).not.toBe(error)
    expect(one).not.toBe(other)
  }
  expect(errorOf(badVerdict(unavailable)).cause).toBe(cause)
})

test('an exchange that failed is an outage, whoever is at fault (INTRO-05)', () => {
  for (const isOutage of [true, false]) {
    const cause = new FetchFailure('https://as.example/i?key=a', 'x', {
      outage: isOutage,
      retryAfterSeconds: 9,
    })
    expect(errorOf(badVerdict(cause))).toMatchObject({
      name: 'Unavailable',
      code: 'introspection_unavailable',
      message: 'https://as.example/i: x',
      retryAfterSeconds: 1,
      cause,
    })
  }
})

test.each([new TypeError('s3cr3t'), 's3cr3t', { message: 's3cr3t' }, null, undefined])(
  'anything else is an outage, of which nothing is told (INTRO-05, BCP-02)',
  (cause) => {
    expect(errorOf(badVerdict(cause))).toMatchObject({
      name: 'Unavailable',
      code: 'introspection_unavailable',
      message: 'the answer could not be read',
      cause,
    })
  },
)

test('an outage is one second long unless something else is known', () => {
  expect(errorOf(outage('x'))).toMatchObject({ message: 'x', retryAfterSeconds: 1 })
  expect(errorOf(outage('x', 2.5))).toMatchObject({ retryAfterSeconds: 3 })
})
