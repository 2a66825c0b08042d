import {
  fromNode,
  type Principal,
  type ProtectedResource,
  type RoutePolicy,
  type RouteRequirement,
} from '@portcullis/core'
import type { Request, RequestHandler, Response } from 'express'

declare global {
  namespace Express {
    interface Request {
      /** Who calls. Set by `@portcullis/express`; `principal(request)` gives it with its type. */
      principal?: Principal
    }
  }
}

/** What guards the routes of an Express application. */
export interface ExpressProtection<P extends Principal, in Scope extends string> {
  /**
   * Middleware that lets a request pass with any valid token only. What comes after it is never public again: public and
   * optional routes, and CORS, stand before it.
   */
  readonly authenticate: RequestHandler
  /**
   * Middleware for a route: a requirement, `'nothing'`, `'optional'`, or no argument for any valid token.
   *
   * @throws TypeError when the argument is none of these, or names a scope that the resource does not have
   */
  readonly requires: (...requirement: [] | [RouteRequirement<Scope>]) => RequestHandler
  /** The principal of a request. */
  readonly principal: {
    /** @throws TypeError on a route that nothing protects */
    (request: Request): P
    /** For `'optional'` routes: undefined when the request came without credentials. */
    ifPresent(request: Request): P | undefined
  }
}

/**
 * Protects an Express application, 4.18 or 5.
 *
 * @example
 * const { authenticate, requires, principal } = expressProtection(api)
 * app.get('/accounts', requires(scope('accounts:read')), (req, res) => res.json(list(principal(req).clientId)))
 */
export function expressProtection<P extends Principal, Scope extends string>(
  api: ProtectedResource<P, Scope>,
): ExpressProtection<P, Scope> {
  const guard = (policy: RoutePolicy): RequestHandler => {
    return (request, response, next) => {
      pass(policy, request, response).then(
        (passed) => passed && next(),
        (cause) => next(asError(cause)),
      )
    }
  }

  /** False when the request was answered. */
  async function pass(policy: RoutePolicy, request: Request, response: Response): Promise<boolean> {
    try {
      const admitted = await api.admit(fromNode(request), policy)
      if (!admitted) return true
      request.principal = admitted.principal
      response.set(admitted.headers)
      return true
    } catch (error) {
      const challenge = api.challenge(error)
      if (!challenge) throw error
      response.status(challenge.status).set(challenge.headers).end(challenge.body)
      return false
    }
  }

  function principal(request: Request): P {
    const known = api.admitted(request)
    if (known) return known
    throw new TypeError('No principal: put requires() in front of this handler, or ask principal.ifPresent()')
  }
  principal.ifPresent = (request: Request): P | undefined => api.admitted(request)

  return {
    authenticate: guard(api.requires()),
    requires: (...requirement) => guard(api.requires(...requirement)),
    principal,
  }
}

/** Express goes on to the next handler when it is given nothing, or one of its control words, instead of an error. */
function asError(cause: unknown): Error {
  return cause instanceof Error
    ? cause
    : new Error('@portcullis/express: the request could not be checked', { cause })
}
