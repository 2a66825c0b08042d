import type { VerificationKey } from './verification-key.js'

type Keys = readonly VerificationKey[]

/** Beyond this age, in milliseconds, a request waits for the refresh: a withdrawn key must not live on. */
const freshAtMost = 60 * 60_000
/** How long keys from the configuration would have been fresh, in milliseconds. They count as just stale. */
const startFreshness = 10 * 60_000

/** The keys that an issuer published last, and what their age means. */
export class HeldKeys {
  readonly #elapsed: () => number
  readonly #staleFor: number
  #keys: Keys
  /** When they were asked for. */
  #at: number
  #freshFor = startFreshness
  #refreshFrom = startFreshness
  #generation = 0
  #fetched = false

  /**
   * @param elapsed - in milliseconds; never goes back
   * @param staleFor - how long keys serve that are not fresh any more, in milliseconds
   */
  constructor(elapsed: () => number, staleFor: number, start: Keys) {
    this.#elapsed = elapsed
    this.#staleFor = staleFor
    this.#keys = start
    const now = elapsed()
    this.#at = start.length > 0 && !Number.isNaN(now) ? now - startFreshness : -Infinity
  }

  /**
   * @param at - when they were asked for
   * @param restFraction - the part of their freshness during which they are not refreshed
   */
  replace(keys: Keys, at: number, freshFor: number, restFraction: number): void {
    if (!areSame(keys, this.#keys)) this.#generation++
    this.#keys = keys
    this.#at = at
    this.#freshFor = freshFor
    this.#refreshFrom = freshFor * restFraction
    this.#fetched = true
  }

  /** Those that may serve. */
  get usable(): Keys {
    return this.isUsable ? this.#keys : []
  }

  get generation(): number {
    return this.isUsable ? this.#generation : NaN
  }

  get age(): number {
    return this.#elapsed() - this.#at
  }

  get ageSeconds(): number | undefined {
    const age = this.age
    return this.#fetched && !Number.isNaN(age) ? age / 1000 : undefined
  }

  get servesForSeconds(): number | undefined {
    return this.isUsable ? (this.#freshFor + this.#staleFor - this.age) / 1000 : undefined
  }

  /** How many milliseconds it is until a refresh is due. */
  get refreshIn(): number {
    return Math.max(0, this.#refreshFrom - this.age)
  }

  // Each is asked so that it is false when the clock shows no number.
  get isUsable(): boolean {
    return this.age <= this.#freshFor + this.#staleFor
  }

  get isFresh(): boolean {
    return this.age < this.#freshFor
  }

  get needsNoRefresh(): boolean {
    return this.age < this.#refreshFrom
  }

  get mayServeBeforeRefresh(): boolean {
    return this.age <= freshAtMost
  }
}

/** In whatever order they were published. */
function areSame(some: Keys, others: Keys): boolean {
  const has = (keys: Keys, { kid, algorithm, key }: VerificationKey) =>
    keys.some((one) => one.kid === kid && one.algorithm === algorithm && one.key.equals(key))
  return some.every((key) => has(others, key)) && others.every((key) => has(some, key))
}
