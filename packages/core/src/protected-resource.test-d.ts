import * as v from 'valibot'
import { expectTypeOf } from 'vitest'
import { z } from 'zod'
import { requestWith } from '../test-support/tokens.js'
import {
  type AccessTokenClaims,
  type ActsFor,
  type Authentication,
  acr,
  allOf,
  anyOf,
  type ClaimsOf,
  type Confirmation,
  check,
  claim,
  client,
  type DetailsRequirement,
  type DpopOptions,
  details,
  exposedHeaders,
  fromFetch,
  introspectionIssuer,
  jwtIssuer,
  type MetadataOptions,
  maxAge,
  memoryReplayStore,
  type NonceSource,
  type Principal,
  type PrincipalAccessor,
  type PrincipalOf,
  type ProofUse,
  type ProtectedResource,
  type PublishedMetadata,
  permission,
  protectedResource,
  type RegisteredClaims,
  type Rejection,
  type ReplayStore,
  type Requirement,
  type RoutePolicy,
  type RouteRequirement,
  role,
  rotatingNonce,
  type Scheme,
  scope,
  type TrustedIssuer,
} from './index.js'

const resource = 'https://api.example'
const request = requestWith()

const api = protectedResource({
  resource,
  scopes: ['accounts:read', 'accounts:write'],
  issuers: [
    jwtIssuer({ issuer: 'https://a.example' }),
    [jwtIssuer({ issuer: 'https://b.example' }), jwtIssuer({ issuer: 'https://c.example' })],
  ],
})
type Caller = PrincipalOf<typeof api>
declare const caller: Caller

/** What adapters make of `routePolicy`. */
type ScopeOf<Api> = Api extends ProtectedResource<Principal, infer Scope> ? Scope : never
declare function requires(...declared: [] | [RouteRequirement<ScopeOf<typeof api>>]): RoutePolicy

// A scope of the resource compiles, alone and in combinations.
expectTypeOf<ScopeOf<typeof api>>().toEqualTypeOf<'accounts:read' | 'accounts:write'>()
expectTypeOf(requires(scope('accounts:read'))).toEqualTypeOf<RoutePolicy>()
requires(scope('accounts:read', 'accounts:write'))
requires(allOf(scope('accounts:read'), anyOf(scope('accounts:write'), scope('accounts:read'))))
requires()
requires('nothing')
requires('optional')
await api.authenticate(request)
await api.authenticate(request, scope('accounts:read', 'accounts:write'))
await api.authenticate(
  request,
  allOf(scope('accounts:read'), anyOf(scope('accounts:write'), scope('accounts:read'))),
)
await api.authenticate(request, scope('accounts:write'))
await api.authorize(caller, anyOf(scope('accounts:read'), scope('accounts:write')))

// @ts-expect-error: a scope that the resource does not know
requires(scope('accounts:delete'))
// @ts-expect-error: one scope of several that the resource does not know
requires(scope('accounts:read', 'accounts:delete'))
// @ts-expect-error: a scope that the resource does not know, in a combination
requires(anyOf(scope('accounts:read'), scope('accounts:delete')))
// @ts-expect-error: a scope that the resource does not know
await api.authenticate(request, scope('accounts:delete'))
// @ts-expect-error: one scope of several that the resource does not know
await api.authenticate(request, scope('accounts:read', 'accounts:delete'))
// @ts-expect-error: a scope that the resource does not know, in a combination
await api.authenticate(request, anyOf(scope('accounts:read'), scope('accounts:delete')))
// @ts-expect-error: undefined is a mistyped constant, not "any token"
await api.authenticate(request, undefined)
// @ts-expect-error: a requirement that may be undefined is checked first
await api.authenticate(request, {} as Requirement<'accounts:read'> | undefined)
// @ts-expect-error: a scope as text is no requirement
await api.authenticate(request, 'accounts:read')
// @ts-expect-error: one requirement, combined of several
await api.authenticate(request, scope('accounts:read'), scope('accounts:write'))
// @ts-expect-error: a Request of the Fetch API is read by fromFetch first
await api.authenticate(new Request(resource))
await api.authenticate(fromFetch(new Request(resource)))
// @ts-expect-error: a scope that the resource does not know
await api.authorize(caller, scope('accounts:delete'))
// @ts-expect-error: a scope as text is no requirement
requires('accounts:read')
// @ts-expect-error: undefined is a mistyped constant, not "any token"
requires(undefined)
// @ts-expect-error: authorize without a requirement checks nothing
await api.authorize(caller)
// @ts-expect-error: no scope at all
scope()
// @ts-expect-error: no requirement at all
anyOf()
// @ts-expect-error: no requirement at all
allOf()

