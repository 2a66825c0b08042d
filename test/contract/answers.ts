import type { Scheme } from '@portcullis/core'
import { expect } from 'vitest'
import { resource } from './api.js'
import type { Answer } from './exchange.js'

/**
 * The answers of design and RFC, written out by hand: what the servers say is compared with this, not with what the
 * code under test believes.
 */
const refusals = {
  credential_missing: [401, undefined, 'This resource needs an access token.'],
  credential_malformed: [400, 'invalid_request', 'The Authorization field is malformed.'],
  credential_ambiguous: [400, 'invalid_request', 'The request carries more than one credential.'],
  token_malformed: [401, 'invalid_token', 'The access token is malformed.'],
  token_type_unexpected: [401, 'invalid_token', 'The token is not of a type that is accepted here.'],
  token_algorithm_refused: [
    401,
    'invalid_token',
    'The access token is signed with an algorithm that is not accepted here.',
  ],
  token_key_unknown: [401, 'invalid_token', 'The access token is signed with an unknown key.'],
  token_signature_invalid: [401, 'invalid_token', 'The signature of the access token is invalid.'],
  token_issuer_untrusted: [
    401,
    'invalid_token',
    'The access token comes from an issuer that is not trusted here.',
  ],
  token_audience_mismatch: [401, 'invalid_token', 'The access token is meant for another resource.'],
  token_expired: [401, 'invalid_token', 'The access token expired.'],
  token_not_yet_valid: [401, 'invalid_token', 'The access token is not valid yet.'],
  token_claim_missing: [401, 'invalid_token', 'The access token lacks a claim that is demanded here.'],
  token_claim_invalid: [401, 'invalid_token', 'A claim of the access token is invalid.'],
  token_inactive: [401, 'invalid_token', 'The access token is not active, or no longer.'],
  token_revoked: [401, 'invalid_token', 'The access token was revoked.'],
  confirmation_unsupported: [
    401,
    'invalid_token',
    'The access token is bound to a key in a way that is not supported here.',
  ],
  confirmation_required: [
    401,
    'invalid_token',
    'The access token must be bound to a key, and its holder must prove possession of that key.',
  ],
  confirmation_downgraded: [
    401,
    'invalid_token',
    'The access token is bound to a key, and is not accepted as a bearer token.',
  ],
  confirmation_mismatch: [401, 'invalid_token', 'The access token is bound to another key.'],
  certificate_missing: [
    401,
    'invalid_token',
    'The access token is bound to a client certificate, and none came.',
  ],
  certificate_mismatch: [401, 'invalid_token', 'The access token is bound to another client certificate.'],
  proof_missing: [401, 'invalid_dpop_proof', 'The DPoP proof is missing.'],
  proof_malformed: [
    401,
    'invalid_dpop_proof',
    'The DPoP proof is malformed, or of a kind that is not accepted here.',
  ],
  proof_signature_invalid: [401, 'invalid_dpop_proof', 'The signature of the DPoP proof is invalid.'],
  proof_method_mismatch: [401, 'invalid_dpop_proof', 'The DPoP proof is meant for another method.'],
  proof_target_mismatch: [401, 'invalid_dpop_proof', 'The DPoP proof is meant for another URI.'],
  proof_token_mismatch: [401, 'invalid_dpop_proof', 'The DPoP proof is meant for another access token.'],
  proof_stale: [401, 'invalid_dpop_proof', 'The DPoP proof is too old, or not valid yet.'],
  proof_replayed: [401, 'invalid_dpop_proof', 'The DPoP proof was used before.'],
  proof_nonce_missing: [401, 'use_dpop_nonce', 'The DPoP proof must carry the nonce of this resource.'],
  proof_nonce_unknown: [
    401,
    'use_dpop_nonce',
    'The DPoP proof carries a nonce that is not valid, or no longer.',
  ],
  scope_insufficient: [
    403,
    'insufficient_scope',
    'The access token does not carry the scope that is needed.',
  ],
  details_insufficient: [
    403,
    'insufficient_scope',
    'The access token does not carry the authorization details that are needed.',
  ],
  requirement_unmet: [403, 'insufficient_scope', 'The access token does not meet what is required here.'],
  authentication_insufficient: [
    401,
    'insufficient_user_authentication',
    'A stronger or more recent authentication of the user is needed.',
  ],
} as const

export type RefusalCode = keyof typeof refusals

const titles = { 400: 'Bad Request', 401: 'Unauthorized', 403: 'Forbidden' } as const

/** What of an answer must be the same in all servers; the rest is the framework's. */
export interface Same {
  readonly status: number
  readonly 'www-authenticate': readonly string[] | undefined
  readonly 'dpop-nonce': readonly string[] | undefined
  readonly 'cache-control': readonly string[] | undefined
  readonly 'retry-after': readonly string[] | undefined
  readonly 'content-type': readonly string[] | undefined
  readonly body: string
}

