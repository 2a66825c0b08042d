import type { OAuthError, RejectionCode, Scheme, UnavailableCode } from './rejection-codes.js'

/** The resource was set up: whom it trusts. */
export interface StartedEvent {
  readonly type: 'started'
  readonly resource: string
  readonly schemes: readonly Scheme[]
  /** Whether more issuers are found by a resolver. */
  readonly resolver: boolean
  readonly issuers: readonly {
    readonly kind: 'jwt' | 'introspection'
    readonly issuer: string
    /** Of JWTs; undefined where the authorization server is asked. */
    readonly profile: string | undefined
    readonly audience: readonly string[]
    /** A token without audience passes where a scope is required. */
    readonly audienceMayBeAbsent: boolean
    /** Of signatures on tokens or on introspection answers; empty where plain answers are believed. */
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

/** The configuration is sound, but safe under a condition only. Each code is told once, after `started`. */
export interface WarningEvent {
  readonly type: 'warning'
  readonly resource: string
  /**
   * `replay_store_local`: used DPoP proofs are remembered in the memory of this process, so that each process accepts one.
   * `resource_has_query`: the resource identifier should have no query (RFC 9728 §1.2).
   */
  readonly code: 'replay_store_local' | 'resource_has_query'
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

/** The keys of an issuer went from one state to another. Time alone changes the state, too: that is told when it is noticed. */
export interface KeysStateChangedEvent extends OfIssuer {
  readonly type: 'keys_state_changed'
  readonly from: KeyState
  readonly to: KeyState
}

/** The keys of an issuer were fetched. */
export interface KeysRefreshedEvent extends OfIssuer {
  readonly type: 'keys_refreshed'
  /** How many keys of the set are usable here. */
  readonly keys: number
  readonly freshForSeconds: number
}

/** The keys of an issuer could not be fetched. Those that are known serve on for a bounded time. */
export interface KeysRefreshFailedEvent extends OfIssuer, Failure {
  readonly type: 'keys_refresh_failed'
}

/** The metadata of an issuer was fetched. */
export interface MetadataRefreshedEvent extends OfIssuer {
  readonly type: 'metadata_refreshed'
}

/** The metadata of an issuer could not be fetched. What is known of it serves on. */
export interface MetadataRefreshFailedEvent extends OfIssuer, Failure {
  readonly type: 'metadata_refresh_failed'
}

/** How the last question to an introspection endpoint went; `unknown` before the first, and after `ready()` found what was missing. */
export type IntrospectionState = 'unknown' | 'available' | 'unavailable'

/** An introspection endpoint failed, or answers again. */
export interface IntrospectionStateChangedEvent extends OfIssuer {
  readonly type: 'introspection_state_changed'
  readonly from: IntrospectionState
  readonly to: IntrospectionState
  /** Why it is unavailable. */
  readonly code: UnavailableCode | undefined
  readonly message: string | undefined
}

interface OfIssuer {
  readonly resource: string
  /** One issuer may be trusted by a `jwtIssuer` and by an `introspectionIssuer`: which of them tells this. */
  readonly kind: 'jwt' | 'introspection'
  readonly issuer: string
}

interface Failure {
  readonly code: UnavailableCode
  readonly message: string
  /** When the next attempt may be made. */
  readonly retryAfterSeconds: number
}

type Without<Event, Names extends string> = Event extends unknown ? Omit<Event, Names> : never

type AnyIssuerEvent =
  | KeysStateChangedEvent
  | KeysRefreshedEvent
  | KeysRefreshFailedEvent
  | MetadataRefreshedEvent
  | MetadataRefreshFailedEvent
  | IntrospectionStateChangedEvent

/** What becomes of an issuer, told by someone who does not know for which resource that works. */
export type IssuerEvent = Without<AnyIssuerEvent, 'resource'>

/** The same, told by a part of the issuer that does not know whose part it is. */
export type IssuerNews = Without<AnyIssuerEvent, 'resource' | keyof OfIssuer>

/** Hears what becomes of an issuer. */
export type TellNews = (news: IssuerNews) => void

/** What happened, for logs and metrics. An event never contains a token or a part of one that could be used. */
export type ProtectionEvent = StartedEvent | WarningEvent | RejectedEvent | UnavailableEvent | AnyIssuerEvent