// Adapters hand over whatever a route was declared with: it is checked when the application starts.
expectTypeOf(api.routePolicy).toEqualTypeOf<(declared: readonly unknown[]) => RoutePolicy>()
// @ts-expect-error: the arguments come as a list
api.routePolicy(scope('accounts:read'))

// A challenge answers an error, and needs nothing else.
expectTypeOf(api.challenge).parameters.toEqualTypeOf<[error: unknown]>()
declare const error: Rejection
expectTypeOf(error).toExtend<{
  readonly neededScopes: readonly string[]
  scheme: 'Bearer' | 'DPoP' | undefined
  issuer: string | undefined
  nonce: string | undefined
}>()

// The principal is a union over the issuers, whether they come in a list or not.
type Issuers = 'https://a.example' | 'https://b.example' | 'https://c.example'
expectTypeOf<Caller['issuer']>().toEqualTypeOf<Issuers>()
expectTypeOf<Caller>().toExtend<Principal>()
expectTypeOf((await api.authenticate(request)).principal).toEqualTypeOf<Caller>()
expectTypeOf(await api.admit(request, api.routePolicy([])))
  .exclude<undefined>()
  .toHaveProperty('principal')
  .toEqualTypeOf<Caller>()
expectTypeOf(api.admitted(request.raw)).toEqualTypeOf<Caller | undefined>()
if (caller.issuer === 'https://a.example')
  expectTypeOf(caller).toEqualTypeOf<Principal<'https://a.example'>>()
else expectTypeOf(caller.issuer).toEqualTypeOf<'https://b.example' | 'https://c.example'>()

// A principal and what it holds are read, never written.
// @ts-expect-error: readonly
caller.subject = 'admin'
// @ts-expect-error: readonly
caller.audience.push('x')
// @ts-expect-error: a set of scopes has no mutators
caller.scopes.add('accounts:write')
// @ts-expect-error: readonly
caller.claims.sub = 'admin'

// @ts-expect-error: readonly
;(await api.authenticate(request)).principal = caller
// @ts-expect-error: readonly
;(await api.authenticate(request)).headers['x'] = 'y'
expectTypeOf(await api.authenticate(request)).toEqualTypeOf<Authentication<Caller>>()

// Adapters give the principal of a request through a function that knows that there may be none.
type Accessor = PrincipalAccessor<Request, Caller>
expectTypeOf<Accessor>().parameters.toEqualTypeOf<[request: Request]>()
expectTypeOf<Accessor>().returns.toEqualTypeOf<Caller>()
expectTypeOf<Accessor['ifPresent']>().toEqualTypeOf<(request: Request) => Caller | undefined>()

// An issuer is its name and nothing else.
expectTypeOf(jwtIssuer({ issuer: 'https://a.example' })).toEqualTypeOf<TrustedIssuer<'https://a.example'>>()
// Besides, the compiler alone knows what its claims are.
expectTypeOf<keyof TrustedIssuer & string>().toEqualTypeOf<'issuer'>()

// Without `scopes`, any scope will do.
const open = protectedResource({ resource, issuers: [jwtIssuer({ issuer: 'https://a.example' })] })
await open.authenticate(request, scope('anything'))
await open.authenticate(request, anyOf(scope('anything'), scope('else')))
expectTypeOf<ScopeOf<typeof open>>().toEqualTypeOf<string>()
expectTypeOf<PrincipalOf<typeof open>>().toEqualTypeOf<Principal<'https://a.example'>>()

