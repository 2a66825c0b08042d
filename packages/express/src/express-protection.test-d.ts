import {
  jwtIssuer,
  type Principal,
  type PrincipalOf,
  type ProtectedResource,
  protectedResource,
  scope,
} from '@portcullis/core'
import type { ErrorRequestHandler, Express, Request, RequestHandler, Router } from 'express'
import { expectTypeOf } from 'vitest'
import { type ExpressProtection, expressProtection, type Guard } from './index.js'

const api = protectedResource({
  resource: 'https://api.example.com',
  scopes: ['accounts:read', 'accounts:write'],
  issuers: [
    jwtIssuer({ issuer: 'https://as.example.com' }),
    jwtIssuer({ issuer: 'https://partner.example' }),
  ],
})
// What a module of an application exports: its types have names, so that they can stand in a declaration file.
export const { authenticate, requires, principal, metadata } = expressProtection(api)
declare const app: Express
declare const router: Router
declare const request: Request

// Guards are ordinary middleware.
expectTypeOf(authenticate).toEqualTypeOf<Guard>()
expectTypeOf(requires()).toEqualTypeOf<Guard>()
expectTypeOf(requires(scope('accounts:read'))).toEqualTypeOf<Guard>()
expectTypeOf(metadata).toEqualTypeOf<Guard>()
expectTypeOf<Guard>().toExtend<RequestHandler>()
expectTypeOf<Guard>().toExtend<
  RequestHandler<{ id: string }, { name: string }, { text: string }, { page: string }>
>()
expectTypeOf<Guard>().not.toExtend<ErrorRequestHandler>()
app.use(metadata)
app.use(authenticate)
app.use('/accounts', authenticate, requires('nothing'), router)
app.all('/accounts', [authenticate, requires()])
router
  .route('/accounts')
  .all(requires())
  .get(requires(scope('accounts:read')))
router.param('id', (request, _response, next) => next(principal(request).clientId))

// A route keeps its types, wherever the guard stands.
app.get('/accounts/:id', requires(scope('accounts:read')), (request) => {
  expectTypeOf(request.params.id).toEqualTypeOf<string>()
  expectTypeOf(principal(request)).toEqualTypeOf<PrincipalOf<typeof api>>()
  // @ts-expect-error no such parameter
  void request.params.nr
})
app.get('/accounts/:id', authenticate, requires(), requires('optional'), (request) => {
  expectTypeOf(request.params.id).toEqualTypeOf<string>()
  expectTypeOf(principal.ifPresent(request)).toEqualTypeOf<PrincipalOf<typeof api> | undefined>()
})
router.get('/accounts/:id/:year', requires(), (request) => {
  expectTypeOf(request.params.id).toEqualTypeOf<string>()
  expectTypeOf(request.params.year).toEqualTypeOf<string>()
})
app.get<{ id: string }>('/accounts/:id', requires(), (request) => {
  expectTypeOf(request.params).toEqualTypeOf<{ id: string }>()
  principal(request)
})
app.post<{ id: string }, { name: string }, { text: string }, { page: string }, { user: string }>(
  '/accounts/:id',
  authenticate,
  requires(scope('accounts:write')),
  (request, response) => {
    expectTypeOf(request.params).toEqualTypeOf<{ id: string }>()
    expectTypeOf(request.body).toEqualTypeOf<{ text: string }>()
    expectTypeOf(request.query).toEqualTypeOf<{ page: string }>()
    expectTypeOf(response.locals.user).toEqualTypeOf<string>()
    response.json({ name: principal(request).clientId ?? '' })
    // @ts-expect-error not what the route answers
    response.json({ clientId: principal(request).clientId })
  },
)

// Any request has a principal, with whatever types.
declare const typed: Request<
  { id: string },
  { name: string },
  { text: string },
  { page: string },
  { user: string }
>
expectTypeOf(principal(typed)).toEqualTypeOf<PrincipalOf<typeof api>>()
expectTypeOf(principal.ifPresent(typed)).toEqualTypeOf<PrincipalOf<typeof api> | undefined>()
// @ts-expect-error not a request of Express
principal({ raw: {} })

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

// A protection can be written for any resource; what scopes it has, nobody knows.
declare const any: ProtectedResource
expectTypeOf(expressProtection(any)).toEqualTypeOf<ExpressProtection>()
expressProtection(any).requires('nothing')
// @ts-expect-error a scope that the resource may not have
expressProtection(any).requires(scope('accounts:read'))
expectTypeOf(expressProtection(api)).toExtend<ExpressProtection>()
// @ts-expect-error a resource that turns out to be undefined
void (() => expressProtection(undefined))
