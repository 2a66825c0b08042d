import type { JsonObject } from '../jws/strict-json.js'

/** Whose authority a token carries: its client's own, a user's who took part in the grant, or nobody can tell. */
export type ActsFor = 'client' | 'user' | 'unknown'

/**
 * Claims that tell of the authentication of a user: RFC 9068 §2.2.1. Not `acr`: authorization servers put that into tokens of clients
 * alone, too (Keycloak). One that is null tells of nothing.
 */
const ofUsers = ['auth_time', 'amr']

/**
 * A token whose subject is its client is the client's own, whatever else stands there (RFC 9068 §2.2); one that tells how a user
 * authenticated is a user's; one that has a client and no subject is the client's. Else the subject may be either: authorization
 * servers name clients in many ways.
 */
export function actsFor(claims: JsonObject, clientId: string | undefined): ActsFor {
  const { sub } = claims
  if (clientId !== undefined && sub === clientId) return 'client'
  if (ofUsers.some((name) => Object.hasOwn(claims, name) && claims[name] !== null)) return 'user'
  return clientId !== undefined && sub === undefined ? 'client' : 'unknown'
}
