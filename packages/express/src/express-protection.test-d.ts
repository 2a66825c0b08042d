import {
  jwtIssuer,
  type Principal,
  type PrincipalOf,
  type ProtectedResource,
  protectedResource,
  scope,
} from '@portcullis/core'
import type { Request, RequestHandler } from 'express'
import { expectTypeOf } from 'vitest'
import { expressProtection } from './index.js'

const api = protectedResource({
  resource: 'https://api.example.com',
  scopes: ['accounts:read', 'accounts:write'],
  issuers: [
    jwtIssuer({ issuer: 'https://as.example.com' }),
    jwtIssuer({ issuer: 'https://partner.example' }),
  ],
})
const { authenticate, requires, principal } = expressProtection(api)
declare const request: Request

// Guards are ordinary middleware.
expectTypeOf(authenticate).toEqualTypeOf<RequestHandler>()
expectTypeOf(requires).returns.toEqualTypeOf<RequestHandler>()

// What a route can require.
requires()
requires('nothing')
requires('optional')
requires(scope('accounts:read', 'accounts:write'))
// @ts-expect-error a scope that the resource does not have
requires(scope('accounts:delete'))
// @ts-expect-error a scope as a bare string
requires('accounts:read')
// @ts-expect-error a constant that turns out to be undefined
requires(undefined)
// @ts-expect-error two requirements: they are combined with allOf() or anyOf()
requires(scope('accounts:read'), scope('accounts:write'))

// A resource that names no scopes knows them all.
const open = protectedResource({
  resource: 'https://api.example.com',
  issuers: [jwtIssuer({ issuer: 'https://as.example.com' })],
})
expressProtection(open).requires(scope('whatever'))

// The type of the principal flows from the issuers to the handler.
expectTypeOf(principal(request)).toEqualTypeOf<PrincipalOf<typeof api>>()
expectTypeOf(principal(request).issuer).toEqualTypeOf<'https://as.example.com' | 'https://partner.example'>()
expectTypeOf(principal.ifPresent(request)).toEqualTypeOf<PrincipalOf<typeof api> | undefined>()
expectTypeOf(request.principal).toEqualTypeOf<Principal | undefined>()

// A protection can be written for any resource.
expectTypeOf(expressProtection).toBeCallableWith({} as ProtectedResource)
