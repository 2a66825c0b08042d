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
 * Says what a token says, in our words. Its claims have to fit the schema of the issuer; last, the issuer adds what it knows.
 *
 * @throws Rejection token_claim_invalid, or what `extend` throws; Unavailable check_unavailable
 */
export async function describeToken(token: CheckedToken, reading: ClaimsReading): Promise<AccessToken> {
  const { claims, audience = [] } = token
  const { claimsSchema, extend, clientIdClaims } = reading
  const clientId = readClientId(claims, clientIdClaims ?? token.clientIdClaims)
  const fitted = claimsSchema && (await fittedClaims(claims, claimsSchema))
  const described = {
    tokenKind: token.tokenKind,
    issuer: token.issuer,
    subject: claims.sub,
    clientId,
    audience: Object.freeze([...audience]),
    scopes: readScopes(claims, reading.scopeClaims),
    roles: readRoles(claims),
    permissions: readPermissions(claims),
    actsFor: actsFor(claims, clientId),
    expiresAt: token.expiresAt,
    claims,
    fittedClaims: fitted,
  }
  if (!extend) return { ...described, extras: undefined }
  const { actsFor: known = described.actsFor, ...extras } = extrasOf(
    { ...described, claims: fitted ?? claims },
    extend,
  )
  return { ...described, actsFor: known as ActsFor, extras: Object.freeze(extras) }
}
