import { Rejection, quote } from '../../rejection.js'
import type { Profile } from '../profiles.js'

/**
 * `typ` is one that the profile accepts: RFC 9068 §4, RFC 8725 §3.11. Media types compare without regard to case, and
 * `application/` may be left out (RFC 7515 §4.1.9).
 *
 * @throws Rejection token_type_unexpected
 */
export function checkType(typ: unknown, profile: Profile): void {
  if (typ === undefined && profile.typeMayBeAbsent) return
  if (typeof typ === 'string' && profile.types.includes(typ.toLowerCase().replace(/^application\//, '')))
    return
  throw new Rejection('token_type_unexpected', `typ is ${quote(typ)}, expected ${profile.types.join(' or ')}`)
}
