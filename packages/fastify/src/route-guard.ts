import {
  type Authentication,
  fromNode,
  isPending,
  type ProtectedResource,
  type RoutePolicy,
} from '@portcullis/core'
import type { FastifyContextConfig, FastifyReply, FastifyRequest, RouteOptions } from 'fastify'

interface CheckedPolicy {
  readonly requires: unknown
  readonly policy: RoutePolicy
}

/** What the hooks of the plugin do: check a route when it is added, and guard it when it is asked. */
export class RouteGuard {
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

  protect(request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void): void {
    if (request.is404) return done()
    const policy = this.#policyOf(request.routeOptions.config)
    const admission = this.#api.admit(fromNode(request.raw, request.originalUrl), policy)
    if (isPending(admission)) {
      this.#pass(admission, request, reply).then(
        (passed) => passed && done(),
        (cause: unknown) => done(asError(cause)),
      )
      return
    }
    letIn(admission, request, reply)
    done()
  }

  /** False when the request was answered. */
  async #pass(
    admission: Promise<Authentication | undefined>,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<boolean> {
    try {
      letIn(await admission, request, reply)
      return true
    } catch (error) {
      const challenge = this.#api.challenge(error)
      if (!challenge) throw error
      reply.code(challenge.status).headers(challenge.headers).send(challenge.body)
      return false
    }
  }
}

function letIn(admitted: Authentication | undefined, request: FastifyRequest, reply: FastifyReply): void {
  if (!admitted) return
  request.principal = admitted.principal
  reply.headers(admitted.headers)
}

/** Fastify goes on to the handler when it is given nothing instead of an error. */
function asError(cause: unknown): Error {
  return cause instanceof Error
    ? cause
    : new Error('@portcullis/fastify: the request could not be checked', { cause })
}

/** What a requirement may be written under by mistake, in any case. */
const nearRequires = /^(requires?|required|scopes?)$/i

/** A requirement that Fastify would not hand on would leave the route open to any valid token. */
function refuseMisplaced(route: object, config: object): void {
  if (Object.hasOwn(route, 'requires')) throw new TypeError('requires belongs into the config of the route')
  if (Object.hasOwn(config, 'requires')) return
  const near = Object.keys(config).find((name) => nearRequires.test(name))
  if (near) throw new TypeError(`config.${near}: expected config.requires`)
}
