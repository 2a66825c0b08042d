import { describe, expect, test } from 'vitest'
import { parseChallenges } from '../../test-support/parse-challenges.js'
import { Rejection, type RejectionCode, Unavailable } from '../rejection.js'
import { challengeOf, type Offer } from './challenge.js'

const offer: Offer = { realm: 'https://api.example', schemes: ['Bearer'] }
const refusal = (code: RejectionCode, neededScopes: string[] = []) =>
  new Rejection(code, 'for operators only: "\\\r\né', { neededScopes })
const parametersOf = (rejection: Rejection) => {
  const field = challengeOf(rejection, offer).headers['www-authenticate'] ?? ''
  const [challenge, ...more] = parseChallenges(field)
  expect(more).toEqual([])
  expect(challenge?.scheme).toBe('Bearer')
  return Object.fromEntries(challenge?.parameters ?? [])
}

/** The one table: RFC 6750 §3.1, RFC 9068 §4. */
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
  confirmation_unsupported: [401, 'invalid_token'],
  scope_insufficient: [403, 'insufficient_scope'],
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

test('speaks in the scheme that the client used, and names the others without an error (DPOP-31)', () => {
  // A second scheme, as the next stage will offer one.
  const schemes = ['Bearer', 'DPoP'] as unknown as Offer['schemes']
  const partsOf = (scheme?: 'Bearer') => {
    const rejection = new Rejection('token_expired', 'x', scheme && { scheme })
    const field = challengeOf(rejection, { ...offer, schemes }).headers['www-authenticate'] ?? ''
    return parseChallenges(field).map(({ scheme, parameters }) => [
      scheme,
      Object.fromEntries(parameters)['error'],
    ])
  }
  expect(partsOf('Bearer')).toEqual([
    ['Bearer', 'invalid_token'],
    ['DPoP', undefined],
  ])
  expect(partsOf()).toEqual([
    ['Bearer', 'invalid_token'],
    ['DPoP', 'invalid_token'],
  ])
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