// An issuer that is only known when the program runs.
declare const configured: string
const dynamic = protectedResource({ resource, issuers: [jwtIssuer({ issuer: configured })] })
expectTypeOf<PrincipalOf<typeof dynamic>>().toEqualTypeOf<Principal>()

// Whoever takes any protected resource takes each of these; whoever needs a scope takes those that know it.
declare function adapt(any: ProtectedResource): void
declare function guard(some: ProtectedResource<Principal, 'accounts:read'>): void
adapt(api)
adapt(open)
expectTypeOf<ScopeOf<ProtectedResource>>().toBeNever()
declare const any: ProtectedResource
// @ts-expect-error: of a resource whose scopes are unknown, none can be required
await any.authenticate(request, scope('accounts:read'))
await any.authenticate(request)
guard(api)
guard(open)
const issuers = [jwtIssuer({ issuer: 'https://a.example' })] as const
const elsewhere = protectedResource({ resource, scopes: ['other'], issuers })
// @ts-expect-error: this resource does not know the scope that is needed
guard(elsewhere)

// @ts-expect-error: no issuer, no trust
protectedResource({ resource })
// @ts-expect-error: no resource, no audience
protectedResource({ issuers })
// @ts-expect-error: an unknown option
protectedResource({ resource, issuers, scope: ['a'] })
// @ts-expect-error: symmetric algorithms prove nothing
jwtIssuer({ issuer: 'https://a.example', algorithms: ['HS256'] })
// @ts-expect-error: an unsigned token is no token
jwtIssuer({ issuer: 'https://a.example', algorithms: ['none'] })
// @ts-expect-error: null does not switch the audience off
jwtIssuer({ issuer: 'https://a.example', audience: null })
// @ts-expect-error: undefined is a mistyped constant
jwtIssuer({ issuer: 'https://a.example', audience: undefined })

// How proofs are checked is said of the resource, and of an issuer.
const dpop: DpopOptions = {
  required: true,
  algorithms: ['RS256'],
  proofMaxAgeSeconds: 30,
  futureSkewSeconds: 5,
  replayStore: memoryReplayStore({ maxEntries: 10 }),
  nonce: rotatingNonce({ secrets: ['a', new Uint8Array(32)], everySeconds: 60 }),
}
protectedResource({ resource, issuers, dpop, publicUrls: [resource] })
protectedResource({ resource, issuers, dpop: {}, certificate: 'socket' })
const proxies = ['10.0.0.0/8']
protectedResource({ resource, issuers, certificate: { header: 'client-cert', format: 'rfc9440', proxies } })
jwtIssuer({ issuer: 'https://a.example', dpop })
// @ts-expect-error: an unknown option
protectedResource({ resource, issuers, dpop: { require: true } })
// @ts-expect-error: symmetric algorithms prove nothing
protectedResource({ resource, issuers, dpop: { algorithms: ['HS256'] } })
// @ts-expect-error: undefined is a mistyped constant, not "no nonces"
protectedResource({ resource, issuers, dpop: { nonce: undefined } })
// @ts-expect-error: an empty text, as an unset variable guards with, is no source of nonces
protectedResource({ resource, issuers, dpop: { nonce: '' } })
// @ts-expect-error: null is no replay store
protectedResource({ resource, issuers, dpop: { replayStore: null } })
// @ts-expect-error: undefined does not switch DPoP off
protectedResource({ resource, issuers, dpop: undefined })
// @ts-expect-error: true says nothing of how proofs are checked
protectedResource({ resource, issuers, dpop: true })
// @ts-expect-error: a list, since a gateway may stand before the origin
protectedResource({ resource, issuers, publicUrls: resource })
// @ts-expect-error: a certificate comes from the socket, or from a header field of proxies that are named
protectedResource({ resource, issuers, certificate: 'header' })
// @ts-expect-error: no proxies, nobody to be believed
protectedResource({ resource, issuers, certificate: { header: 'client-cert', format: 'rfc9440' } })
// @ts-expect-error: an unknown format
protectedResource({ resource, issuers, certificate: { header: 'a', format: 'pem', proxies } })
// @ts-expect-error: no secret, no nonce
rotatingNonce({})

