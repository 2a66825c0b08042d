import { Rejection } from '../rejection.js'
import type { AccessToken } from '../token/access-token.js'

/**
 * A token that is bound to a key (`cnf`, RFC 7800 §3.1) never passes as a plain bearer token. Neither DPoP (RFC 9449) nor
 * mutual TLS (RFC 8705) can be checked yet, so every bound token is refused, whatever form its `cnf` has.
 *
 * @throws Rejection confirmation_unsupported
 */
export function confirmSender(token: AccessToken): void {
  if (!Object.hasOwn(token.claims, 'cnf')) return
  throw new Rejection(
    'confirmation_unsupported',
    'the token is bound to a key (cnf), which cannot be checked yet',
  )
}
