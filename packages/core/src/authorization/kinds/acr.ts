import { misconfigured } from '../../configuration.js'
import { verifiedClaims } from '../../principal.js'
import { quote } from '../../rejection.js'
import { met, unmet } from '../verdict.js'
import { hintFor, hintOfClients, isFilledList, isParameterToken, printable } from './data.js'
import type { Kind, Printed } from './kind.js'

/** The user authenticated in one of these ways. */
export interface AcrRequirement extends Printed {
  readonly kind: 'acr'
  readonly values: readonly string[]
}

export const acrKind: Kind<AcrRequirement> = {
  members: ['values'],
  read(where, { values }) {
    if (!isFilledList(values)) throw misconfigured(where, 'at least one value of acr', values)
    const read = Array.from(values, (one) => readAcr(where, one))
    return printable({ kind: 'acr', values: Object.freeze(read) }, acrKind.print)
  },
  judge({ values }, principal) {
    const { acr } = verifiedClaims(principal)
    const needs = { acrValues: values }
    if (typeof acr === 'string' && values.includes(acr)) return met(needs)
    const reason = `acr is ${quote(acr)}, expected ${values.map(quote).join(' or ')}${hintOfClients(acr)}`
    return unmet({ code: 'authentication_insufficient', reason }, needs)
  },
  print: ({ values }) => `acr ${values.join(' | ')}`,
}

/** They stand in the challenge, parted by spaces. */
function readAcr(where: string, value: unknown): string {
  if (isParameterToken(value)) return value
  throw misconfigured(where, `values without spaces, quotes and backslashes${hintFor(value)}`, value)
}

/**
 * Requires that the user authenticated in one of these ways (the claim `acr`), the preferred first: RFC 9470. Tokens of the client
 * credentials grant have no user, and usually no such claim.
 *
 * @throws TypeError
 * @example acr('urn:example:mfa')
 */
export function acr(...values: [string, ...string[]]): AcrRequirement {
  return acrKind.read('acr()', { values }, {})
}
