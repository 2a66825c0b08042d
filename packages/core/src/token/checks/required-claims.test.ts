import { expect, test } from 'vitest'
import { rejection, thrownBy } from '../../../test-support/refusal.js'
import { draftClaims } from '../../../test-support/tokens.js'
import { profiles } from '../profiles.js'
import { checkRequiredClaims } from './required-claims.js'

const without = (name: string) =>
  Object.fromEntries(Object.entries(draftClaims()).filter(([claim]) => claim !== name))

test('passes a token that has every claim (AT-07)', () => {
  expect(checkRequiredClaims(draftClaims(), profiles.rfc9068)).toBeUndefined()
})

test.each(profiles.rfc9068.requiredClaims)(
  'refuses a token without %s (AT-06, AT-07, RFC 9068 §2.2)',
  (name) => {
    const error = thrownBy(() => checkRequiredClaims(without(name), profiles.rfc9068))
    expect(error).toEqual(rejection('token_claim_missing'))
    expect(error).toMatchObject({ message: expect.stringContaining(name) })
  },
)

test.each(['sub', 'client_id', 'iat', 'jti'])('lets %s be absent with profile jwt (AT-07)', (name) => {
  expect(checkRequiredClaims(without(name), profiles.jwt)).toBeUndefined()
})

test.each(profiles.jwt.requiredClaims)('refuses a token without %s with profile jwt, too (AT-06)', (name) => {
  expect(() => checkRequiredClaims(without(name), profiles.jwt)).toThrow(rejection('token_claim_missing'))
})

test('does not take what every object has for a claim (JOSE-35)', () => {
  expect(() => checkRequiredClaims({}, { ...profiles.jwt, requiredClaims: ['constructor'] })).toThrow(
    rejection('token_claim_missing'),
  )
})

test('tells operators what is missing, and which profile does not demand it', () => {
  expect(thrownBy(() => checkRequiredClaims(without('jti'), profiles.rfc9068))).toMatchObject({
    message: "the token has no jti; an issuer that does not follow RFC 9068 needs profile: 'jwt'",
  })
  expect(thrownBy(() => checkRequiredClaims({}, profiles.jwt))).toMatchObject({
    message: 'the token has no iss, exp',
  })
})
