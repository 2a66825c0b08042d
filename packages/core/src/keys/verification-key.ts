import type { KeyObject } from 'node:crypto'
import { importPublicKey, isPublic } from '../jws/public-key.js'
import { isJsonObject, type JsonObject } from '../jws/strict-json.js'

/** A JSON Web Key Set: RFC 7517 §5. */
export interface JwkSet {
  readonly keys: readonly object[]
}

/** A public key that may verify signatures of one algorithm. */
export interface VerificationKey {
  readonly kid: unknown
  readonly algorithm: string
  readonly key: KeyObject
}

/** The most keys that a set may have. */
export const maxKeys = 100

/** A JWK Set or undefined: an object with a list of keys, of a size that can be meant. */
export function asJwkSet(document: unknown): JwkSet | undefined {
  if (!isJsonObject(document) || !Array.isArray(document['keys'])) return undefined
  return document['keys'].length <= maxKeys ? { keys: document['keys'] } : undefined
}

/** Whether a key may verify the tokens of the issuer in question. */
export type AcceptsKey = (jwk: JsonObject) => boolean

/** Keys from the configuration. No text of a key gets into the message: it may be a private one. @throws TypeError */
export function readInlineJwks(
  option: string,
  given: unknown,
  algorithms: readonly string[],
  acceptsKey?: AcceptsKey,
): readonly VerificationKey[] {
  const set = asJwkSet(given)
  if (!set) throw new TypeError(`${option}: expected a JWK Set, { keys: [ … ] } with at most ${maxKeys} keys`)
  if (!set.keys.every((jwk) => isJsonObject(jwk) && isPublic(jwk))) {
    throw new TypeError(`${option}: expected public keys only`)
  }
  const usable = usableKeys(set, algorithms, acceptsKey)
  if (usable.length > 0) return Object.freeze(usable)
  throw new TypeError(`${option}: expected a usable key for at least one of ${algorithms.join(', ')}`)
}

/** The keys of a set that can verify one of the algorithms. Every other key is skipped, one by one: RFC 7517 §5. */
export function usableKeys(
  { keys }: JwkSet,
  algorithms: readonly string[],
  acceptsKey?: AcceptsKey,
): VerificationKey[] {
  const accepted = keys.filter((jwk) => isAccepted(jwk, acceptsKey))
  const imported = accepted.flatMap((jwk) => algorithms.map((algorithm) => importKey(jwk, algorithm)))
  return imported.filter((key) => key !== undefined)
}

function importKey(jwk: unknown, algorithm: string): VerificationKey | undefined {
  const key = isJsonObject(jwk) ? importPublicKey(jwk, algorithm) : undefined
  return key && { kid: (jwk as JsonObject)['kid'], algorithm, key }
}

/** Only `true` accepts; what throws accepts nothing. */
function isAccepted(jwk: unknown, accepts: AcceptsKey | undefined): boolean {
  if (!accepts || !isJsonObject(jwk)) return !accepts
  try {
    const accepted: unknown = accepts(jwk)
    return accepted === true
  } catch {
    return false
  }
}