// A store answers true or false, at once or later; so does whoever writes one.
expectTypeOf<ReplayStore['firstUse']>().returns.toEqualTypeOf<boolean | Promise<boolean>>()
expectTypeOf<ReplayStore['firstUse']>().parameters.toEqualTypeOf<[use: ProofUse]>()
expectTypeOf<keyof ProofUse>().toEqualTypeOf<'id' | 'owner' | 'until' | 'now'>()
expectTypeOf(memoryReplayStore()).toEqualTypeOf<ReplayStore>()
expectTypeOf(rotatingNonce).returns.toEqualTypeOf<NonceSource>()
// @ts-expect-error: the answer of Redis is none of ours
protectedResource({ resource, issuers, dpop: { replayStore: { firstUse: async () => 'OK' } } })

// A principal tells in which scheme it came, and which keys it was shown to hold.
expectTypeOf<Scheme>().toEqualTypeOf<'Bearer' | 'DPoP'>()
expectTypeOf<Principal['scheme']>().toEqualTypeOf<Scheme>()
expectTypeOf<Principal['confirmation']>().toEqualTypeOf<Confirmation | undefined>()
expectTypeOf<Confirmation>().toEqualTypeOf<{ readonly jkt?: string; readonly 'x5t#S256'?: string }>()
// @ts-expect-error: a plain bearer token has none
expectTypeOf(caller.confirmation.jkt).toBeString()
expectTypeOf(caller.confirmation?.jkt).toEqualTypeOf<string | undefined>()
if (caller.confirmation) {
  // @ts-expect-error: readonly
  caller.confirmation.jkt = 'another'
}
expectTypeOf(exposedHeaders).toEqualTypeOf<string[]>()

// Requirements of every kind compile for a resource whose scopes are known, alone and beside its scopes.
requires(acr('x'))
requires(allOf(acr('x')))
requires(allOf(acr('x'), maxAge(300)))
requires(allOf(scope('accounts:read'), role('a', 'b'), anyOf(acr('x'), permission('p'))))
requires(anyOf(client('a'), claim('tenant', 'north'), claim('level', [1, 2]), claim('active', true)))
requires(allOf(details({ type: 'account', actions: ['read'] }), scope('accounts:read')))
requires(check('contract is active', async ({ clientId }) => clientId !== undefined))
await api.authenticate(request, allOf(acr('x'), anyOf(role('a'), scope('accounts:write'))))
await api.authorize(
  caller,
  check('x', () => true),
)
expectTypeOf(allOf(acr('x'))).toExtend<Requirement<never>>()
expectTypeOf(allOf(acr('x'), scope('a'))).toExtend<Requirement<'a'>>()
// @ts-expect-error: a scope that the resource does not know, beside what it knows
requires(allOf(acr('x'), scope('accounts:delete')))
// @ts-expect-error: a scope that the resource does not know, deep inside
await api.authenticate(request, anyOf(role('a'), allOf(acr('x'), anyOf(scope('accounts:delete')))))

// Where no scope is known, everything but scopes can be required.
await any.authenticate(request, allOf(acr('x'), role('a')))
// @ts-expect-error: of a resource whose scopes are unknown, none can be required
await any.authenticate(request, allOf(acr('x'), scope('accounts:read')))

