import { describe, expect, test } from 'vitest'
import { parseChallenges } from '../../test-support/parse-challenges.js'
import { Rejection, Unavailable } from '../rejection.js'
import type { RejectionCode } from '../rejection-codes.js'
import { challengeOf, type Offer } from './challenge.js'

const offer: Offer = { realm: 'https://api.example', schemes: ['Bearer'], proofAlgorithms: [] }
const both: Offer = { ...offer, schemes: ['Bearer', 'DPoP'], proofAlgorithms: ['ES256', 'Ed25519'] }
const refusal = (code: RejectionCode, neededScopes: string[] = []) =>
  new Rejection(code, 'for operators only: "\\\r\né', { neededScopes })
const parametersOf = (rejection: Rejection) => {
  const field = challengeOf(rejection, offer).headers['www-authenticate'] ?? ''
  const [challenge, ...more] = parseChallenges(field)
  expect(more).toEqual([])
  expect(challenge?.scheme).toBe('Bearer')
  return Object.fromEntries(challenge?.parameters ?? [])
}

/** The one table: RFC 6750 §3.1, RFC 9068 §4, RFC 9449 §7.1 and §9, RFC 9470 §3. */
const table: Readonly<Record<RejectionCode, readonly [status: number, error: string | undefined]>> = {
  credential_missing: [401, undefined],
  credential_malformed: [400, 'invalid_request'],
  credential_ambiguous: [400, 'invalid_request'],
  token_malformed: [401, 'invalid_token'],
  token_type_unexpected: [401, 'invalid_token'],
  token_algorithm_refused: [401, 'invalid_token'],
  token_key_unknown: [401, 'invalid_token'],
  token_signature_invalid: [401, 'invalid_token'],
  token_issuer_untrusted: [401, 'invalid_token'],
  token_audience_mismatch: [401, 'invalid_token'],
  token_expired: [401, 'invalid_token'],
  token_not_yet_valid: [401, 'invalid_token'],
  token_claim_missing: [401, 'invalid_token'],
  token_claim_invalid: [401, 'invalid_token'],
  token_inactive: [401, 'invalid_token'],
  token_revoked: [401, 'invalid_token'],
  confirmation_unsupported: [401, 'invalid_token'],
  confirmation_required: [401, 'invalid_token'],
  confirmation_downgraded: [401, 'invalid_token'],
  confirmation_mismatch: [401, 'invalid_token'],
  certificate_missing: [401, 'invalid_token'],
  certificate_mismatch: [401, 'invalid_token'],
  proof_missing: [401, 'invalid_dpop_proof'],
  proof_malformed: [401, 'invalid_dpop_proof'],
  proof_signature_invalid: [401, 'invalid_dpop_proof'],
  proof_method_mismatch: [401, 'invalid_dpop_proof'],
  proof_target_mismatch: [401, 'invalid_dpop_proof'],
  proof_token_mismatch: [401, 'invalid_dpop_proof'],
  proof_stale: [401, 'invalid_dpop_proof'],
  proof_replayed: [401, 'invalid_dpop_proof'],
  proof_nonce_missing: [401, 'use_dpop_nonce'],
  proof_nonce_unknown: [401, 'use_dpop_nonce'],
  scope_insufficient: [403, 'insufficient_scope'],
  details_insufficient: [403, 'insufficient_scope'],
  requirement_unmet: [403, 'insufficient_scope'],
  authentication_insufficient: [401, 'insufficient_user_authentication'],
}
const rows = Object.entries(table).map(
  ([code, [status, error]]) => [code as RejectionCode, status, error] as const,
)

