import type { KeyObject } from 'node:crypto'
import type { Awaitable } from '../awaitable.js'
import type { IssuerNews, KeyState } from '../issuer-events.js'
import { Attempts, type LoadFailure } from './attempts.js'
import { elapsedTime } from './elapsed-time.js'
import { HeldKeys } from './held-keys.js'
import { canBeKid, type KeyHealth, type KeySet, select } from './key-set.js'
import type { LoadedKeys, RemoteKeySetOptions } from './remote-key-set-options.js'

/** An unknown `kid`, or a signature by an unknown key, causes no refresh when the last one is not older than this, in milliseconds. */
const cooldown = 10_000
/**
 * While the last attempt failed less than this ago, in milliseconds, old keys serve without waiting. Longer than the longest pause,
 * so that each further attempt falls within it.
 */
const outage = 90_000

/** Keys are refreshed after 80 to 95 % of their freshness: in time, and many instances not at the same moment. */
function restFraction(random: number): number {
  return 0.8 + 0.15 * random
}

/**
 * Keys that an issuer publishes. They are fetched when first needed, refreshed in the background before they are old, and
 * fetched anew for a `kid` that is not among them. One fetch at a time, whoever asks.
 */
export class RemoteKeySet implements KeySet {
  readonly #options: RemoteKeySetOptions
  readonly #held: HeldKeys
  readonly #attempts: Attempts<LoadedKeys>
  /** Runs out at the end of a cooldown in which an unknown `kid` was seen. */
  #cooldownEnd: NodeJS.Timeout | undefined
  #state: KeyState

  constructor(options: RemoteKeySetOptions) {
    const { load, now, staleSeconds, start = [], random = Math.random } = options
    const elapsed = elapsedTime(now)
    this.#options = options
    this.#held = new HeldKeys(elapsed, staleSeconds * 1000, start)
    const keep = (loaded: LoadedKeys, at: number) => this.#keep(loaded, at, restFraction(random()))
    this.#attempts = new Attempts({ code: 'keys_unavailable', load, keep, elapsed, random })
    this.#state = this.#currentState()
  }

  find(algorithm: string, kid: unknown, atMost?: number): Awaitable<readonly KeyObject[]> {
    if (!canBeKid(kid)) return []
    const { started } = this.#attempts
    const waiting = this.#refreshIfDue()
    const found = waiting ? [] : select(this.#held.usable, algorithm, kid, atMost)
    return found.length > 0 ? found : this.#findLater(waiting, started, algorithm, kid, atMost)
  }

  /** @param started - how many fetches had started when the keys were asked for */
  async #findLater(
    waiting: Promise<void> | undefined,
    started: number,
    algorithm: string,
    kid: unknown,
    atMost: number | undefined,
  ): Promise<readonly KeyObject[]> {
    await waiting
    for (;;) {
      const found = select(this.#held.usable, algorithm, kid, atMost)
      if (found.length > 0) return found
      // Nobody could know better than a fetch that started after the request.
      const isLatest = this.#attempts.succeeded > started
      if (isLatest || this.#held.age <= cooldown) {
        this.#options.onUnknown?.()
        if (!isLatest) this.#refetchAfterCooldown()
        return found
      }
      await this.#attempts.orUnavailable(this.#refresh())
    }
  }

  async renew(): Promise<void> {
    if (this.#held.age <= cooldown) return
    await this.#attempts.orUnavailable(this.#refresh())
  }

  get generation(): number {
    // What is so nearly always, told at once.
    if (this.#state === 'fresh' && this.#held.needsNoRefresh && !this.#attempts.running)
      return this.#held.generation
    const waiting = this.#refreshIfDue()
    waiting?.catch(() => undefined)
    return waiting ? NaN : this.#held.generation
  }

  async ready(): Promise<void> {
    if (!this.#held.isFresh) await this.#attempts.orUnavailable(this.#refresh())
  }

  health(): KeyHealth {
    const next = Math.max(this.#held.refreshIn, this.#attempts.pause) / 1000
    return {
      state: this.#currentState(),
      ageSeconds: this.#held.ageSeconds,
      servesForSeconds: this.#held.servesForSeconds,
      lastError: this.#attempts.failure?.code,
      nextRefreshInSeconds: this.#attempts.closed || Number.isNaN(next) ? undefined : next,
    }
  }

  close(): void {
    this.#attempts.close()
    clearTimeout(this.#cooldownEnd)
    this.#options.onClose?.()
  }

  /** What a request has to wait for, if anything. */
  #refreshIfDue(): Promise<void> | undefined {
    this.#noteState()
    if (this.#held.needsNoRefresh) return undefined
    const refresh = this.#refresh()
    if (!this.#held.isUsable) return this.#attempts.orUnavailable(refresh)
    const tried = refresh.catch(() => undefined)
    return this.#held.mayServeBeforeRefresh || this.#attempts.failedWithin(outage) ? undefined : tried
  }

  /** @throws LoadFailure */
  #refresh(): Promise<void> {
    const { started } = this.#attempts
    const running = this.#attempts.run()
    if (this.#attempts.started > started) {
      // It answers for every `kid` seen so far.
      clearTimeout(this.#cooldownEnd)
      this.#cooldownEnd = undefined
      this.#noteState()
      running.then(
        () => this.#noteState(),
        (failure: LoadFailure) => this.#noteFailure(failure),
      )
    }
    return running
  }

  /** Under a flood of made-up `kid`s, a rotation is seen no later than this. */
  #refetchAfterCooldown(): void {
    if (this.#cooldownEnd || this.#attempts.running || this.#attempts.closed) return
    const refetch = () => {
      this.#cooldownEnd = undefined
      this.#refresh().catch(() => undefined)
    }
    this.#cooldownEnd = setTimeout(refetch, cooldown - this.#held.age).unref()
  }

  #keep({ keys, count, freshForSeconds }: LoadedKeys, at: number, rest: number): void {
    this.#held.replace(keys, at, freshForSeconds * 1000, rest)
    this.#tell({ type: 'keys_refreshed', keys: count, freshForSeconds })
  }

  #noteFailure({ code, message }: LoadFailure): void {
    if (this.#attempts.closed) return
    const retryAfterSeconds = Math.max(1, Math.ceil(this.#attempts.pause / 1000))
    this.#tell({ type: 'keys_refresh_failed', code, message, retryAfterSeconds })
    this.#noteState()
  }

  #noteState(): void {
    const [from, to] = [this.#state, this.#currentState()]
    this.#state = to
    if (from !== to) this.#tell({ type: 'keys_state_changed', from, to })
  }

  #currentState(): KeyState {
    if (!this.#held.isUsable) return 'unavailable'
    if (!this.#held.isFresh) return 'stale'
    return this.#attempts.running ? 'refreshing' : 'fresh'
  }

  /** A broken listener is no reason to refuse a request; its promise, should it give one, is no reason to end the process. */
  #tell(event: IssuerNews): void {
    const call = async (): Promise<void> => this.#options.tell?.(event)
    call().catch(() => undefined)
  }
}
