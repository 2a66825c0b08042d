import { expect, test } from 'vitest'
import { profiles } from './profiles.js'

test('rfc9068 demands the type and every claim that RFC 9068 §2.2 makes REQUIRED (AT-01, AT-07)', () => {
  const { types, typeMayBeAbsent, requiredClaims } = profiles.rfc9068
  expect([types, typeMayBeAbsent]).toEqual([['at+jwt'], false])
  // `aud` is the audience policy's, which demands it too.
  expect(requiredClaims.toSorted()).toEqual(['client_id', 'exp', 'iat', 'iss', 'jti', 'sub'])
  expect(profiles.rfc9068.foreignClaims).toEqual([])
})

test('jwt demands issuer and expiry, and accepts no type of another kind of token (AT-02, AT-06, AT-13)', () => {
  const { types, typeMayBeAbsent, requiredClaims } = profiles.jwt
  expect([types, typeMayBeAbsent]).toEqual([['at+jwt', 'jwt'], true])
  expect(requiredClaims).toEqual(['iss', 'exp'])
  expect(profiles.jwt.foreignClaims).toEqual(['nonce', 'at_hash', 'c_hash', 's_hash', 'events'])
})
