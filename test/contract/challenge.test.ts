import { expect } from 'vitest'
import { type RefusalCode, refusal } from './answers.js'
import { resource } from './api.js'
import { parseChallenges } from './challenges.js'
import { contract, other, passes, type Row } from './contract.js'
import { authorization, bearer, minted } from './requests.js'

const seconds = 1000

/** One token for each reason to refuse it. The status and the error code are the same for all. */
const invalid: Partial<Record<RefusalCode, Row['request']>> = {
  token_malformed: authorization('Bearer a.b.c'),
  token_type_unexpected: minted({ header: { typ: 'JWT' } }),
  token_algorithm_refused: minted({ header: { alg: 'none' } }),
  token_key_unknown: minted({ header: { kid: 'unknown' } }),
  token_signature_invalid: async ({ main, other }) =>
    bearer(await main.mint({ key: other.keys.ES256.privateKey })),
  token_issuer_untrusted: minted({ claims: { iss: 'https://another.example' } }),
  token_audience_mismatch: minted({ audience: 'https://another.example' }),
  token_expired: minted({ expiresInSeconds: 0 }),
  token_not_yet_valid: async ({ main, clock }) =>
    bearer(await main.mint({ claims: { nbf: clock.now() / seconds + 1 } })),
  token_claim_missing: minted({ claims: { jti: undefined } }),
  token_claim_invalid: minted({ claims: { exp: 'tomorrow' } }),
  confirmation_unsupported: minted({ claims: { cnf: {} } }),
  confirmation_downgraded: minted({
    claims: { cnf: { jkt: '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I' } },
  }),
}

/** One request for each of the other answers with a challenge. */
const others: readonly (readonly [code: RefusalCode, request: Row['request'], scope?: string])[] = [
  ['credential_missing', () => ({})],
  ['credential_malformed', authorization('Bearer')],
  ['credential_ambiguous', authorization('Bearer a', { headers: [['Authorization', 'Bearer b']] })],
  ['scope_insufficient', minted({ scope: '' }, { target: '/both' }), 'accounts:read accounts:write'],
]

/** What the challenge of this refusal says, by name. */
function parametersOf(code: RefusalCode, scope?: string): Record<string, string> {
  const { body } = refusal(code, scope)
  const { detail, error } = JSON.parse(body) as { detail: string; error?: string }
  return {
    realm: resource,
    ...(error && { error, error_description: detail }),
    ...(scope && { scope }),
  }
}

function says(code: RefusalCode, scope?: string): NonNullable<Row['also']> {
  return (_, { headers }) => {
    const challenges = parseChallenges(headers.get('www-authenticate') ?? [])
    const parameters = Object.entries(parametersOf(code, scope))
    expect(challenges).toEqual([{ scheme: 'Bearer', parameters }])
    expect(headers.get('cache-control')).toEqual(['no-store'])
  }
}

contract('A. Challenges (RFC 6750 §3, RFC 9110 §11.6.1)', [
  ...Object.entries(invalid).map(([code, request]) => ({
    name: `answers 401 and invalid_token, as for every bad token: ${code} (BEARER-09, BEARER-19, BEARER-21, AT-10)`,
    request,
    answer: refusal(code as RefusalCode),
    also: says(code as RefusalCode),
  })),
  ...others.map(([code, request, scope]) => ({
    name: `answers with one challenge, each parameter once: ${code} (BEARER-07, BEARER-08, BEARER-09, BEARER-11, BEARER-21)`,
    request,
    answer: refusal(code, scope),
    also: says(code, scope),
  })),
  {
    name: 'leaves the caching of what it lets through to the application (BEARER-21)',
    request: minted(),
    answer: passes(),
    also: (_, { headers }) => expect(headers.get('cache-control')).toBeUndefined(),
  },
  {
    name: 'puts no challenge on an answer that is not about credentials (BEARER-07)',
    request: minted({}, { target: '/unknown' }),
    answer: other(404),
  },
])
