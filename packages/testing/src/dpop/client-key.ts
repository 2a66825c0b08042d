import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import type { JWK } from 'jose'
import type { SignatureAlgorithm } from '../sign-raw.js'
import { jwkThumbprint } from './jwk-thumbprint.js'

/** What a proof can be signed with. `EdDSA` is the older name of `Ed25519`. */
export type ProofAlgorithm = Exclude<SignatureAlgorithm, 'HS256'>

export interface KeyPair {
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
}

/** The key of a client, in every form in which it is needed. */
export interface ClientKey {
  readonly privateKey: KeyObject
  readonly jwk: JWK
  readonly thumbprint: string
}

/** One algorithm, one curve: RFC 7518 §3.4. */
const curves: Readonly<Record<string, string>> = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' }

export function generateKeyPair(algorithm: ProofAlgorithm): KeyPair {
  const namedCurve = curves[algorithm]
  if (namedCurve !== undefined) return generateKeyPairSync('ec', { namedCurve })
  if (algorithm === 'Ed25519' || algorithm === 'EdDSA') return generateKeyPairSync('ed25519')
  return generateKeyPairSync('rsa', { modulusLength: 2048 })
}

export function clientKey({ privateKey, publicKey }: KeyPair): ClientKey {
  const jwk: JWK = { ...publicKey.export({ format: 'jwk' }) }
  return { privateKey, jwk: Object.freeze(jwk), thumbprint: jwkThumbprint(jwk) }
}