// Each kind asks for at least one of what it is about, and for nothing else.
// @ts-expect-error: no role
role()
// @ts-expect-error: no permission
permission()
// @ts-expect-error: no client
client()
// @ts-expect-error: undefined is an unset variable, not "any client"
client(undefined)
// @ts-expect-error: no way to authenticate
acr()
// @ts-expect-error: a number of seconds
maxAge('300')
// @ts-expect-error: a claim has a value
claim('tenant')
// @ts-expect-error: undefined is a mistyped constant
claim('tenant', undefined)
// @ts-expect-error: an object is compared with nothing
claim('tenant', { id: 5 })
// @ts-expect-error: a rule has a name
check(() => true)
// @ts-expect-error: only true is a yes
check('x', () => 'yes')
// @ts-expect-error: only true is a yes, also later
check('x', async () => 1)

// Authorization details have a type of their own, and the members of RFC 9396 §2.2.
expectTypeOf(details({ type: 'account' })).toEqualTypeOf<DetailsRequirement>()
expectTypeOf<DetailsRequirement>().toExtend<Requirement<never>>()
// @ts-expect-error: no type
details({ actions: ['read'] })
// @ts-expect-error: a list
details({ type: 'account', actions: 'read' })
// @ts-expect-error: undefined is a mistyped constant
details({ type: 'account', actions: undefined })
// @ts-expect-error: an unknown member, which would be asked of nobody
details({ type: 'account', action: ['read'] })

// A requirement prints itself; it is read, never written.
expectTypeOf(String(allOf(acr('x')))).toBeString()
// @ts-expect-error: readonly
scope('a').scopes = ['b']
// @ts-expect-error: readonly
acr('a').values.push('b')

// Claims have the types that the schema of their issuer gives them; which issuer that is, `issuer` tells.
const zodClaims = z.object({ tenant: z.enum(['north', 'south']), level: z.string().transform(Number) })
const valibotClaims = v.object({ org: v.object({ id: v.number() }), plan: v.optional(v.string(), 'free') })
const typed = protectedResource({
  resource,
  issuers: [
    jwtIssuer({ issuer: 'https://zod.example', claims: zodClaims }),
    introspectionIssuer({
      issuer: 'https://valibot.example',
      client: { id: 'api', secret: 's' },
      claims: valibotClaims,
    }),
    jwtIssuer({ issuer: 'https://plain.example' }),
  ],
})
type Typed = PrincipalOf<typeof typed>
declare const typedCaller: Typed
expectTypeOf<Typed>().toExtend<Principal>()
expectTypeOf<Typed['issuer']>().toEqualTypeOf<
  'https://zod.example' | 'https://valibot.example' | 'https://plain.example'
>()
if (typedCaller.issuer === 'https://zod.example') {
  const { claims } = typedCaller
  expectTypeOf(claims.tenant).toEqualTypeOf<'north' | 'south'>()
  expectTypeOf(claims.level).toBeNumber()
  expectTypeOf(claims.iss).toEqualTypeOf<string | undefined>()
  expectTypeOf(claims.aud).toEqualTypeOf<string | readonly string[] | undefined>()
  // @ts-expect-error: a claim that the schema does not know
  expectTypeOf(claims.tenat).toBeString()
  // @ts-expect-error: a claim of another issuer
  expectTypeOf(claims.org).toBeObject()
  // @ts-expect-error: readonly
  claims.tenant = 'south'
} else if (typedCaller.issuer === 'https://valibot.example') {
  expectTypeOf(typedCaller.claims.org.id).toBeNumber()
  expectTypeOf(typedCaller.claims.plan).toBeString()
  // @ts-expect-error: a claim of another issuer
  expectTypeOf(typedCaller.claims.tenant).toBeString()
} else {
  expectTypeOf(typedCaller).toEqualTypeOf<Principal<'https://plain.example'>>()
  expectTypeOf(typedCaller.claims['tenant']).toBeUnknown()
}
// @ts-expect-error: before it is known which issuer it is, the claim of one may be missing
expectTypeOf(typedCaller.claims.org).toBeObject()
// @ts-expect-error: before it is known which issuer it is, a claim may be anything
expectTypeOf(typedCaller.claims.tenant).toEqualTypeOf<'north' | 'south'>()
// @ts-expect-error: no such issuer
expectTypeOf(typedCaller.issuer === 'https://zot.example').toBeBoolean()
expectTypeOf((await typed.authenticate(request)).principal).toEqualTypeOf<Typed>()
await typed.authorize(typedCaller, role('a'))

