import { misconfigured } from '../../configuration.js'
import { quote } from '../../rejection.js'
import { met, unmet } from '../verdict.js'
import { printable } from './data.js'
import type { Kind, Printed } from './kind.js'

/** The user authenticated at most so many seconds ago. */
export interface MaxAgeRequirement extends Printed {
  readonly kind: 'maxAge'
  readonly seconds: number
}

/** How far ahead the clock of the issuer may be, as for `iat`. */
const futureSeconds = 60

export const maxAgeKind: Kind<MaxAgeRequirement> = {
  read(where, { seconds }) {
    if (!Number.isSafeInteger(seconds) || (seconds as number) < 0) {
      throw misconfigured(where, 'a whole number of seconds, 0 or more', seconds)
    }
    return printable({ kind: 'maxAge', seconds: seconds as number }, maxAgeKind.print)
  },
  judge({ seconds }, { claims }, now) {
    const { auth_time: at } = claims
    const needs = { maxAge: seconds }
    const age = typeof at === 'number' ? now - at : Number.NaN
    if (age <= seconds && age >= -futureSeconds) return met(needs)
    const reason = `auth_time is ${quote(at)}, expected at most ${seconds} s ago${hint(at)}`
    return unmet({ code: 'authentication_insufficient', reason }, needs)
  },
  print: ({ seconds }) => `maxAge ${seconds} s`,
}

function hint(at: unknown): string {
  return at === undefined ? '; tokens for clients alone, without a user, never have it' : ''
}

/**
 * Requires that the user authenticated at most so many seconds ago (the claim `auth_time`): RFC 9470. Tokens of the client
 * credentials grant have no user, so they never meet it.
 *
 * @throws TypeError
 * @example maxAge(300)
 */
export function maxAge(seconds: number): MaxAgeRequirement {
  return maxAgeKind.read('maxAge()', { seconds }, {})
}
