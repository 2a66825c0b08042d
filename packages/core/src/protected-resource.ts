// oxlint-disable max-lines -- the one page that knows the order of all stages, and a quarter of it are their imports
import { authorize } from './authorization/authorize.js'
import { isMade } from './authorization/kinds/data.js'
import { bothOf, type Requirement, readRequirement } from './authorization/requirement.js'
import { type RoutePolicy, routePolicy } from './authorization/route-policy.js'
import { type Challenge, challengeOf } from './challenge/challenge.js'
import { ifGiven, misconfigured } from './configuration.js'
import { confirmSender } from './confirmation/confirm-sender.js'
import { freshNonce, type NonceContext, nonceHeaders } from './confirmation/dpop-nonce.js'
import { ProofKeys } from './confirmation/proof-keys.js'
import type { Credential } from './credential/credential.js'
import { readCredential } from './credential/read-credential.js'
import { allReady, healthOf, type IssuerHealth } from './issuer-health.js'
import { sha256 } from './jws/sha256.js'
import { protectedResourceMetadata } from './metadata/protected-resource-metadata.js'
import { type PublishedMetadata, publishedMetadata } from './metadata/published-metadata.js'
import { type DpopHolder, ofResource, proofAlgorithms, schemesOnOffer } from './offer.js'
import { type ProtectedResourceOptions, readOptions, type Settings } from './options.js'
import { type Principal, principalOf } from './principal.js'
import type { Authentication, Each, PrincipalFrom, ProtectedResource } from './protected-resource-types.js'
import { isRefusal, Rejection } from './rejection.js'
import type { Scheme } from './rejection-codes.js'
import { type Report, reporter } from './report.js'
import { isResourceRequest, type ResourceRequest } from './request/resource-request.js'
import { Sending, type SendingTo } from './sending.js'
import type { AccessToken } from './token/access-token.js'
import { type Binding, type BoundIssuer, bindIssuer } from './token/bind-issuer.js'
import { chooseIssuer, type Route } from './token/choose-issuer.js'
import { explain } from './token/explain.js'
import type { IssuersOption } from './token/issuers-option.js'
import { ResolvedIssuers } from './token/resolved-issuers.js'
import { checkRevocation } from './token/revocation.js'
import { VerifiedTokens } from './token/verified-tokens.js'
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
export function protectedResource<const Issuers extends IssuersOption, const Scope extends string = string>(
  options: ProtectedResourceOptions<Issuers, Scope>,
): ProtectedResource<PrincipalFrom<Each<Issuers[number]>>, Scope> {
  return new Gate(readOptions(options)) as unknown as ProtectedResource<
    PrincipalFrom<Each<Issuers[number]>>,
    Scope
  >
}

/** What is found out about a request. */
interface Established {
  readonly authentication: Authentication
  readonly credential: Credential
  /** Of the token. */
  readonly issuer: BoundIssuer
}

interface KnownRequest {
  readonly established: Promise<Established>
  /** With whom it passed its route. */
  admitted?: Principal
}

/** The stages in their order. Each throws a Rejection; what a stage does not see (scheme, issuer, nonce) is added here. */
class Gate implements ProtectedResource {
  readonly resource: string
  readonly metadata: PublishedMetadata | undefined
  readonly #schemes: readonly Scheme[]
  /** Bearer is understood also where it is not on offer: whoever comes with it is told why it does not do. */
  readonly #knownSchemes: readonly Scheme[]
  readonly #settings: Settings
  readonly #issuers: readonly BoundIssuer[]
  readonly #resolved: ResolvedIssuers | undefined
  /** Of the issuers, and of those that a resolver may find. */
  readonly #policies: readonly DpopHolder[]
  readonly #report: Report
  readonly #sendingTo: SendingTo
  /** Undefined: each token is verified each time. */
  readonly #verified: VerifiedTokens | undefined
  /** By the server's own request objects. */
  readonly #known = new WeakMap<object, KnownRequest>()
  readonly #requirements = new WeakMap<object, Requirement>()