describe.each(rows)('%s', (code, status, error) => {
  test(`is answered with ${status} and ${error ?? 'no error'} (BEARER-05, BEARER-07, BEARER-19, AT-10)`, () => {
    const challenge = challengeOf(refusal(code), offer)
    expect(challenge.status).toBe(status)
    expect(parametersOf(refusal(code))['error']).toBe(error)
    expect(JSON.parse(challenge.body)).toMatchObject({ status, code, ...(error && { error }) })
  })

  test('carries a realm, each parameter once, and nothing from the request (BEARER-08, BEARER-09, BEARER-10)', () => {
    const { headers, body } = challengeOf(refusal(code, ['a', 'b']), offer)
    const [challenge] = parseChallenges(headers['www-authenticate'] ?? '')
    const names = (challenge?.parameters ?? []).map(([name]) => name)
    expect(names[0]).toBe('realm')
    expect(new Set(names).size).toBe(names.length)
    expect(`${JSON.stringify(headers)}${body}`).not.toContain('operators')
  })

  test('is not stored by any cache (BEARER-21)', () => {
    expect(challengeOf(refusal(code), offer).headers['cache-control']).toBe('no-store')
  })

  test('has a problem document as its body (RFC 9457)', () => {
    const { headers, body } = challengeOf(refusal(code), offer)
    expect(headers['content-type']).toBe('application/problem+json; charset=utf-8')
    const problem = JSON.parse(body)
    expect(Object.keys(problem)).toEqual(['title', 'status', 'detail', 'code', ...(error ? ['error'] : [])])
    if (error) expect(parametersOf(refusal(code))['error_description']).toBe(problem.detail)
  })

  test('has header names in lower case', () => {
    const { headers } = challengeOf(refusal(code), offer)
    expect(Object.keys(headers)).toEqual(['content-type', 'cache-control', 'www-authenticate'])
  })
})

test('says nothing about an error when no credential came (BEARER-05, BEARER-08)', () => {
  expect(parametersOf(refusal('credential_missing', ['a']))).toEqual({ realm: 'https://api.example' })
})

test('names the scopes that are needed, where scopes are the matter (BEARER-20)', () => {
  expect(parametersOf(refusal('scope_insufficient', ['a', 'b']))['scope']).toBe('a b')
  expect(parametersOf(refusal('scope_insufficient'))).not.toHaveProperty('scope')
})

describe('a better authentication (STEP-01)', () => {
  const stepUp = (acrValues: string[] | undefined, maxAge: number | undefined, scopes: string[] = []) =>
    new Rejection('authentication_insufficient', 'x', {
      neededAuthentication: { acrValues, maxAge },
      neededScopes: scopes,
    })

  test.each<[string, Rejection, object]>([
    ['acr_values, the preferred first (STEP-02)', stepUp(['b', 'a'], undefined), { acr_values: 'b a' }],
    ['max_age', stepUp(undefined, 300), { max_age: '300' }],
    ['max_age, also of 0 s (STEP-02)', stepUp(undefined, 0), { max_age: '0' }],
    ['both', stepUp(['a'], 60), { acr_values: 'a', max_age: '60' }],
    [
      'and scope in the same challenge (STEP-04)',
      stepUp(['a'], 60, ['s', 't']),
      { acr_values: 'a', max_age: '60', scope: 's t' },
    ],
  ])('is asked for by %s', (_, rejection, named) => {
    expect(parametersOf(rejection)).toEqual({
      realm: offer.realm,
      error: 'insufficient_user_authentication',
      error_description: 'A stronger or more recent authentication of the user is needed.',
      ...named,
    })
    expect(challengeOf(rejection, offer)).toMatchObject({
      status: 401,
      headers: { 'cache-control': 'no-store' },
    })
  })

  test('is named beside the scope that is missing first (STEP-04, BEARER-22)', () => {
    const needed = { neededScopes: ['s'], neededAuthentication: { acrValues: ['a'], maxAge: 60 } }
    expect(parametersOf(new Rejection('scope_insufficient', 'x', needed))).toMatchObject({
      error: 'insufficient_scope',
      scope: 's',
      acr_values: 'a',
      max_age: '60',
    })
  })

  test('is asked for in the scheme that the client used (STEP-05)', () => {
    const rejection = Object.assign(stepUp(['a'], undefined), { scheme: 'DPoP' as const })
    const [bearer, dpop] = parseChallenges(challengeOf(rejection, both).headers['www-authenticate'] ?? '')
    expect(bearer?.parameters.map(([name]) => name)).toEqual(['realm'])
    expect(Object.fromEntries(dpop?.parameters ?? [])).toMatchObject({
      error: 'insufficient_user_authentication',
      acr_values: 'a',
      algs: 'ES256 Ed25519',
    })
  })

  test('is not named where it is not the matter', () => {
    for (const code of ['token_expired', 'scope_insufficient', 'requirement_unmet'] as const) {
      expect(parametersOf(refusal(code))).not.toHaveProperty('acr_values')
      expect(parametersOf(refusal(code))).not.toHaveProperty('max_age')
    }
  })
})

