import {
  jwtIssuer,
  type Principal,
  type PrincipalOf,
  type ProtectedResource,
  protectedResource,
  type RouteRequirement,
  scope,
} from '@portcullis/core'
import Fastify, {
  type FastifyContextConfig,
  type FastifyInstance,
  type FastifyPluginAsync,
  type FastifyRequest,
} from 'fastify'
import { expectTypeOf } from 'vitest'
import { type FastifyProtection, fastifyProtection } from './index.js'

const api = protectedResource({
  resource: 'https://api.example.com',
  scopes: ['accounts:read', 'accounts:write'],
  issuers: [
    jwtIssuer({ issuer: 'https://as.example.com' }),
    jwtIssuer({ issuer: 'https://partner.example' }),
  ],
})
const { metadata, plugin, principal } = fastifyProtection(api)
declare const app: FastifyInstance
declare const request: FastifyRequest

expectTypeOf(plugin).toEqualTypeOf<FastifyPluginAsync>()
expectTypeOf(metadata).toEqualTypeOf<FastifyPluginAsync>()
await app.register(metadata)

// What a route can require.
const answer = async () => 'let in'
expectTypeOf<FastifyContextConfig['requires']>().toEqualTypeOf<RouteRequirement | undefined>()
app.get('/', { config: { requires: scope('accounts:read') } }, answer)
app.get('/', { config: { requires: 'nothing' } }, answer)
app.get('/', { config: { requires: 'optional' } }, answer)
app.get('/', { config: {} }, answer)
// @ts-expect-error a scope as a bare string
app.get('/', { config: { requires: 'accounts:read' } }, answer)
// @ts-expect-error a constant that turns out to be undefined
app.get('/', { config: { requires: undefined } }, answer)
// @ts-expect-error a list of requirements: they are combined with allOf() or anyOf()
app.get('/', { config: { requires: [scope('accounts:read')] } }, answer)

// The type of the principal flows from the issuers to the handler.
expectTypeOf(principal(request)).toEqualTypeOf<PrincipalOf<typeof api>>()
expectTypeOf(principal(request).issuer).toEqualTypeOf<'https://as.example.com' | 'https://partner.example'>()
expectTypeOf(principal.ifPresent(request)).toEqualTypeOf<PrincipalOf<typeof api> | undefined>()
expectTypeOf(request.principal).toEqualTypeOf<Principal | undefined>()

// Whatever server Fastify stands on, and whatever types a route has.
const http2 = Fastify({ http2: true })
await http2.register(metadata)
await http2.register(plugin)
http2.get('/', { config: { requires: scope('accounts:read') } }, async (request) => {
  expectTypeOf(principal(request)).toEqualTypeOf<PrincipalOf<typeof api>>()
  expectTypeOf(principal.ifPresent(request)).toEqualTypeOf<PrincipalOf<typeof api> | undefined>()
})
app.get<{ Params: { id: string }; Reply: { name: string | undefined } }>('/accounts/:id', async (request) => {
  expectTypeOf(request.params.id).toEqualTypeOf<string>()
  return { name: principal(request).clientId }
})
// @ts-expect-error the server's own request object, not the one of Fastify
principal(request.raw)

// A protection can be written for any resource.
expectTypeOf(fastifyProtection).toBeCallableWith({} as ProtectedResource)
expectTypeOf(fastifyProtection({} as ProtectedResource)).toEqualTypeOf<FastifyProtection>()
expectTypeOf(fastifyProtection(api)).toExtend<FastifyProtection>()
// @ts-expect-error a resource that turns out to be undefined
void (() => fastifyProtection(undefined))
