import { misconfigured } from '../../configuration.js'
import { verifiedClaims } from '../../principal.js'
import { quote } from '../../rejection.js'
import { met, unmet } from '../verdict.js'
import { hintOfClients, printable } from './data.js'
import type { Kind, Printed } from './kind.js'

/** The user authenticated at most so many seconds ago. */
export interface MaxAgeRequirement extends Printed {
  readonly kind: 'maxAge'
  readonly seconds: number
}

export const maxAgeKind: Kind<MaxAgeRequirement> = {
  members: ['seconds'],
  read(where, { seconds }) {
    if (!Number.isSafeInteger(seconds) || (seconds as number) < 0) {
      throw misconfigured(where, 'a whole number of seconds, 0 or more', seconds)
    }
    return printable({ kind: 'maxAge', seconds: seconds as number }, maxAgeKind.print)
  },
  judge({ seconds }, principal, now, tolerance = 0) {
    const { auth_time: at } = verifiedClaims(principal)
    const needs = { maxAge: seconds }
    const age = typeof at === 'number' ? now - at : Number.NaN
    if (age <= seconds && age >= -tolerance) return met(needs)
    const reason = `auth_time is ${quote(at)}, expected at most ${seconds} s ago${hintOfClients(at)}`
    return unmet({ code: 'authentication_insufficient', reason }, needs)
  },
  print: ({ seconds }) => `maxAge ${seconds} s`,
}

/**
 * Requires that the user authenticated at most so many seconds ago (the claim `auth_time`): RFC 9470. One that lies
 * ahead counts as far as `clockToleranceSeconds` of the resource goes. Tokens of the client credentials grant have no user, and usually no
 * such claim.
 *
 * @throws TypeError
 * @example maxAge(300)
 */
export function maxAge(seconds: number): MaxAgeRequirement {
  return maxAgeKind.read('maxAge()', { seconds }, {})
}
