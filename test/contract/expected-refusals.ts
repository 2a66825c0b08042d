import type { TestToken } from '@portcullis/testing'
import type { RefusalCode } from './answers.js'

/** How the tokens of one rule of `badTokens` are refused under the profile of RFC 9068. */
export interface Expectation {
  /** How many tokens of the corpus stand for this rule: a new one has to be thought about here. */
  readonly tokens: number
  readonly code: RefusalCode
  /** The tokens that are refused with another code. */
  readonly but?: Partial<Record<RefusalCode, readonly string[]>>
}

/** Written by hand, by rule. A token with characters that no bearer token has is not even a token: RFC 6750 §3.1. */
export const expectedRefusals: Readonly<Record<string, Expectation>> = {
  'JOSE-01': {
    tokens: 12,
    code: 'token_malformed',
    but: {
      credential_malformed: [
        'quotes around it',
        'the flattened JSON serialization',
        'the general JSON serialization',
      ],
    },
  },
  'JOSE-02': {
    tokens: 22,
    code: 'credential_malformed',
    but: {
      token_malformed: [
        'signature with padding',
        'signature with half of its padding',
        'header with stray bits at its end',
        'payload with stray bits at its end',
        'signature with stray bits at its end',
        'header of a length that base64url never has',
        'payload of a length that base64url never has',
        'signature of a length that base64url never has',
        'payload in the alphabet of base64',
      ],
    },
  },
  'JOSE-03': { tokens: 30, code: 'token_malformed' },
  'JOSE-04': { tokens: 20, code: 'token_malformed' },
  'JOSE-06': {
    tokens: 15,
    code: 'token_algorithm_refused',
    but: { token_key_unknown: ['alg of another family'] },
  },
  'JOSE-07': {
    tokens: 12,
    code: 'token_algorithm_refused',
    but: {
      token_key_unknown: ['PS256 by the key for RS256', 'RS256 by the key for PS256'],
      token_signature_invalid: ['ES256 by a key on P-384', 'RS256 signature over SHA-1'],
    },
  },
  'JOSE-08': { tokens: 13, code: 'token_malformed' },
  'JOSE-09': { tokens: 2, code: 'token_malformed' },
  'JOSE-10': {
    tokens: 12,
    code: 'token_signature_invalid',
    but: {
      token_key_unknown: [
        'jwk of a foreign key, under its own kid',
        'x5c of a foreign key, under its own kid',
        'jku of a foreign key, under its own kid',
        'x5u of a foreign key, under its own kid',
      ],
    },
  },
  'JOSE-11': { tokens: 16, code: 'token_key_unknown' },
  'JOSE-17': { tokens: 11, code: 'token_signature_invalid' },
  'JOSE-18': { tokens: 3, code: 'token_signature_invalid' },
  'JOSE-19': { tokens: 4, code: 'token_signature_invalid' },
  'JOSE-21': { tokens: 3, code: 'token_malformed' },
  'JOSE-23': {
    tokens: 12,
    code: 'token_claim_invalid',
    but: { token_expired: ['exp 0', 'exp -1', 'exp two minutes ago', 'exp a year ago'] },
  },
  'JOSE-24': {
    tokens: 10,
    code: 'token_claim_invalid',
    but: { token_not_yet_valid: ['nbf in two minutes', 'nbf in a year'] },
  },
  'JOSE-25': {
    tokens: 10,
    code: 'token_claim_invalid',
    but: { token_not_yet_valid: ['iat in two minutes', 'iat in a year'] },
  },
  'JOSE-26': {
    tokens: 23,
    code: 'token_audience_mismatch',
    but: {
      token_claim_invalid: [
        'aud an array in an array',
        'aud an array with a number in it',
        'aud an array with null in it',
        'aud an empty object',
        'aud an object',
        'aud an object with it as a name',
        'aud a number',
        'aud true',
        'aud null',
      ],
    },
  },
  'JOSE-27': { tokens: 20, code: 'token_issuer_untrusted' },
  'JOSE-28': { tokens: 1, code: 'token_signature_invalid' },
  'JOSE-29': { tokens: 1, code: 'token_issuer_untrusted' },
  'JOSE-35': {
    tokens: 3,
    code: 'credential_malformed',
    but: { token_malformed: ['claim of arrays, 5 000 deep'] },
  },
  'AT-01': { tokens: 3, code: 'token_type_unexpected' },
  'AT-02': { tokens: 13, code: 'token_type_unexpected' },
  'AT-03': {
    tokens: 8,
    code: 'token_signature_invalid',
    but: {
      token_malformed: [
        'alg none without a signature',
        'alg None without a signature',
        'alg nOnE without a signature',
        'alg NONE without a signature',
      ],
    },
  },
  'AT-04': { tokens: 6, code: 'token_issuer_untrusted' },
  'AT-05': { tokens: 1, code: 'token_claim_missing' },
  'AT-06': { tokens: 1, code: 'token_claim_missing' },
  'AT-07': {
    tokens: 19,
    code: 'token_claim_invalid',
    but: { token_claim_missing: ['sub absent', 'client_id absent', 'iat absent', 'jti absent'] },
  },
  'AT-13': { tokens: 3, code: 'token_type_unexpected' },
  'DPOP-25': {
    tokens: 12,
    code: 'confirmation_unsupported',
    but: { confirmation_downgraded: ['cnf with a jkt that has padding'] },
  },
  'DPOP-26': { tokens: 1, code: 'confirmation_downgraded' },
  'MTLS-02': { tokens: 1, code: 'confirmation_unsupported' },
  'MTLS-08': {
    tokens: 6,
    code: 'confirmation_unsupported',
    but: { confirmation_downgraded: ['cnf with a DPoP key and a certificate'] },
  },
}

/** How a token of the corpus is refused under the profile of RFC 9068. */
export function codeOf({ rule, name }: TestToken): RefusalCode {
  const expected = expectedRefusals[rule]
  if (!expected) throw new TypeError(`nobody wrote down how the tokens of ${rule} are refused`)
  const [code] = Object.entries(expected.but ?? {}).find(([, names]) => names.includes(name)) ?? [
    expected.code,
  ]
  return code as RefusalCode
}
