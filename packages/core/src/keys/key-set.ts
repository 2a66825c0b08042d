import type { KeyObject } from 'node:crypto'
import { Unavailable } from '../rejection.js'
import type { UnavailableCode } from '../rejection-codes.js'
import type { VerificationKey } from './verification-key.js'

/** The keys of one issuer. */
export interface KeySet {
  /**
   * The keys that may have made a signature: of this algorithm and, when the header names one, with exactly this `kid`.
   * Empty when none fits, when more than four do, and when `kid` is not a text of at most 512 characters.
   *
   * @throws Unavailable when that cannot be told now
   */
  find(algorithm: string, kid: unknown): Promise<readonly KeyObject[]>
}

type Keys = readonly VerificationKey[]
type Load = () => Promise<Keys>

/** Keys could not be loaded. Kept for a while, and told to every request that needs them as an `Unavailable` of its own. */
export class LoadFailure extends Error {
  override readonly name = 'LoadFailure'
  readonly code: UnavailableCode

  constructor(code: UnavailableCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** RFC 7515 §4.1.4 sets no limit; whoever names keys in more characters than this means something else. */
const maxKidCharacters = 512

/** Several keys fit when a `kid` is used twice or missing (RFC 7515 §6); where more than this fit, none is tried. */
const maxCandidates = 4

function select(keys: Keys, algorithm: string, kid: unknown): readonly KeyObject[] {
  if (kid !== undefined && (typeof kid !== 'string' || kid.length > maxKidCharacters)) return []
  const fitting = keys.filter((key) => key.algorithm === algorithm && (kid === undefined || key.kid === kid))
  return fitting.length > maxCandidates ? [] : fitting.map(({ key }) => key)
}

/** Keys that were written into the configuration and never change. */
export function staticKeySet(keys: Keys): KeySet {
  return { find: async (algorithm, kid) => select(keys, algorithm, kid) }
}

/** How long keys serve without a refresh, in milliseconds. */
const freshFor = 10 * 60_000
/** From this age on a request waits for the refresh, but for an outage: a withdrawn key must not live on. */
const freshAtMost = 60 * 60_000
/** How long they serve while no refresh succeeds. */
const usableFor = 4 * 60 * 60_000
/** An unknown `kid` causes no refresh when the last one is not older than this. */
const cooldown = 10_000
/** A refresh that failed within this time shows an outage. */
const outage = 60_000
/** While refreshes fail, there is one attempt in this time. */
const retryAfter = 1_000

/**
 * Keys that an issuer publishes. They are fetched when first needed, refreshed in the background when they are old, and
 * fetched anew for a `kid` that is not among them. One fetch at a time, whoever asks.
 */
export class RemoteKeySet implements KeySet {
  readonly #load: Load
  readonly #now: () => number
  #keys: Keys
  /** When the request for the current keys was sent. */
  #fetchedAt: number
  #failure: { readonly error: LoadFailure; readonly at: number } | undefined
  #refreshing: Promise<void> | undefined

  /**
   * @param load - fetches the keys within limits of its own; fails with `LoadFailure` only
   * @param now - in milliseconds since the epoch
   * @param start - keys to begin with; they count as old
   */
  constructor(load: Load, now: () => number, start?: Keys) {
    this.#load = load
    this.#now = now
    this.#keys = start ?? []
    this.#fetchedAt = start ? now() - freshFor - 1 : -Infinity
  }

  async find(algorithm: string, kid: unknown): Promise<readonly KeyObject[]> {
    await this.#refreshIfOld()
    const known = select(this.#keys, algorithm, kid)
    if (known.length > 0 || this.#age() <= cooldown) return known
    await this.#refreshed()
    return select(this.#keys, algorithm, kid)
  }

  async #refreshIfOld(): Promise<void> {
    const age = this.#age()
    if (age <= freshFor) return
    // Asked so that a clock that is no number makes no key usable.
    if (!(age <= usableFor)) return this.#refreshed()
    const refresh = this.#refresh().catch(() => undefined)
    if (age > freshAtMost && !this.#failedWithin(outage)) await refresh
  }

  #failedWithin(milliseconds: number): boolean {
    return this.#failure !== undefined && Math.abs(this.#now() - this.#failure.at) < milliseconds
  }

  /** A clock that was set back starts an age anew; otherwise it would stand still for as long. */
  #age(): number {
    const now = this.#now()
    if (now < this.#fetchedAt) this.#fetchedAt = now
    return now - this.#fetchedAt
  }

  /** @throws Unavailable */
  async #refreshed(): Promise<void> {
    try {
      await this.#refresh()
    } catch (cause) {
      const { code, message } = cause as LoadFailure
      throw new Unavailable(code, message, { cause, retryAfterSeconds: retryAfter / 1000 })
    }
  }

  /** @throws LoadFailure */
  async #refresh(): Promise<void> {
    if (this.#failure && this.#failedWithin(retryAfter)) throw this.#failure.error
    this.#refreshing ??= this.#fetch().finally(() => {
      this.#refreshing = undefined
    })
    return this.#refreshing
  }

  async #fetch(): Promise<void> {
    const at = this.#now()
    try {
      this.#keys = await this.#load()
      this.#fetchedAt = at
      this.#failure = undefined
    } catch (error) {
      this.#failure = { error: error as LoadFailure, at: this.#now() }
      throw error
    }
  }
}
