import type { Confirmation } from './confirmation/confirmation.js'
import type { Credential } from './credential/credential.js'
import type { Scheme } from './rejection-codes.js'
import type { AccessToken, AccessTokenClaims, ScopeSet, TokenKind } from './token/access-token.js'
import type { ActsFor } from './token/acts-for.js'
import { deepFrozenCopy, holdsChangeable } from './token/frozen-copy.js'

/** Who calls, and with whose authority. Frozen, claims included. */
export interface Principal<Issuer extends string = string, Claims extends object = AccessTokenClaims> {
  /** The issuer of the token, exactly as configured (`iss`, RFC 7519 §4.1.1). */
  readonly issuer: Issuer
  /** `sub`; undefined when the token names none, as many tokens of the client credentials grant do. */
  readonly subject: string | undefined
  /** The client that calls: `client_id` (RFC 9068 §2.2), with profile `jwt` also `azp`. */
  readonly clientId: string | undefined
  /** `aud` as a list; empty when the token names no audience and the issuer's policy allows that. */
  readonly audience: readonly string[]
  /** What the token grants: RFC 6749 §3.3. */
  readonly scopes: ScopeSet
  /** Its roles: the claim `roles`, RFC 9068 §2.2.3.1. */
  readonly roles: readonly string[]
  /** Its permissions: the claim `permissions`. */
  readonly permissions: readonly string[]
  /**
   * Whose authority the token carries. `'client'`: the client's own; `'user'`: a user authenticated for it; `'unknown'`: the token does
   * not tell, because authorization servers name clients in `sub` in many ways.
   */
  readonly actsFor: ActsFor
  /** `'jwt'`: its signature was verified; `'introspected'`: its issuer was asked. */
  readonly tokenKind: TokenKind
  /** When the token expires (`exp`), in seconds since the epoch; Infinity where an introspection answer need not tell. */
  readonly expiresAt: number
  /** The scheme under which the token came. */
  readonly scheme: Scheme
  /** The keys that the token is bound to, each of which the sender was shown to hold; undefined for a plain bearer token. */
  readonly confirmation: Confirmation | undefined
  /** Every claim of the token, verified; with a schema, what that made of them. */
  readonly claims: Claims
}

/** A token is good under one scheme, and bound to one set of keys: that makes one principal, however often it comes. */
const principals = new WeakMap<AccessToken, Principal>()

/** What the token of a principal says, where a schema made something else of it. */
const ofTokens = new WeakMap<Principal, AccessTokenClaims>()

/** The members of the token are frozen already, and so is what its issuer added, which replaces nothing. */
export function principalOf(
  token: AccessToken,
  { scheme }: Credential,
  confirmation: Confirmation | undefined,
): Principal {
  const known = principals.get(token)
  if (known?.scheme === scheme) return known
  const { fittedClaims, extras } = token
  const isShared = !holdsChangeable(fittedClaims) && !holdsChangeable(extras)
  const [made, more] = isShared ? [fittedClaims, extras] : deepFrozenCopy([fittedClaims, extras] as const)
  const told = principalWith(token, made ?? token.claims, scheme, confirmation)
  const principal = Object.freeze(more ? { ...more, ...told } : told)
  if (isShared) principals.set(token, principal)
  if (made) ofTokens.set(principal, token.claims)
  return principal
}

/** Each member by its name: to copy what an object has takes several times as long. */
function principalWith(
  token: AccessToken,
  claims: AccessTokenClaims,
  scheme: Scheme,
  confirmation: Confirmation | undefined,
): Principal {
  return {
    tokenKind: token.tokenKind,
    issuer: token.issuer,
    subject: token.subject,
    clientId: token.clientId,
    audience: token.audience,
    scopes: token.scopes,
    roles: token.roles,
    permissions: token.permissions,
    actsFor: token.actsFor,
    expiresAt: token.expiresAt,
    claims,
    scheme,
    confirmation,
  }
}

/**
 * The claims that the issuer vouches for, by which requirements are judged: a schema may fill in what is missing, or make a Date of a
 * number. A principal that was made by hand has no others than its own.
 */
export function verifiedClaims(principal: Principal): AccessTokenClaims {
  return ofTokens.get(principal) ?? principal.claims
}
