import { Admission } from './admission.js'
import { isMade } from './authorization/kinds/data.js'
import { type Requirement, readRequirement } from './authorization/requirement.js'
import { type RoutePolicy, routePolicy } from './authorization/route-policy.js'
import type { Awaitable } from './awaitable.js'
import { BoundIssuers } from './bound-issuers.js'
import { CallerCheck } from './caller-check.js'
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
import { isRefusal } from './rejection.js'
import type { Scheme } from './rejection-codes.js'
import { reporter } from './report.js'
import type { ResourceRequest } from './request/resource-request.js'
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

/** Puts together what one resource is made of. */
class Gate implements ProtectedResource {
  readonly resource: string
  readonly metadata: PublishedMetadata | undefined
  readonly #schemes: readonly Scheme[]
  readonly #settings: Settings
  readonly #issuers: BoundIssuers
  /** Of the issuers, and of those that a resolver may find. */
  readonly #policies: readonly DpopHolder[]
  readonly #admission: Admission
  readonly #requirements = new WeakMap<object, Requirement>()

  constructor(settings: Settings) {
    this.resource = settings.resource
    this.#settings = settings
    const report = reporter(settings)
    this.#issuers = new BoundIssuers(settings, {
      ...settings,
      readRequirement: (where, given) => readRequirement(where, given, settings.known),
      tell: report.issuer,
    })
    const { named, hasResolver } = this.#issuers
    this.#policies = hasResolver ? [...named, ofResource(settings)] : named
    this.#schemes = schemesOnOffer(this.#policies)
    const context = new RefusalContext(settings, this.#issuers, this.#policies)
    // Bearer is understood also where it is not on offer: whoever comes with it is told why it does not do.
    const understood = this.#schemes.includes('Bearer')
      ? this.#schemes
      : (['Bearer', ...this.#schemes] as const)
    const callers = new CallerCheck(settings, this.#issuers, understood, context)
    this.#admission = new Admission(settings, callers, context, report)
    this.metadata = this.#publishedMetadata()
    report.started({
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

  async authenticate(request: ResourceRequest, ...given: [] | [Requirement]): Promise<Authentication> {
    if (given.length > 1)
      throw misconfigured('authenticate()', 'one requirement, made by allOf() or anyOf()', given)
    const requirement = given.length > 0 ? this.#read('authenticate()', given[0]) : undefined
    return this.#admission.authenticate(request, requirement)
  }

  /** Requirements that cannot change are read once. @throws TypeError */
  #read(where: string, given: Requirement | undefined): Requirement {
    const known = given && this.#requirements.get(given)
    if (known) return known
    const requirement = readRequirement(where, given, this.#settings.known)
    if (isMade(given)) this.#requirements.set(given, requirement)
    return requirement
  }

  async authorize(principal: Principal, requirement: Requirement): Promise<void> {
    await this.#admission.authorize(principal, this.#read('authorize()', requirement))
  }

  admit(request: ResourceRequest, policy: RoutePolicy): Awaitable<Authentication | undefined> {
    return this.#admission.admit(request, policy)
  }

  admitted(raw: object): Principal | undefined {
    return this.#admission.admitted(raw)
  }

  secondsLeft(principal: Principal): number {
    return this.#admission.secondsLeft(principal)
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
