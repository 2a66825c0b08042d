import type { OAuthError, RejectionCode, Scheme, UnavailableCode } from './rejection-codes.js'

/** The resource was set up: whom it trusts. */
export interface StartedEvent {
  readonly type: 'started'
  readonly resource: string
  readonly schemes: readonly Scheme[]
  readonly issuers: readonly {
    readonly kind: 'jwt' | 'introspection'
    readonly issuer: string
    /** Of JWTs; undefined where the authorization server is asked. */
    readonly profile: string | undefined
    readonly audience: readonly string[]
    /** A token without audience passes where a scope is required. */
    readonly audienceMayBeAbsent: boolean
    readonly algorithms: readonly string[]
    /** How DPoP proofs are checked; undefined when DPoP is off for this issuer. */
    readonly dpop:
      | {
          readonly required: boolean
          readonly algorithms: readonly string[]
          readonly proofMaxAgeSeconds: number
          readonly futureSkewSeconds: number
          readonly nonce: boolean
        }
      | undefined
  }[]
  /** What `htu` in DPoP proofs is compared with. */
  readonly publicUrls: readonly string[]
  /** Where client certificates come from; undefined when they are not looked at. */
  readonly certificate: 'socket' | { readonly header: string; readonly format: string } | undefined
}

/** The configuration is sound, but safe under a condition only. Told once, after `started`. */
export interface WarningEvent {
  readonly type: 'warning'
  readonly resource: string
  /** `replay_store_local`: used DPoP proofs are remembered in the memory of this process, so that each process accepts one. */
  readonly code: 'replay_store_local'
  readonly message: string
}

/** A request was refused. `message` is for operators: it names what was expected and what came. */
export interface RejectedEvent {
  readonly type: 'rejected'
  readonly resource: string
  readonly code: RejectionCode
  readonly status: 400 | 401 | 403
  readonly error: OAuthError | undefined
  readonly message: string
  readonly scheme: Scheme | undefined
  /** The trusted issuer that the token names; undefined while none was recognised. */
  readonly issuer: string | undefined
}

/** A request could not be decided, and was answered 503. */
export interface UnavailableEvent {
  readonly type: 'unavailable'
  readonly resource: string
  readonly code: UnavailableCode
  readonly message: string
  /** The trusted issuer that the token names; whether it is what failed, `code` says. */
  readonly issuer: string | undefined
  readonly retryAfterSeconds: number
}

/**
 * What is known of an issuer's keys. `fresh`: they serve; `refreshing`: they serve while new ones are fetched in the background;
 * `stale`: they serve although they are older than they should be; `unavailable`: there are none that may serve;
 * `static`: they stand in the configuration and never change.
 */
export type KeyState = 'fresh' | 'refreshing' | 'stale' | 'unavailable' | 'static'

interface KeysStateChanged {
  readonly type: 'keys_state_changed'
  readonly issuer: string
  readonly from: KeyState
  readonly to: KeyState
}

interface KeysRefreshed {
  readonly type: 'keys_refreshed'
  readonly issuer: string
  /** How many keys of the set are usable here. */
  readonly keys: number
  readonly freshForSeconds: number
}

interface KeysRefreshFailed {
  readonly type: 'keys_refresh_failed'
  readonly issuer: string
  readonly code: UnavailableCode
  readonly message: string
  /** When the next attempt may be made. */
  readonly retryAfterSeconds: number
}

/** What a key set tells, which does not know for which resource it works. */
export type KeySetEvent = KeysStateChanged | KeysRefreshed | KeysRefreshFailed

/** The keys of an issuer went from one state to another. Time alone changes the state, too: that is told when it is noticed. */
export interface KeysStateChangedEvent extends KeysStateChanged {
  readonly resource: string
}

/** The keys of an issuer were fetched. */
export interface KeysRefreshedEvent extends KeysRefreshed {
  readonly resource: string
}

/** The keys of an issuer could not be fetched. Those that are known serve on for a bounded time. */
export interface KeysRefreshFailedEvent extends KeysRefreshFailed {
  readonly resource: string
}

/** What happened, for logs and metrics. An event never contains a token or a part of one that could be used. */
export type ProtectionEvent =
  | StartedEvent
  | WarningEvent
  | RejectedEvent
  | UnavailableEvent
  | KeysStateChangedEvent
  | KeysRefreshedEvent
  | KeysRefreshFailedEvent
