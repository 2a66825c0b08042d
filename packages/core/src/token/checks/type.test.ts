import { describe, expect, test } from 'vitest'
import { rejection, thrownBy } from '../../../test-support/refusal.js'
import { forgeToken } from '../../../test-support/tokens.js'
import { parseCompactJws } from '../../jws/compact-jws.js'
import { type Profile, profiles } from '../profiles.js'
import { checkType } from './type.js'

const jwsOf = (header: object, claims: object = {}) =>
  parseCompactJws(forgeToken({ alg: 'ES256', ...header }, claims))
const check = (typ: unknown, profile: Profile, claims: object = {}) =>
  checkType(jwsOf({ typ }, claims), profile)

const foreign = [
  'id_token',
  'dpop+jwt',
  'logout+jwt',
  'secevent+jwt',
  'token-introspection+jwt',
  'oauth-authz-req+jwt',
  'jwt+at',
  'at+jwt;v=1',
  'at+jwt ',
  ' at+jwt',
  'application/',
  'application/application/at+jwt',
  'text/at+jwt',
  'at+ jwt',
  '',
  'at+\u212awt',
  null,
  5,
  ['at+jwt'],
  { typ: 'at+jwt' },
]

describe('profile rfc9068', () => {
  test.each(['at+jwt', 'AT+JWT', 'at+JWT', 'application/at+jwt', 'Application/AT+JWT'])(
    'passes %s (AT-01)',
    (typ) => {
      expect(check(typ, profiles.rfc9068)).toBeUndefined()
    },
  )

  test.each([undefined, 'JWT', 'application/jwt', ...foreign])(
    'refuses %j (AT-01, AT-13, RFC 9068 §4)',
    (typ) => {
      expect(() => check(typ, profiles.rfc9068)).toThrow(rejection('token_type_unexpected'))
    },
  )
})

describe('profile jwt', () => {
  test.each([undefined, 'JWT', 'jwt', 'application/jwt', 'at+jwt', 'application/at+JWT'])(
    'passes %j (AT-02)',
    (typ) => {
      expect(check(typ, profiles.jwt)).toBeUndefined()
    },
  )

  test.each(foreign)('refuses %j (AT-02, AT-13, RFC 8725 §3.11)', (typ) => {
    expect(() => check(typ, profiles.jwt)).toThrow(rejection('token_type_unexpected'))
  })
})

describe('claims of another kind of token', () => {
  const claims = ['nonce', 'at_hash', 'c_hash', 's_hash', 'events']

  test.each(claims)('are refused with profile jwt, whatever they hold: %s (AT-13)', (name) => {
    for (const typ of [undefined, 'JWT', 'at+jwt']) {
      for (const value of ['x', '', null, {}]) {
        const error = thrownBy(() => check(typ, profiles.jwt, { [name]: value }))
        expect(error).toEqual(rejection('token_type_unexpected'))
        expect(error).toMatchObject({ message: `the token has ${name}, which no access token has` })
      }
    }
  })

  test.each(claims)('are no concern of profile rfc9068, where typ says enough: %s (AT-13)', (name) => {
    expect(check('at+jwt', profiles.rfc9068, { [name]: 'x' })).toBeUndefined()
  })

  test('are not looked for below the top (AT-13)', () => {
    expect(
      check('JWT', profiles.jwt, { act: { nonce: 'x' }, azp: 'a', auth_time: 1, sid: 's' }),
    ).toBeUndefined()
  })
})

test('tells operators which type came and which are accepted', () => {
  expect(thrownBy(() => check('dpop+jwt', profiles.jwt))).toMatchObject({
    message: 'typ is "dpop+jwt", expected at+jwt or jwt',
  })
  expect(thrownBy(() => checkType(jwsOf({}), profiles.rfc9068))).toMatchObject({
    message:
      "typ is undefined, expected at+jwt; an issuer that does not follow RFC 9068 needs profile: 'jwt'",
  })
})
