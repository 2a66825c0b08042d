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

function readNames(claim: unknown, nameOf: (one: unknown) => unknown): readonly string[] {
  const names: unknown[] = Array.isArray(claim) ? claim.map(nameOf) : []
  return Object.freeze(names.every((name) => typeof name === 'string') ? [...new Set(names)] : [])
}
