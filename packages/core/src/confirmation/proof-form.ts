import { decodeBase64url } from '../jws/base64url.js'
import {
  type JwsSegments,
  type MalformedJws,
  parseClaims,
  parseHeader,
  splitCompactJws,
} from '../jws/compact-jws.js'
import { isMediaType } from '../jws/media-type.js'
import { mayVerify } from '../jws/public-key.js'
import type { SignatureAlgorithm } from '../jws/signature-algorithms.js'
import { isJsonObject, type JsonObject } from '../jws/strict-json.js'
import { thumbprint } from '../jws/thumbprint.js'
import { quote, Rejection } from '../rejection.js'
import type { ProofHeader, ProofHeaders } from './proof-headers.js'

/** A DPoP proof that has the right form. Nothing in it is verified yet. */
export interface DpopProof {
  readonly jws: JwsSegments
  readonly header: ProofHeader
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
 * @param known - the headers of earlier proofs: what is the same need not be read again
 * @throws Rejection proof_malformed
 */
export function readProof(
  field: string,
  algorithms: readonly SignatureAlgorithm[],
  known: ProofHeaders,
): DpopProof {
  const jws = wellFormed(splitCompactJws, field)
  const claims = requiredClaims(wellFormed(parseClaims, jws))
  const header = known.get(jws.protected) ?? readHeader(wellFormed(parseHeader, jws), algorithms)
  // Of what a header says, only what is accepted differs between issuers.
  acceptedAlgorithm(header.algorithm, algorithms)
  return { jws, claims, header }
}

/** Check 2: one well-formed JWT. */
function wellFormed<From, Parsed>(parse: (from: From) => Parsed, from: From): Parsed {
  try {
    return parse(from)
  } catch (cause) {
    throw malformedProof((cause as MalformedJws).message, cause)
  }
}

function readHeader(header: JsonObject, algorithms: readonly SignatureAlgorithm[]): ProofHeader {
  checkProofType(header)
  const algorithm = acceptedAlgorithm(header['alg'], algorithms)
  const jwk = publicKey(header, algorithm)
  return { algorithm, jwk, thumbprint: thumbprint(jwk) }
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
function acceptedAlgorithm(alg: unknown, algorithms: readonly SignatureAlgorithm[]): SignatureAlgorithm {
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