// With one issuer, there is nothing to narrow.
const zodIssuer = jwtIssuer({ issuer: 'https://zod.example', claims: zodClaims })
expectTypeOf(zodIssuer).toExtend<TrustedIssuer<'https://zod.example'>>()
const single = protectedResource({ resource, issuers: [[zodIssuer]] })
expectTypeOf<PrincipalOf<typeof single>['claims']['tenant']>().toEqualTypeOf<'north' | 'south'>()
expectTypeOf<PrincipalOf<typeof single>['claims']>().toEqualTypeOf<ClaimsOf<typeof zodClaims>>()
// @ts-expect-error: a claim that the schema does not know
expectTypeOf<PrincipalOf<typeof single>['claims']['tenat']>().toBeString()

// What an issuer adds stands on its principals, with its type; which issuer that is, `issuer` tells.
const organisational = jwtIssuer({
  issuer: 'https://org.example',
  claims: z.object({ org: z.string() }),
  extend: ({ claims, clientId, actsFor }) => {
    expectTypeOf(claims.org).toBeString()
    expectTypeOf(clientId).toEqualTypeOf<string | undefined>()
    expectTypeOf(actsFor).toEqualTypeOf<ActsFor>()
    return { organisation: { id: claims.org }, actsFor: 'client' }
  },
})
const introspected = introspectionIssuer({
  issuer: 'https://asked.example',
  client: { id: 'api', secret: 's' },
  extend: ({ subject }) => ({ person: subject }),
})
const extended = protectedResource({
  resource,
  issuers: [organisational, introspected, jwtIssuer({ issuer: 'https://plain.example' })],
})
declare const extendedCaller: PrincipalOf<typeof extended>
expectTypeOf(extendedCaller).toExtend<Principal>()
if (extendedCaller.issuer === 'https://org.example') {
  expectTypeOf(extendedCaller.organisation).toEqualTypeOf<{ id: string }>()
  expectTypeOf(extendedCaller.claims.org).toBeString()
  expectTypeOf(extendedCaller.actsFor).toEqualTypeOf<ActsFor>()
  // @ts-expect-error: what another issuer adds
  expectTypeOf(extendedCaller.person).toBeString()
} else if (extendedCaller.issuer === 'https://asked.example') {
  expectTypeOf(extendedCaller.person).toEqualTypeOf<string | undefined>()
  // @ts-expect-error: what another issuer adds
  expectTypeOf(extendedCaller.organisation).toBeObject()
} else {
  expectTypeOf(extendedCaller).toEqualTypeOf<Principal<'https://plain.example'>>()
}
// @ts-expect-error: before it is known which issuer it is, what one adds may be missing
expectTypeOf(extendedCaller.organisation).toBeObject()
await extended.authorize(extendedCaller, role('a'))

// It replaces none of the principal's own members.
const replacing = protectedResource({
  resource,
  issuers: [
    jwtIssuer({
      issuer: 'https://a.example',
      extend: () => ({ subject: 5, scopes: 'all', tenant: 'north' }),
    }),
  ],
})
type Replaced = PrincipalOf<typeof replacing>
expectTypeOf<Replaced['subject']>().toEqualTypeOf<string | undefined>()
expectTypeOf<Replaced['scopes']>().toEqualTypeOf<Principal['scopes']>()
expectTypeOf<Replaced['tenant']>().toBeString()
// @ts-expect-error: what has to be waited for is no extra
jwtIssuer({ issuer: 'https://a.example', extend: async () => ({ tenant: 'north' }) })
// @ts-expect-error: actsFor says one of three things
jwtIssuer({ issuer: 'https://a.example', extend: () => ({ actsFor: 'admin' }) })
// @ts-expect-error: undefined is a mistyped function
jwtIssuer({ issuer: 'https://a.example', extend: undefined })

