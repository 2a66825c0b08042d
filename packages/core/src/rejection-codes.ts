/** An error code that a challenge may carry: RFC 6750 §3.1, RFC 9449 §7.1 and §9, RFC 9470 §3. */
export type OAuthError =
  | 'invalid_request'
  | 'invalid_token'
  | 'insufficient_scope'
  | 'invalid_dpop_proof'
  | 'use_dpop_nonce'
  | 'insufficient_user_authentication'

/** An authentication scheme for access tokens: RFC 6750 §2.1, RFC 9449 §7.1. */
export type Scheme = 'Bearer' | 'DPoP'

/** Why a request was refused. The codes are stable: match on them, never on messages. */
export type RejectionCode =
  | 'credential_missing'
  | 'credential_malformed'
  | 'credential_ambiguous'
  | 'token_malformed'
  | 'token_type_unexpected'
  | 'token_algorithm_refused'
  | 'token_key_unknown'
  | 'token_signature_invalid'
  | 'token_issuer_untrusted'
  | 'token_audience_mismatch'
  | 'token_expired'
  | 'token_not_yet_valid'
  | 'token_claim_missing'
  | 'token_claim_invalid'
  | 'token_inactive'
  | 'token_revoked'
  | 'confirmation_unsupported'
  | 'confirmation_required'
  | 'confirmation_downgraded'
  | 'confirmation_mismatch'
  | 'certificate_missing'
  | 'certificate_mismatch'
  | 'proof_missing'
  | 'proof_malformed'
  | 'proof_signature_invalid'
  | 'proof_method_mismatch'
  | 'proof_target_mismatch'
  | 'proof_token_mismatch'
  | 'proof_stale'
  | 'proof_replayed'
  | 'proof_nonce_missing'
  | 'proof_nonce_unknown'
  | 'scope_insufficient'
  | 'details_insufficient'
  | 'requirement_unmet'
  | 'authentication_insufficient'

/** Why a request could not be decided: the caller is not to blame. */
export type UnavailableCode =
  | 'keys_unavailable'
  | 'metadata_unavailable'
  | 'introspection_unavailable'
  | 'issuer_unavailable'
  | 'revocation_unavailable'
  | 'check_unavailable'
  | 'replay_store_unavailable'
  | 'replay_store_full'

/** How a rejection is answered. */
export interface Answer {
  readonly status: 400 | 401 | 403
  readonly error: OAuthError | undefined
  /** The one sentence that a client is told. It never contains anything from the request. */
  readonly description: string
}

const invalidRequest = (description: string): Answer => ({
  status: 400,
  error: 'invalid_request',
  description,
})
const invalidToken = (description: string): Answer => ({ status: 401, error: 'invalid_token', description })
const invalidProof = (description: string): Answer => ({
  status: 401,
  error: 'invalid_dpop_proof',
  description,
})
const insufficient = (description: string): Answer => ({
  status: 403,
  error: 'insufficient_scope',
  description,
})
const useNonce = (description: string): Answer => ({ status: 401, error: 'use_dpop_nonce', description })

/** The one table: our codes, what a client is told, and with which status. */
export const answers: Readonly<Record<RejectionCode, Answer>> = {
  credential_missing: { status: 401, error: undefined, description: 'This resource needs an access token.' },
  credential_malformed: invalidRequest('The Authorization field is malformed.'),
  credential_ambiguous: invalidRequest('The request carries more than one credential.'),
  token_malformed: invalidToken('The access token is malformed.'),
  token_type_unexpected: invalidToken('The token is not of a type that is accepted here.'),
  token_algorithm_refused: invalidToken(
    'The access token is signed with an algorithm that is not accepted here.',
  ),
  token_key_unknown: invalidToken('The access token is signed with an unknown key.'),
  token_signature_invalid: invalidToken('The signature of the access token is invalid.'),
  token_issuer_untrusted: invalidToken('The access token comes from an issuer that is not trusted here.'),
  token_audience_mismatch: invalidToken('The access token is meant for another resource.'),
  token_expired: invalidToken('The access token expired.'),
  token_not_yet_valid: invalidToken('The access token is not valid yet.'),
  token_claim_missing: invalidToken('The access token lacks a claim that is demanded here.'),
  token_claim_invalid: invalidToken('A claim of the access token is invalid.'),
  token_inactive: invalidToken('The access token is not active, or no longer.'),
  token_revoked: invalidToken('The access token was revoked.'),
  confirmation_unsupported: invalidToken(
    'The access token is bound to a key in a way that is not supported here.',
  ),
  confirmation_required: invalidToken(
    'The access token must be bound to a key, and its holder must prove possession of that key.',
  ),
  confirmation_downgraded: invalidToken(
    'The access token is bound to a key, and is not accepted as a bearer token.',
  ),
  confirmation_mismatch: invalidToken('The access token is bound to another key.'),
  certificate_missing: invalidToken('The access token is bound to a client certificate, and none came.'),
  certificate_mismatch: invalidToken('The access token is bound to another client certificate.'),
  proof_missing: invalidProof('The DPoP proof is missing.'),
  proof_malformed: invalidProof('The DPoP proof is malformed, or of a kind that is not accepted here.'),
  proof_signature_invalid: invalidProof('The signature of the DPoP proof is invalid.'),
  proof_method_mismatch: invalidProof('The DPoP proof is meant for another method.'),
  proof_target_mismatch: invalidProof('The DPoP proof is meant for another URI.'),
  proof_token_mismatch: invalidProof('The DPoP proof is meant for another access token.'),
  proof_stale: invalidProof('The DPoP proof is too old, or not valid yet.'),
  proof_replayed: invalidProof('The DPoP proof was used before.'),
  proof_nonce_missing: useNonce('The DPoP proof must carry the nonce of this resource.'),
  proof_nonce_unknown: useNonce('The DPoP proof carries a nonce that is not valid, or no longer.'),
  scope_insufficient: insufficient('The access token does not carry the scope that is needed.'),
  details_insufficient: insufficient(
    'The access token does not carry the authorization details that are needed.',
  ),
  requirement_unmet: insufficient('The access token does not meet what is required here.'),
  authentication_insufficient: {
    status: 401,
    error: 'insufficient_user_authentication',
    description: 'A stronger or more recent authentication of the user is needed.',
  },
}
