import type { Awaitable } from '../awaitable.js'
import type { AccessToken, AccessTokenClaims, TokenKind } from './access-token.js'
import { type ActsFor, actsFor } from './acts-for.js'
import { type ClaimsSchema, fittedClaims } from './claims-schema.js'
import { readClientId } from './client-id.js'
import { type Extend, extrasOf } from './extend.js'
import { readPermissions, readRoles } from './roles.js'
import { readScopes, type ScopeClaim } from './scope-set.js'

/** What is known of a token once its claims were checked. */
interface CheckedToken {
  readonly tokenKind: TokenKind
  readonly issuer: string
  readonly audience: readonly string[] | undefined
  readonly expiresAt: number
  readonly claims: AccessTokenClaims
  /** Claims that name the client, where the issuer names no others. */
  readonly clientIdClaims: readonly string[]
}

/** How the claims of an issuer are read. */
export interface ClaimsReading {
  readonly scopeClaims: readonly ScopeClaim[] | undefined
  /** Undefined: those of the profile. */
  readonly clientIdClaims: readonly string[] | undefined
  readonly claimsSchema: ClaimsSchema | undefined
  readonly extend: Extend | undefined
}

/**
 * Says what a token says, in our words. Its claims have to fit the schema of the issuer; last, the issuer adds what it knows. At once,
 * unless there is a schema.
 *
 * @throws Rejection token_claim_invalid, or what `extend` throws; Unavailable check_unavailable
 */
export function describeToken(token: CheckedToken, reading: ClaimsReading): Awaitable<AccessToken> {
  const { claimsSchema } = reading
  return claimsSchema
    ? fittedClaims(token.claims, claimsSchema).then((fitted) => describe(token, reading, fitted))
    : describe(token, reading)
}

function describe(token: CheckedToken, reading: ClaimsReading, fitted?: AccessTokenClaims): AccessToken {
  const { claims } = token
  const clientId = readClientId(claims, reading.clientIdClaims ?? token.clientIdClaims)
  const described: AccessToken = {
    tokenKind: token.tokenKind,
    issuer: token.issuer,
    subject: claims.sub,
    clientId,
    audience: Object.freeze([...(token.audience ?? [])]),
    scopes: readScopes(claims, reading.scopeClaims),
    roles: readRoles(claims),
    permissions: readPermissions(claims),
    actsFor: actsFor(claims, clientId),
    expiresAt: token.expiresAt,
    claims,
    fittedClaims: fitted,
    extras: undefined,
  }
  return reading.extend ? extended(described, reading.extend) : described
}

function extended(described: AccessToken, extend: Extend): AccessToken {
  const { fittedClaims: fitted, extras: _, ...told } = described
  const { actsFor: known = described.actsFor, ...extras } = extrasOf(
    { ...told, claims: fitted ?? told.claims },
    extend,
  )
  return { ...described, actsFor: known as ActsFor, extras: Object.freeze(extras) }
}
