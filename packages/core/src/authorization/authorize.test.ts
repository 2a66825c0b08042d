import { describe, expect, test } from 'vitest'
import { rejection, thrownBy } from '../../test-support/refusal.js'
import { draftClaims, issuer } from '../../test-support/tokens.js'
import type { Principal } from '../principal.js'
import type { AccessTokenClaims } from '../token/access-token.js'
import { readScopes } from '../token/scope-set.js'
import { authorize, neededScopes } from './authorize.js'
import { allOf, anyOf, type Requirement, scope } from './requirement.js'

const [a, b, c] = [scope('a'), scope('b'), scope('c')]

function principalWith(granted: string, audience: readonly string[] = ['https://api.example']): Principal {
  const claims = draftClaims({ scope: granted }) as AccessTokenClaims
  const known = {
    issuer,
    subject: 'user-1',
    clientId: 'client-1',
    scheme: 'Bearer',
    confirmation: undefined,
    expiresAt: claims.exp as number,
    claims,
  } as const
  return { ...known, audience, scopes: readScopes(claims, undefined) }
}

test('any valid token will do where nothing is required', () => {
  expect(authorize(principalWith(''), undefined)).toBeUndefined()
})

describe('is met', () => {
  test.each<[string, Requirement]>([
    ['a', a],
    ['c b a', a],
    ['a b', scope('a', 'b')],
    ['b a', scope('a', 'b')],
    ['a', anyOf(a, b)],
    ['b', anyOf(a, b)],
    ['a b', allOf(a, b)],
    ['a', anyOf(allOf(b, c), a)],
    ['a c', allOf(anyOf(a, b), c)],
  ])('with "%s": %j (SCOPE-01, SCOPE-03)', (granted, requirement) => {
    expect(authorize(principalWith(granted), requirement)).toBeUndefined()
  })
})

describe('is not met', () => {
  test.each<[string, Requirement]>([
    ['', a],
    ['A', a],
    ['ab', a],
    ['a', scope('a', 'b')],
    ['c', anyOf(a, b)],
    ['a', allOf(a, b)],
    ['a b', anyOf(allOf(a, c), allOf(b, c))],
    ['c', allOf(anyOf(a, b), c)],
  ])('with "%s": %j (SCOPE-01, SCOPE-03)', (granted, requirement) => {
    expect(() => authorize(principalWith(granted), requirement)).toThrow(rejection('scope_insufficient'))
  })

  test('and operators are told what was needed and what came', () => {
    expect(thrownBy(() => authorize(principalWith('a x'), scope('a', 'b')))).toMatchObject({
      message: 'needed is "a b", the token carries ["a","x"]',
      status: 403,
      error: 'insufficient_scope',
    })
  })

  test.each<[string, object, string]>([
    ['elsewhere', { scp: 'a', roles: ['a'] }, 'the token carries []; for its scp, roles see scopeClaims'],
    ['nowhere', {}, 'the token carries []'],
    ['nowhere, not even inherited', Object.create({ scp: 'a' }), 'the token carries []'],
  ])('and operators are told where the scopes may be: %s', (_, kept, told) => {
    const { scope: _scope, ...rest } = draftClaims()
    const claims: AccessTokenClaims = Object.assign(Object.create(Object.getPrototypeOf(kept)), rest, kept)
    const principal = { ...principalWith(''), claims }
    expect(thrownBy(() => authorize(principal, a))).toMatchObject({ message: `needed is "a", ${told}` })
  })

  test('and nothing is said of other claims where the token carries scopes', () => {
    const principal = principalWith('x')
    const claims = { ...principal.claims, scp: 'a' }
    expect(thrownBy(() => authorize({ ...principal, claims }, a))).toMatchObject({
      message: 'needed is "a", the token carries ["x"]',
    })
  })

  test('and the refusal knows the scopes that would have been enough, the scheme and the issuer (BEARER-20)', () => {
    expect(thrownBy(() => authorize(principalWith('x'), anyOf(allOf(a, b), c)))).toMatchObject({
      neededScopes: ['a', 'b'],
      scheme: 'Bearer',
      issuer,
    })
  })
})

describe('a token without audience', () => {
  const principal = principalWith('a b', [])

  test.each<Requirement>([a, scope('a', 'b'), anyOf(c, a), allOf(a, b), anyOf(allOf(c), allOf(a, b))])(
    'passes where a scope says that it was meant for this resource: %j',
    (requirement) => {
      expect(authorize(principal, requirement)).toBeUndefined()
    },
  )

  test('is refused where nothing is required', () => {
    const error = thrownBy(() => authorize(principal, undefined))
    expect(error).toEqual(rejection('scope_insufficient'))
    expect(error).toMatchObject({ neededScopes: [], scheme: 'Bearer', issuer })
    expect(error).toMatchObject({ message: 'a token without aud passes only where a scope is required' })
  })

  test.each<Requirement>([c, anyOf(c), allOf(a, c)])(
    'is refused where the scope is missing: %j',
    (requirement) => {
      expect(() => authorize(principal, requirement)).toThrow(rejection('scope_insufficient'))
    },
  )
})

test.each<[Requirement, string[]]>([
  [scope('a', 'b'), ['a', 'b']],
  [anyOf(scope('a', 'b'), c), ['a', 'b']],
  [allOf(scope('a', 'b'), scope('b', 'c')), ['a', 'b', 'c']],
  [allOf(anyOf(a, b), c), ['a', 'c']],
  [anyOf(allOf(b, c), a), ['b', 'c']],
])('names the scopes that would have been enough: %j (BEARER-20)', (requirement, scopes) => {
  expect(neededScopes(requirement)).toEqual(scopes)
})

test.each<Requirement>([a, anyOf(allOf(a, b), c), allOf(anyOf(b, c), anyOf(a, c)), anyOf(anyOf(a), b)])(
  'the scopes that it names are enough: %j (BEARER-20)',
  (requirement) => {
    expect(authorize(principalWith(neededScopes(requirement).join(' ')), requirement)).toBeUndefined()
  },
)
