import { decodeBase64url } from '../jws/base64url.js'
import { type CompactJws, type MalformedJws, parseCompactJws } from '../jws/compact-jws.js'
import { isMediaType } from '../jws/media-type.js'
import { mayVerify } from '../jws/public-key.js'
import type { SignatureAlgorithm } from '../jws/signature-algorithms.js'
import { isJsonObject, type JsonObject } from '../jws/strict-json.js'
import { quote, Rejection } from '../rejection.js'

/** A DPoP proof that has the right form. Nothing in it is verified yet. */
export interface DpopProof {
  readonly jws: CompactJws
  readonly algorithm: SignatureAlgorithm
  readonly jwk: JsonObject
  readonly claims: ProofClaims
}

/** RFC 9449 §4.2. */
interface ProofClaims {
  readonly jti: string
  readonly htm: string
  readonly htu: string
  readonly ath: string
  readonly iat: number
  readonly exp?: number
  readonly nbf?: number
  readonly nonce?: unknown
}

/**
 * The proof has the form that RFC 9449 §4.3 asks for in checks 2 to 5 and 7, and that §7 asks for at a resource.
 *
 * @throws Rejection proof_malformed
 */
export function readProof(field: string, algorithms: readonly SignatureAlgorithm[]): DpopProof {
  const jws = parseProof(field)
  const claims = requiredClaims(jws.claims)
  checkProofType(jws.header)
  const algorithm = acceptedAlgorithm(jws.header, algorithms)
  return { jws, claims, algorithm, jwk: publicKey(jws.header, algorithm) }
}

/** Check 2: one well-formed JWT. */
function parseProof(field: string): CompactJws {
  try {
    return parseCompactJws(field)
  } catch (cause) {
    throw malformedProof((cause as MalformedJws).message, cause)
  }
}

const texts = ['jti', 'htm', 'htu', 'ath']

/** Check 3: every required claim is there. Times that are not required, but there, are numbers (RFC 7519 §4.1.4, §4.1.5). */
function requiredClaims(claims: JsonObject): ProofClaims {
  const notString = texts.find((name) => typeof claims[name] !== 'string' || claims[name] === '')
  if (notString) throw malformedProof(`${notString} is missing or not a string`)
  if (typeof claims['iat'] !== 'number') throw malformedProof('iat is missing or not a number')
  const notNumber = ['exp', 'nbf'].find((name) => name in claims && typeof claims[name] !== 'number')
  if (notNumber) throw malformedProof(`${notNumber} is not a number`)
  return claims as unknown as ProofClaims
}

/** Check 4: `typ` is `dpop+jwt`. */
function checkProofType({ typ }: JsonObject): void {
  if (!isMediaType(typ, 'dpop+jwt')) throw malformedProof(`typ is ${quote(typ)}, expected dpop+jwt`)
}

/** Check 5: `alg` is an asymmetric signature algorithm that is accepted here. */
function acceptedAlgorithm(
  { alg }: JsonObject,
  algorithms: readonly SignatureAlgorithm[],
): SignatureAlgorithm {
  const algorithm = algorithms.find((one) => one === alg)
  if (algorithm) return algorithm
  throw malformedProof(`alg is ${quote(alg)}, expected one of ${algorithms.join(', ')}`)
}

/** Check 7: `jwk` is a public key, and of the kind that the algorithm needs. */
function publicKey({ jwk }: JsonObject, algorithm: SignatureAlgorithm): JsonObject {
  if (!isJsonObject(jwk)) throw malformedProof('jwk is missing or not an object')
  if (mayVerify(jwk, algorithm) && isWrittenInOneWay(jwk)) return jwk
  throw malformedProof(`jwk is not a public key for ${algorithm}`)
}

/** A key that could be written in several ways would have several thumbprints. */
function isWrittenInOneWay(jwk: JsonObject): boolean {
  return ['x', 'y', 'n', 'e'].every((name) => !(name in jwk) || isBase64url(jwk[name]))
}

function isBase64url(text: unknown): boolean {
  return typeof text === 'string' && decodeBase64url(text) !== undefined
}

export function malformedProof(reason: string, cause?: unknown): Rejection {
  return new Rejection('proof_malformed', `DPoP proof: ${reason}`, { cause })
}
