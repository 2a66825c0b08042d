import { misconfigured, readStrings } from '../configuration.js'

/** Every algorithm that can be accepted. All are asymmetric. */
export const signatureAlgorithms = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'Ed25519',
  'EdDSA',
] as const

/** A signature algorithm: RFC 7518 §3.1, RFC 9864. `EdDSA` means its Ed25519 curve only. */
export type SignatureAlgorithm = (typeof signatureAlgorithms)[number]

/** RS256 because RFC 9068 §2.1 demands it of every resource server; the others because they are better. */
export const defaultAlgorithms: readonly SignatureAlgorithm[] = [
  'RS256',
  'PS256',
  'ES256',
  'Ed25519',
  'EdDSA',
]

/** @throws TypeError for `none`, for HMAC (a shared secret is no proof of who signed) and for anything unknown. */
export function readAlgorithms(option: string, given: unknown): readonly SignatureAlgorithm[] {
  if (given === undefined) return defaultAlgorithms
  const expected = `a list out of ${signatureAlgorithms.join(', ')}`
  if (!Array.isArray(given) || given.length === 0) throw misconfigured(option, expected, given)
  const algorithms = readStrings(option, given).map((name) => {
    const algorithm = signatureAlgorithms.find((one) => one === name)
    if (algorithm) return algorithm
    throw misconfigured(option, expected, name)
  })
  return Object.freeze(algorithms)
}
