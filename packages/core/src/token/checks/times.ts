import { Rejection } from '../../rejection.js'
import type { AccessTokenClaims } from '../access-token.js'

/** How far ahead `iat` may be, for clocks that differ. No token is issued in the future. */
const issuedAheadSeconds = 60

/**
 * The token is in time: RFC 7519 §4.1.4 to §4.1.6.
 *
 * @param now - in seconds since the epoch
 * @param tolerance - in seconds, for `exp` and `nbf`
 * @throws Rejection token_expired, token_not_yet_valid
 */
export function checkTimes(
  { exp, nbf, iat }: AccessTokenClaims & { readonly exp: number },
  now: number,
  tolerance: number,
): void {
  // Asked so that a clock that is no number refuses every token.
  if (!(now < exp + tolerance)) {
    throw new Rejection('token_expired', `exp ${exp} is not after ${now}, with ${tolerance} s of tolerance`)
  }
  if (nbf !== undefined && !(now >= nbf - tolerance)) {
    throw new Rejection('token_not_yet_valid', `nbf ${nbf} is after ${now}, with ${tolerance} s of tolerance`)
  }
  if (iat !== undefined && !(iat <= now + issuedAheadSeconds)) {
    throw new Rejection('token_not_yet_valid', `iat ${iat} is more than ${issuedAheadSeconds} s after ${now}`)
  }
}
