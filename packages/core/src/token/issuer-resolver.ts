import { LRUCache } from 'lru-cache'
import { quote, Rejection, Unavailable } from '../rejection.js'
import type { BoundIssuer } from './bind-issuer.js'
import { isTrustedIssuer, type TrustedIssuer } from './trusted-issuer.js'

/**
 * Finds the issuer that a JWT names in `iss`, for resources that serve many tenants; undefined declines it. It must decide by a
 * list of its own: one that trusts whatever `iss` says lets anyone make tokens.
 *
 * For the same `iss` it should return the same object: keys and caches belong to it. What it finds is kept for 10 minutes, what
 * it declines for 60 seconds. It is not asked about an `iss` of more than 512 characters. When it throws, the request is a 503.
 */
export type IssuerResolver = (iss: string) => TrustedIssuer | undefined | Promise<TrustedIssuer | undefined>

interface Found {
  readonly trusted: TrustedIssuer
  readonly bound: BoundIssuer
  /** In milliseconds since the epoch. */
  readonly since: number
}

/** What became of a question; an error is made of it for each request anew. */
type Outcome =
  | { readonly bound: BoundIssuer | undefined }
  | { readonly failure: () => Rejection | Unavailable }
type Answer =
  | { readonly trusted: TrustedIssuer | undefined }
  | { readonly failure: () => Rejection | Unavailable }

const maxResolved = 1000
const maxIssCharacters = 512
/** In milliseconds. */
const keptFor = { found: 600_000, declined: 60_000 }

/** The issuers that a resolver found, bound once each. */
export class ResolvedIssuers {
  readonly #resolve: IssuerResolver
  readonly #bind: (trusted: TrustedIssuer) => BoundIssuer
  readonly #now: () => number
  readonly #found = new LRUCache<string, Found>({
    max: maxResolved,
    dispose: ({ bound }, _, reason) => {
      if (reason === 'evict') bound.close()
    },
  })
  /** When it was. Apart from what was found: whoever makes up names drives out no issuer. */
  readonly #declined = new LRUCache<string, number>({ max: maxResolved })
  readonly #resolving = new Map<string, Promise<Outcome>>()
  #closed = false

  /** @param now - in milliseconds since the epoch */
  constructor(resolve: IssuerResolver, bind: (trusted: TrustedIssuer) => BoundIssuer, now: () => number) {
    this.#resolve = resolve
    this.#bind = bind
    this.#now = now
  }

  /** Those that are known now. */
  get known(): readonly BoundIssuer[] {
    return [...this.#found.values()].map(({ bound }) => bound)
  }

  /** @throws Rejection token_issuer_untrusted; Unavailable issuer_unavailable */
  async find(iss: unknown): Promise<BoundIssuer | undefined> {
    if (typeof iss !== 'string' || iss.length > maxIssCharacters) return undefined
    const known = this.#found.get(iss)
    if (known && this.#isYoung(known.since, keptFor.found)) return known.bound
    if (this.#isYoung(this.#declined.get(iss), keptFor.declined)) return undefined
    if (this.#closed) throw unavailable('closed: no issuer is looked for any more')
    const outcome = await (this.#resolving.get(iss) ?? this.#ask(iss))
    if ('failure' in outcome) throw outcome.failure()
    return outcome.bound
  }

  /** What was found goes on serving. */
  close(): void {
    this.#closed = true
    for (const { bound } of this.#found.values()) bound.close()
  }

  #isYoung(since: number = Number.NaN, atMost: number): boolean {
    const age = this.#now() - since
    return age >= 0 && age < atMost
  }

  #ask(iss: string): Promise<Outcome> {
    const resolving = this.#resolveAnew(iss).finally(() => this.#resolving.delete(iss))
    this.#resolving.set(iss, resolving)
    return resolving
  }

  async #resolveAnew(iss: string): Promise<Outcome> {
    const answer = await this.#answerTo(iss)
    if ('failure' in answer) return answer
    const { trusted } = answer
    const since = this.#now()
    const known = this.#found.get(iss)
    if (trusted && known?.trusted === trusted) {
      this.#found.set(iss, { ...known, since })
      return known
    }
    known?.bound.close()
    if (trusted) {
      const bound = this.#bind(trusted)
      this.#found.set(iss, { trusted, bound, since })
      return { bound }
    }
    this.#found.delete(iss)
    this.#declined.set(iss, since)
    return { bound: undefined }
  }

  async #answerTo(iss: string): Promise<Answer> {
    let trusted: TrustedIssuer | undefined
    try {
      trusted = await this.#resolve(iss)
    } catch (cause) {
      return { failure: () => unavailable('the resolver of issuers failed', cause) }
    }
    if (trusted === undefined || (isTrustedIssuer(trusted) && trusted.issuer === iss)) return { trusted }
    if (!isTrustedIssuer(trusted)) {
      const message =
        'the resolver answered with something that neither jwtIssuer() nor introspectionIssuer() made'
      return { failure: () => unavailable(message) }
    }
    const message = `iss is ${quote(iss)}, but the resolver answered with ${quote(trusted.issuer)}`
    return { failure: () => new Rejection('token_issuer_untrusted', message) }
  }
}

function unavailable(message: string, cause?: unknown): Unavailable {
  return new Unavailable('issuer_unavailable', message, { cause, retryAfterSeconds: 1 })
}
