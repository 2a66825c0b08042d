import type { KeyObject } from 'node:crypto'
import type { Awaitable } from '../awaitable.js'
import type { KeyState } from '../issuer-events.js'
import type { UnavailableCode } from '../rejection-codes.js'
import type { VerificationKey } from './verification-key.js'

/** The keys of one issuer. */
export interface KeySet {
  /**
   * The keys that may have made a signature: of this algorithm and, when the header names one, with exactly this `kid`.
   * Empty when none fits, when more than `atMost` do, and when `kid` is not a text of at most 512 characters. At once, unless something
   * has to be fetched for it.
   *
   * @param atMost - default 4
   * @throws Unavailable when that cannot be told now
   */
  find(algorithm: string, kid: unknown, atMost?: number): Awaitable<readonly KeyObject[]>
  /**
   * Fetches the keys anew, for a signature that names no key and that none of these made: its key may be newer than they are. Nothing
   * is fetched when that was done a moment ago.
   *
   * @throws Unavailable when they cannot be had
   */
  renew(): Promise<void>
  /**
   * Another number whenever other keys serve: what was verified under one number holds while the number is the same. NaN,
   * which equals nothing, when `find` has to be asked. Reading it starts the refresh that is due, since whoever relies on it does
   * not ask `find`.
   */
  readonly generation: number
  /** Fetches the keys unless they are fresh. @throws Unavailable, whose message says what is missing */
  ready(): Promise<void>
  health(): KeyHealth
  /** Ends all work in the background. What is known is used on, and nothing is fetched any more. */
  close(): void
}

/** How an issuer's keys are. */
export interface KeyHealth {
  readonly state: KeyState
  /** Since the keys were fetched; undefined when they never were. */
  readonly ageSeconds: number | undefined
  /** For how long the keys may serve from now on, should no refresh succeed; undefined when there are none, and for static ones. */
  readonly servesForSeconds: number | undefined
  /** Why the last refresh failed; undefined when it did not. */
  readonly lastError: UnavailableCode | undefined
  /** When the next request causes a refresh; 0: at once. Undefined when none will. */
  readonly nextRefreshInSeconds: number | undefined
}

/** RFC 7515 §4.1.4 sets no limit; whoever names keys in more characters than this means something else. */
const maxKidCharacters = 512

/** Several keys fit when a `kid` is used twice or missing (RFC 7515 §6); where more than this fit, none is tried for a token. */
const maxCandidates = 4

/** Whether there can be a key that is meant. */
export function canBeKid(kid: unknown): boolean {
  return kid === undefined || (typeof kid === 'string' && kid.length <= maxKidCharacters)
}

export function select(
  keys: readonly VerificationKey[],
  algorithm: string,
  kid: unknown,
  atMost: number = maxCandidates,
): readonly KeyObject[] {
  if (!canBeKid(kid)) return []
  const fitting = keys.filter((key) => key.algorithm === algorithm && (kid === undefined || key.kid === kid))
  return fitting.length > atMost ? [] : fitting.map(({ key }) => key)
}

/** Keys that were written into the configuration and never change. */
export function staticKeySet(keys: readonly VerificationKey[]): KeySet {
  return {
    find: (algorithm, kid, atMost) => select(keys, algorithm, kid, atMost),
    renew: async () => undefined,
    generation: 0,
    ready: async () => undefined,
    health: () => ({
      state: 'static',
      ageSeconds: undefined,
      servesForSeconds: undefined,
      lastError: undefined,
      nextRefreshInSeconds: undefined,
    }),
    close: () => undefined,
  }
}
