import { constants, createHmac, KeyObject, type SigningOptions, sign, type webcrypto } from 'node:crypto'

/** A value to be written as JSON, or JSON text to be taken as it stands, or bytes that need not be text at all. */
export type RawPart = object | string | Uint8Array

/** A key that signs: of `node:crypto` or of Web Cryptography. */
export type PrivateKey = KeyObject | webcrypto.CryptoKey

/** How a signature is computed, whatever the header claims. */
export type SignatureAlgorithm = AsymmetricAlgorithm | 'HS256'

type AsymmetricAlgorithm = `${'RS' | 'PS' | 'ES'}${256 | 384 | 512}` | 'Ed25519' | 'EdDSA'

/** What `signRaw` puts together. Nothing is checked, and nothing is added. */
export type RawToken = {
  header: RawPart
  payload: RawPart
} & ({ alg: 'none' } | { alg: SignatureAlgorithm; key: PrivateKey })

interface AsymmetricScheme extends SigningOptions {
  hash: 'sha256' | 'sha384' | 'sha512' | null
}

const pkcs1 = constants.RSA_PKCS1_PADDING
const pss = constants.RSA_PKCS1_PSS_PADDING

/** RFC 7518 §3.1, RFC 8037 §3.1 and RFC 9864 §2.2 in the terms of `node:crypto`. */
const asymmetric: Record<AsymmetricAlgorithm, AsymmetricScheme> = {
  RS256: { hash: 'sha256', padding: pkcs1 },
  RS384: { hash: 'sha384', padding: pkcs1 },
  RS512: { hash: 'sha512', padding: pkcs1 },
  PS256: { hash: 'sha256', padding: pss, saltLength: 32 },
  PS384: { hash: 'sha384', padding: pss, saltLength: 48 },
  PS512: { hash: 'sha512', padding: pss, saltLength: 64 },
  ES256: { hash: 'sha256', dsaEncoding: 'ieee-p1363' },
  ES384: { hash: 'sha384', dsaEncoding: 'ieee-p1363' },
  ES512: { hash: 'sha512', dsaEncoding: 'ieee-p1363' },
  Ed25519: { hash: null },
  EdDSA: { hash: null },
}

/**
 * Signs whatever it is given, in the compact form (RFC 7515 §7.1): the tool for a token that no library would make.
 * `alg: 'none'` leaves the signature empty.
 *
 * @example a member twice, under a good signature
 * const { payload, ...draft } = server.draft()
 * signRaw({ ...draft, payload: `{"aud":"https://evil.example",${JSON.stringify(payload).slice(1)}` })
 */
export function signRaw(token: RawToken): string {
  const signature = (input: Buffer) =>
    token.alg === 'none' ? Buffer.alloc(0) : computeSignature(token.alg, token.key, input)
  return signSegments(encodeSegment(token.header), encodeSegment(token.payload), signature)
}

/** Signs two segments as they stand, be they base64url or not, with a signature of any form. */
export function signSegments(
  header: string,
  payload: string,
  signature: (input: Buffer) => Uint8Array,
): string {
  const input = `${header}.${payload}`
  return `${input}.${encodeSegment(signature(Buffer.from(input)))}`
}

/** The base64url form of a header, of a payload or of a signature. */
export function encodeSegment(part: RawPart): string {
  if (part instanceof Uint8Array) return Buffer.from(part).toString('base64url')
  return Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url')
}

/** The signature of `input` by the rules of `alg`, without asking whether the key is meant for it. */
export function computeSignature(alg: SignatureAlgorithm, key: PrivateKey, input: Buffer): Buffer {
  const keyObject = key instanceof KeyObject ? key : KeyObject.from(key)
  if (alg === 'HS256') return createHmac('sha256', keyObject).update(input).digest()
  const { hash, ...options } = asymmetric[alg]
  return sign(hash, input, { key: keyObject, ...options })
}
