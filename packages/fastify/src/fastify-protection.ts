import type { Principal, PrincipalAccessor, ProtectedResource, RouteRequirement } from '@portcullis/core'
import type { FastifyInstance, FastifyPluginAsync } from 'fastify'
import fastifyPlugin from 'fastify-plugin'
import { refuseAfterRoutes } from './refuse-after-routes.js'
import { RouteGuard } from './route-guard.js'
import { serveMetadata } from './serve-metadata.js'

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
  /**
   * Serves the metadata of the resource (RFC 9728) at its well-known path. Register it at the root, before `plugin`. It refuses to
   * load when `publishMetadata` is not set.
   */
  readonly metadata: FastifyPluginAsync
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
    app.addHook('onRequest', (request, reply, done) => guard.protect(request, reply, done))
  }
  function principal(request: { readonly raw: object }): P {
    const known = api.admitted(request.raw)
    if (known) return known
    throw new TypeError(
      'No principal: the route is public, or protection.plugin was not registered in its context',
    )
  }
  principal.ifPresent = (request: { readonly raw: object }): P | undefined => api.admitted(request.raw)
  const metadata = (app: FastifyInstance) => serveMetadata(app, api)
  return {
    plugin: fastifyPlugin(plugin, { name: '@portcullis/fastify', fastify: '5.x' }),
    metadata: fastifyPlugin(metadata, { name: '@portcullis/fastify metadata', fastify: '5.x' }),
    principal,
  }
}
