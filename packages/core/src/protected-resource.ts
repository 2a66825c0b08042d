import { authorize } from './authorization/authorize.js'
import { isMade } from './authorization/kinds/data.js'
import { bothOf, type Requirement, readRequirement } from './authorization/requirement.js'
import { type RoutePolicy, routePolicy } from './authorization/route-policy.js'
import { type Awaitable, isPending } from './awaitable.js'
import { type Caller, CallerCheck } from './caller-check.js'
import { type Challenge, challengeOf } from './challenge/challenge.js'
import { misconfigured } from './configuration.js'
import type { IssuerHealth } from './issuer-health.js'
import { protectedResourceMetadata } from './metadata/protected-resource-metadata.js'
import { type PublishedMetadata, publishedMetadata } from './metadata/published-metadata.js'
import { type DpopHolder, ofResource, proofAlgorithms, schemesOnOffer } from './offer.js'
import { type ProtectedResourceOptions, readOptions, type Settings } from './options.js'
import type { Principal } from './principal.js'
import type { Authentication, Each, PrincipalFrom, ProtectedResource } from './protected-resource-types.js'
import { RefusalContext } from './refusal-context.js'
import { isRefusal, Rejection } from './rejection.js'
import type { Scheme } from './rejection-codes.js'
import { type Report, reporter } from './report.js'
import { RequestMemo } from './request/request-memo.js'
import { isResourceRequest, type ResourceRequest } from './request/resource-request.js'
import { BoundIssuers } from './token/bound-issuers.js'
import type { IssuersOption } from './token/issuers-option.js'

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
export function protectedResource<const Issuers extends IssuersOption, const Scope extends string = string>(
  options: ProtectedResourceOptions<Issuers, Scope>,
): ProtectedResource<PrincipalFrom<Each<Issuers[number]>>, Scope> {
  return new Gate(readOptions(options)) as unknown as ProtectedResource<
    PrincipalFrom<Each<Issuers[number]>>,
    Scope
  >
}

interface KnownRequest {
  /** Who calls. The promise is remembered, not its outcome: two guards of one request may ask at the same time. */
  readonly caller: Awaitable<Caller>
  /** With whom it passed its route. */
  admitted?: Principal
}

/** Knows what was found out about each request, and asks what its route requires. */
class Gate implements ProtectedResource {
  readonly resource: string
  readonly metadata: PublishedMetadata | undefined
  readonly #schemes: readonly Scheme[]
  readonly #settings: Settings
  readonly #issuers: BoundIssuers
  /** Of the issuers, and of those that a resolver may find. */
  readonly #policies: readonly DpopHolder[]
  readonly #report: Report
  readonly #callers: CallerCheck
  readonly #context: RefusalContext
  /** By the server's own request objects. */
  readonly #known = new RequestMemo<KnownRequest>()
  readonly #requirements = new WeakMap<object, Requirement>()