// What an issuer requires is a requirement, never "nothing".
jwtIssuer({ issuer: 'https://a.example', requires: allOf(scope('a'), role('b')) })
// @ts-expect-error: an issuer has no public routes
jwtIssuer({ issuer: 'https://a.example', requires: 'nothing' })

// Claims without a type of their own are asked for by name.
jwtIssuer({
  issuer: 'https://a.example',
  explain: ({ code, claims }) => `${code} ${String(claims?.['aud'])}`,
})
// @ts-expect-error: at once, or not at all
jwtIssuer({ issuer: 'https://a.example', explain: async () => 'later' })
jwtIssuer({ issuer: 'https://a.example', audience: { absent: 'allowed', absentValues: ['unspecified'] } })
// @ts-expect-error: values that stand for none are a list
jwtIssuer({ issuer: 'https://a.example', audience: { absent: 'allowed', absentValues: 'unspecified' } })

// Without a schema, claims are whatever the token says.
expectTypeOf<Principal['claims']>().toEqualTypeOf<AccessTokenClaims>()
expectTypeOf<ClaimsOf<never>>().toEqualTypeOf<AccessTokenClaims>()
expectTypeOf<ClaimsOf<typeof valibotClaims>>().toExtend<RegisteredClaims>()
// @ts-expect-error: a schema that makes no object
jwtIssuer({ issuer: 'https://a.example', claims: z.string() })
// @ts-expect-error: fields without the schema around them
jwtIssuer({ issuer: 'https://a.example', claims: { tenant: z.string() } })
// @ts-expect-error: undefined is a mistyped constant
jwtIssuer({ issuer: 'https://a.example', claims: undefined })

// A principal tells whose authority it has, and how that is known.
expectTypeOf<Principal['actsFor']>().toEqualTypeOf<ActsFor>()
expectTypeOf<ActsFor>().toEqualTypeOf<'client' | 'user' | 'unknown'>()
expectTypeOf<Principal['tokenKind']>().toEqualTypeOf<'jwt' | 'introspected'>()
expectTypeOf<Principal['roles']>().toEqualTypeOf<readonly string[]>()
// @ts-expect-error: readonly
caller.roles.push('admin')
// @ts-expect-error: readonly
caller.permissions.push('admin')

// Whether a token was revoked is said by true or false, at once or later.
protectedResource({ resource, issuers, revoked: ({ claims: { jti } }) => jti === undefined })
protectedResource({ resource, issuers, revoked: async () => false })
// @ts-expect-error: neither true nor false
protectedResource({ resource, issuers, revoked: () => undefined })
// @ts-expect-error: undefined is a mistyped constant, not "nobody is asked"
protectedResource({ resource, issuers, revoked: undefined })

// What is published is what is configured.
const metadata: MetadataOptions = { name: { '': 'Accounts', nb: 'Kontoer' }, policy: 'https://p.example' }
protectedResource({ resource, issuers, publishMetadata: metadata })
protectedResource({ resource, issuers, publishMetadata: true, authorizationDetailsTypes: ['account'] })
expectTypeOf(api.metadata).toEqualTypeOf<PublishedMetadata | undefined>()
expectTypeOf<PublishedMetadata>().toExtend<{ readonly url: string; readonly path: string }>()
// @ts-expect-error: what is enforced is not told otherwise
protectedResource({ resource, issuers, publishMetadata: { dpop_bound_access_tokens_required: true } })
// @ts-expect-error: undefined is a mistyped constant
protectedResource({ resource, issuers, publishMetadata: undefined })

// A refusal knows what would have satisfied.
expectTypeOf(error.neededAuthentication).toEqualTypeOf<
  { readonly acrValues: readonly string[] | undefined; readonly maxAge: number | undefined } | undefined
>()
expectTypeOf(error.unmetChecks).toEqualTypeOf<readonly string[]>()
