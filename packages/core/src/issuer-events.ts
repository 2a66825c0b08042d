import type { UnavailableCode } from './rejection-codes.js'

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

/** What becomes of an issuer. */
export type AnyIssuerEvent =
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
