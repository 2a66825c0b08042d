import { authorize } from './authorization/authorize.js'
import { bothOf, type Requirement } from './authorization/requirement.js'
import type { RoutePolicy } from './authorization/route-policy.js'
import { type Awaitable, isPending } from './awaitable.js'
import type { Caller, CallerCheck } from './caller-check.js'
import type { Settings } from './options.js'
import type { Principal } from './principal.js'
import type { Authentication } from './protected-resource-types.js'
import type { RefusalContext } from './refusal-context.js'
import { Rejection } from './rejection.js'
import type { Report } from './report.js'
import { RequestMemo } from './request/request-memo.js'
import { isResourceRequest, type ResourceRequest } from './request/resource-request.js'

interface KnownRequest {
  /** Who calls. The promise is remembered, not its outcome: two guards of one request may ask at the same time. */
  readonly caller: Awaitable<Caller>
  /** With whom it passed its route. */
  admitted?: Principal
}

/** Knows what was found out about each request, and asks what its route requires. */
export class Admission {
  readonly #settings: Pick<Settings, 'now' | 'clockToleranceSeconds'>
  readonly #callers: CallerCheck
  readonly #context: RefusalContext
  readonly #report: Report
  /** By the server's own request objects. */
  readonly #known = new RequestMemo<KnownRequest>()

  constructor(
    settings: Pick<Settings, 'now' | 'clockToleranceSeconds'>,
    callers: CallerCheck,
    context: RefusalContext,
    report: Report,
  ) {
    this.#settings = settings
    this.#callers = callers
    this.#context = context
    this.#report = report
  }

  /** At once where nothing has to be waited for; then it throws at once, too. */
  authenticate(request: ResourceRequest, requirement: Requirement | undefined): Awaitable<Authentication> {
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

  /** @see ProtectedResource */
  admit(request: ResourceRequest, policy: RoutePolicy): Awaitable<Authentication | undefined> {
    if (policy.access === 'nothing') return undefined
    try {
      if (policy.access === 'optional' && isPending(this.#callerOf(request)))
        return this.#admitUnlessAnonymous(request, policy)
      const authentication = this.authenticate(request, policy.requirement)
      return isPending(authentication)
        ? authentication.then((known) => this.#remember(request, known))
        : this.#remember(request, authentication)
    } catch (error) {
      return Promise.reject(error)
    }
  }

  async #admitUnlessAnonymous(
    request: ResourceRequest,
    { requirement }: RoutePolicy,
  ): Promise<Authentication | undefined> {
    if (await this.#isAnonymous(request)) return undefined
    return this.#remember(request, await this.authenticate(request, requirement))
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

  /** Of a principal that passed a route already. */
  async authorize(principal: Principal, requirement: Requirement): Promise<void> {
    try {
      await this.#checkMet(principal, requirement, true)
    } catch (error) {
      this.#refuse(error)
    }
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
}