describe('the URL of the metadata (PRM-08, RFC 9728 §5.1)', () => {
  const metadataUrl = 'https://api.example/.well-known/oauth-protected-resource'

  test('stands in every challenge of every scheme, once, whatever went wrong', () => {
    for (const code of Object.keys(table) as RejectionCode[]) {
      const field = challengeOf(refusal(code), { ...both, metadataUrl }).headers['www-authenticate'] ?? ''
      const urls = parseChallenges(field).map(({ parameters }) =>
        parameters.filter(([name]) => name === 'resource_metadata').map(([, value]) => value),
      )
      expect(urls).toEqual([[metadataUrl], [metadataUrl]])
    }
  })

  test('stands beside realm, error, scope and max_age', () => {
    const needed = { neededScopes: ['s'], neededAuthentication: { acrValues: ['a'], maxAge: 60 } }
    const rejection = new Rejection('authentication_insufficient', 'x', needed)
    const field = challengeOf(rejection, { ...offer, metadataUrl }).headers['www-authenticate'] ?? ''
    expect(parseChallenges(field)[0]?.parameters.map(([name]) => name)).toEqual([
      'realm',
      'error',
      'error_description',
      'scope',
      'acr_values',
      'max_age',
      'resource_metadata',
    ])
  })

  test('stands nowhere unless it is published, and not beside a 503', () => {
    const field = challengeOf(refusal('token_expired'), both).headers['www-authenticate']
    expect(field).not.toContain('resource_metadata')
    const outage = new Unavailable('keys_unavailable', 'x', { retryAfterSeconds: 1 })
    expect(challengeOf(outage, { ...both, metadataUrl }).headers).not.toHaveProperty('www-authenticate')
  })
})

describe('rules of the application’s own that said no', () => {
  test('are named in the body, and nowhere else', () => {
    const unmetChecks = ['contract is active', 'x']
    const { headers, body } = challengeOf(
      new Rejection('requirement_unmet', 'secret', { unmetChecks }),
      offer,
    )
    expect(JSON.parse(body)).toEqual({
      title: 'Forbidden',
      status: 403,
      detail: 'The access token does not meet what is required here.',
      code: 'requirement_unmet',
      error: 'insufficient_scope',
      unmet: unmetChecks,
    })
    expect(JSON.stringify(headers)).not.toContain('contract')
  })

  test('are not mentioned where there are none', () => {
    expect(JSON.parse(challengeOf(refusal('requirement_unmet'), offer).body)).not.toHaveProperty('unmet')
  })
})

