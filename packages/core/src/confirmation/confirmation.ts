import { isJsonObject } from '../jws/strict-json.js'
import { quote, Rejection } from '../rejection.js'
import type { AccessTokenClaims } from '../token/access-token.js'

/** The keys that a token is bound to, under the names of its claim `cnf`: RFC 7800 §3.1. At least one of them is there. */
export interface Confirmation {
  /** The thumbprint of the key that DPoP proofs are made with: RFC 9449 §6.1. */
  readonly jkt?: string
  /** The SHA-256 of the client certificate: RFC 8705 §3.1. */
  readonly 'x5t#S256'?: string
}

const methods = ['jkt', 'x5t#S256'] as const

/**
 * Reads the claim `cnf`; undefined when the token has none. One that names no key in a way that is known here never makes a
 * token unbound. Members beside a known one mean nothing (RFC 7800 §3.1).
 *
 * @throws Rejection confirmation_unsupported
 */
export function readConfirmation(claims: AccessTokenClaims): Confirmation | undefined {
  if (!Object.hasOwn(claims, 'cnf')) return undefined
  const { cnf } = claims
  if (!isJsonObject(cnf)) throw unsupported('cnf is not an object')
  const named = methods.filter((method) => Object.hasOwn(cnf, method))
  if (named.length === 0)
    throw unsupported(`cnf has ${quote(Object.keys(cnf))}, expected ${methods.join(' or ')}`)
  const notString = named.find((method) => typeof cnf[method] !== 'string' || cnf[method] === '')
  if (notString) throw unsupported(`${notString} in cnf is not a string`)
  return Object.freeze(Object.fromEntries(named.map((method) => [method, cnf[method]])))
}

function unsupported(reason: string): Rejection {
  return new Rejection('confirmation_unsupported', `the token is bound to a key, but ${reason}`)
}
