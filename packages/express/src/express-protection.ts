import type { Principal, PrincipalAccessor, ProtectedResource, RouteRequirement } from '@portcullis/core'
import type { Request, Response } from 'express'
import { answer } from './answer.js'
import { type Guard, guard } from './route-guard.js'

declare global {
  namespace Express {
    interface Request {
      /** Who calls. Set by `@portcullis/express`; `principal(request)` gives it with its type. */
      principal?: Principal
    }
  }
}

// oxlint-disable-next-line typescript/no-explicit-any -- whatever types a route gives its parameters, body and query
type AnyRequest = Request<any, any, any, any, any>

/** What guards the routes of an Express application. */
export interface ExpressProtection<P extends Principal = Principal, in Scope extends string = never> {
  /**
   * Middleware that lets a request pass with any valid token only. What comes after it is never public again: public and
   * optional routes, and CORS, stand before it.
   */
  readonly authenticate: Guard
  readonly requires: {
    /** Middleware for a route that any valid token opens. */
    (): Guard
    /**
     * Middleware for a route with a requirement, or `'nothing'`, or `'optional'`.
     *
     * @throws TypeError when it is none of these, or names a scope that the resource does not have
     */
    (requirement: RouteRequirement<Scope>): Guard
  }
  /** The principal of a request. */
  readonly principal: PrincipalAccessor<AnyRequest, P>
  /**
   * Middleware that serves the metadata of the resource (RFC 9728) at its well-known path. It stands at the root of the application,
   * before `authenticate`.
   *
   * @throws TypeError when it is read and `publishMetadata` is not set
   */
  readonly metadata: Guard
}

/**
 * Protects an Express application, 4.18 or 5.
 *
 * @throws TypeError
 * @example
 * const { authenticate, requires, principal } = expressProtection(api)
 * app.get('/accounts', requires(scope('accounts:read')), (req, res) => res.json(list(principal(req).clientId)))
 */
export function expressProtection<P extends Principal, Scope extends string>(
  api: ProtectedResource<P, Scope>,
): ExpressProtection<P, Scope> {
  if (typeof api?.admit !== 'function') {
    throw new TypeError('expressProtection: expected what protectedResource() makes')
  }
  function principal(request: AnyRequest): P {
    const known = api.admitted(request)
    if (known) return known
    throw new TypeError('No principal: put requires() in front of this handler, or ask principal.ifPresent()')
  }
  principal.ifPresent = (request: AnyRequest): P | undefined => api.admitted(request)

  const requires = (...declared: unknown[]) => {
    if (typeof declared[2] === 'function') {
      throw new TypeError("requires is no middleware, it makes one: call requires() or requires(scope('…'))")
    }
    return guard(api, api.routePolicy(declared))
  }
  const protection = { authenticate: requires(), requires, principal }
  // Where nothing is published, a copy of the protection simply has no metadata.
  const enumerable = api.metadata !== undefined
  return Object.defineProperty(protection, 'metadata', {
    enumerable,
    get: () => serve(api),
  }) as ExpressProtection<P, Scope>
}

function serve({ metadata }: ProtectedResource): Guard {
  if (!metadata) throw new TypeError('metadata: set publishMetadata of protectedResource()')
  return (request, response, next) => {
    const { method, originalUrl } = request as Request
    if (!metadata.isAt(originalUrl)) next()
    else answer(response as Response, metadata.answer(method))
  }
}
