import { type CompactJws, type MalformedJws, parseCompactJws } from '../jws/compact-jws.js'
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
  return {
    jws,
    claims: requiredClaims(jws.claims),
    algorithm: acceptedAlgorithm(proofHeader(jws.header), algorithms),
    jwk: publicKey(jws.header),
  }
}

/** Check 2: one well-formed JWT. */
function parseProof(field: string): CompactJws {
  try {
    return parseCompactJws(field)
  } catch (cause) {
    throw malformed((cause as MalformedJws).message, cause)
  }
}

const texts = ['jti', 'htm', 'htu', 'ath']

/** Check 3: every required claim is there. Times that are not required, but there, are numbers (RFC 7519 §4.1.4, §4.1.5). */
function requiredClaims(claims: JsonObject): ProofClaims {
  const noText = texts.find((name) => typeof claims[name] !== 'string' || claims[name] === '')
  if (noText) throw malformed(`${noText} is missing or no text`)
  if (typeof claims['iat'] !== 'number') throw malformed('iat is missing or no number')
  const noNumber = ['exp', 'nbf'].find((name) => name in claims && typeof claims[name] !== 'number')
  if (noNumber) throw malformed(`${noNumber} is no number`)
  return claims as unknown as ProofClaims
}

/** Check 4: `typ` is `dpop+jwt`, as media types compare (RFC 7515 §4.1.9). */
function proofHeader(header: JsonObject): JsonObject {
  const { typ } = header
  if (typeof typ === 'string' && typ.toLowerCase().replace(/^application\//, '') === 'dpop+jwt') return header
  throw malformed(`typ is ${quote(typ)}, expected dpop+jwt`)
}

/** Check 5: `alg` is an asymmetric signature algorithm that is accepted here. */
function acceptedAlgorithm(
  { alg }: JsonObject,
  algorithms: readonly SignatureAlgorithm[],
): SignatureAlgorithm {
  const algorithm = algorithms.find((one) => one === alg)
  if (algorithm) return algorithm
  throw malformed(`alg is ${quote(alg)}, expected one of ${algorithms.join(', ')}`)
}

/** Check 7: `jwk` is a public key, and of the kind that the algorithm needs. */
function publicKey({ jwk, alg }: JsonObject): JsonObject {
  if (!isJsonObject(jwk)) throw malformed('jwk is missing or no object')
  if (mayVerify(jwk, String(alg))) return jwk
  throw malformed(`jwk is no public key for ${String(alg)}`)
}

export function malformed(reason: string, cause?: unknown): Rejection {
  return new Rejection('proof_malformed', `DPoP proof: ${reason}`, { cause })
}
