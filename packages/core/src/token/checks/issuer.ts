import { quote, Rejection } from '../../rejection.js'

/**
 * `iss` is the configured issuer, code point for code point: RFC 9068 §4, RFC 8414 §4. Nothing is normalised. The issuer
 * was chosen by the same claim; that it is now a verified one is said here, and not left to the choice.
 *
 * @throws Rejection token_issuer_untrusted
 */
export function checkIssuer(iss: unknown, issuer: string): void {
  if (iss === issuer) return
  throw new Rejection('token_issuer_untrusted', `iss is ${quote(iss)}, expected "${issuer}"`)
}
