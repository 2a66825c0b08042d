import type { Credential } from '../src/credential/credential.js'
import { checkToken68, readToken } from '../src/credential/read-token.js'
import { withProof } from '../src/credential/with-proof.js'
import type { Scheme } from '../src/rejection-codes.js'
import type { ResourceRequest } from '../src/request/resource-request.js'

/** What a request brings whose token was never seen before. */
export function readCredential(request: ResourceRequest, understood: readonly Scheme[]): Credential {
  const presented = readToken(request, understood)
  checkToken68(presented)
  return withProof(presented, request)
}
