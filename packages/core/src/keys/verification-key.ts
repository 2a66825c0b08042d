import { createPublicKey, type KeyObject } from 'node:crypto'
import { isJsonObject, type JsonObject } from '../jws/strict-json.js'
import { hasSmallOrder } from './small-order.js'

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
const rsaBits = { least: 2048, most: 8192 }
/** In base64url: 8,192 bits and a leading zero. */
const maxMemberCharacters = 1368
/** In base64url: 32 bits. */
const maxExponentCharacters = 6

/** A JWK Set or undefined: an object with a list of keys, of a size that can be meant. */
export function asJwkSet(document: unknown): JwkSet | undefined {
  if (!isJsonObject(document) || !Array.isArray(document['keys'])) return undefined
  return document['keys'].length <= maxKeys ? { keys: document['keys'] } : undefined
}

/** Keys from the configuration. No text of a key gets into the message: it may be a private one. @throws TypeError */
export function readInlineJwks(
  option: string,
  given: unknown,
  algorithms: readonly string[],
): readonly VerificationKey[] {
  const set = asJwkSet(given)
  if (!set) throw new TypeError(`${option}: expected a JWK Set, { keys: [ … ] } with at most ${maxKeys} keys`)
  if (!set.keys.every((jwk) => isJsonObject(jwk) && isPublic(jwk))) {
    throw new TypeError(`${option}: expected public keys only`)
  }
  const usable = usableKeys(set, algorithms)
  if (usable.length > 0) return Object.freeze(usable)
  throw new TypeError(`${option}: expected a usable key for at least one of ${algorithms.join(', ')}`)
}

/**
 * The keys of a set that can verify one of the algorithms. Every other key is skipped, one by one (RFC 7517 §5): unknown
 * types, broken members, keys that are not for signatures, private and symmetric ones, RSA that is weak or oversized,
 * Ed25519 of small order.
 */
export function usableKeys({ keys }: JwkSet, algorithms: readonly string[]): VerificationKey[] {
  const imported = keys.flatMap((jwk) => algorithms.map((algorithm) => importKey(jwk, algorithm)))
  return imported.filter((key) => key !== undefined)
}

function importKey(jwk: unknown, algorithm: string): VerificationKey | undefined {
  if (!isJsonObject(jwk) || !mayVerify(jwk, algorithm)) return undefined
  try {
    const key = createPublicKey({ key: jwk, format: 'jwk' })
    return isStrong(key) ? { kid: jwk['kid'], algorithm, key } : undefined
  } catch {
    return undefined
  }
}

/** `kty`, `crv`, `alg`, `use` and `key_ops` do not speak against it: RFC 7517 §4.1 to §4.4, RFC 8725 §3.1. */
function mayVerify(jwk: JsonObject, algorithm: string): boolean {
  const { alg } = jwk
  if (!isOfKind(jwk, algorithm) || !isPublic(jwk)) return false
  if (alg !== undefined && alg !== algorithm && !(isEdwards(alg) && isEdwards(algorithm))) return false
  return isForSignatures(jwk)
}

/** RFC 7518 §6, RFC 8037 §2, RFC 9964: members that only a private or symmetric key has. */
const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv']

function isPublic(jwk: JsonObject): boolean {
  return !privateMembers.some((member) => Object.hasOwn(jwk, member))
}

/** One algorithm, one curve: RFC 7518 §3.4, RFC 9864 §2. */
const curves: Readonly<Record<string, string>> = {
  ES256: 'P-256',
  ES384: 'P-384',
  ES512: 'P-521',
  Ed25519: 'Ed25519',
  EdDSA: 'Ed25519',
}

function isOfKind({ kty, crv, n, e, x, y }: JsonObject, algorithm: string): boolean {
  const curve = curves[algorithm]
  if (curve === undefined) return kty === 'RSA' && isText(n) && isText(e, maxExponentCharacters)
  if (crv !== curve) return false
  if (!isEdwards(algorithm)) return kty === 'EC' && isText(x) && isText(y)
  return kty === 'OKP' && isText(x) && !hasSmallOrder(x)
}

/** Whatever else stands there is no part of a key, and a longer text would only take time to import. */
function isText(member: unknown, atMost: number = maxMemberCharacters): member is string {
  return typeof member === 'string' && member.length <= atMost
}

/** Where both members are present, they must not contradict one another: RFC 7517 §4.3. */
function isForSignatures({ use, key_ops: operations }: JsonObject): boolean {
  if (use !== undefined && use !== 'sig') return false
  if (operations === undefined) return true
  if (!Array.isArray(operations) || !operations.includes('verify')) return false
  return use === undefined || operations.every((operation) => operation === 'verify' || operation === 'sign')
}

/** Two names of one algorithm, as long as `EdDSA` is held to its Ed25519 curve: RFC 9864 §2.2. */
function isEdwards(algorithm: unknown): boolean {
  return algorithm === 'EdDSA' || algorithm === 'Ed25519'
}

/** Of RSA: not small, not so large that it costs too much, with an exponent that is odd and not 1: RFC 8017 §3.1. */
function isStrong({ asymmetricKeyDetails: details = {} }: KeyObject): boolean {
  const { modulusLength: bits, publicExponent: exponent } = details
  if (bits === undefined || exponent === undefined) return true
  if (bits < rsaBits.least || bits > rsaBits.most) return false
  return exponent >= 3n && exponent % 2n === 1n && exponent < 2n ** 32n
}
