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
const principal = principalOf(token, { scheme: 'Bearer', token: 'c2VjcmV0LXRva2Vu' })

test('is what the token says, and the scheme under which it came', () => {
  expect(principal).toEqual({ ...token, scheme: 'Bearer' })
})

test('is frozen', () => {
  expect(Object.isFrozen(principal)).toBe(true)
})

test('does not hold the token (BCP-02)', () => {
  expect(inspect(principal, { depth: Infinity, showHidden: true })).not.toContain('c2VjcmV0LXRva2Vu')
})
