import { howItFailed, inTime } from '../application-code.js'
import type { Principal } from '../principal.js'
import { kindOfValue, Rejection, Unavailable } from '../rejection.js'

/**
 * Asks the application whether the token was revoked; it has 5 seconds to answer. Only `false` says that it was not: what cannot be told is
 * not taken for good.
 *
 * @throws Rejection token_revoked; Unavailable revocation_unavailable
 */
export async function checkRevocation(
  principal: Principal,
  revoked: (principal: Principal) => unknown,
): Promise<void> {
  const answer = await ask(principal, revoked)
  if (answer === false) return
  if (answer === true) throw new Rejection('token_revoked', 'revoked() says so')
  throw unavailable(`revoked() answered with ${kindOfValue(answer)}, expected true or false`)
}

async function ask(principal: Principal, revoked: (principal: Principal) => unknown): Promise<unknown> {
  try {
    return await inTime(() => revoked(principal))
  } catch (cause) {
    throw unavailable(`revoked() ${howItFailed(cause)}`, cause)
  }
}

function unavailable(message: string, cause?: unknown): Unavailable {
  return new Unavailable('revocation_unavailable', message, { cause, retryAfterSeconds: 1 })
}
