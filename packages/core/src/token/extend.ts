import { isJsonObject } from '../jws/strict-json.js'
import { isRefusal, Unavailable } from '../rejection.js'
import type { AccessToken, AccessTokenClaims } from './access-token.js'
import type { ActsFor } from './acts-for.js'
import { frozen } from './claims-schema.js'

/** A token that was found good, as `extend` sees it. */
export interface VerifiedToken<Claims extends object = AccessTokenClaims>
  extends Omit<AccessToken, 'claims' | 'fittedClaims' | 'extras'> {
  readonly claims: Claims
}

/** Makes of a verified token what its principal says beyond the claims. */
export type Extend<Claims extends object = AccessTokenClaims, Extras extends object = object> = (
  token: VerifiedToken<Claims>,
) => Extras & { readonly actsFor?: ActsFor }

/** @throws Rejection that it throws; Unavailable check_unavailable when it fails in any other way */
export function extrasOf(token: VerifiedToken, extend: Extend): Readonly<Record<string, unknown>> {
  let extras: unknown
  try {
    extras = extend(token)
  } catch (error) {
    if (isRefusal(error)) throw error
    // What it threw may be anything, so nothing of it is told.
    throw unavailable('threw')
  }
  if (isJsonObject(extras) && !(extras instanceof Promise)) return frozen(extras)
  throw unavailable('made no object of the token')
}

function unavailable(what: string): Unavailable {
  return new Unavailable('check_unavailable', `extend() of the issuer ${what}`, { retryAfterSeconds: 1 })
}
