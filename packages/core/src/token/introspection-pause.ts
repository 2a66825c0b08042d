/** In seconds. */
const first = 1
const longest = 30
/** One failure in a row may be chance. */
const tolerated = 1

/** How a question ended: with an answer, without one, or before it was asked. */
export type Ending = 'answered' | 'not asked' | { readonly retryAfterSeconds: number | undefined }

/**
 * When an introspection endpoint may be asked again that gave no answer, twice in a row. Pauses grow while it fails; at the end of each,
 * one question is tried. What a single token may cause, such as an error 500, makes no pause: whoever makes up such tokens would stop all
 * others.
 */
export class IntrospectionPause {
  readonly #elapsed: () => number
  readonly #random: () => number
  #failures = 0
  /** In seconds, as elapsed. */
  #until = 0
  #trying = false

  /**
   * @param elapsed - in seconds; never goes back
   * @param random - from 0 to 1, so that many instances do not ask at the same time
   */
  constructor(elapsed: () => number, random: () => number = Math.random) {
    this.#elapsed = elapsed
    this.#random = random
  }

  /** For how many seconds nothing may be asked; 0 when a question may be asked now. */
  get seconds(): number {
    if (this.#failures <= tolerated) return 0
    const left = this.#until - this.#elapsed()
    if (left > 0) return left
    // The clock may show no number: then nobody can tell how long to wait.
    return this.#trying || Number.isNaN(left) ? first : 0
  }

  /** A question is about to be asked. @returns what hears how it ended */
  begin(): (ending: Ending) => void {
    const before = this.#failures
    const isTry = before > tolerated
    if (isTry) this.#trying = true
    return (ending) => {
      // A question from before the pause ends no try.
      if (isTry) this.#trying = false
      if (ending === 'answered') this.#failures = 0
      // Questions that were under way together fail together: that is one failure.
      else if (ending !== 'not asked' && this.#failures <= before) this.#failed(ending.retryAfterSeconds)
    }
  }

  #failed(retryAfterSeconds: number = 0): void {
    this.#failures++
    const exponent = Math.max(0, this.#failures - tolerated - 1)
    const nominal = Math.min(longest, first * 2 ** exponent) * (0.5 + this.#random() / 2)
    const now = this.#elapsed()
    const pause = Math.max(nominal, Math.min(longest, retryAfterSeconds))
    // Where the clock showed no number, the next question is tried as soon as it does.
    this.#until = Number.isNaN(now) ? 0 : now + pause
  }
}
