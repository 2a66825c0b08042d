import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { accessTokenWith } from '../test-support/principals.js'
import { type Principal, principalOf, verifiedClaims } from './principal.js'
import type { AccessTokenClaims } from './token/access-token.js'

const token = accessTokenWith({ roles: ['r'], permissions: ['p'], scope: 'a b' }, { audience: ['a'] })
const { fittedClaims: _, extras: __, ...told } = token
const credential = { scheme: 'Bearer', token: 'c2VjcmV0LXRva2Vu' } as const
const principal = principalOf(token, credential, undefined)
const everything = { depth: Infinity, showHidden: true, getters: true } as const

test('is what the token says, and the scheme under which it came', () => {
  expect(principal).toStrictEqual({ ...told, scheme: 'Bearer', confirmation: undefined })
  expect(Object.keys(principal).toSorted()).toEqual([
    'actsFor',
    'audience',
    'claims',
    'clientId',
    'confirmation',
    'expiresAt',
    'issuer',
    'permissions',
    'roles',
    'scheme',
    'scopes',
    'subject',
    'tokenKind',
  ])
})

test('says which keys the token is bound to (RFC 7800 §3.1)', () => {
  const confirmation = Object.freeze({ jkt: 'thumbprint' })
  const bound = principalOf(token, { scheme: 'DPoP', token: 'a', proof: 'c2VjcmV0LXByb29m' }, confirmation)
  expect(bound).toStrictEqual({ ...told, scheme: 'DPoP', confirmation })
  expect(inspect(bound, everything)).not.toContain('c2VjcmV0LXByb29m')
})

test('has the claims that a schema made, where there is one; all else comes from the token itself', () => {
  const fittedClaims = Object.freeze({
    ...token.claims,
    tenant: 'north',
    sub: 'x',
    client_id: 'x',
    scope: 'x',
  })
  const fitted = principalOf({ ...token, fittedClaims }, credential, undefined)
  expect(fitted.claims).toBe(fittedClaims)
  expect(fitted).toStrictEqual({ ...principal, claims: fittedClaims })
  expect(principal.claims).toBe(token.claims satisfies AccessTokenClaims)
})

test('keeps the claims of the token aside, by which requirements are judged', () => {
  const fittedClaims = Object.freeze({ ...token.claims, acr: 'mfa' })
  const fitted = principalOf({ ...token, fittedClaims }, credential, undefined)
  expect(verifiedClaims(fitted)).toBe(token.claims)
  expect(verifiedClaims(principal)).toBe(token.claims)
  expect(verifiedClaims({ ...fitted })).toBe(fittedClaims)
})

test('has what its issuer adds, which replaces nothing of its own', () => {
  const evil = {
    issuer: 'x',
    subject: 'x',
    clientId: 'x',
    claims: {},
    scheme: 'DPoP',
    confirmation: { jkt: 'x' },
  }
  const extras = { ...evil, organisation: { id: '5' }, scopes: ['admin'], tokenKind: 'x', roles: ['admin'] }
  const { organisation, ...own } = principalOf({ ...token, extras }, credential, undefined) as Principal & {
    organisation: object
  }
  expect(organisation).toEqual({ id: '5' })
  expect(own).toStrictEqual({ ...principal })
})

test('is frozen', () => {
  expect(Object.isFrozen(principal)).toBe(true)
})

test('does not hold the token, neither when it is printed nor as JSON (BCP-02)', () => {
  expect(inspect(principal, everything)).not.toContain('c2VjcmV0LXRva2Vu')
  expect(JSON.stringify(principal)).not.toContain('c2VjcmV0LXRva2Vu')
  expect(JSON.parse(JSON.stringify(principal))).toMatchObject({
    subject: 'user-1',
    clientId: 'client-1',
    tokenKind: 'jwt',
    actsFor: 'unknown',
    scopes: ['a', 'b'],
    roles: ['r'],
    permissions: ['p'],
    claims: { scope: 'a b' },
  })
})
