import { isSignedWith } from '../jws/is-signed-with.js'
import { importPublicKey } from '../jws/public-key.js'
import { quote, quoteAtLength, Rejection } from '../rejection.js'
import { freshNonce, type NonceContext, type NonceSource } from './dpop-nonce.js'
import { normalizedUri } from './normalized-uri.js'
import { type DpopProof, malformedProof } from './proof-form.js'
import type { ProofHeaders } from './proof-headers.js'

/** Check 12, second half: the token is bound to the key of the proof. If not, it is the token that is misused. */
export function checkBinding({ header: { thumbprint } }: DpopProof, jkt: string): void {
  if (thumbprint === jkt) return
  throw new Rejection(
    'confirmation_mismatch',
    'the DPoP proof is made with another key than jkt in cnf names',
  )
}

/** Check 8: `htm` is the method of the request; methods are case-sensitive (RFC 9110 §9.1). */
export function checkMethod({ claims: { htm } }: DpopProof, method: string): void {
  if (htm === method) return
  throw new Rejection('proof_method_mismatch', `htm is ${quote(htm)}, the method is ${quote(method)}`)
}

/** Long enough to show where two URIs differ. */
function print(uri: string): string {
  return quoteAtLength(uri, 500)
}

/**
 * Check 9: `htu` is a URI that the request may have been sent to. Query and fragment do not count.
 *
 * @param targets - empty when the request target could be understood in more than one way
 * @returns that URI, in normal form
 */
export function checkTarget({ claims: { htu } }: DpopProof, targets: readonly string[]): string {
  const uri = normalizedUri(htu)
  if (uri !== undefined && targets.some((target) => normalizedUri(target) === uri)) return uri
  const given = uri === undefined ? 'not an absolute http(s) URI' : print(uri)
  const expected =
    targets.length > 0
      ? `expected ${targets.map(print).join(' or ')} (publicUrls + path)`
      : 'and the request target has a dot segment, or characters that no URI has: no proof fits it'
  throw new Rejection('proof_target_mismatch', `htu is ${given}, ${expected}`)
}

/** Check 12, first half: `ath` is the hash of the access token as it came. */
export function checkAccessTokenHash({ claims: { ath } }: DpopProof, hash: string): void {
  if (ath === hash) return
  throw new Rejection('proof_token_mismatch', 'ath is not the SHA-256, in base64url, of the access token')
}

/**
 * Check 10: where nonces are asked for, `nonce` is one of ours. Elsewhere it means nothing.
 *
 * @returns the nonce to use from now on; undefined when the client may keep its own
 */
export function checkNonce(
  { claims: { nonce } }: DpopProof,
  source: NonceSource | undefined,
  context: NonceContext,
): string | undefined {
  if (!source) return undefined
  if (nonce === undefined || nonce === '') {
    throw new Rejection('proof_nonce_missing', 'the DPoP proof has no nonce')
  }
  const standing = typeof nonce === 'string' ? source.judge(nonce, context) : 'unknown'
  if (standing === 'current') return undefined
  if (standing === 'previous') return freshNonce(source, context)
  throw new Rejection(
    'proof_nonce_unknown',
    'the nonce of the DPoP proof is not one of ours, or too old; do all processes have the same secrets?',
  )
}

interface ProofLifetime {
  readonly proofMaxAgeSeconds: number
  readonly futureSkewSeconds: number
}

/** Check 11: `iat` lies within the window; `exp` and `nbf`, which no proof needs, hold where they are (RFC 7519 §4.1). */
export function checkTime(
  { claims: { iat, exp, nbf } }: DpopProof,
  now: number,
  lifetime: ProofLifetime,
): void {
  const { proofMaxAgeSeconds: maxAge, futureSkewSeconds: skew } = lifetime
  const stale = (reason: string) => new Rejection('proof_stale', `${reason}, now is ${now}`)
  // Asked so that a clock that is no number refuses every proof.
  if (!(now - iat <= maxAge)) throw stale(`iat ${iat} is more than ${maxAge} s ago`)
  if (!(iat - now <= skew)) throw stale(`iat ${iat} is more than ${skew} s ahead`)
  if (exp !== undefined && !(now < exp)) throw stale(`exp ${exp} has passed`)
  if (nbf !== undefined && !(nbf - now <= skew)) throw stale(`nbf ${nbf} is more than ${skew} s ahead`)
}

/** Check 6: the signature verifies with the key in `jwk`, and with nothing else. What its header says is then known. */
export async function checkSignature({ jws, header }: DpopProof, known: ProofHeaders): Promise<void> {
  const { algorithm, jwk } = header
  const key = header.key ?? importPublicKey(jwk, algorithm)
  if (!key) throw malformedProof(`jwk is not a usable public key for ${algorithm}`)
  if (!(await isSignedWith(jws, key, algorithm))) {
    throw new Rejection(
      'proof_signature_invalid',
      'the signature of the DPoP proof does not verify with its jwk',
    )
  }
  if (!header.key) known.remember(jws.protected, { ...header, key })
}
