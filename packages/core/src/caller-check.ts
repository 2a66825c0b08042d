import { type Awaitable, isPending } from './awaitable.js'
import type { BoundIssuers } from './bound-issuers.js'
import { confirmSender, type Sender } from './confirmation/confirm-sender.js'
import { nonceHeaders } from './confirmation/dpop-nonce.js'
import { ProofHeaders } from './confirmation/proof-headers.js'
import type { Credential, PresentedToken } from './credential/credential.js'
import { checkToken68, readToken } from './credential/read-token.js'
import { withProof } from './credential/with-proof.js'
import { sha256 } from './jws/sha256.js'
import type { Settings } from './options.js'
import { type Principal, principalOf } from './principal.js'
import type { Authentication } from './protected-resource-types.js'
import type { RefusalContext } from './refusal-context.js'
import type { Scheme } from './rejection-codes.js'
import type { ResourceRequest } from './request/resource-request.js'
import { Sending, type SendingTo } from './sending.js'
import type { AccessToken } from './token/access-token.js'
import type { BoundIssuer } from './token/bind-issuer.js'
import type { Route } from './token/choose-issuer.js'
import { checkRevocation } from './token/revocation.js'
import { VerifiedTokens } from './token/verified-tokens.js'
import { verifyJwt } from './token/verify-jwt.js'

/** Who calls. */
export interface Caller {
  readonly authentication: Authentication
  readonly token: string
  /** Of the token. */
  readonly issuer: BoundIssuer
}

/** A request, and what was found out about it so far. */
interface Attempt {
  readonly request: ResourceRequest
  presented?: PresentedToken
  issuer?: BoundIssuer
}

/**
 * Finds out who calls: what was presented, from whom it is, whether it is good, who holds it, whether it was taken back, and whether its
 * proof is used for the first time.
 */
export class CallerCheck {
  readonly #issuers: BoundIssuers
  readonly #schemes: readonly Scheme[]
  readonly #context: RefusalContext
  readonly #revoked: Settings['revoked']
  readonly #sendingTo: SendingTo
  /** Undefined: each token is verified each time. */
  readonly #verified: VerifiedTokens | undefined

  /** @param schemes - those that are understood */
  constructor(
    settings: Settings,
    issuers: BoundIssuers,
    schemes: readonly Scheme[],
    context: RefusalContext,
  ) {
    const { rememberedTokens, revoked } = settings
    this.#issuers = issuers
    this.#schemes = schemes
    this.#context = context
    this.#revoked = revoked
    this.#sendingTo = { ...settings, proofHeaders: new ProofHeaders() }
    if (rememberedTokens > 0)
      this.#verified = new VerifiedTokens(rememberedTokens, (issuer) => issuers.holds(issuer))
  }

  /**
   * At once where nothing has to be waited for: that is what most requests are like. It never throws: what is refused at once is a
   * rejected promise.
   */
  establish(request: ResourceRequest): Awaitable<Caller> {
    const attempt: Attempt = { request }
    try {
      const caller = this.#establish(attempt)
      return isPending(caller) ? caller.catch((error: unknown) => this.#fail(error, attempt)) : caller
    } catch (error) {
      return Promise.reject(this.#inContext(error, attempt))
    }
  }

  #fail(error: unknown, attempt: Attempt): never {
    throw this.#inContext(error, attempt)
  }

  #inContext(error: unknown, { presented, issuer }: Attempt): unknown {
    return this.#context.add(error, { ...presented, issuer })
  }

  #establish(attempt: Attempt): Awaitable<Caller> {
    const { request } = attempt
    const presented = readToken(request, this.#schemes)
    attempt.presented = presented
    const hash = sha256(presented.token)
    const known = this.#verified?.find(hash)
    if (!known) checkToken68(presented)
    const credential = withProof(presented, request)
    return known ? this.#confirm(attempt, credential, hash, known) : this.#judge(attempt, credential, hash)
  }

  async #judge(attempt: Attempt, credential: Credential, hash: string): Promise<Caller> {
    const chosen = this.#issuers.choose(credential.token)
    const route = isPending(chosen) ? await chosen : chosen
    const { issuer } = route
    attempt.issuer = issuer
    const token = await this.#verify(route, credential.token, hash)
    return this.#confirm(attempt, credential, hash, { issuer, token })
  }

  #verify(route: Route, token: string, hash: string): Promise<AccessToken> {
    if (!route.jws) return route.issuer.introspection.verify(token, hash)
    return this.#verified
      ? this.#verified.verify(hash, route.jws, route.issuer)
      : verifyJwt(route.jws, route.issuer)
  }

  #confirm(
    attempt: Attempt,
    credential: Credential,
    hash: string,
    { issuer, token }: { readonly issuer: BoundIssuer; readonly token: AccessToken },
  ): Awaitable<Caller> {
    attempt.issuer = issuer
    const sending = new Sending(attempt.request, credential, hash, issuer, this.#sendingTo)
    const sender = confirmSender(token, sending)
    return isPending(sender) || sender.proof || this.#revoked
      ? this.#useOnce(sending, token, sender)
      : callerOf(sending, principalOf(token, credential, sender.confirmation))
  }

  async #useOnce(sending: Sending, token: AccessToken, pending: Awaitable<Sender>): Promise<Caller> {
    const { confirmation, proof } = await pending
    const principal = principalOf(token, sending.credential, confirmation)
    if (this.#revoked) await checkRevocation(principal, this.#revoked)
    const using = proof?.use()
    if (using) await using
    return callerOf(sending, principal, proof?.newNonce)
  }
}

function callerOf({ credential, issuer }: Sending, principal: Principal, newNonce?: string): Caller {
  const authentication = Object.freeze({ principal, headers: nonceHeaders(newNonce) })
  return { authentication, token: credential.token, issuer }
}
