import type { CompactJws } from '../../jws/compact-jws.js'
import { isMediaType } from '../../jws/media-type.js'
import { quote, Rejection } from '../../rejection.js'
import type { Profile } from '../profiles.js'

/**
 * The token is an access token, by its `typ` and by its claims: RFC 9068 §4, RFC 8725 §3.11 and §3.12. Media types compare
 * without regard to case, and `application/` may be left out (RFC 7515 §4.1.9).
 *
 * @throws Rejection token_type_unexpected
 */
export function checkType({ header: { typ }, claims }: CompactJws, profile: Profile): void {
  if (!isAccepted(typ, profile)) {
    throw new Rejection(
      'token_type_unexpected',
      `typ is ${quote(typ)}, expected ${profile.types.join(' or ')}${profile.hint}`,
    )
  }
  const foreign = profile.foreignClaims.find((name) => Object.hasOwn(claims, name))
  if (foreign === undefined) return
  throw new Rejection('token_type_unexpected', `the token has ${foreign}, which no access token has`)
}

function isAccepted(typ: unknown, { types, typeMayBeAbsent }: Profile): boolean {
  return typ === undefined ? typeMayBeAbsent : isMediaType(typ, ...types)
}
