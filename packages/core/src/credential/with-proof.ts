import { Rejection } from '../rejection.js'
import type { ResourceRequest } from '../request/resource-request.js'
import type { Credential, PresentedToken } from './credential.js'

const maxProofCharacters = 8 * 1024

/**
 * With DPoP, the proof of the request comes along; with Bearer, a DPoP field means nothing.
 *
 * @throws Rejection proof_missing, proof_malformed
 */
export function withProof({ scheme, token }: PresentedToken, request: ResourceRequest): Credential {
  return scheme === 'DPoP' ? { scheme, token, proof: onlyProof(request) } : { scheme, token }
}

/** There is exactly one DPoP field: RFC 9449 §4.3 check 1. */
function onlyProof(request: ResourceRequest): string {
  const [proof, ...more] = request.header('dpop')
  if (proof === undefined) throw refuseProof('proof_missing', 'none, expected one')
  if (more.length > 0) throw refuseProof('proof_malformed', `${more.length + 1} of them, expected one`)
  if (proof.length > maxProofCharacters)
    throw refuseProof('proof_malformed', `longer than ${maxProofCharacters} characters`)
  return proof
}

function refuseProof(code: 'proof_missing' | 'proof_malformed', reason: string): Rejection {
  return new Rejection(code, `DPoP field: ${reason}`, { scheme: 'DPoP' })
}
