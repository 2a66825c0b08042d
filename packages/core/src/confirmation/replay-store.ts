import type { Awaitable } from '../awaitable.js'
import { isRefusal, quote, Rejection, Unavailable } from '../rejection.js'

/** One use of a DPoP proof. */
export interface ProofUse {
  /** What the proof is known by: a SHA-256, in base64url, over the thumbprint of its key, its `htu` and its `jti`. */
  readonly id: string
  /** Whose proof it is: a hash of issuer and client, else the thumbprint of the key. For limits, not for the identity of the proof. */
  readonly owner: string
  /** The last moment at which the proof could be accepted, in seconds since the epoch. */
  readonly until: number
  /** The present by the clock of the resource, in seconds since the epoch: a store needs none of its own. */
  readonly now: number
}

/**
 * Remembers which DPoP proofs were used, so that each works once: RFC 9449 §11.1.
 *
 * Asked last, when everything else about a request is good. One that throws, or answers with anything but true or false, makes
 * the request a 503: a proof whose first use cannot be told from its second is never accepted. It has to answer in bounded time.
 */
export interface ReplayStore {
  /**
   * Records the use of a proof, in one atomic step. True for the first use, false for every other one until `until` has passed,
   * from whatever process it is asked.
   *
   * @throws Unavailable replay_store_full; anything else counts as replay_store_unavailable
   */
  firstUse(use: ProofUse): boolean | Promise<boolean>
}

/**
 * A proof works once: RFC 9449 §11.1. At once, where the store answers at once.
 *
 * @throws Rejection proof_replayed; Unavailable replay_store_unavailable, replay_store_full
 */
export function useOnce(store: ReplayStore, use: ProofUse): Awaitable<void> {
  const first = ask(store, use)
  return typeof first === 'boolean' ? judge(first) : settle(first)
}

function ask(store: ReplayStore, use: ProofUse): unknown {
  try {
    return store.firstUse(use)
  } catch (cause) {
    throw failed(cause)
  }
}

async function settle(pending: unknown): Promise<void> {
  let first: unknown
  try {
    first = await pending
  } catch (cause) {
    throw failed(cause)
  }
  judge(first)
}

function judge(first: unknown): void {
  if (first === true) return
  if (first === false) throw new Rejection('proof_replayed', 'the DPoP proof was used before')
  throw unavailable('the replay store answered with neither true nor false')
}

function failed(cause: unknown): Error {
  return isRefusal(cause) ? cause : unavailable(`the replay store failed: ${reasonsOf(cause)}`, cause)
}

/** What it threw, and why: the store's own words, and those of the client that it uses. */
function reasonsOf(error: unknown): string {
  const errors = [error, (error as { cause?: unknown } | null | undefined)?.cause].filter(
    (one) => one instanceof Error,
  )
  return errors.map(({ message }) => quote(message)).join(', because ') || 'without a reason'
}

function unavailable(message: string, cause?: unknown): Unavailable {
  return new Unavailable('replay_store_unavailable', message, { cause, retryAfterSeconds: 1 })
}
