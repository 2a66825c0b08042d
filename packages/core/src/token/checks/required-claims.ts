import type { JsonObject } from '../../jws/strict-json.js'
import { Rejection } from '../../rejection.js'

/**
 * Every claim that the profile demands is there: RFC 9068 §2.2.
 *
 * @throws Rejection token_claim_missing
 */
export function checkRequiredClaims(claims: JsonObject, required: readonly string[]): void {
  const missing = required.filter((name) => !Object.hasOwn(claims, name))
  if (missing.length === 0) return
  throw new Rejection('token_claim_missing', `the token has no ${missing.join(', ')}`)
}