describe('where both schemes are on offer', () => {
  const challengesFor = (rejection: Rejection, offered: Offer = both) =>
    parseChallenges(challengeOf(rejection, offered).headers['www-authenticate'] ?? '').map(
      ({ scheme, parameters }) => ({ scheme, ...Object.fromEntries(parameters) }),
    )
  const realm = both.realm
  const algs = 'ES256 Ed25519'

  test.each(['Bearer', 'DPoP'] as const)(
    'the error stands with %s when the client used that, and the other scheme stays plain (DPOP-31)',
    (scheme) => {
      const told = challengesFor(new Rejection('token_expired', 'x', { scheme }))
      expect(told).toMatchObject([
        { scheme: 'Bearer', realm },
        { scheme: 'DPoP', realm, algs },
      ])
      expect(told.filter((one) => 'error' in one)).toMatchObject([{ scheme, error: 'invalid_token' }])
    },
  )

  test('the error stands with each when the client used none that is known (DPOP-31)', () => {
    expect(challengesFor(refusal('credential_ambiguous'))).toMatchObject([
      { scheme: 'Bearer', error: 'invalid_request' },
      { scheme: 'DPoP', error: 'invalid_request' },
    ])
  })

  test('nothing is said about an error when no credential came (DPOP-30)', () => {
    expect(challengesFor(refusal('credential_missing'))).toEqual([
      { scheme: 'Bearer', realm },
      { scheme: 'DPoP', realm, algs },
    ])
  })

  test('too little scope under DPoP is told in its scheme (DPOP-33)', () => {
    const rejection = new Rejection('scope_insufficient', 'x', { scheme: 'DPoP', neededScopes: ['a', 'b'] })
    const [bearer, dpop] = challengesFor(rejection)
    expect(bearer).toEqual({ scheme: 'Bearer', realm })
    expect(dpop).toMatchObject({ error: 'insufficient_scope', scope: 'a b', algs })
  })

  test('algs stands in every challenge of DPoP, once, and in none of Bearer (DPOP-32)', () => {
    for (const code of Object.keys(table) as RejectionCode[]) {
      const field = challengeOf(refusal(code), both).headers['www-authenticate'] ?? ''
      const names = parseChallenges(field).map(({ parameters }) => parameters.map(([name]) => name))
      expect(names.map((of) => of.filter((name) => name === 'algs').length)).toEqual([0, 1])
    }
  })
})

test('where DPoP alone is on offer, whoever comes with Bearer is told so in its challenge (DPOP-29)', () => {
  const offered: Offer = { ...both, schemes: ['DPoP'] }
  const rejection = new Rejection('confirmation_required', 'x', { scheme: 'Bearer' })
  const [challenge, ...more] = parseChallenges(
    challengeOf(rejection, offered).headers['www-authenticate'] ?? '',
  )
  expect(more).toEqual([])
  expect(challenge?.scheme).toBe('DPoP')
  expect(challenge?.parameters).toContainEqual(['error', 'invalid_token'])
})

describe('a nonce', () => {
  test('goes along with the refusal that has one, whatever its code (DPOP-34, DPOP-35, RFC 9449 §9)', () => {
    for (const code of ['proof_nonce_missing', 'proof_stale', 'scope_insufficient'] as const) {
      const { headers } = challengeOf(Object.assign(refusal(code), { nonce: 'n-0S6_WzA2Mj' }), both)
      expect(headers).toMatchObject({ 'dpop-nonce': 'n-0S6_WzA2Mj', 'cache-control': 'no-store' })
    }
  })

  test('is not invented', () => {
    expect(challengeOf(refusal('proof_nonce_missing'), both).headers).not.toHaveProperty('dpop-nonce')
  })
})

describe('an outage', () => {
  const challenge = challengeOf(
    new Unavailable('keys_unavailable', 'for operators only', { retryAfterSeconds: 2.1 }),
    offer,
  )

  test('is answered with 503 and Retry-After, and blames nobody: no challenge (JOSE-33)', () => {
    expect(challenge.status).toBe(503)
    expect(challenge.headers).toEqual({
      'content-type': 'application/problem+json; charset=utf-8',
      'cache-control': 'no-store',
      'retry-after': '3',
    })
  })

  test('has a problem document as its body, without an error of OAuth (RFC 9457)', () => {
    const problem = JSON.parse(challenge.body)
    expect(problem).toMatchObject({ title: 'Service Unavailable', status: 503, code: 'keys_unavailable' })
    expect(Object.keys(problem)).toEqual(['title', 'status', 'detail', 'code'])
    expect(challenge.body).not.toContain('operators')
  })
})

test('can be handed to a Response as it is', async () => {
  const challenge = challengeOf(refusal('token_expired'), offer)
  const response = new Response(challenge.body, challenge)
  expect([response.status, response.headers.get('www-authenticate')]).toEqual([
    401,
    challenge.headers['www-authenticate'],
  ])
  expect(await response.text()).toBe(challenge.body)
})
