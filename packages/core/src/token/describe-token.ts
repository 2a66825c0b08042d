import type { AccessToken, AccessTokenClaims, TokenKind } from './access-token.js'
import { actsFor } from './acts-for.js'
import { type ClaimsSchema, fittedClaims } from './claims-schema.js'
import { readPermissions, readRoles } from './roles.js'
import { readScopes, type ScopeClaim } from './scope-set.js'

/** What is known of a token once its claims were checked. */
interface CheckedToken {
  readonly tokenKind: TokenKind
  readonly issuer: string
  readonly clientId: string | undefined
  readonly audience: readonly string[] | undefined
  readonly expiresAt: number
  readonly claims: AccessTokenClaims
}

/** How the claims of an issuer are read. */
export interface ClaimsReading {
  readonly scopeClaims: readonly ScopeClaim[] | undefined
  readonly claimsSchema: ClaimsSchema | undefined
}

/**
 * Says what a token says, in our words. Last, its claims have to fit the schema of the issuer.
 *
 * @throws Rejection token_claim_invalid; Unavailable check_unavailable
 */
export async function describeToken(token: CheckedToken, reading: ClaimsReading): Promise<AccessToken> {
  const { claims, clientId, audience = [] } = token
  const { claimsSchema } = reading
  return {
    ...token,
    subject: claims.sub,
    audience: Object.freeze([...audience]),
    scopes: readScopes(claims, reading.scopeClaims),
    roles: readRoles(claims),
    permissions: readPermissions(claims),
    actsFor: actsFor(claims, clientId),
    fittedClaims: claimsSchema && (await fittedClaims(claims, claimsSchema)),
  }
}
