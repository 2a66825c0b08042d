import { LRUCache } from 'lru-cache'
import type { AccessToken } from './access-token.js'

interface Remembered<Verdict> {
  readonly verdict: Verdict
  /** When its issuer was asked, in seconds, as elapsed. */
  readonly at: number
  readonly forSeconds: number
}

interface Clocks {
  /** In seconds; never goes back. */
  readonly elapsed: () => number
  /** In seconds since the epoch. */
  readonly now: () => number
}

const maxRemembered = 10_000
/** Of the answers about good tokens, as they came. */
const maxBytes = 32 * 1024 * 1024

/** What was found out about tokens, by their hashes. Good and bad ones are kept apart: whoever makes up tokens drives out no good one. */
export class RememberedVerdicts<Good extends { readonly token: AccessToken }, Bad extends object> {
  readonly #clocks: Clocks
  readonly #good = new LRUCache<string, Remembered<Good>>({ max: maxRemembered, maxSize: maxBytes })
  readonly #bad = new LRUCache<string, Remembered<Bad>>({ max: maxRemembered })

  constructor(clocks: Clocks) {
    this.#clocks = clocks
  }

  /** Never a good one past the `exp` of its token. */
  get(hash: string): Good | Bad | undefined {
    const good = this.#young(this.#good.get(hash))
    if (good && this.#clocks.now() < good.token.expiresAt) return good
    return this.#young(this.#bad.get(hash))
  }

  /** @param bytes - the size of the answer */
  setGood(hash: string, remembered: Remembered<Good>, bytes: number): void {
    this.#bad.delete(hash)
    this.#good.set(hash, remembered, { size: Math.max(1, bytes) })
  }

  setBad(hash: string, remembered: Remembered<Bad>): void {
    this.#good.delete(hash)
    this.#bad.set(hash, remembered)
  }

  /** None while the clock shows no number. */
  #young<Verdict>(remembered: Remembered<Verdict> | undefined): Verdict | undefined {
    if (!remembered) return undefined
    const age = this.#clocks.elapsed() - remembered.at
    return age < remembered.forSeconds ? remembered.verdict : undefined
  }
}
