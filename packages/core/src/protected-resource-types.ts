import type { Requirement } from './authorization/requirement.js'
import type { RoutePolicy } from './authorization/route-policy.js'
import type { Awaitable } from './awaitable.js'
import type { Challenge } from './challenge/challenge.js'
import type { IssuerHealth } from './issuer-health.js'
import type { PublishedMetadata } from './metadata/published-metadata.js'
import type { Principal } from './principal.js'
import type { ResourceRequest } from './request/resource-request.js'
import type { IssuerResolver } from './token/issuer-resolver.js'
import type { TrustedIssuer } from './token/trusted-issuer.js'

/** A request that was let in. */
export interface Authentication<P extends Principal = Principal> {
  readonly principal: P
  /** Header fields that the response has to carry, names in lower case. */
  readonly headers: Readonly<Record<string, string>>
}

/** A resource and its rules. Frameworks reach it through their adapter, everything else through these methods. */
export interface ProtectedResource<P extends Principal = Principal, in Scope extends string = never> {
  /** The resource identifier. */
  readonly resource: string
  /** The metadata of the resource (RFC 9728), for servers without an adapter; undefined unless it is published. */
  readonly metadata: PublishedMetadata | undefined
  /**
   * Finds out who calls. A request is authenticated once, however often this is asked; a requirement is checked each
   * time. Without one, any valid token for this resource will do.
   *
   * @throws Rejection, Unavailable; TypeError when the requirement is none of this resource
   */
  authenticate(
    request: ResourceRequest,
    ...requirement: [] | [Requirement<Scope>]
  ): Promise<Authentication<P>>
  /**
   * Resolves when the principal meets the requirement (what its issuer demands, and for whom its token is meant, `authenticate` has checked), and rejects when not. Await it:
   * otherwise the handler goes on as if it did.
   *
   * @throws Rejection; Unavailable check_unavailable; TypeError when the requirement is none of this resource
   */
  authorize(principal: Principal, requirement: Requirement<Scope>): Promise<void>
  /** The answer to an error that `authenticate`, `authorize` or `admit` threw; undefined when it is not one of ours. */
  challenge(error: unknown): Challenge | undefined
  /**
   * Fetches the metadata and the keys of every issuer now, so that the first request need not wait. It need not be called.
   *
   * @throws AggregateError that names the issuers that cannot be reached; requests go on trying
   */
  ready(): Promise<void>
  /** How things stand with each issuer, for health checks. Nothing is fetched for it. */
  health(): readonly IssuerHealth[]
  /** Stops background work. What is known goes on being decided; nothing is fetched any more. */
  close(): void
  /**
   * For adapters: takes the arguments with which a route was declared, and checks them while the application starts.
   *
   * @throws TypeError when they are not nothing, and not one `RouteRequirement` of this resource
   */
  routePolicy(declared: readonly unknown[]): RoutePolicy
  /**
   * For adapters: `authenticate`, as the route's policy wants it. Undefined: the request passes without a principal. Answers at once
   * where nothing has to be waited for, as with a token that is remembered; whatever is wrong, it rejects and does not throw.
   *
   * @throws Rejection, Unavailable
   */
  admit(request: ResourceRequest, policy: RoutePolicy): Awaitable<Authentication<P> | undefined>
  /** For adapters: the principal with which the request that has this `raw` object was admitted. */
  admitted(raw: object): P | undefined
  /**
   * For adapters of connections that may outlive a token: for how many more seconds it is accepted, by the clock of this
   * resource and with its tolerance. Infinity where a token need not expire.
   */
  secondsLeft(principal: Principal): number
}

/** The type of a function that gives the principal of a request, and knows that there may be none. */
export interface PrincipalAccessor<Request, P extends Principal> {
  /** @throws TypeError on a route that nothing protects */
  (request: Request): P
  /** For `'optional'` routes: undefined when the request came without credentials. */
  ifPresent(request: Request): P | undefined
}

/** A member of a list, or what is no list. */
export type Each<T> = T extends readonly (infer Member)[] ? Member : T
/** The principals that the tokens of an issuer establish. */
export type PrincipalFrom<T> =
  T extends TrustedIssuer<infer Issuer, infer Claims, infer Extras>
    ? WithExtras<Principal<Issuer, Claims>, Extras>
    : T extends IssuerResolver
      ? Principal
      : never

/** With what the issuer adds; a union of that stays one. */
type WithExtras<P, Extras> = Extras extends unknown
  ? [keyof Extras] extends [never]
    ? P
    : P & Omit<Extras, keyof Principal>
  : never

/** The type of the principals that a protected resource establishes: a union over its issuers. */
export type PrincipalOf<Api> = Api extends ProtectedResource<infer P> ? P : never
