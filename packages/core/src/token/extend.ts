import { howItFailed, isThenable } from '../application-code.js'
import { isJsonObject } from '../jws/strict-json.js'
import { isRefusal, Rejection, Unavailable } from '../rejection.js'
import type { AccessToken, AccessTokenClaims } from './access-token.js'
import type { ActsFor } from './acts-for.js'
import { deepFrozenCopy } from './frozen-copy.js'

/** A token that was found good, as `extend` sees it. */
export interface VerifiedToken<Claims extends object = AccessTokenClaims>
  extends Omit<AccessToken, 'claims' | 'fittedClaims' | 'extras'> {
  readonly claims: Claims
}

/** Makes of a verified token what its principal says beyond the claims, at once: what has to be waited for is a `check`, or for the handler. */
export type Extend<Claims extends object = AccessTokenClaims, Extras extends object = object> = (
  token: VerifiedToken<Claims>,
) => Extras & { readonly actsFor?: ActsFor; readonly then?: never }

/** @throws Rejection that it throws; Unavailable check_unavailable when it fails in any other way */
export function extrasOf(token: VerifiedToken, extend: Extend): Readonly<Record<string, unknown>> {
  const extras = ask(token, extend)
  if (isJsonObject(extras)) return extras
  throw unavailable('made no object of the token')
}

/** Everything that it makes is looked at here: it may have getters, and those may throw. */
function ask(token: VerifiedToken, extend: Extend): unknown {
  try {
    const extras: unknown = extend(token)
    if (!isThenable(extras)) return isJsonObject(extras) ? deepFrozenCopy({ ...extras }) : extras
    // Nobody waits for it, and nobody would hear that it failed.
    extras.then(undefined, () => undefined)
    return undefined
  } catch (error) {
    if (error instanceof Rejection) throw new Rejection(error.code, error.message, { cause: error })
    if (isRefusal(error)) throw error
    throw unavailable(howItFailed(error), error)
  }
}

function unavailable(what: string, cause?: unknown): Unavailable {
  const message = `extend() of the issuer ${what}`
  return new Unavailable('check_unavailable', message, { cause, retryAfterSeconds: 1 })
}
