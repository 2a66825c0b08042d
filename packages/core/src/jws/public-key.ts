import { createPublicKey, type KeyObject } from 'node:crypto'
import { hasSmallOrder } from './small-order.js'
import type { JsonObject } from './strict-json.js'

const rsaBits = { least: 2048, most: 8192 }
/** In base64url: 8,192 bits and a leading zero. */
const maxMemberCharacters = 1368
/** In base64url: 32 bits. */
const maxExponentCharacters = 6

/**
 * A key that may verify signatures of this algorithm. Undefined for every other: of another type or curve, not for signatures,
 * private or symmetric, broken, RSA that is weak or oversized, Ed25519 of small order.
 */
export function importPublicKey(jwk: JsonObject, algorithm: string): KeyObject | undefined {
  if (!mayVerify(jwk, algorithm)) return undefined
  try {
    const key = createPublicKey({ key: jwk, format: 'jwk' })
    return isStrong(key) ? key : undefined
  } catch {
    return undefined
  }
}

/** Whether signatures that this private key makes with the algorithm are accepted by those who check as this module does. */
export function maySign(privateKey: KeyObject, algorithm: string): boolean {
  try {
    const jwk = createPublicKey(privateKey).export({ format: 'jwk' }) as JsonObject
    return importPublicKey(jwk, algorithm) !== undefined
  } catch {
    return false
  }
}

/** `kty`, `crv`, `alg`, `use` and `key_ops` do not speak against it: RFC 7517 §4.1 to §4.4, RFC 8725 §3.1. */
export function mayVerify(jwk: JsonObject, algorithm: string): boolean {
  const { alg } = jwk
  if (!isOfKind(jwk, algorithm) || !isPublic(jwk)) return false
  if (alg !== undefined && alg !== algorithm && !(isEdwards(alg) && isEdwards(algorithm))) return false
  return isForSignatures(jwk)
}

/** RFC 7518 §6, RFC 8037 §2, RFC 9964: members that only a private or symmetric key has. */
const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv']

/** False when a member stands in it that only a private or symmetric key has. */
export function isPublic(jwk: JsonObject): boolean {
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
