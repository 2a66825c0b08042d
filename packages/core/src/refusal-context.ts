import type { BoundIssuers } from './bound-issuers.js'
import { freshNonce } from './confirmation/dpop-nonce.js'
import type { DpopHolder } from './offer.js'
import type { Settings } from './options.js'
import { isRefusal, Rejection } from './rejection.js'
import type { Scheme } from './rejection-codes.js'
import type { BoundIssuer } from './token/bind-issuer.js'
import { explain } from './token/explain.js'

/** What is known of a request that is refused. */
export interface RefusedRequest {
  readonly scheme?: Scheme | undefined
  readonly token?: string | undefined
  /** The one that judges the token. */
  readonly issuer?: BoundIssuer | undefined
}

/** What the refusals of one resource say beyond what their stage knows. */
export class RefusalContext {
  readonly #settings: Pick<Settings, 'resource' | 'now' | 'dpop'>
  readonly #issuers: BoundIssuers
  readonly #policies: readonly DpopHolder[]

  /** @param policies - of the issuers, and of those that a resolver may find */
  constructor(
    settings: Pick<Settings, 'resource' | 'now' | 'dpop'>,
    issuers: BoundIssuers,
    policies: readonly DpopHolder[],
  ) {
    this.#settings = settings
    this.#issuers = issuers
    this.#policies = policies
    // A source that gives no nonce is a mistake in the configuration.
    for (const source of new Set(policies.map(({ dpop }) => dpop?.nonce))) {
      if (source) freshNonce(source, this.#nonceContext())
    }
  }

  /** Adds the scheme in use, the issuer, a fresh nonce and the likely cause. Gives the error back. */
  add(error: unknown, { scheme, token, issuer }: RefusedRequest = {}): unknown {
    if (!isRefusal(error)) return error
    if (token !== undefined && error instanceof Rejection)
      explain(error, token, issuer ? [issuer] : this.#issuers.named)
    error.issuer ??= issuer?.issuer
    if (!(error instanceof Rejection)) return error
    error.scheme ??= scheme
    if (error.scheme === 'DPoP') error.nonce ??= this.#nonceAfter(error, issuer)
    return error
  }

  #nonceAfter({ issuer }: Rejection, bound?: BoundIssuer): string | undefined {
    const known = bound ?? this.#issuers.all.find((one) => one.issuer === issuer)
    const candidates = known ? [known] : [this.#settings, ...this.#policies]
    const source = candidates.find(({ dpop }) => dpop?.nonce)?.dpop?.nonce
    return source && freshNonce(source, this.#nonceContext())
  }

  #nonceContext() {
    const { resource, now } = this.#settings
    return { resource, now: now() / 1000 }
  }
}
