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
export function checkTimes(claims: TimedClaims, now: number, tolerance: number): void {
  const fault = faultOf(claims, now, tolerance)
  if (fault) throw new Rejection(...fault)
}

/** Whether {@link checkTimes} finds nothing. */
export function isInTime(claims: TimedClaims, now: number, tolerance: number): boolean {
  return faultOf(claims, now, tolerance) === undefined
}

export type TimedClaims = AccessTokenClaims & { readonly exp: number }

type Fault = readonly [code: 'token_expired' | 'token_not_yet_valid', message: string]

function faultOf({ exp, nbf, iat }: TimedClaims, now: number, tolerance: number): Fault | undefined {
  // Asked so that a clock that is no number refuses every token.
  if (!(now < exp + tolerance)) {
    return ['token_expired', `exp ${exp} is not after ${now}, with ${tolerance} s of tolerance`]
  }
  if (nbf !== undefined && !(now >= nbf - tolerance)) {
    return ['token_not_yet_valid', `nbf ${nbf} is after ${now}, with ${tolerance} s of tolerance`]
  }
  if (iat !== undefined && !(iat <= now + issuedAheadSeconds)) {
    return ['token_not_yet_valid', `iat ${iat} is more than ${issuedAheadSeconds} s after ${now}`]
  }
  return undefined
}
