import { fromNode, type ProtectedResource, type RoutePolicy } from '@portcullis/core'
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

/** What a requirement may be written under by mistake, in any case. */
const nearRequires = /^(requires?|required|scopes?)$/i

/** A requirement that Fastify would not hand on would leave the route open to any valid token. */
function refuseMisplaced(route: object, config: object): void {
  if (Object.hasOwn(route, 'requires')) throw new TypeError('requires belongs into the config of the route')
  if (Object.hasOwn(config, 'requires')) return
  const near = Object.keys(config).find((name) => nearRequires.test(name))
  if (near) throw new TypeError(`config.${near}: expected config.requires`)
}
