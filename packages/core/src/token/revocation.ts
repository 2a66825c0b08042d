import type { Principal } from '../principal.js'
import { quote, Rejection, Unavailable } from '../rejection.js'

/**
 * Asks the application whether the token was revoked. Only `false` says that it was not: what cannot be told is not taken for good.
 *
 * @throws Rejection token_revoked; Unavailable revocation_unavailable
 */
export async function checkRevocation(
  principal: Principal,
  revoked: ((token: Principal) => unknown) | undefined,
): Promise<void> {
  if (!revoked) return
  const answer = await ask(principal, revoked)
  if (answer === false) return
  if (answer === true) throw new Rejection('token_revoked', 'revoked() says so')
  throw unavailable(`revoked() answered with ${quote(typeof answer)}, expected true or false`)
}

async function ask(principal: Principal, revoked: (token: Principal) => unknown): Promise<unknown> {
  try {
    return await revoked(principal)
  } catch {
    // What it threw may be anything, so nothing of it is told.
    throw unavailable('revoked() threw')
  }
}

function unavailable(message: string): Unavailable {
  return new Unavailable('revocation_unavailable', message, { retryAfterSeconds: 1 })
}
