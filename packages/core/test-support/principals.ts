import { type Principal, principalOf } from '../src/principal.js'
import type { AccessToken, AccessTokenClaims } from '../src/token/access-token.js'
import { actsFor } from '../src/token/acts-for.js'
import { readPermissions, readRoles } from '../src/token/roles.js'
import { readScopes } from '../src/token/scope-set.js'
import { draftClaims, issuer } from './tokens.js'

/** The claims of {@link draftClaims}, with these changes; without those that are undefined. */
export function claimsWith(changes: object = {}): AccessTokenClaims {
  const present = Object.entries(draftClaims(changes)).filter(([, value]) => value !== undefined)
  return Object.fromEntries(present)
}

/** A token with these claims that was found good; the members say what is different. */
export function accessTokenWith(changes: object = {}, members: Partial<AccessToken> = {}): AccessToken {
  const claims = members.claims ?? claimsWith(changes)
  const clientId = claims.client_id
  return {
    tokenKind: 'jwt',
    issuer,
    subject: claims.sub,
    clientId,
    audience: [claims.aud ?? []].flat(),
    scopes: readScopes(claims, undefined),
    roles: readRoles(claims),
    permissions: readPermissions(claims),
    actsFor: actsFor(claims, clientId),
    expiresAt: claims.exp as number,
    claims,
    fittedClaims: undefined,
    extras: undefined,
    ...members,
  }
}

/** Who calls with such a token under Bearer. */
export function principalWith(changes: object = {}, members: Partial<AccessToken> = {}): Principal {
  return principalOf(accessTokenWith(changes, members), { scheme: 'Bearer', token: 'a-token' }, undefined)
}
