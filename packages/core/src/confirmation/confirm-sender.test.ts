import { expect, test } from 'vitest'
import { rejection } from '../../test-support/refusal.js'
import { draftClaims, issuer } from '../../test-support/tokens.js'
import type { AccessToken, AccessTokenClaims } from '../token/access-token.js'
import { readScopes } from '../token/scope-set.js'
import { confirmSender } from './confirm-sender.js'

function tokenWith(changes: object): AccessToken {
  const claims = draftClaims(changes) as AccessTokenClaims
  const scopes = readScopes(claims, undefined)
  return { issuer, subject: 'a', clientId: 'b', audience: ['c'], scopes, expiresAt: claims.exp, claims }
}

test('passes a token that is bound to no key', () => {
  expect(confirmSender(tokenWith({}))).toBeUndefined()
})

test.each([
  { jkt: '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I' },
  { 'x5t#S256': 'bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2' },
  { jwk: {} },
  { unknown: 1 },
  { jkt: 5 },
  {},
  [],
  null,
  'jkt',
  false,
  0,
])(
  'refuses a token that is bound to a key as Bearer, whatever its cnf: %j (DPOP-25, DPOP-27, RFC 9449 §7.2)',
  (cnf) => {
    expect(() => confirmSender(tokenWith({ cnf }))).toThrow(rejection('confirmation_unsupported'))
  },
)
