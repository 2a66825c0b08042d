import type { FastifyInstance } from 'fastify'
import { isRoot } from './is-root.js'

/**
 * Earlier routes in a context inside this one would not be guarded at all, and what earlier routes of the application
 * require could not be checked while it starts.
 *
 * @throws TypeError
 */
export function refuseAfterRoutes(app: FastifyInstance): void {
  if (isRoot(app) ? !hasRoutes(app) : !hasContextsInside(app)) return
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