  constructor(settings: Settings) {
    this.resource = settings.resource
    this.#settings = settings
    this.#report = reporter(settings)
    this.#issuers = new BoundIssuers(settings, {
      ...settings,
      readRequirement: (where, given) => readRequirement(where, given, settings.known),
      tell: this.#report.issuer,
    })
    const { named, hasResolver } = this.#issuers
    this.#policies = hasResolver ? [...named, ofResource(settings)] : named
    this.#schemes = schemesOnOffer(this.#policies)
    this.#context = new RefusalContext(settings, this.#issuers, this.#policies)
    // Bearer is understood also where it is not on offer: whoever comes with it is told why it does not do.
    const understood = this.#schemes.includes('Bearer')
      ? this.#schemes
      : (['Bearer', ...this.#schemes] as const)
    this.#callers = new CallerCheck(settings, this.#issuers, understood, this.#context)
    this.metadata = this.#publishedMetadata()
    this.#report.started({
      schemes: this.#schemes,
      issuers: named,
      resolver: hasResolver,
      metadata: this.metadata?.url,
    })
  }

  #publishedMetadata(): PublishedMetadata | undefined {
    const { resource, certificate, described, known } = this.#settings
    if (!described) return undefined
    const document = protectedResourceMetadata({
      resource,
      policies: this.#policies,
      issuers: [...new Set(this.#issuers.named.map(({ issuer }) => issuer))],
      schemes: this.#schemes,
      ...known,
      certificate,
      described,
    })
    return publishedMetadata(resource, document)
  }

  #callerOf(request: ResourceRequest): Awaitable<Caller> {
    // The request itself is not printed: it may carry a token.
    if (!isResourceRequest(request))
      throw new TypeError('expected a request made by fromNode() or fromFetch()')
    const known = this.#known.get(request.raw)
    if (known) return known.caller
    const caller = this.#callers.establish(request)
    this.#known.set(request.raw, { caller })
    return caller
  }

  /** Since the epoch. */
  #seconds(): number {
    return this.#settings.now() / 1000
  }

  async authenticate(request: ResourceRequest, ...given: [] | [Requirement]): Promise<Authentication> {
    if (given.length > 1)
      throw misconfigured('authenticate()', 'one requirement, made by allOf() or anyOf()', given)
    const requirement = given.length > 0 ? this.#read('authenticate()', given[0]) : undefined
    return this.#authenticate(request, requirement)
  }

  /** At once where nothing has to be waited for. */
  #authenticate(request: ResourceRequest, requirement: Requirement | undefined): Awaitable<Authentication> {
    const caller = this.#callerOf(request)
    if (isPending(caller)) return this.#authenticateLater(caller, requirement)
    const asking = this.#check(caller, requirement)
    return asking ? asking.then(() => caller.authentication) : caller.authentication
  }

  async #authenticateLater(
    pending: Promise<Caller>,
    requirement: Requirement | undefined,
  ): Promise<Authentication> {
    const caller = await pending.catch((error: unknown) => this.#refuse(error))
    await this.#check(caller, requirement)
    return caller.authentication
  }

  /** That the token still holds, and that the caller meets what its issuer and its route require. */
  #check(caller: Caller, requirement: Requirement | undefined): void | Promise<void> {
    const { principal } = caller.authentication
    try {
      this.#refuseExpired(principal)
      const asking = this.#checkMet(principal, bothOf(caller.issuer.requires, requirement))
      return asking?.catch((error: unknown) => this.#refuse(error, caller))
    } catch (error) {
      return this.#refuse(error, caller)
    }
  }

  #refuse(error: unknown, caller?: Caller): never {
    throw this.#report.refused(this.#context.add(error, caller))
  }

  /** Requirements that cannot change are read once. @throws TypeError */
  #read(where: string, given: Requirement | undefined): Requirement {
    const known = given && this.#requirements.get(given)
    if (known) return known
    const requirement = readRequirement(where, given, this.#settings.known)
    if (isMade(given)) this.#requirements.set(given, requirement)
    return requirement
  }

  #checkMet(
    principal: Principal,
    requirement: Requirement | undefined,
    isAdmitted: boolean = false,
  ): void | Promise<void> {
    const { clockToleranceSeconds } = this.#settings
    return authorize(principal, requirement, this.#seconds(), clockToleranceSeconds, isAdmitted)
  }

  /** A request is authenticated once, and may last: the handshake of a connection is asked again for each message. */
  #refuseExpired(principal: Principal): void {
    if (this.secondsLeft(principal) > 0) return
    const { scheme, issuer, expiresAt } = principal
    throw new Rejection('token_expired', `exp ${expiresAt} passed since the request was authenticated`, {
      scheme,
      issuer,
    })
  }

  secondsLeft({ expiresAt }: Principal): number {
    return expiresAt + this.#settings.clockToleranceSeconds - this.#seconds()
  }

  async authorize(principal: Principal, requirement: Requirement): Promise<void> {
    const checked = this.#read('authorize()', requirement)
    try {
      await this.#checkMet(principal, checked, true)
    } catch (error) {
      this.#refuse(error)
    }
  }

  admit(request: ResourceRequest, policy: RoutePolicy): Awaitable<Authentication | undefined> {
    if (policy.access === 'nothing') return undefined
    if (policy.access === 'optional') return this.#admitOptional(request, policy)
    try {
      const authentication = this.#authenticate(request, policy.requirement)
      return isPending(authentication)
        ? authentication.then((known) => this.#remember(request, known))
        : this.#remember(request, authentication)
    } catch (error) {
      return Promise.reject(error)
    }
  }

  async #admitOptional(
    request: ResourceRequest,
    { requirement }: RoutePolicy,
  ): Promise<Authentication | undefined> {
    if (await this.#isAnonymous(request)) return undefined
    return this.#remember(request, await this.#authenticate(request, requirement))
  }

  #remember(request: ResourceRequest, authentication: Authentication): Authentication {
    const known = this.#known.get(request.raw)
    if (known) known.admitted = authentication.principal
    return authentication
  }

  admitted(raw: object): Principal | undefined {
    return this.#known.get(raw)?.admitted
  }

  async #isAnonymous(request: ResourceRequest): Promise<boolean> {
    try {
      await this.#callerOf(request)
      return false
    } catch (error) {
      return error instanceof Rejection && error.code === 'credential_missing'
    }
  }

  challenge(error: unknown): Challenge | undefined {
    if (!isRefusal(error)) return undefined
    const holders = [...this.#policies, ...this.#issuers.all]
    return challengeOf(error, {
      realm: this.resource,
      schemes: this.#schemes,
      proofAlgorithms: proofAlgorithms(holders, error.issuer),
      metadataUrl: this.metadata?.url,
    })
  }

  ready(): Promise<void> {
    return this.#issuers.ready()
  }

  health(): readonly IssuerHealth[] {
    return this.#issuers.health()
  }

  close(): void {
    this.#issuers.close()
  }

  routePolicy(declared: readonly unknown[]): RoutePolicy {
    return routePolicy(declared, this.#settings.known)
  }
}