export function same({ status, headers, body }: Answer): Same {
  return {
    status,
    'www-authenticate': headers.get('www-authenticate'),
    'dpop-nonce': headers.get('dpop-nonce'),
    'cache-control': headers.get('cache-control'),
    'retry-after': headers.get('retry-after'),
    'content-type': headers.get('content-type'),
    body,
  }
}

/** What a resource accepts, and so what its challenges name. */
export interface Offer {
  readonly schemes: readonly Scheme[]
  /** The value of `algs`, where DPoP is on offer. */
  readonly algs: string
  /** The value of `resource_metadata`, where metadata is published. */
  readonly metadata?: string
}

/** What a challenge names beside its error, and the problem beside its code. */
export interface Needed {
  readonly scope?: string
  readonly acrValues?: string
  readonly maxAge?: number
  /** The names of rules of the application's own. */
  readonly unmet?: readonly string[]
}

const algs = 'ES256 ES384 ES512 PS256 PS384 PS512 Ed25519 EdDSA'

const offered = {
  bearer: { schemes: ['Bearer'], algs },
  both: { schemes: ['Bearer', 'DPoP'], algs },
  dpop: { schemes: ['DPoP'], algs },
} as const satisfies Record<string, Offer>

/** A refusal where DPoP is off, complete. @param needed - what the challenge names as needed; a text is the scope */
export function refusal(code: RefusalCode, needed?: string | Needed): Same {
  return refusalOf(offered.bearer, code, 'Bearer', needed)
}

/** Makes refusals, complete. @param needed - what the challenge names as needed; a text is the scope */
type Refuse = (code: RefusalCode, needed?: string | Needed) => Same

/** The refusals of a resource with this offer, by the scheme that the client used, and so by the challenge that names the error. */
export function refusalsWith(offer: Offer): Readonly<Record<'bearer' | 'dpop' | 'neither', Refuse>> {
  return {
    bearer: (code, needed) => refusalOf(offer, code, 'Bearer', needed),
    dpop: (code, needed) => refusalOf(offer, code, 'DPoP', needed),
    neither: (code) => refusalOf(offer, code),
  }
}

/** Where both kinds of tokens are accepted. */
export const both = refusalsWith(offered.both)
/** Where DPoP is required. */
export const required = refusalsWith(offered.dpop)

/** RFC 9449 §8.1: 1*NQCHAR, and enough of them to be unpredictable. */
export const aNonce: readonly string[] = [expect.stringMatching(/^[\x21\x23-\x5b\x5d-\x7e]{22,}$/)]

/** The answer brings a nonce for the next proof. */
export function withNonce(answer: Same): Same {
  return { ...answer, 'dpop-nonce': aNonce }
}

/** To a request with the method HEAD. */
export function withoutBody(answer: Same): Same {
  return { ...answer, body: '' }
}

/** The error stands with the scheme that was used, and with every one when that is not on offer or none was used. */
function refusalOf(
  { schemes, algs, metadata }: Offer,
  code: RefusalCode,
  used?: Scheme,
  given: string | Needed = {},
): Same {
  const [status, error, detail] = refusals[code]
  const { scope, acrValues, maxAge, unmet } = typeof given === 'string' ? { scope: given } : given
  const told = schemes.filter((scheme) => scheme === used)
  const challenges = schemes.map((scheme) => {
    const parameters = [`realm="${resource}"`]
    if (error && (told.length === 0 || told.includes(scheme))) {
      parameters.push(`error="${error}"`, `error_description="${detail}"`)
      if (scope) parameters.push(`scope="${scope}"`)
      if (acrValues) parameters.push(`acr_values="${acrValues}"`)
      if (maxAge !== undefined) parameters.push(`max_age="${maxAge}"`)
    }
    if (scheme === 'DPoP') parameters.push(`algs="${algs}"`)
    if (metadata) parameters.push(`resource_metadata="${metadata}"`)
    return `${scheme} ${parameters.join(', ')}`
  })
  return {
    status,
    'www-authenticate': [challenges.join(', ')],
    'dpop-nonce': undefined,
    'cache-control': ['no-store'],
    'retry-after': undefined,
    'content-type': ['application/problem+json; charset=utf-8'],
    body: JSON.stringify({ title: titles[status], status, detail, code, error, unmet }),
  }
}

export type UnavailableCode =
  | 'keys_unavailable'
  | 'metadata_unavailable'
  | 'introspection_unavailable'
  | 'issuer_unavailable'
  | 'revocation_unavailable'
  | 'check_unavailable'
  | 'replay_store_unavailable'
  | 'replay_store_full'

/** An answer for what could not be decided. */
export function unavailable(code: UnavailableCode, retryAfterSeconds = 1): Same {
  const detail = 'The access token cannot be checked at the moment. Try again later.'
  return {
    status: 503,
    'www-authenticate': undefined,
    'dpop-nonce': undefined,
    'cache-control': ['no-store'],
    'retry-after': [String(retryAfterSeconds)],
    'content-type': ['application/problem+json; charset=utf-8'],
    body: JSON.stringify({ title: 'Service Unavailable', status: 503, detail, code }),
  }
}
