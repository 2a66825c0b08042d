import type { Awaitable } from '../awaitable.js'
import type { Credential } from '../credential/credential.js'
import { sha256 } from '../jws/sha256.js'
import { Rejection } from '../rejection.js'
import type { ResourceRequest } from '../request/resource-request.js'
import type { AccessToken } from '../token/access-token.js'
import { type CertificatePolicy, confirmCertificate } from './client-certificate.js'
import { type Confirmation, readConfirmation } from './confirmation.js'
import type { DpopPolicy } from './dpop-options.js'
import { verifyProof } from './dpop-proof.js'
import type { ProofHeaders } from './proof-headers.js'
import { useOnce } from './replay-store.js'

/** Who sends, and how that was shown. */
export interface Sender {
  /** The keys that the sender holds; undefined when the token is bound to none. */
  readonly confirmation: Confirmation | undefined
  readonly proof: SenderProof | undefined
}

/** A good DPoP proof whose first use is still to be taken. */
interface SenderProof {
  /** For the next proof of the client; undefined while the nonce that it used is the current one. */
  readonly newNonce: string | undefined
  /** @throws Rejection proof_replayed, proof_stale; Unavailable replay_store_… */
  use(): Awaitable<void>
}

/** What came, and what it has to fit. */
export interface SenderContext {
  readonly credential: Credential
  /** SHA-256, in base64url. */
  readonly tokenHash: string
  readonly request: ResourceRequest
  /** The URIs that the request may have been sent to. */
  readonly targets: readonly string[]
  readonly resource: string
  /** Those of earlier proofs. */
  readonly proofHeaders: ProofHeaders
  /** In seconds since the epoch. */
  readonly now: number
  /** Undefined: DPoP is off for the issuer of the token. */
  readonly dpop: DpopPolicy | undefined
  /** Undefined: client certificates are not looked at. */
  readonly certificate: CertificatePolicy | undefined
}

/**
 * The sender holds every key that the token is bound to: RFC 9449 §7, RFC 8705 §3. A bound token never passes as a plain bearer
 * token.
 *
 * @throws Rejection confirmation_…, certificate_…, proof_…
 */
export function confirmSender(token: AccessToken, context: SenderContext): Awaitable<Sender> {
  const confirmation = readConfirmation(token.claims)
  const { jkt, 'x5t#S256': x5t } = confirmation ?? {}
  const proof = expectedProof(jkt, context)
  // Cheap, so before the signature of a proof.
  if (x5t !== undefined) confirmCertificate(x5t, context.request, context.certificate)
  return proof ? provenSender(proof, token, context, confirmation) : { confirmation, proof: undefined }
}

interface ExpectedProof {
  readonly field: string
  readonly jkt: string
  readonly policy: DpopPolicy
}

/** Undefined when the token has no `jkt` and none is required. Scheme and binding must agree: RFC 9449 §7.2. */
function expectedProof(
  jkt: string | undefined,
  { credential, dpop }: SenderContext,
): ExpectedProof | undefined {
  const off = dpop ? '' : '; DPoP is off for its issuer, see protectedResource({ dpop })'
  if (jkt === undefined) {
    if (credential.scheme === 'Bearer' && !dpop?.required) return undefined
    throw new Rejection(
      'confirmation_required',
      'the token is not bound to a key (no jkt in cnf), DPoP needs one',
    )
  }
  if (credential.scheme === 'Bearer') {
    throw new Rejection(
      'confirmation_downgraded',
      `the token is bound to a key (jkt in cnf), but came as Bearer${off}`,
    )
  }
  if (!dpop) throw new Rejection('confirmation_unsupported', `the token came with a DPoP proof${off}`)
  return { field: credential.proof, jkt, policy: dpop }
}

async function provenSender(
  { field, jkt, policy }: ExpectedProof,
  token: AccessToken,
  context: SenderContext,
  confirmation: Confirmation | undefined,
): Promise<Sender> {
  const { tokenHash, request, targets, resource, proofHeaders, now } = context
  const { method } = request
  const expected = { jkt, tokenHash, method, targets, resource, proofHeaders, now }
  const { id, until, newNonce } = await verifyProof(field, expected, policy)
  const use = () => {
    // Time has passed: a store may have forgotten by now what could still be used by the clock of before.
    const usedAt = context.now
    if (!(usedAt <= until)) throw new Rejection('proof_stale', `it was good until ${until}, now is ${usedAt}`)
    return useOnce(policy.replayStore, { id, owner: ownerOf(token, jkt), until, now: usedAt })
  }
  return { confirmation, proof: { newNonce, use } }
}

const owners = new WeakMap<AccessToken, string>()

/** The client, if the token names one; it may have many keys. */
function ownerOf(token: AccessToken, jkt: string): string {
  const { issuer, clientId } = token
  if (clientId === undefined) return jkt
  const known = owners.get(token)
  if (known) return known
  const owner = sha256(JSON.stringify([issuer, clientId]))
  owners.set(token, owner)
  return owner
}
