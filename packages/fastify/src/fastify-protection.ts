import {
  fromNode,
  type Principal,
  type PrincipalAccessor,
  type ProtectedResource,
  type RoutePolicy,
  type RouteRequirement,
} from '@portcullis/core'
import type {
  FastifyContextConfig,
  FastifyInstance,
  FastifyPluginAsync,
  FastifyReply,
  FastifyRequest,
  RouteOptions,
} from 'fastify'
import fastifyPlugin from 'fastify-plugin'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What the route requires: a requirement, `'nothing'` or `'optional'`. Without it, any valid token. */
    requires?: RouteRequirement
  }
  interface FastifyRequest {
    /** Who calls. Set by `@portcullis/fastify`; `protection.principal(request)` gives it with its type. */
    principal?: Principal | undefined
  }
}

/** What guards the routes of a Fastify application. */
export interface FastifyProtection<P extends Principal = Principal> {
  /**
   * Protects every route of the context in which it is registered, and of the contexts inside. Await it before routes are
   * added: it refuses to load after them.
   */
  readonly plugin: FastifyPluginAsync
  /** The principal of a request. */
  readonly principal: PrincipalAccessor<{ readonly raw: object }, P>
}

/**
 * Protects a Fastify 5 application: every route asks for a valid token unless its `config.requires` says otherwise.
 *
 * @throws TypeError
 * @example
 * const protection = fastifyProtection(api)
 * await app.register(protection.plugin)
 * app.get('/accounts', { config: { requires: scope('accounts:read') } }, async (request) => …)
 */
export function fastifyProtection<P extends Principal>(api: ProtectedResource<P>): FastifyProtection<P> {
  if (typeof api?.admit !== 'function') {
    throw new TypeError('fastifyProtection: expected what protectedResource() makes')
  }
  const guard = new RouteGuard(api)
  async function plugin(app: FastifyInstance): Promise<void> {
    refuseAfterRoutes(app)
    if (!app.hasRequestDecorator('principal')) app.decorateRequest('principal')
    app.addHook('onRoute', (route) => guard.check(route))
    app.addHook('onRequest', (request, reply) => guard.protect(request, reply))
  }
  function principal(request: { readonly raw: object }): P {
    const known = api.admitted(request.raw)
    if (known) return known
    throw new TypeError(
      'No principal: the route is public, or protection.plugin was not registered in its context',
    )
  }
  principal.ifPresent = (request: { readonly raw: object }): P | undefined => api.admitted(request.raw)
  return { plugin: fastifyPlugin(plugin, { name: '@portcullis/fastify', fastify: '5.x' }), principal }
}

interface CheckedPolicy {
  readonly requires: unknown
  readonly policy: RoutePolicy
}

class RouteGuard {
  readonly #api: ProtectedResource
  /** Under which a route's checked policy stands in its config: Fastify hands a copy of that to each request. */
  readonly #key = Symbol('policy')

  constructor(api: ProtectedResource) {
    this.#api = api
  }

  /** @throws TypeError */
  check(route: RouteOptions & { url: string }): void {
    const config: FastifyContextConfig = route.config ?? {}
    try {
      refuseMisplaced(route, config)
      const checked: CheckedPolicy = { requires: config.requires, policy: this.#policyOf(config) }
      route.config = { ...config, [this.#key]: checked }
    } catch (cause) {
      throw new TypeError(`${String(route.method)} ${route.url}: ${(cause as Error).message}`, { cause })
    }
  }

  #policyOf(config: FastifyContextConfig): RoutePolicy {
    const checked = (config as { readonly [key: symbol]: CheckedPolicy | undefined })[this.#key]
    // A plugin after this one may have changed what the route requires.
    if (checked && checked.requires === config.requires) return checked.policy
    return this.#api.routePolicy(Object.hasOwn(config, 'requires') ? [config.requires] : [])
  }

  async protect(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> {
    if (request.is404) return undefined
    const policy = this.#policyOf(request.routeOptions.config)
    try {
      const admitted = await this.#api.admit(fromNode(request.raw, request.originalUrl), policy)
      if (!admitted) return undefined
      request.principal = admitted.principal
      reply.headers(admitted.headers)
      return undefined
    } catch (error) {
      const challenge = this.#api.challenge(error)
      if (!challenge) throw error
      return reply.code(challenge.status).headers(challenge.headers).send(challenge.body)
    }
  }
}

const misspelt = ['require', 'required']

/** A requirement that Fastify would not hand on would leave the route open to any valid token. */
function refuseMisplaced(route: object, config: object): void {
  if (Object.hasOwn(route, 'requires')) throw new TypeError('requires belongs into the config of the route')
  const near = misspelt.find((name) => Object.hasOwn(config, name) && !Object.hasOwn(config, 'requires'))
  if (near) throw new TypeError(`config.${near}: expected config.requires`)
}

/**
 * Earlier routes in a context inside this one would not be guarded at all, and what earlier routes of the application
 * require could not be checked while it starts.
 */
function refuseAfterRoutes(app: FastifyInstance): void {
  const isRoot = Object.getPrototypeOf(app) === Object.prototype
  if (isRoot ? !hasRoutes(app) : !hasContextsInside(app)) return
  throw new TypeError(
    '@portcullis/fastify: register protection.plugin, and await it, before any route or context is added',
  )
}

/** Whether there are any, beside the one for preflights that CORS plugins, which stand before this one, bring along. */
function hasRoutes(app: FastifyInstance): boolean {
  const routes = app.printRoutes().replace(/^(?: {4})?[├└]── \* \(OPTIONS\)$/m, '')
  return /\([A-Z]/.test(routes)
}

/** Fastify has no public way to tell; its own list stands under a symbol. */
function hasContextsInside(app: FastifyInstance): boolean {
  const symbol = Object.getOwnPropertySymbols(app).find(
    ({ description }) => description === 'fastify.children',
  )
  if (!symbol) throw new TypeError('@portcullis/fastify: this version of Fastify is not supported')
  return (app[symbol as never] as unknown[]).length > 0
}
