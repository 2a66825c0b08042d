import type { JsonObject } from '../jws/strict-json.js'
import { kindOfValue, Rejection } from '../rejection.js'

/**
 * The client that a token names: RFC 9068 §2.2, RFC 7662 §2.2. The first of the claims that is there counts, and what
 * it says must be a name.
 *
 * @throws Rejection token_claim_invalid
 */
export function readClientId(claims: JsonObject, names: readonly string[]): string | undefined {
  const name = names.find((one) => Object.hasOwn(claims, one))
  if (name === undefined) return undefined
  const id = claims[name]
  if (typeof id === 'string' && id !== '') return id
  throw new Rejection(
    'token_claim_invalid',
    `${name} is of type ${kindOfValue(id)}, expected a string that is not empty`,
  )
}
