import type { OAuthError, RejectionCode, Scheme, UnavailableCode } from './rejection.js'

/** The resource was set up: whom it trusts. */
export interface StartedEvent {
  readonly type: 'started'
  readonly resource: string
  readonly schemes: readonly Scheme[]
  readonly issuers: readonly {
    readonly issuer: string
    readonly profile: string
    readonly audience: readonly string[]
    /** A token without audience passes where a scope is required. */
    readonly audienceMayBeAbsent: boolean
    readonly algorithms: readonly string[]
  }[]
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
  readonly issuer: string | undefined
  readonly retryAfterSeconds: number
}

/** What happened, for logs and metrics. An event never contains a token or a part of one that could be used. */
export type ProtectionEvent = StartedEvent | RejectedEvent | UnavailableEvent
