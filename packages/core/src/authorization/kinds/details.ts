import { checkOptionNames, misconfigured } from '../../configuration.js'
import { isJsonObject, type JsonObject } from '../../jws/strict-json.js'
import { verifiedClaims } from '../../principal.js'
import { quote } from '../../rejection.js'
import { met, unmet } from '../verdict.js'
import { printable, readTexts } from './data.js'
import type { Kind, Printed } from './kind.js'

/** What one of the authorization details of a token has to cover: RFC 9396 §2.2. */
export interface DetailsNeeded {
  readonly type: string
  readonly actions?: readonly string[]
  readonly locations?: readonly string[]
  readonly datatypes?: readonly string[]
  readonly privileges?: readonly string[]
  readonly identifier?: string
}

/** The token carries an authorization detail that covers all of this. */
export interface DetailsRequirement extends Printed {
  readonly kind: 'details'
  readonly needed: DetailsNeeded
}

const lists = ['actions', 'locations', 'datatypes', 'privileges'] as const
const memberNames = ['type', ...lists, 'identifier']

export const detailsKind: Kind<DetailsRequirement> = {
  members: ['needed'],
  read(where, { needed }, { detailsTypes }) {
    checkOptionNames(where, needed, memberNames)
    const { type, identifier } = needed as JsonObject
    const [readType] = readTexts(`${where}.type`, 'type', [type]) as [string]
    if (detailsTypes && !detailsTypes.includes(readType)) {
      const known = detailsTypes.join(', ') || 'it has none'
      throw misconfigured(where, `a type of the resource (${known})`, type)
    }
    const read: Record<string, unknown> = { type: readType }
    for (const name of lists) {
      const list = (needed as JsonObject)[name]
      if (name in (needed as object)) read[name] = readTexts(`${where}.${name}`, 'text', list)
    }
    if ('identifier' in (needed as object)) {
      read['identifier'] = readTexts(`${where}.identifier`, 'text', [identifier])[0]
    }
    const copy = Object.freeze(read) as unknown as DetailsNeeded
    return printable({ kind: 'details', needed: copy }, detailsKind.print)
  },
  judge({ needed }, principal) {
    const granted = grantedDetails(verifiedClaims(principal)['authorization_details'])
    if (granted.some((one) => covers(one, needed))) return met()
    const reason = `no authorization detail covers ${quote(needed)}; the token carries details of type ${quote(granted.map(({ type }) => type))}`
    return unmet({ code: 'details_insufficient', reason })
  },
  print: ({ needed }) => `details ${JSON.stringify(needed)}`,
}

/** A list of objects, each with a type. Whatever else stands there grants nothing: RFC 9396 §2. */
function grantedDetails(claim: unknown): readonly JsonObject[] {
  const isWellFormed =
    Array.isArray(claim) && claim.every((one) => isJsonObject(one) && typeof one['type'] === 'string')
  return isWellFormed ? claim : []
}

/** One object has to cover everything: what two grant apart from one another is not granted together. */
function covers(granted: JsonObject, needed: DetailsNeeded): boolean {
  if (granted['type'] !== needed.type) return false
  if (needed.identifier !== undefined && granted['identifier'] !== needed.identifier) return false
  return lists.every((name) => {
    const has = granted[name]
    return needed[name]?.every((one) => Array.isArray(has) && has.includes(one)) ?? true
  })
}

/**
 * Requires an authorization detail (RFC 9396) of this type that covers all of these actions, locations, data types and
 * privileges at once. Texts are compared as they are. For what else a type may have, see `check`.
 *
 * @throws TypeError
 * @example details({ type: 'account_information', actions: ['read_balances'] })
 */
export function details(needed: DetailsNeeded): DetailsRequirement {
  return detailsKind.read('details()', { needed }, {})
}
