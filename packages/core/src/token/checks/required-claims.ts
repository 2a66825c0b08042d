import type { JsonObject } from '../../jws/strict-json.js'
import { Rejection } from '../../rejection.js'
import type { Profile } from '../profiles.js'

/**
 * Every claim that the profile demands is there: RFC 9068 §2.2.
 *
 * @throws Rejection token_claim_missing
 */
export function checkRequiredClaims(claims: JsonObject, { requiredClaims, hint }: Profile): void {
  const missing = requiredClaims.filter((name) => !Object.hasOwn(claims, name))
  if (missing.length === 0) return
  throw new Rejection('token_claim_missing', `the token has no ${missing.join(', ')}${hint}`)
}
