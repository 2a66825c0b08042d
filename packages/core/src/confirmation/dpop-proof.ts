import { sha256 } from '../jws/sha256.js'
import type { DpopPolicy } from './dpop-options.js'
import {
  checkAccessTokenHash,
  checkBinding,
  checkMethod,
  checkNonce,
  checkSignature,
  checkTarget,
  checkTime,
} from './proof-checks.js'
import { readProof } from './proof-form.js'
import type { ProofHeaders } from './proof-headers.js'

/** What a proof has to fit. */
export interface ProofExpectations {
  /** The value of `jkt` in the `cnf` of the access token. */
  readonly jkt: string
  /** The SHA-256 of the access token as it came. */
  readonly tokenHash: string
  readonly method: string
  /** The URIs that the request may have been sent to. */
  readonly targets: readonly string[]
  /** What nonces are for. */
  readonly resource: string
  /** Those of earlier proofs. */
  readonly proofHeaders: ProofHeaders
  /** In seconds since the epoch. */
  readonly now: number
}

/** A proof that is good, if it was not used before. */
export interface VerifiedProof {
  /** SHA-256 over thumbprint, target and `jti`: another client, or another target, may have the same `jti`. */
  readonly id: string
  /** The last moment at which it is accepted, in seconds since the epoch. */
  readonly until: number
  /** The current nonce, when the proof carries the previous one: RFC 9449 §8.2. */
  readonly newNonce: string | undefined
}

/**
 * The proof is good: the checks of RFC 9449 §4.3, but for the first, which comes before, and for the first use, which comes
 * after. Whatever is cheap stands before the signature.
 *
 * @throws Rejection proof_…, confirmation_mismatch
 */
export async function verifyProof(
  field: string,
  expected: ProofExpectations,
  policy: DpopPolicy,
): Promise<VerifiedProof> {
  const { jkt, tokenHash, method, targets, resource, now, proofHeaders } = expected
  const proof = readProof(field, policy.algorithms, proofHeaders)
  checkBinding(proof, jkt)
  checkMethod(proof, method)
  const target = checkTarget(proof, targets)
  checkAccessTokenHash(proof, tokenHash)
  const newNonce = checkNonce(proof, policy.nonce, { resource, now })
  checkTime(proof, now, policy)
  await checkSignature(proof, proofHeaders)
  const { jti, iat } = proof.claims
  // Thumbprint and target have no space in them, so that no other proof makes the same text.
  return {
    id: sha256(`${jkt} ${target} ${JSON.stringify(jti)}`),
    until: iat + policy.proofMaxAgeSeconds,
    newNonce,
  }
}
