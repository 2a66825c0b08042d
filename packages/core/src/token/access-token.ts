/**
 * The claims of a verified access token. Registered ones have the type that their RFC gives them; `iss` and `exp` may be absent
 * from introspection answers only: `principal.issuer` and `principal.expiresAt` are always there. The objects in it inherit
 * nothing: ask `Object.hasOwn(claims, 'name')`, not `claims.hasOwnProperty('name')`.
 */
export interface AccessTokenClaims {
  readonly iss?: string
  readonly exp?: number
  readonly aud?: string | readonly string[]
  readonly sub?: string
  readonly client_id?: string
  readonly iat?: number
  readonly nbf?: number
  readonly jti?: string
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

/** What a token says that was found good. */
export interface AccessToken {
  readonly issuer: string
  readonly subject: string | undefined
  readonly clientId: string | undefined
  readonly audience: readonly string[]
  readonly scopes: ScopeSet
  /** Infinity where an introspection answer need not tell. */
  readonly expiresAt: number
  readonly claims: AccessTokenClaims
}
