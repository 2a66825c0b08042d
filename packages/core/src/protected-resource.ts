import { authorize } from './authorization/authorize.js'
import { type Requirement, readRequirement } from './authorization/requirement.js'
import { type RoutePolicy, routePolicy } from './authorization/route-policy.js'
import { type Challenge, challengeOf } from './challenge/challenge.js'
import { misconfigured } from './configuration.js'
import { confirmSender } from './confirmation/confirm-sender.js'
import type { Credential } from './credential/credential.js'
import { readCredential } from './credential/read-credential.js'
import { type ProtectedResourceOptions, readOptions, type Settings } from './options.js'
import { type Principal, principalOf } from './principal.js'
import type { Authentication, Each, PrincipalFrom, ProtectedResource } from './protected-resource-types.js'
import { isRefusal, Rejection, type Scheme } from './rejection.js'
import { type Report, reporter } from './report.js'
import { isResourceRequest, type ResourceRequest } from './request/resource-request.js'
import { type BoundIssuer, bindIssuer } from './token/bind-issuer.js'
import { chooseIssuer } from './token/choose-issuer.js'
import type { TrustedIssuer } from './token/jwt-issuer.js'
import { readJwt } from './token/read-jwt.js'
import { verifyJwt } from './token/verify-jwt.js'

/**
 * Protects a resource: OAuth 2.0 access tokens by RFC 6750 and RFC 9068, from the issuers it names.
 *
 * @throws TypeError when an option is wrong; nothing is fetched yet.
 * @example
 * export const api = protectedResource({
 *   resource: 'https://api.example.com',
 *   scopes: ['accounts:read', 'accounts:write'],
 *   issuers: [jwtIssuer({ issuer: 'https://as.example.com' })],
 * })
 */
export function protectedResource<
  const Issuers extends readonly (TrustedIssuer | readonly TrustedIssuer[])[],
  const Scope extends string = string,
>(
  options: ProtectedResourceOptions<Issuers, Scope>,
): ProtectedResource<PrincipalFrom<Each<Issuers[number]>>, Scope> {
  return new Gate(readOptions(options)) as unknown as ProtectedResource<
    PrincipalFrom<Each<Issuers[number]>>,
    Scope
  >
}

/** The stages in their order. Each throws a Rejection; only this page knows what a stage cannot know, and adds it. */
class Gate implements ProtectedResource {
  readonly resource: string
  readonly #schemes: readonly Scheme[] = ['Bearer']
  readonly #scopes: readonly string[] | undefined
  readonly #issuers: readonly BoundIssuer[]
  readonly #report: Report
  readonly #authentications = new WeakMap<object, Promise<Authentication>>()
  readonly #admitted = new WeakMap<object, Principal>()

  constructor(settings: Settings) {
    this.resource = settings.resource
    this.#scopes = settings.scopes
    this.#issuers = settings.issuers.map((issuer) => bindIssuer(issuer, settings))
    this.#report = reporter(settings)
    this.#report.started(this.#schemes, this.#issuers)
  }

  /** Who calls: what was presented, from whom it is, whether it is good, and who holds it. */
  async #establish(request: ResourceRequest): Promise<Authentication> {
    let credential: Credential | undefined
    let issuer: BoundIssuer | undefined
    try {
      credential = readCredential(request, this.#schemes)
      const jws = readJwt(credential.token)
      issuer = chooseIssuer(jws, this.#issuers)
      const token = await verifyJwt(jws, issuer)
      confirmSender(token)
      return Object.freeze({ principal: principalOf(token, credential), headers: Object.freeze({}) })
    } catch (error) {
      throw inContext(error, credential?.scheme, issuer?.issuer)
    }
  }

  /** The promise is remembered, not its outcome: two guards of one request may ask at the same time. */
  #establishOnce(request: ResourceRequest): Promise<Authentication> {
    // The request itself is not printed: it may carry a token.
    if (!isResourceRequest(request))
      throw new TypeError('expected a request made by fromNode() or fromFetch()')
    const known = this.#authentications.get(request.raw)
    if (known) return known
    const authentication = this.#establish(request)
    this.#authentications.set(request.raw, authentication)
    return authentication
  }

  async authenticate(request: ResourceRequest, ...given: [] | [Requirement]): Promise<Authentication> {
    if (given.length > 1)
      throw misconfigured('authenticate()', 'one requirement, made by allOf() or anyOf()', given)
    const [requirement] = given.map((one) => readRequirement('authenticate()', one, this.#scopes))
    return this.#authenticate(request, requirement)
  }

  async #authenticate(
    request: ResourceRequest,
    requirement: Requirement | undefined,
  ): Promise<Authentication> {
    try {
      const authentication = await this.#establishOnce(request)
      authorize(authentication.principal, requirement)
      return authentication
    } catch (error) {
      throw this.#report.refused(error)
    }
  }

  async authorize(principal: Principal, requirement: Requirement): Promise<void> {
    const checked = readRequirement('authorize()', requirement, this.#scopes)
    try {
      authorize(principal, checked)
    } catch (error) {
      throw this.#report.refused(error)
    }
  }

  async admit(request: ResourceRequest, policy: RoutePolicy): Promise<Authentication | undefined> {
    if (policy.access === 'nothing') return undefined
    if (policy.access === 'optional' && (await this.#isAnonymous(request))) return undefined
    const authentication = await this.#authenticate(request, policy.requirement)
    this.#admitted.set(request.raw, authentication.principal)
    return authentication
  }

  admitted(raw: object): Principal | undefined {
    return this.#admitted.get(raw)
  }

  async #isAnonymous(request: ResourceRequest): Promise<boolean> {
    try {
      await this.#establishOnce(request)
      return false
    } catch (error) {
      return error instanceof Rejection && error.code === 'credential_missing'
    }
  }

  challenge(error: unknown): Challenge | undefined {
    return isRefusal(error) ? challengeOf(error, { realm: this.resource, schemes: this.#schemes }) : undefined
  }

  routePolicy(declared: readonly unknown[]): RoutePolicy {
    return routePolicy(declared, this.#scopes)
  }
}

function inContext(error: unknown, scheme: Scheme | undefined, issuer: string | undefined): unknown {
  if (!isRefusal(error)) return error
  error.issuer ??= issuer
  if (error instanceof Rejection) error.scheme ??= scheme
  return error
}
