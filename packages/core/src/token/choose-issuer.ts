import type { CompactJws } from '../jws/compact-jws.js'
import { quote, Rejection } from '../rejection.js'

/**
 * The one trusted issuer that the token names. Its `iss` is not verified yet, but decides alone: an unknown or absent
 * issuer is refused before any network access (RFC 8725 §3.10), and no token is ever tried at two issuers.
 *
 * @throws Rejection token_issuer_untrusted
 */
export function chooseIssuer<T extends { readonly issuer: string }>(
  jws: CompactJws,
  issuers: readonly T[],
): T {
  const { iss } = jws.claims
  const chosen = issuers.find(({ issuer }) => issuer === iss)
  if (chosen) return chosen
  throw new Rejection('token_issuer_untrusted', `iss is ${quote(iss)}${hint(iss, issuers)}`)
}

function hint(iss: unknown, issuers: readonly { readonly issuer: string }[]): string {
  const near = issuers.find(
    ({ issuer }) => iss === `${issuer}/` || (typeof iss === 'string' && issuer === `${iss}/`),
  )
  return near
    ? `, which differs from "${near.issuer}" only by the slash at the end`
    : ', which is not a trusted issuer'
}
