import { LRUCache } from 'lru-cache'
import { elapsedTime } from '../keys/elapsed-time.js'
import { quote, type Rejection, type Unavailable } from '../rejection.js'
import type { BoundIssuer } from './bind-issuer.js'
import { askResolver, type IssuerResolver, resolverUnavailable } from './issuer-resolver.js'
import type { TrustedIssuer } from './trusted-issuer.js'

/** Times in milliseconds, as elapsed. */
interface Found {
  readonly trusted: TrustedIssuer
  readonly bound: BoundIssuer
  /** When the resolver said so. */
  readonly at: number
  /** When it failed to say so again. */
  readonly failedAt?: number
}

type Outcome = { readonly bound: BoundIssuer | undefined } | { readonly error: () => Rejection | Unavailable }

const maxFound = 1000
const maxDeclined = 10_000
const maxAsking = 100
const maxIssCharacters = 512
/** In milliseconds. */
const keptFor = { found: 600_000, declined: 60_000, failed: 10_000, failing: 4 * 3_600_000 }

/** The issuers that a resolver found, bound once each. */
export class ResolvedIssuers {
  readonly #resolve: IssuerResolver
  readonly #bind: (trusted: TrustedIssuer) => BoundIssuer
  readonly #elapsed: () => number
  /** What is driven out, replaced or declined is not closed: requests may be waiting for its keys, and it does nothing by itself. */
  readonly #found = new LRUCache<string, Found>({ max: maxFound })
  /** When it was. Apart from what was found: whoever makes up names drives out no issuer. */
  readonly #declined = new LRUCache<string, number>({ max: maxDeclined })
  readonly #asking = new Map<string, Promise<Outcome>>()
  #closed = false

  /** @param now - in milliseconds since the epoch */
  constructor(resolve: IssuerResolver, bind: (trusted: TrustedIssuer) => BoundIssuer, now: () => number) {
    this.#resolve = resolve
    this.#bind = bind
    this.#elapsed = elapsedTime(now)
  }

  /** Those that are known now. */
  get known(): readonly BoundIssuer[] {
    return [...this.#found.values()].map(({ bound }) => bound)
  }

  /** Whether `find` would give this one without asking the resolver. */
  holds(bound: BoundIssuer): boolean {
    const known = this.#found.get(bound.issuer)
    return known?.bound === bound && (this.#closed || this.#isKept(known))
  }

  /** @throws Rejection token_issuer_untrusted; Unavailable issuer_unavailable */
  async find(iss: unknown): Promise<BoundIssuer | undefined> {
    if (typeof iss !== 'string' || iss.length > maxIssCharacters) return undefined
    const known = this.#found.get(iss)
    if (known && (this.#closed || this.#isKept(known))) return known.bound
    if (this.#isWithin(keptFor.declined, this.#declined.get(iss))) return undefined
    const outcome = await (this.#asking.get(iss) ?? this.#ask(iss))
    if ('error' in outcome) throw outcome.error()
    return outcome.bound
  }

  /** What was found goes on serving. */
  close(): void {
    this.#closed = true
    for (const { bound } of this.#found.values()) bound.close()
  }

  #isKept({ at, failedAt }: Found): boolean {
    return this.#isWithin(keptFor.found, at) || this.#isWithin(keptFor.failed, failedAt)
  }

  /** That the resolver fails, or cannot be asked, is no reason to lock an issuer out that it found before. */
  #reliedOn(iss: string, error: () => Unavailable): Outcome {
    const known = this.#found.get(iss)
    if (!known || !this.#isWithin(keptFor.failing, known.at)) return { error }
    this.#found.set(iss, { ...known, failedAt: this.#elapsed() })
    return known
  }

  #isWithin(period: number, at: number = Number.NaN): boolean {
    return this.#elapsed() - at < period
  }

  #ask(iss: string): Promise<Outcome> | Outcome {
    if (this.#closed) return { error: () => resolverUnavailable('closed: no issuer is looked for any more') }
    if (this.#asking.size >= maxAsking) {
      const full = `${maxAsking} calls of the resolver are in flight, the limit`
      return this.#reliedOn(iss, () => resolverUnavailable(full))
    }
    const asking = this.#resolveAnew(iss).finally(() => this.#asking.delete(iss))
    this.#asking.set(iss, asking)
    return asking
  }

  async #resolveAnew(iss: string): Promise<Outcome> {
    const answer = await askResolver(this.#resolve, iss)
    if ('refused' in answer) {
      this.#found.delete(iss)
      return { error: answer.refused }
    }
    if ('failed' in answer) return this.#reliedOn(iss, answer.failed)
    const at = this.#elapsed()
    const known = this.#found.get(iss)
    const { trusted } = answer
    if (!trusted) {
      this.#found.delete(iss)
      this.#declined.set(iss, at)
      return { bound: undefined }
    }
    const bound = known?.trusted === trusted ? known.bound : this.#tryToBind(trusted)
    if (bound instanceof TypeError) return { error: () => misfit(iss, bound) }
    this.#found.set(iss, { trusted, bound, at })
    if (this.#closed) bound.close()
    return { bound }
  }
  /** What this resource cannot do with it is found when it is bound, and is no fault of the caller. */
  #tryToBind(trusted: TrustedIssuer): BoundIssuer | TypeError {
    try {
      return this.#bind(trusted)
    } catch (error) {
      if (error instanceof TypeError) return error
      throw error
    }
  }
}

function misfit(iss: string, cause: TypeError): Unavailable {
  return resolverUnavailable(
    `the issuer that was found for ${quote(iss)} does not fit: ${cause.message}`,
    cause,
  )
}
