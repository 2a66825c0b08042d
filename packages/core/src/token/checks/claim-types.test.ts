import { describe, expect, test } from 'vitest'
import { rejection, thrownBy } from '../../../test-support/refusal.js'
import { checkClaimTypes } from './claim-types.js'

const lastSecond = 8.64e12

test('passes claims that have the type of their RFC, and claims that it does not know (JOSE-05)', () => {
  const claims = {
    iss: 'a',
    sub: 'b',
    client_id: 'c',
    azp: 'd',
    jti: 'e',
    aud: 'f',
    exp: 1,
    nbf: 0,
    iat: -1,
    foo: null,
  }
  expect(checkClaimTypes(claims)).toBeUndefined()
})

test('passes a token without any claim: what has to be there is checked elsewhere', () => {
  expect(checkClaimTypes({})).toBeUndefined()
})

describe.each(['iss', 'sub', 'client_id', 'azp', 'jti'])('%s', (name) => {
  test.each(['', 5, true, null, [], ['a'], {}])('is refused as %j (AT-07, RFC 7519 §4.1)', (value) => {
    const error = thrownBy(() => checkClaimTypes({ [name]: value }))
    expect(error).toEqual(rejection('token_claim_invalid'))
    expect(error).toMatchObject({ message: expect.stringMatching(new RegExp(`^${name} is `)) })
  })
})

describe.each(['exp', 'nbf', 'iat'])('%s', (name) => {
  test.each([0, 1.5, -1, lastSecond, -lastSecond])('passes as %d (JOSE-23)', (value) => {
    expect(checkClaimTypes({ [name]: value })).toBeUndefined()
    expect(Number.isNaN(new Date(value * 1000).getTime())).toBe(false)
  })

  test.each([
    '1700000000',
    '',
    null,
    true,
    [1],
    {},
    Infinity,
    -Infinity,
    NaN,
    lastSecond + 1,
    -lastSecond - 1,
  ])('is refused as %s (JOSE-23, JOSE-25)', (value) => {
    expect(() => checkClaimTypes({ [name]: value })).toThrow(rejection('token_claim_invalid'))
  })
})

describe('aud', () => {
  test.each([['a'], [['a', 'b']], [[]], ['']])('passes as %j: what it says is checked elsewhere', (aud) => {
    expect(checkClaimTypes({ aud })).toBeUndefined()
  })

  test.each([5, null, true, {}, [[5]], [[null]], [[['a']]], { 0: 'a' }])(
    'is refused as %j (JOSE-26)',
    (aud) => {
      expect(() => checkClaimTypes({ aud })).toThrow(rejection('token_claim_invalid'))
    },
  )
})
