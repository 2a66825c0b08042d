import { type CryptoKey, importJWK, type JWK } from 'jose'
import { isJsonObject, type JsonObject } from '../jws/strict-json.js'

/** A JSON Web Key Set: RFC 7517 §5. */
export interface JwkSet {
  readonly keys: readonly object[]
}

/** A public key that may verify signatures of one algorithm. */
export interface VerificationKey {
  readonly kid: unknown
  readonly algorithm: string
  readonly key: CryptoKey
}

const maxKeys = 100
const rsaBits = { least: 2048, most: 8192 }

/** A JWK Set or undefined: an object with a list of keys, of a size that can be meant. */
export function asJwkSet(document: unknown): JwkSet | undefined {
  if (!isJsonObject(document) || !Array.isArray(document['keys'])) return undefined
  return document['keys'].length <= maxKeys ? { keys: document['keys'] } : undefined
}

/** A copy of the set. No text of a key gets into the message: it may be a private one. @throws TypeError */
export function readInlineJwks(option: string, given: unknown, algorithms: readonly string[]): JwkSet {
  const set = asJwkSet(given)
  if (!set) throw new TypeError(`${option}: expected a JWK Set, { keys: [ … ] } with at most ${maxKeys} keys`)
  if (set.keys.some((jwk) => !isJsonObject(jwk) || 'd' in jwk || 'k' in jwk)) {
    throw new TypeError(`${option}: expected public keys only`)
  }
  if (!set.keys.some((jwk) => algorithms.some((algorithm) => mayVerify(jwk as JsonObject, algorithm)))) {
    throw new TypeError(`${option}: expected a key for at least one of ${algorithms.join(', ')}`)
  }
  return structuredClone(set)
}

/**
 * The keys of a set that can verify one of the algorithms. Every other key is skipped, one by one (RFC 7517 §5): unknown
 * types, broken members, keys that are not for signatures, private and symmetric ones, weak and oversized RSA.
 */
export async function usableKeys(
  { keys }: JwkSet,
  algorithms: readonly string[],
): Promise<VerificationKey[]> {
  const wanted = keys.flatMap((jwk) => algorithms.map((algorithm) => importKey(jwk, algorithm)))
  const imported = await Promise.all(wanted)
  return imported.filter((key) => key !== undefined)
}

async function importKey(jwk: unknown, algorithm: string): Promise<VerificationKey | undefined> {
  if (!isJsonObject(jwk) || !mayVerify(jwk, algorithm)) return undefined
  try {
    const key = await importJWK(withoutUsage(jwk), algorithm)
    return !(key instanceof Uint8Array) && isStrongPublicKey(key)
      ? { kid: jwk['kid'], algorithm, key }
      : undefined
  } catch {
    return undefined
  }
}

/** `kty`, `crv`, `alg`, `use` and `key_ops` do not speak against it: RFC 7517 §4.1 to §4.4, RFC 8725 §3.1. */
function mayVerify(jwk: JsonObject, algorithm: string): boolean {
  const { alg } = jwk
  if (!isOfKind(jwk, algorithm) || 'd' in jwk) return false
  if (alg !== undefined && alg !== algorithm && !(isEdwards(alg) && isEdwards(algorithm))) return false
  return isForSignatures(jwk)
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
  if (curve === undefined) return kty === 'RSA' && areStrings(n, e)
  if (crv !== curve) return false
  return isEdwards(algorithm) ? kty === 'OKP' && areStrings(x) : kty === 'EC' && areStrings(x, y)
}

/** WebCrypto would make a text of whatever else stands there. */
function areStrings(...members: readonly unknown[]): boolean {
  return members.every((member) => typeof member === 'string')
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

/** What was judged above does not reach the import: WebCrypto would refuse usages that do not concern us. */
function withoutUsage({ alg, use, key_ops, ext, ...jwk }: JsonObject): JWK {
  return jwk
}

function isStrongPublicKey({ type, algorithm }: CryptoKey): boolean {
  if (type !== 'public') return false
  if (!isRsa(algorithm)) return true
  const { modulusLength: bits, publicExponent } = algorithm
  return bits >= rsaBits.least && bits <= rsaBits.most && isSaneExponent(publicExponent)
}

/** Odd, not 1 (then anyone could sign), and short enough to be cheap: RFC 8017 §3.1, RFC 7518 §3.3. */
function isSaneExponent(exponent: Uint8Array): boolean {
  const value = BigInt(`0x${Buffer.from(exponent).toString('hex') || '0'}`)
  return value >= 3n && value % 2n === 1n && value < 2n ** 32n
}

interface RsaKeyAlgorithm {
  readonly name: string
  readonly modulusLength: number
  readonly publicExponent: Uint8Array
}

function isRsa(algorithm: CryptoKey['algorithm']): algorithm is RsaKeyAlgorithm {
  return 'modulusLength' in algorithm
}
