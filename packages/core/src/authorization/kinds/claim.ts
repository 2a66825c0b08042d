import { misconfigured } from '../../configuration.js'
import { verifiedClaims } from '../../principal.js'
import { kindOfValue, quote } from '../../rejection.js'
import { met, unmet } from '../verdict.js'
import { isFilledList, printable } from './data.js'
import type { Kind, Printed } from './kind.js'

/** What a claim is compared with. */
export type ClaimValue = string | number | boolean

/** A claim has one of these values or, where it is a list, contains one. */
export interface ClaimRequirement extends Printed {
  readonly kind: 'claim'
  readonly name: string
  readonly values: readonly ClaimValue[]
}

export const claimKind: Kind<ClaimRequirement> = {
  members: ['name', 'values'],
  read(where, { name, values }) {
    if (typeof name !== 'string' || name === '') throw misconfigured(where, 'the name of a claim', name)
    if (!isFilledList(values)) throw misconfigured(where, 'at least one value', values)
    for (const value of values) {
      if (!isClaimValue(value))
        throw misconfigured(where, 'strings, numbers (whole ones up to 2^53 - 1), true or false', value)
    }
    const copy = Object.freeze([...(values as ClaimValue[])])
    return printable({ kind: 'claim', name, values: copy }, claimKind.print)
  },
  judge({ name, values }, principal) {
    const claims = verifiedClaims(principal)
    const value = Object.hasOwn(claims, name) ? claims[name] : undefined
    const held: readonly unknown[] = Array.isArray(value) ? value : [value]
    if (values.some((one) => held.includes(one))) return met()
    // What stands there may be a person's name or number.
    const found = value === undefined ? 'missing' : `another value (${kindOfValue(value)})`
    const reason = `claim ${quote(name)} is ${found}, expected ${values.map(quote).join(' or ')}`
    return unmet({ code: 'requirement_unmet', reason })
  },
  print: ({ name, values }) => `claim ${name} ${values.map((value) => JSON.stringify(value)).join(' | ')}`,
}

/** Beyond 2^53 - 1, JSON.parse takes whole numbers for their neighbours. No claim meets such a one. */
function isClaimValue(value: unknown): value is ClaimValue {
  if (typeof value !== 'number') return typeof value === 'string' || typeof value === 'boolean'
  return Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value))
}

/**
 * Requires that a claim has this value, or one of these; a claim that is a list has to contain one. Values are compared as they
 * are, with their type; those of the token, not what a schema made of them. An identifier beyond 2^53 - 1 has to be a string: as a number
 * it would be taken for its neighbours.
 *
 * @throws TypeError
 * @example claim('tenant', 'north')
 */
export function claim(name: string, value: ClaimValue | readonly ClaimValue[]): ClaimRequirement {
  return claimKind.read('claim()', { name, values: Array.isArray(value) ? value : [value] }, {})
}
