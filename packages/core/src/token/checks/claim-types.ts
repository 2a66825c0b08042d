import type { JsonObject } from '../../jws/strict-json.js'
import { kindOfValue, quote, Rejection } from '../../rejection.js'

const strings = ['iss', 'sub', 'client_id', 'azp', 'jti']
const numericDates = ['exp', 'nbf', 'iat']
/** The last second that a `Date` can hold, so that whoever turns one of these into a `Date` gets a valid one. */
const lastSecond = 8.64e12

/**
 * Registered claims that are present have the type that their RFC gives them: RFC 7519 §4.1, RFC 9068 §2.2.
 *
 * @throws Rejection token_claim_invalid
 */
export function checkClaimTypes(claims: JsonObject): void {
  for (const name of strings) expect(claims, name, 'a string that is not empty', isNonEmptyString, typed)
  for (const name of numericDates) expect(claims, name, 'a NumericDate', isNumericDate)
  expect(claims, 'aud', 'a string or a list of strings', isAudience)
}

function expect(
  claims: JsonObject,
  name: string,
  what: string,
  isSo: (value: unknown) => boolean,
  print: (value: unknown) => string = quote,
): void {
  if (!Object.hasOwn(claims, name) || isSo(claims[name])) return
  throw new Rejection('token_claim_invalid', `${name} is ${print(claims[name])}, expected ${what}`)
}

/** It may name a person. */
function typed(value: unknown): string {
  return `of type ${kindOfValue(value)}`
}

function isNonEmptyString(value: unknown): boolean {
  return typeof value === 'string' && value !== ''
}

function isNumericDate(value: unknown): boolean {
  return typeof value === 'number' && Math.abs(value) <= lastSecond
}

function isAudience(value: unknown): boolean {
  return typeof value === 'string' || (Array.isArray(value) && value.every((one) => typeof one === 'string'))
}
