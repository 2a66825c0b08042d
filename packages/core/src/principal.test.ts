import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { draftClaims, issuer, moment } from '../test-support/tokens.js'
import { principalOf } from './principal.js'
import type { AccessTokenClaims } from './token/access-token.js'
import { readScopes } from './token/scope-set.js'

const claims = draftClaims() as AccessTokenClaims
const token = {
  issuer,
  subject: 'user-1',
  clientId: 'client-1',
  audience: ['a'],
  scopes: readScopes(claims, undefined),
  expiresAt: moment + 300,
  claims,
}
const principal = principalOf(token, { scheme: 'Bearer', token: 'c2VjcmV0LXRva2Vu' }, undefined)

test('is what the token says, and the scheme under which it came', () => {
  expect(principal).toStrictEqual({ ...token, scheme: 'Bearer', confirmation: undefined })
})

test('says which keys the token is bound to (RFC 7800 §3.1)', () => {
  const confirmation = Object.freeze({ jkt: 'thumbprint' })
  const bound = principalOf(token, { scheme: 'DPoP', token: 'a', proof: 'c2VjcmV0LXByb29m' }, confirmation)
  expect(bound).toStrictEqual({ ...token, scheme: 'DPoP', confirmation })
  expect(inspect(bound, { depth: Infinity, showHidden: true })).not.toContain('c2VjcmV0LXByb29m')
})

test('is frozen', () => {
  expect(Object.isFrozen(principal)).toBe(true)
})

test('does not hold the token (BCP-02)', () => {
  expect(inspect(principal, { depth: Infinity, showHidden: true })).not.toContain('c2VjcmV0LXRva2Vu')
})
