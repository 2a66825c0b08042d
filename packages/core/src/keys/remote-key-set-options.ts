import type { TellNews } from '../issuer-events.js'
import type { VerificationKey } from './verification-key.js'

/** A set that was fetched and found good. */
export interface LoadedKeys {
  readonly keys: readonly VerificationKey[]
  /** How many of the published keys are usable; each may serve several algorithms. */
  readonly count: number
  readonly freshForSeconds: number
}

export interface RemoteKeySetOptions {
  /** Fetches the keys within limits of its own; fails with `LoadFailure` only. */
  readonly load: (signal: AbortSignal) => Promise<LoadedKeys>
  /** In milliseconds since the epoch. */
  readonly now: () => number
  readonly staleSeconds: number
  /** Keys to begin with; they count as stale. */
  readonly start?: readonly VerificationKey[] | undefined
  readonly tell?: TellNews | undefined
  /** From 0 to 1, so that many instances do not ask at the same time. */
  readonly random?: (() => number) | undefined
  /** A `kid` is not among the keys: they may have moved. */
  readonly onUnknown?: () => void
  readonly onClose?: () => void
}
