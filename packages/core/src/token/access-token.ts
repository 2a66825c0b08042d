import type { ActsFor } from './acts-for.js'

/** The registered claims of an access token, with the type that their RFC gives them. */
export type RegisteredClaims = {
  readonly iss?: string
  readonly exp?: number
  readonly aud?: string | readonly string[]
  readonly sub?: string
  readonly client_id?: string
  readonly iat?: number
  readonly nbf?: number
  readonly jti?: string
}

/**
 * The claims of a verified access token. The objects in it inherit nothing: ask `Object.hasOwn(claims, 'name')`, not
 * `claims.hasOwnProperty('name')`.
 */
export interface AccessTokenClaims extends RegisteredClaims {
  readonly [claim: string]: unknown
}

/** The scopes of a token. Cannot be changed: the next request with the same token would see it. */
export interface ScopeSet extends Iterable<string> {
  readonly size: number
  /** True when the token carries exactly this scope; scopes are case-sensitive. */
  has(scope: string): boolean
  toJSON(): string[]
  /** Separated by spaces, as in a claim `scope`. */
  toString(): string
}

/** How it is known what a token says: it is a JWT that was verified, or its issuer was asked. */
export type TokenKind = 'jwt' | 'introspected'

/** What a token says that was found good. */
export interface AccessToken {
  readonly tokenKind: TokenKind
  readonly issuer: string
  readonly subject: string | undefined
  readonly clientId: string | undefined
  readonly audience: readonly string[]
  readonly scopes: ScopeSet
  readonly roles: readonly string[]
  readonly permissions: readonly string[]
  readonly actsFor: ActsFor
  /** Infinity where an introspection answer need not tell. */
  readonly expiresAt: number
  readonly claims: AccessTokenClaims
  /** What a schema made of the claims; undefined without one. */
  readonly fittedClaims: AccessTokenClaims | undefined
  /** What stands on the principal beside its own members; undefined when the issuer adds nothing. */
  readonly extras: Readonly<Record<string, unknown>> | undefined
}
