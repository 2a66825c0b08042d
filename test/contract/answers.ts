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
  confirmation_unsupported: [
    401,
    'invalid_token',
    'The access token is bound to a key in a way that is not supported here.',
  ],
  scope_insufficient: [
    403,
    'insufficient_scope',
    'The access token does not carry the scope that is needed.',
  ],
} as const

export type RefusalCode = keyof typeof refusals

const titles = { 400: 'Bad Request', 401: 'Unauthorized', 403: 'Forbidden' } as const

/** What of an answer must be the same in all servers; the rest is the framework's. */
export interface Same {
  readonly status: number
  readonly 'www-authenticate': readonly string[] | undefined
  readonly 'cache-control': readonly string[] | undefined
  readonly 'retry-after': readonly string[] | undefined
  readonly 'content-type': readonly string[] | undefined
  readonly body: string
}

export function same({ status, headers, body }: Answer): Same {
  return {
    status,
    'www-authenticate': headers.get('www-authenticate'),
    'cache-control': headers.get('cache-control'),
    'retry-after': headers.get('retry-after'),
    'content-type': headers.get('content-type'),
    body,
  }
}

/** A refusal, complete. @param scope - what the challenge names as needed, for `scope_insufficient` */
export function refusal(code: RefusalCode, scope?: string): Same {
  const [status, error, detail] = refusals[code]
  const parameters = [`realm="${resource}"`]
  if (error) parameters.push(`error="${error}"`, `error_description="${detail}"`)
  if (scope) parameters.push(`scope="${scope}"`)
  return {
    status,
    'www-authenticate': [`Bearer ${parameters.join(', ')}`],
    'cache-control': ['no-store'],
    'retry-after': undefined,
    'content-type': ['application/problem+json; charset=utf-8'],
    body: JSON.stringify({ title: titles[status], status, detail, code, error }),
  }
}

/** An answer for what could not be decided. */
export function unavailable(code: 'keys_unavailable' | 'metadata_unavailable', retryAfterSeconds = 1): Same {
  const detail = 'The access token cannot be checked at the moment. Try again later.'
  return {
    status: 503,
    'www-authenticate': undefined,
    'cache-control': ['no-store'],
    'retry-after': [String(retryAfterSeconds)],
    'content-type': ['application/problem+json; charset=utf-8'],
    body: JSON.stringify({ title: 'Service Unavailable', status: 503, detail, code }),
  }
}
