import type { AnyIssuerEvent } from './issuer-events.js'
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
  /** Every scope that requirements may name; undefined when any will do. */
  readonly scopes: readonly string[] | undefined
  /** Whether the application is asked about revoked tokens. */
  readonly revoked: boolean
  /** The URL of the metadata of the resource; undefined unless it is published. */
  readonly metadata: string | undefined
}

/** The configuration is sound, but safe under a condition only. Each code is told once, after `started`. */
export interface WarningEvent {
  readonly type: 'warning'
  readonly resource: string
  /**
   * `replay_store_local`: used DPoP proofs are remembered in the memory of this process, so that each process accepts one.
   * `resource_has_query`: the resource identifier should have no query (RFC 9728 §1.2).
   * `resource_no_audience`: its metadata is published, but no issuer accepts the resource as audience: clients that ask for a token for the
   * resource that the metadata names (RFC 8707) get one that is refused.
   */
  readonly code: 'replay_store_local' | 'resource_has_query' | 'resource_no_audience'
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

/** What happened, for logs and metrics. An event never contains a token or a part of one that could be used. */
export type ProtectionEvent = StartedEvent | WarningEvent | RejectedEvent | UnavailableEvent | AnyIssuerEvent