  constructor(settings: Settings) {
    this.resource = settings.resource
    this.#settings = settings
    this.#report = reporter(settings)
    this.#sendingTo = { ...settings, proofKeys: new ProofKeys() }
    const binding: Binding = {
      ...settings,
      readRequirement: (where, given) => readRequirement(where, given, settings.known),
      tell: this.#report.issuer,
    }
    this.#issuers = settings.issuers.map((issuer) => bindIssuer(issuer, binding))
    this.#resolved = ifGiven(settings.resolver, (resolver) => {
      return new ResolvedIssuers(resolver, (issuer) => bindIssuer(issuer, binding), settings.now)
    })
    const { rememberedTokens } = settings
    this.#verified =
      rememberedTokens > 0
        ? new VerifiedTokens(rememberedTokens, (issuer) => this.#trusts(issuer))
        : undefined
    this.#policies = this.#resolved ? [...this.#issuers, ofResource(settings)] : this.#issuers
    this.#schemes = schemesOnOffer(this.#policies)
    this.#knownSchemes = this.#schemes.includes('Bearer') ? this.#schemes : ['Bearer', ...this.#schemes]
    const sources = new Set(this.#policies.map(({ dpop }) => dpop?.nonce))
    for (const source of sources) if (source) freshNonce(source, this.#nonceContext())
    this.metadata = this.#publishedMetadata()
    this.#report.started({
      schemes: this.#schemes,
      issuers: this.#issuers,
      resolver: this.#resolved !== undefined,
      metadata: this.metadata?.url,
    })
  }

  #publishedMetadata(): PublishedMetadata | undefined {
    const { resource, certificate, described, known } = this.#settings
    if (!described) return undefined
    const document = protectedResourceMetadata({
      resource,
      policies: this.#policies,
      issuers: [...new Set(this.#issuers.map(({ issuer }) => issuer))],
      schemes: this.#schemes,
      ...known,
      certificate,
      described,
    })
    return publishedMetadata(resource, document)
  }

  /** Who calls: what was presented, from whom it is, whether it is good, and who holds it. */
  async #establish(request: ResourceRequest): Promise<Established> {
    let credential: Credential | undefined
    let issuer: BoundIssuer | undefined
    try {
      credential = readCredential(request, this.#knownSchemes)
      const hash = sha256(credential.token)
      const known = this.#verified?.find(hash)
      const route = known ?? (await chooseIssuer(credential.token, this.#issuers, this.#resolved))
      issuer = route.issuer
      const token = 'token' in route ? route.token : await this.#judge(route, credential.token, hash)
      const sending = confirmSender(token, new Sending(request, credential, issuer, this.#sendingTo))
      // Where nothing has to be waited for, nothing is: that is what most requests are like.
      const sender = 'then' in sending ? await sending : sending
      const principal = principalOf(token, credential, sender.confirmation)
      const { revoked } = this.#settings
      if (revoked) await checkRevocation(principal, revoked)
      if (sender.proof) await sender.proof.use()
      const authentication = Object.freeze({ principal, headers: nonceHeaders(sender.proof?.newNonce) })
      return { authentication, credential, issuer }
    } catch (error) {
      if (credential && error instanceof Rejection)
        explain(error, credential.token, issuer ? [issuer] : this.#issuers)
      throw this.#inContext(error, credential?.scheme, issuer)
    }
  }

  #judge(route: Route, token: string, hash: string): Promise<AccessToken> {
    if (!route.jws) return route.issuer.introspection.verify(token, hash)
    return this.#verified
      ? this.#verified.verify(hash, route.jws, route.issuer)
      : verifyJwt(route.jws, route.issuer)
  }

  /** Adds to a refusal what its stage cannot know: the scheme in use, the issuer, a fresh nonce. */
  #inContext(error: unknown, scheme?: Scheme, issuer?: BoundIssuer): unknown {
    if (!isRefusal(error)) return error
    error.issuer ??= issuer?.issuer
    if (!(error instanceof Rejection)) return error
    error.scheme ??= scheme
    if (error.scheme === 'DPoP') error.nonce ??= this.#nonceAfter(error, issuer)
    return error
  }

  #nonceAfter({ issuer }: Rejection, bound?: BoundIssuer): string | undefined {
    const known = bound ?? this.#allIssuers().find((one) => one.issuer === issuer)
    const candidates = known ? [known] : [this.#settings, ...this.#policies]
    const source = candidates.find(({ dpop }) => dpop?.nonce)?.dpop?.nonce
    return source && freshNonce(source, this.#nonceContext())
  }

  #trusts(issuer: BoundIssuer): boolean {
    return this.#issuers.includes(issuer) || this.#resolved?.holds(issuer) === true
  }

  #allIssuers(): readonly BoundIssuer[] {
    return [...this.#issuers, ...(this.#resolved?.known ?? [])]
  }

  #nonceContext(): NonceContext {
    return { resource: this.resource, now: this.#seconds() }
  }

  /** Since the epoch. */
  #seconds(): number {
    return this.#settings.now() / 1000
  }

  /** The promise is remembered, not its outcome: two guards of one request may ask at the same time. */
  #establishOnce(request: ResourceRequest): Promise<Established> {
    // The request itself is not printed: it may carry a token.
    if (!isResourceRequest(request))
      throw new TypeError('expected a request made by fromNode() or fromFetch()')
    const known = this.#known.get(request.raw)
    if (known) return known.established
    const established = this.#establish(request)
    this.#known.set(request.raw, { established })
    return established
  }

  async authenticate(request: ResourceRequest, ...given: [] | [Requirement]): Promise<Authentication> {
    if (given.length > 1)
      throw misconfigured('authenticate()', 'one requirement, made by allOf() or anyOf()', given)
    const requirement = given.length > 0 ? this.#read('authenticate()', given[0]) : undefined
    return await this.#authenticate(request, requirement)
  }

  async #authenticate(
    request: ResourceRequest,
    requirement: Requirement | undefined,
  ): Promise<Authentication> {
    let established: Established | undefined
    try {
      established = await this.#establishOnce(request)
      const { authentication, issuer } = established
      this.#refuseExpired(authentication.principal)
      const asking = this.#checkMet(authentication.principal, bothOf(issuer.requires, requirement))
      if (asking) await asking
      return authentication
    } catch (error) {
      if (established && error instanceof Rejection)
        explain(error, established.credential.token, [established.issuer])
      throw this.#report.refused(this.#inContext(error))
    }
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
      throw this.#report.refused(this.#inContext(error))
    }
  }

  async admit(request: ResourceRequest, policy: RoutePolicy): Promise<Authentication | undefined> {
    if (policy.access === 'nothing') return undefined
    if (policy.access === 'optional' && (await this.#isAnonymous(request))) return undefined
    const authentication = await this.#authenticate(request, policy.requirement)
    const known = this.#known.get(request.raw)
    if (known) known.admitted = authentication.principal
    return authentication
  }

  admitted(raw: object): Principal | undefined {
    return this.#known.get(raw)?.admitted
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
    if (!isRefusal(error)) return undefined
    const algorithms = proofAlgorithms([...this.#policies, ...(this.#resolved?.known ?? [])], error.issuer)
    return challengeOf(error, {
      realm: this.resource,
      schemes: this.#schemes,
      proofAlgorithms: algorithms,
      metadataUrl: this.metadata?.url,
    })
  }

  ready(): Promise<void> {
    return allReady(this.#allIssuers())
  }

  health(): readonly IssuerHealth[] {
    return this.#allIssuers().map(healthOf)
  }

  close(): void {
    for (const issuer of this.#issuers) issuer.close()
    this.#resolved?.close()
  }

  routePolicy(declared: readonly unknown[]): RoutePolicy {
    return routePolicy(declared, this.#settings.known)
  }
}
