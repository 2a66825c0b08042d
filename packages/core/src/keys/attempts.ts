import { Unavailable } from '../rejection.js'
import type { UnavailableCode } from '../rejection-codes.js'

/** Something could not be loaded. Kept for a while, and told to every request that needs it as an `Unavailable` of its own. */
export class LoadFailure extends Error {
  override readonly name = 'LoadFailure'
  readonly code: UnavailableCode
  /** When another attempt makes sense, in milliseconds, if that is known; otherwise it is backed off. */
  readonly retryIn: number | undefined

  constructor(code: UnavailableCode, message: string, options: ErrorOptions & { retryIn?: number } = {}) {
    super(message, options)
    this.code = code
    this.retryIn = options.retryIn
  }
}

export interface AttemptsOptions<Loaded> {
  /** Told when there is no attempt at all. */
  readonly code: UnavailableCode
  /** Fails with {@link LoadFailure} only. */
  readonly load: (signal: AbortSignal) => Promise<Loaded>
  /** @param startedAt - when the attempt began, which is when what was loaded was good at the latest */
  readonly keep: (loaded: Loaded, startedAt: number) => void
  /** In milliseconds; never goes back. */
  readonly elapsed: () => number
  readonly random: () => number
}

const firstPause = 1_000
const longestPause = 60_000

/** Attempts to load something: one at a time, whoever asks, and with exponentially growing pauses while they fail. */
export class Attempts<Loaded> {
  readonly #options: AttemptsOptions<Loaded>
  readonly #abort = new AbortController()
  #running: Promise<void> | undefined
  #failures = 0
  #failure: { readonly error: LoadFailure; readonly at: number; readonly pause: number } | undefined
  #started = 0
  #succeeded = 0

  constructor(options: AttemptsOptions<Loaded>) {
    this.#options = options
  }

  get running(): boolean {
    return this.#running !== undefined
  }

  get closed(): boolean {
    return this.#abort.signal.aborted
  }

  /** How many attempts were started, ever. */
  get started(): number {
    return this.#started
  }

  /** Which attempt succeeded last, by that count. */
  get succeeded(): number {
    return this.#succeeded
  }

  /** Why the last attempt failed; undefined when it succeeded. */
  get failure(): LoadFailure | undefined {
    return this.#failure?.error
  }

  failedWithin(milliseconds: number): boolean {
    return this.#failure !== undefined && this.#options.elapsed() - this.#failure.at < milliseconds
  }

  /** How many milliseconds it is until the next attempt may be made. */
  get pause(): number {
    if (!this.#failure) return 0
    const { at, pause } = this.#failure
    return Math.max(0, at + pause - this.#options.elapsed())
  }

  /** Waits for the attempt that is running, or makes one; while that has to wait, fails as the last one did. @throws LoadFailure */
  run(): Promise<void> {
    if (this.#running) return this.#running
    const obstacle = this.#obstacle()
    if (obstacle) return Promise.reject(obstacle)
    this.#running = this.#attempt().finally(() => {
      this.#running = undefined
    })
    return this.#running
  }

  /** For a request that waits for {@link run}: each is told of a failure with an error of its own. @throws Unavailable */
  async orUnavailable(running: Promise<void>): Promise<void> {
    try {
      await running
    } catch (cause) {
      const { code, message } = cause as LoadFailure
      // No number when the clock shows none.
      throw new Unavailable(code, message, { cause, retryAfterSeconds: (this.pause || 0) / 1000 })
    }
  }

  /** Gives up the attempt that is running; there will be no other. */
  close(): void {
    this.#abort.abort()
  }

  #obstacle(): LoadFailure | undefined {
    const { code, elapsed } = this.#options
    if (this.closed) return new LoadFailure(code, 'closed: nothing is fetched any more')
    // Nothing could tell how old it is.
    if (Number.isNaN(elapsed())) return new LoadFailure(code, 'the clock shows no number')
    return this.pause > 0 ? this.#failure?.error : undefined
  }

  async #attempt(): Promise<void> {
    const { load, keep, elapsed } = this.#options
    const number = ++this.#started
    const at = elapsed()
    try {
      const loaded = await load(this.#abort.signal)
      if (this.closed) throw this.#obstacle()
      this.#failures = 0
      this.#failure = undefined
      this.#succeeded = number
      keep(loaded, at)
    } catch (error) {
      // Whoever closed knows why this failed.
      if (!this.closed) this.#failed(error as LoadFailure, at)
      throw this.closed ? this.#obstacle() : error
    }
  }

  #failed(error: LoadFailure, startedAt: number): void {
    const { elapsed, random } = this.#options
    const now = elapsed()
    const nominal = Math.min(longestPause, firstPause * 2 ** this.#failures)
    // Many instances see an outage at the same time; they should not end it with a storm.
    const pause = error.retryIn ?? nominal * (0.5 + random() / 2)
    if (error.retryIn === undefined) this.#failures++
    this.#failure = { error, at: Number.isNaN(now) ? startedAt : now, pause }
  }
}
