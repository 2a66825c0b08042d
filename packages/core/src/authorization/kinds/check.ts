import { misconfigured } from '../../configuration.js'
import type { Predicate } from '../verdict.js'
import { printable } from './data.js'
import type { Printed, ReadKind } from './kind.js'

/** A rule of the application's own is met. */
export interface CheckRequirement extends Printed {
  readonly kind: 'check'
  /** Clients may know it. */
  readonly name: string
  readonly predicate: Predicate
}

const publicName = /^[\x20\x21\x23-\x5b\x5d-\x7e]{1,100}$/

export const checkKind: ReadKind<CheckRequirement> = {
  members: ['name', 'predicate'],
  read(where, { name, predicate }) {
    if (typeof name !== 'string' || !publicName.test(name)) {
      throw misconfigured(where, 'a name of 1 to 100 ASCII characters without quotes and backslashes', name)
    }
    if (typeof predicate !== 'function') throw misconfigured(where, 'a function', predicate)
    return printable({ kind: 'check', name, predicate: predicate as Predicate }, checkKind.print)
  },
  print: ({ name }) => `check "${name}"`,
}

/**
 * Requires a rule of the application's own. It is asked when it matters, after everything but `acr` and `maxAge`; it may be asynchronous, and
 * nothing but `true` passes. Clients are told its name; when it throws, they are told that it could not be checked (503).
 *
 * @throws TypeError
 * @example check('contract is active', ({ clientId }) => contracts.isActive(clientId))
 */
export function check(name: string, predicate: Predicate): CheckRequirement {
  return checkKind.read('check()', { name, predicate }, {})
}
