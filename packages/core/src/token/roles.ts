import { isJsonObject, type JsonObject } from '../jws/strict-json.js'

/**
 * The roles of a token: RFC 9068 §2.2.3.1, a list whose members are names or, as in RFC 7643 §4.1.2, objects with the name as
 * `value`. A claim of another type grants nothing.
 */
export function readRoles({ roles }: JsonObject): readonly string[] {
  return readNames(roles, (one) => (isJsonObject(one) ? one['value'] : one))
}

/** The permissions of a token: a list of names. A claim of another type grants nothing. */
export function readPermissions({ permissions }: JsonObject): readonly string[] {
  return readNames(permissions, (one) => one)
}

const none: readonly string[] = Object.freeze([])

function readNames(claim: unknown, nameOf: (one: unknown) => unknown): readonly string[] {
  if (!Array.isArray(claim)) return none
  const names: unknown[] = claim.map(nameOf)
  return names.every((name) => typeof name === 'string') ? Object.freeze([...new Set(names)]) : none
}
