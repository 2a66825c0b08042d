import { createHash } from 'node:crypto'
import { inspect } from 'node:util'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { type Clock, clockAt } from '../test-support/clock.js'
import {
  boundRequest,
  type DpopClient,
  dpopClient,
  type ProofOptions,
  recordingStore,
  requestOf,
  url,
} from '../test-support/dpop.js'
import { parseChallenges } from '../test-support/parse-challenges.js'
import { reasonOf } from '../test-support/refusal.js'
import { issuer, moment, requestWith, resource, signingKey, signToken } from '../test-support/tokens.js'
import { acr } from './authorization/kinds/acr.js'
import { maxAge } from './authorization/kinds/max-age.js'
import { scope } from './authorization/kinds/scope.js'
import { allOf } from './authorization/requirement.js'
import { rotatingNonce } from './confirmation/rotating-nonce.js'
import type { ProtectionEvent } from './events.js'
import type { ProtectedResourceOptions } from './options.js'
import type { Principal } from './principal.js'
import { protectedResource } from './protected-resource.js'
import type { ProtectedResource } from './protected-resource-types.js'
import { Rejection, Unavailable } from './rejection.js'
import type { ResourceRequest } from './request/resource-request.js'
import { type JwtIssuerOptions, jwtIssuer } from './token/jwt-issuer.js'
import type { TrustedIssuer } from './token/trusted-issuer.js'

const partner = 'https://partner.example'
const key = await signingKey('ES256', 'k1')
const read = scope('accounts:read')
const write = scope('accounts:write')
const everySeconds = 300
const secrets = ['0123456789abcdef0123456789abcdef']
const nonce = rotatingNonce({ secrets, everySeconds })

vi.spyOn(process, 'emitWarning').mockReturnValue(undefined)
let clock: Clock
let client: DpopClient
let heard: ProtectionEvent[]

beforeEach(() => {
  clock = clockAt(moment)
  client = dpopClient({ now: clock.now })
  heard = []
})

const trusted = (options: Partial<JwtIssuerOptions> = {}) =>
  jwtIssuer({ issuer, jwks: { keys: [key.jwk] }, ...options })

type Api = ProtectedResource<Principal, string>

function apiWith(options: Partial<ProtectedResourceOptions> = {}): Api {
  return protectedResource({
    resource,
    issuers: [trusted()],
    dpop: {},
    now: clock.now,
    onEvent: (event) => heard.push(event),
    ...options,
  })
}

const boundToken = (claims: object = {}, by = client) =>
  signToken(key, { cnf: { jkt: by.thumbprint }, ...claims })
const boundBy = async (changes: Partial<Omit<ProofOptions, 'token'>> = {}, claims: object = {}) =>
  boundRequest(client, await boundToken(claims), changes)
const again = (request: ResourceRequest): ResourceRequest => ({ ...request, raw: {} })
const freshNonce = () => nonce.current({ resource, now: clock.now() / 1000 })

/** A resource that has no settings of its own for DPoP. */
function apiWithout(...issuers: TrustedIssuer[]): Api {
  return protectedResource({ resource, issuers, now: clock.now, onEvent: (event) => heard.push(event) })
}

async function refusalOf(api: Api, request: ResourceRequest) {
  const error = (await reasonOf(api.authenticate(request))) as Rejection
  const { status = 0, headers = {}, body = '{}' } = api.challenge(error) ?? {}
  const challenges = parseChallenges(headers['www-authenticate'] ?? 'none a=b').map(
    ({ scheme, parameters }): Record<string, string> => ({ scheme, ...Object.fromEntries(parameters) }),
  )
  return { code: error.code, status, challenges, headers, body, error }
}

describe('a bound token with its proof', () => {
  test('tells who calls, and by which key that was shown (DPOP-01)', async () => {
    const { principal, headers } = await apiWith().authenticate(await boundBy())
    expect(principal).toMatchObject({
      subject: 'user-1',
      scheme: 'DPoP',
      confirmation: { jkt: client.thumbprint },
    })
    expect(Object.isFrozen(principal.confirmation)).toBe(true)
    expect(headers).toEqual({})
  })

  test.each(['ES256', 'ES384', 'ES512', 'PS256', 'PS384', 'PS512', 'Ed25519', 'EdDSA'] as const)(
    'is taken with %s by default (DPOP-07)',
    async (algorithm) => {
      client = dpopClient({ algorithm, now: clock.now })
      await expect(apiWith().authenticate(await boundBy())).resolves.toBeDefined()
    },
  )

  test.each(['RS256', 'RS384', 'RS512'] as const)(
    'is taken with %s where that is configured (DPOP-07)',
    async (algorithm) => {
      client = dpopClient({ algorithm, now: clock.now })
      const refused = await refusalOf(apiWith(), await boundBy())
      expect(refused).toMatchObject({ code: 'proof_malformed', status: 401 })
      const api = apiWith({ dpop: { algorithms: ['RS256', 'RS384', 'RS512'] } })
      await expect(api.authenticate(await boundBy())).resolves.toBeDefined()
    },
  )

  test('is taken at any of the public URLs, and at no other host (DPOP-18)', async () => {
    const api = apiWith({ publicUrls: ['https://a.example', 'https://gateway.example/accounts-api/'] })
    for (const reached of ['https://a.example/v1/x', 'https://gateway.example/accounts-api/v1/x?y'])
      await expect(api.authenticate(await boundBy({ url: reached }))).resolves.toBeDefined()
    for (const reached of [url, 'https://gateway.example/v1/x', 'https://evil.example/v1/x'])
      expect(await refusalOf(api, await boundBy({ url: reached }))).toMatchObject({
        code: 'proof_target_mismatch',
      })
  })

  test('is not taken for a host that the request names (DPOP-18)', async () => {
    const token = await boundToken()
    const fields = client.headers({ method: 'GET', url: 'https://evil.example/v1/x', token })
    const forged = {
      ...fields,
      host: 'evil.example',
      'x-forwarded-host': 'evil.example',
      forwarded: 'host=evil.example',
    }
    const request = requestOf(forged, { target: 'https://evil.example/v1/x' })
    expect(await refusalOf(apiWith(), request)).toMatchObject({ code: 'proof_target_mismatch' })
  })

  test('is not taken for a target with dot segments, whatever its proof says (DPOP-19)', async () => {
    const token = await boundToken()
    for (const target of ['/a/../v1/x', '/v1/./x', '/v1/%2e%2e/v1/x', '/v1/x/..', '*'])
      for (const claimed of [url, `${resource}${target}`]) {
        const request = boundRequest(client, token, { claims: { htu: claimed } }, { target })
        expect(await refusalOf(apiWith(), request)).toMatchObject({ code: 'proof_target_mismatch' })
      }
  })
})

describe('a proof works once', () => {
  test('and is refused from then on (DPOP-41)', async () => {
    const api = apiWith()
    const request = await boundBy()
    await api.authenticate(request)
    const { code, status, challenges } = await refusalOf(api, again(request))
    expect([code, status]).toEqual(['proof_replayed', 401])
    expect(challenges[1]).toMatchObject({ scheme: 'DPoP', error: 'invalid_dpop_proof' })
  })

  test('also when fifty of it come at once (DPOP-42)', async () => {
    const api = apiWith()
    const request = await boundBy()
    const outcomes = await Promise.allSettled(
      Array.from({ length: 50 }, () => api.authenticate(again(request))),
    )
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    for (const outcome of outcomes)
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'proof_replayed' })
  })

  test('to its last acceptable second, one from the future included (DPOP-44)', async () => {
    const api = apiWith()
    const request = await boundBy({ claims: { iat: moment + 10 } })
    await api.authenticate(request)
    clock.advance(70)
    expect(await refusalOf(api, again(request))).toMatchObject({ code: 'proof_replayed' })
    clock.advance(1)
    expect(await refusalOf(api, again(request))).toMatchObject({ code: 'proof_stale' })
  })

  test('but one request uses it once, however many ask at the same time and later', async () => {
    const replayStore = recordingStore()
    const api = apiWith({ dpop: { replayStore } })
    const request = await boundBy()
    const [first, second, third] = await Promise.all([
      api.authenticate(request),
      api.authenticate(request, read),
      api.admit(request, api.routePolicy([])),
    ])
    const fourth = await api.authenticate({ ...request, header: () => [] })
    for (const other of [second, third, fourth]) expect(other?.principal).toBe(first.principal)
    expect(replayStore.asked).toHaveLength(1)
  })

  test('and another client may have the same jti (DPOP-43)', async () => {
    const api = apiWith()
    await api.authenticate(await boundBy({ claims: { jti: 'a' } }))
    client = dpopClient({ now: clock.now })
    await expect(api.authenticate(await boundBy({ claims: { jti: 'a' } }))).resolves.toBeDefined()
    expect(await refusalOf(api, await boundBy({ claims: { jti: 'a' } }))).toMatchObject({
      code: 'proof_replayed',
    })
  })

  test.each<[string, object, Partial<ProofOptions>, string]>([
    ['an expired token', { exp: moment - 10 }, {}, 'token_expired'],
    ['a token for another audience', { aud: 'x' }, {}, 'token_audience_mismatch'],
    ['a token bound to another key', { cnf: { jkt: 'another' } }, {}, 'confirmation_mismatch'],
    [
      'a token bound to a certificate, too',
      { cnf: { jkt: '', 'x5t#S256': 'x' } },
      {},
      'confirmation_unsupported',
    ],
    ['another method', {}, { method: 'POST' }, 'proof_method_mismatch'],
    ['another target', {}, { url: `${url}/y` }, 'proof_target_mismatch'],
    ['another time', {}, { claims: { iat: moment - 61, jti: 'a' } }, 'proof_stale'],
    ['a forged signature', {}, { key: dpopClient().privateKey }, 'proof_signature_invalid'],
  ])('and %s uses nothing up (DPOP-44)', async (_, claims, changes, code) => {
    const replayStore = recordingStore()
    const api = apiWith({ dpop: { replayStore } })
    expect(await refusalOf(api, await boundBy({ claims: { jti: 'a' }, ...changes }, claims))).toMatchObject({
      code,
    })
    expect(replayStore.asked).toEqual([])
    await expect(api.authenticate(await boundBy({ claims: { jti: 'a' } }))).resolves.toBeDefined()
  })

  test('and a bad nonce uses nothing up: the client may try again with a new proof (DPOP-44)', async () => {
    const replayStore = recordingStore()
    const api = apiWith({ dpop: { replayStore, nonce } })
    await refusalOf(api, await boundBy())
    await refusalOf(api, await boundBy({ nonce: 'stale' }))
    expect(replayStore.asked).toEqual([])
    await api.authenticate(await boundBy({ nonce: freshNonce() }))
    expect(replayStore.asked).toHaveLength(1)
  })
})

describe('a token that was revoked', () => {
  test('does not use up its proof, which works once it is known to be good (DPOP-44)', async () => {
    const replayStore = recordingStore()
    const answers: unknown[] = [true, undefined, new Error('down'), false]
    const revoked = vi.fn(async () => {
      const answer = answers.shift()
      if (answer instanceof Error) throw answer
      return answer as boolean
    })
    const api = apiWith({ dpop: { replayStore }, revoked })
    const request = await boundBy()
    expect(await refusalOf(api, request)).toMatchObject({ code: 'token_revoked', status: 401 })
    for (let times = 0; times < 2; times++)
      expect(await refusalOf(api, again(request))).toMatchObject({
        code: 'revocation_unavailable',
        status: 503,
      })
    expect(replayStore.asked).toEqual([])
    await expect(api.authenticate(again(request))).resolves.toBeDefined()
    expect(replayStore.asked).toHaveLength(1)
    expect(revoked).toHaveBeenCalledTimes(4)
  })

  test('is asked about after its proof was checked, with the key that was shown (DPOP-44)', async () => {
    const revoked = vi.fn((_: Principal) => false)
    const api = apiWith({ revoked })
    const wrong: Partial<Omit<ProofOptions, 'token'>>[] = [
      { method: 'POST' },
      { url: `${url}/y` },
      { claims: { iat: moment - 61 } },
      { claims: { ath: 'x' } },
      { key: dpopClient().privateKey },
    ]
    for (const changes of wrong) await refusalOf(api, await boundBy(changes))
    await refusalOf(api, requestWith(`Bearer ${await boundToken()}`))
    await refusalOf(api, await boundBy({}, { cnf: { jkt: 'x' } }))
    expect(revoked).not.toHaveBeenCalled()
    const { principal } = await api.authenticate(await boundBy())
    expect(revoked.mock.calls).toEqual([[principal]])
    expect(principal).toMatchObject({ scheme: 'DPoP', confirmation: { jkt: client.thumbprint } })
  })

  test('is asked about before its proof is used: a replayed one is asked about, and refused (DPOP-41)', async () => {
    const order: string[] = []
    const replayStore = {
      firstUse: () => {
        order.push('used')
        return order.length === 2
      },
    }
    const revoked = () => {
      order.push('asked')
      return false
    }
    const api = apiWith({ dpop: { replayStore }, revoked })
    const request = await boundBy()
    await api.authenticate(request)
    expect(await refusalOf(api, again(request))).toMatchObject({ code: 'proof_replayed' })
    expect(order).toEqual(['asked', 'used', 'asked', 'used'])
  })

  test('is asked about once, however many ask at the same time', async () => {
    const revoked = vi.fn(async () => false)
    const api = apiWith({ revoked })
    const request = await boundBy()
    await Promise.all([
      api.authenticate(request),
      api.authenticate(request, read),
      api.admit(request, api.routePolicy([])),
    ])
    expect(revoked).toHaveBeenCalledOnce()
  })

  test('is told so in the scheme that it came in, with a nonce (DPOP-31, DPOP-35)', async () => {
    const api = apiWith({ dpop: { nonce }, revoked: () => true })
    const { code, challenges, headers } = await refusalOf(api, await boundBy({ nonce: freshNonce() }))
    expect(code).toBe('token_revoked')
    expect(challenges).toMatchObject([{ scheme: 'Bearer' }, { scheme: 'DPoP', error: 'invalid_token' }])
    expect(challenges[0]).not.toHaveProperty('error')
    expect(headers['dpop-nonce']).toBe(freshNonce())
  })
})

describe('a better authentication', () => {
  test('is asked for under DPoP in its scheme, with algs and a nonce (STEP-05)', async () => {
    const api = apiWith({ dpop: { nonce } })
    const requirement = allOf(acr('high', 'higher'), maxAge(60))
    const request = await boundBy({ nonce: freshNonce() }, { acr: 'low', auth_time: moment - 100 })
    const error = await reasonOf(api.authenticate(request, requirement))
    const { status, headers = {} } = api.challenge(error) ?? {}
    expect([status, headers['dpop-nonce']]).toEqual([401, freshNonce()])
    const [bearer, dpop] = parseChallenges(headers['www-authenticate'] ?? '')
    expect(bearer?.parameters).toEqual([['realm', resource]])
    expect(Object.fromEntries(dpop?.parameters ?? [])).toMatchObject({
      error: 'insufficient_user_authentication',
      acr_values: 'high higher',
      max_age: '60',
      algs: expect.stringMatching(/^ES256 /),
    })
    const good = await boundBy({ nonce: freshNonce() }, { acr: 'high', auth_time: moment - 60 })
    await expect(api.authenticate(good, requirement)).resolves.toBeDefined()
  })

  test('is not asked for while the proof is bad: requirements do not leak (STEP-06, BEARER-22)', async () => {
    const api = apiWith()
    const error = await reasonOf(api.authenticate(await boundBy({ method: 'POST' }), acr('high')))
    expect(error).toMatchObject({ code: 'proof_method_mismatch', neededAuthentication: undefined })
    expect(api.challenge(error)?.headers['www-authenticate']).not.toContain('acr_values')
  })
})

describe('a replay store that', () => {
  test.each<[string, () => unknown, string, number]>([
    [
      'throws',
      () => {
        throw new Error('down')
      },
      'replay_store_unavailable',
      1,
    ],
    ['rejects', () => Promise.reject(new Error('down')), 'replay_store_unavailable', 1],
    ['answers neither true nor false', () => 'OK', 'replay_store_unavailable', 1],
    [
      'is full',
      () => {
        throw new Unavailable('replay_store_full', 'x', { retryAfterSeconds: 7 })
      },
      'replay_store_full',
      7,
    ],
  ])(
    '%s lets nobody in, and blames nobody: no challenge, no nonce (DPOP-45)',
    async (_, firstUse, code, seconds) => {
      const replayStore = { firstUse } as { firstUse(): boolean }
      const api = apiWith({ dpop: { replayStore, nonce } })
      const error = await reasonOf(api.authenticate(await boundBy({ nonce: freshNonce() })))
      expect(error).toMatchObject({ name: 'Unavailable', code, issuer })
      expect(api.challenge(error)).toMatchObject({ status: 503 })
      expect(api.challenge(error)?.headers).toStrictEqual({
        'content-type': 'application/problem+json; charset=utf-8',
        'cache-control': 'no-store',
        'retry-after': String(seconds),
      })
      expect(heard.at(-1)).toMatchObject({ type: 'unavailable', code, retryAfterSeconds: seconds })
    },
  )

  test('fills up refuses that client alone (DPOP-45)', async () => {
    const api = apiWith({ dpop: { replayStore: recordingStore({ maxEntries: 8 }) } })
    const send = (clientId: string) =>
      boundBy({}, { client_id: clientId }).then((request) => api.authenticate(request))
    await send('greedy')
    await send('greedy')
    await expect(send('greedy')).rejects.toMatchObject({ code: 'replay_store_full', status: 503 })
    await expect(send('modest')).resolves.toBeDefined()
  })
})

describe('with nonces', () => {
  test('a proof without one is refused, and the client gets one that works (DPOP-34)', async () => {
    const api = apiWith({ dpop: { nonce } })
    for (const changes of [{}, { claims: { nonce: '' } }]) {
      const { code, status, challenges, headers } = await refusalOf(api, await boundBy(changes))
      expect([code, status]).toEqual(['proof_nonce_missing', 401])
      expect(challenges).toMatchObject([{ scheme: 'Bearer' }, { scheme: 'DPoP', error: 'use_dpop_nonce' }])
      expect(headers['dpop-nonce']).toBe(freshNonce())
      await expect(api.authenticate(await boundBy({ nonce: headers['dpop-nonce'] }))).resolves.toBeDefined()
    }
  })

  test('the current one is good, and nothing more is said about it (DPOP-39)', async () => {
    const api = apiWith({ dpop: { nonce } })
    const { headers } = await api.authenticate(await boundBy({ nonce: freshNonce() }))
    expect(headers).toStrictEqual({})
  })

  test('the previous one is good, and the answer brings the current one, not to be stored (DPOP-38, DPOP-39)', async () => {
    const api = apiWith({ dpop: { nonce } })
    const previous = freshNonce()
    clock.advance(everySeconds)
    const token = await boundToken({ exp: moment + 2 * everySeconds, iat: moment })
    const { headers } = await api.authenticate(boundRequest(client, token, { nonce: previous }))
    expect(headers).toStrictEqual({ 'dpop-nonce': freshNonce(), 'cache-control': 'no-store' })
    expect(headers['dpop-nonce']).not.toBe(previous)
    expect(Object.isFrozen(headers)).toBe(true)
    const next = await api.authenticate(boundRequest(client, token, { nonce: headers['dpop-nonce'] }))
    expect(next.headers).toStrictEqual({})
  })

  test('an older one is refused, as is one of another resource, and the client gets a new one (DPOP-35)', async () => {
    const api = apiWith({ dpop: { nonce } })
    const now = clock.now() / 1000
    const wrong = [
      nonce.current({ resource, now: now - 2 * everySeconds }),
      nonce.current({ resource: 'https://other.example', now }),
      `${freshNonce().slice(0, -1)}!`,
      'junk',
    ]
    for (const given of wrong) {
      const { code, challenges, headers } = await refusalOf(api, await boundBy({ nonce: given }))
      expect(code).toBe('proof_nonce_unknown')
      expect(challenges[1]).toMatchObject({ error: 'use_dpop_nonce' })
      expect(headers['dpop-nonce']).toBe(freshNonce())
    }
  })

  test('an instance that was started again, or another one, knows them (DPOP-36, DPOP-38)', async () => {
    const [one, other] = [
      apiWith({ dpop: { nonce } }),
      apiWith({ dpop: { nonce: rotatingNonce({ secrets, everySeconds }) } }),
    ]
    const { headers } = await refusalOf(one, await boundBy())
    await expect(other.authenticate(await boundBy({ nonce: headers['dpop-nonce'] }))).resolves.toBeDefined()
    expect(await refusalOf(other, await boundBy())).toMatchObject({ code: 'proof_nonce_missing' })
  })

  test.each<[string, () => Promise<ResourceRequest>, string]>([
    ['without a proof', async () => requestWith('DPoP a'), 'proof_missing'],
    ['without a token', async () => requestWith('DPoP'), 'credential_malformed'],
    [
      'with a malformed proof',
      async () => requestOf({ authorization: 'DPoP a', dpop: ['a', 'b'] }),
      'proof_malformed',
    ],
    [
      'with a malformed token',
      async () => requestOf({ authorization: 'DPoP a', dpop: 'a' }),
      'token_malformed',
    ],
    ['of a stranger', () => boundBy({}, { iss: 'https://evil.example' }), 'token_issuer_untrusted'],
    ['that is too late', () => boundBy({}, { exp: moment - 10 }), 'token_expired'],
    ['with an unbound token', () => boundBy({}, { cnf: undefined }), 'confirmation_required'],
    ['with a stolen token', () => boundBy({}, { cnf: { jkt: 'x' } }), 'confirmation_mismatch'],
    ['with a bad proof', () => boundBy({ method: 'POST' }), 'proof_method_mismatch'],
  ])('every refusal of a request under DPoP brings one: %s (DPOP-35, RFC 9449 §9)', async (_, make, code) => {
    const refused = await refusalOf(apiWith({ dpop: { nonce } }), await make())
    expect(refused.code).toBe(code)
    expect(refused.headers['dpop-nonce']).toBe(freshNonce())
    expect(refused.headers['cache-control']).toBe('no-store')
  })

  test('a replayed proof is told one, too (DPOP-35)', async () => {
    const api = apiWith({ dpop: { nonce } })
    const request = await boundBy({ nonce: freshNonce() })
    await api.authenticate(request)
    expect((await refusalOf(api, again(request))).headers['dpop-nonce']).toBe(freshNonce())
  })

  test('a refusal for too little scope brings one, from authenticate and from authorize (DPOP-33)', async () => {
    const api = apiWith({ dpop: { nonce } })
    const request = await boundBy({ nonce: freshNonce() })
    const { principal } = await api.authenticate(request)
    const errors = [
      await reasonOf(api.authenticate(request, write)),
      await reasonOf(api.authorize(principal, write)),
    ]
    for (const error of errors) {
      const { status, headers = {} } = api.challenge(error) ?? {}
      expect(status).toBe(403)
      expect(headers['dpop-nonce']).toBe(freshNonce())
      const [bearer, dpop] = parseChallenges(headers['www-authenticate'] ?? '')
      expect(Object.fromEntries(bearer?.parameters ?? [])).toEqual({ realm: resource })
      expect(Object.fromEntries(dpop?.parameters ?? [])).toMatchObject({
        error: 'insufficient_scope',
        scope: 'accounts:write',
        algs: expect.stringMatching(/^ES256 /),
      })
    }
  })

  test.each<[string, () => Promise<ResourceRequest>]>([
    ['without credentials', async () => requestWith()],
    ['in a foreign scheme', async () => requestWith('Basic eDp5')],
    ['with a bad bearer token', async () => requestWith('Bearer a')],
    ['with a bound token as Bearer', async () => requestWith(`Bearer ${await boundToken()}`)],
    ['with two credentials', async () => requestWith('DPoP a', 'DPoP b')],
  ])('a refusal of a request that did not come with DPoP alone brings none: %s', async (_, make) => {
    expect((await refusalOf(apiWith({ dpop: { nonce } }), await make())).headers).not.toHaveProperty(
      'dpop-nonce',
    )
  })

  test('a source that makes what is no nonce is a broken program: nothing of it gets into a header field', async () => {
    let made = 'good'
    const broken = { current: () => made, judge: () => 'previous' as const }
    const api = apiWith({ dpop: { nonce: broken } })
    made = 'a\r\nset-cookie: b'
    expect(() => apiWith({ dpop: { nonce: broken } })).toThrow(TypeError)
    for (const request of [await boundBy(), await boundBy({ nonce: 'n' })]) {
      const error = await reasonOf(api.authenticate(request))
      expect(error).toMatchObject({
        message: 'dpop.nonce: current() returned a value that is not a nonce (RFC 9449 §8.1)',
      })
      expect(api.challenge(error)).toBeUndefined()
    }
  })
})

describe('no nonce is told where none is asked for', () => {
  test('whatever went wrong', async () => {
    for (const request of [await boundBy({ method: 'POST' }), requestWith('DPoP a')])
      expect((await refusalOf(apiWith(), request)).headers).not.toHaveProperty('dpop-nonce')
  })
})

describe('which scheme is on offer', () => {
  const algs = 'ES256 ES384 ES512 PS256 PS384 PS512 Ed25519 EdDSA'

  test('both of them, where DPoP is optional; without credentials, no error (DPOP-30, DPOP-32)', async () => {
    const { challenges } = await refusalOf(apiWith(), requestWith())
    expect(challenges).toEqual([
      { scheme: 'Bearer', realm: resource },
      { scheme: 'DPoP', realm: resource, algs },
    ])
    await expect(apiWith().authenticate(requestWith(`Bearer ${await signToken(key)}`))).resolves.toBeDefined()
  })

  test('DPoP alone, where it is required; whoever comes with Bearer is told why that does not do (DPOP-29)', async () => {
    const api = apiWith({ dpop: { required: true } })
    const unbound = await refusalOf(api, requestWith(`Bearer ${await signToken(key)}`))
    expect(unbound).toMatchObject({ code: 'confirmation_required', status: 401 })
    expect(unbound.challenges).toMatchObject([{ scheme: 'DPoP', error: 'invalid_token', algs }])
    expect((await refusalOf(api, requestWith())).challenges).toEqual([
      { scheme: 'DPoP', realm: resource, algs },
    ])
    const downgraded = await refusalOf(api, requestWith(`Bearer ${await boundToken()}`))
    expect(downgraded.code).toBe('confirmation_downgraded')
    expect(downgraded.challenges).toMatchObject([{ scheme: 'DPoP', error: 'invalid_token' }])
    await expect(api.authenticate(await boundBy())).resolves.toBeDefined()
  })

  test('Bearer alone, where DPoP is off: its scheme is foreign, and a bound token is refused (DPOP-27)', async () => {
    const api = apiWithout(trusted())
    const foreign = await refusalOf(api, await boundBy())
    expect(foreign).toMatchObject({
      code: 'credential_missing',
      challenges: [{ scheme: 'Bearer', realm: resource }],
    })
    expect(foreign.challenges).toHaveLength(1)
    const bound = await refusalOf(api, requestWith(`Bearer ${await boundToken()}`))
    expect(bound).toMatchObject({ code: 'confirmation_downgraded', status: 401 })
    expect(bound.challenges).toMatchObject([{ scheme: 'Bearer', error: 'invalid_token' }])
  })

  test('a bound token as Bearer is refused with a proof and without, and DPoP is offered (DPOP-26)', async () => {
    const token = await boundToken()
    const { dpop } = client.headers({ method: 'GET', url, token })
    for (const fields of [{ authorization: `Bearer ${token}` }, { authorization: `Bearer ${token}`, dpop }]) {
      const { code, challenges } = await refusalOf(apiWith(), requestOf(fields))
      expect(code).toBe('confirmation_downgraded')
      expect(challenges).toMatchObject([
        { scheme: 'Bearer', error: 'invalid_token' },
        { scheme: 'DPoP', algs },
      ])
      expect(challenges[1]).not.toHaveProperty('error')
    }
  })

  test('a field DPoP beside an unbound bearer token means nothing (DPOP-28)', async () => {
    const fields = { authorization: `Bearer ${await signToken(key)}`, dpop: ['junk', 'junk'] }
    const { principal } = await apiWith().authenticate(requestOf(fields))
    expect(principal).toMatchObject({ scheme: 'Bearer', confirmation: undefined })
  })

  test('a route whose token is optional refuses a bad proof, and no proof at all (DPOP-02)', async () => {
    const api = apiWith()
    const policy = api.routePolicy(['optional'])
    await expect(api.admit(requestWith(), policy)).resolves.toBeUndefined()
    await expect(api.admit(requestWith(`DPoP ${await boundToken()}`), policy)).rejects.toMatchObject({
      code: 'proof_missing',
    })
    await expect(api.admit(await boundBy(), policy)).resolves.toMatchObject({ principal: { scheme: 'DPoP' } })
  })
})

describe('an issuer with settings of its own', () => {
  const partnerKeys = { jwks: { keys: [key.jwk] } }
  const ofPartner = { iss: partner }

  test('may have DPoP to itself (DPOP-27)', async () => {
    const api = apiWithout(trusted(), jwtIssuer({ issuer: partner, ...partnerKeys, dpop: {} }))
    expect(heard[0]).toMatchObject({
      schemes: ['Bearer', 'DPoP'],
      issuers: [{ dpop: undefined }, { dpop: { required: false } }],
    })
    expect(heard[1]).toMatchObject({ type: 'warning', code: 'replay_store_local' })
    await expect(api.authenticate(await boundBy({}, ofPartner))).resolves.toMatchObject({
      principal: { scheme: 'DPoP' },
    })
    expect(await refusalOf(api, await boundBy())).toMatchObject({
      code: 'confirmation_unsupported',
      status: 401,
    })
    expect(await refusalOf(api, requestWith(`Bearer ${await boundToken()}`))).toMatchObject({
      code: 'confirmation_downgraded',
    })
    expect(await refusalOf(api, await boundBy({}, { cnf: undefined }))).toMatchObject({
      code: 'confirmation_required',
    })
  })

  test('may require DPoP while others do not', async () => {
    const api = apiWith({
      issuers: [trusted(), jwtIssuer({ issuer: partner, ...partnerKeys, dpop: { required: true } })],
    })
    await expect(api.authenticate(requestWith(`Bearer ${await signToken(key)}`))).resolves.toBeDefined()
    const refused = await refusalOf(api, requestWith(`Bearer ${await signToken(key, ofPartner)}`))
    expect(refused).toMatchObject({ code: 'confirmation_required' })
    expect(refused.challenges).toMatchObject([
      { scheme: 'Bearer', error: 'invalid_token' },
      { scheme: 'DPoP' },
    ])
  })

  test('has its algorithms in its challenges, and enforces them (DPOP-07, DPOP-32)', async () => {
    const api = apiWith({
      dpop: { algorithms: ['ES256'] },
      issuers: [trusted(), jwtIssuer({ issuer: partner, ...partnerKeys, dpop: { algorithms: ['ES384'] } })],
    })
    const algsOf = async (request: ResourceRequest) => {
      const { challenges } = await refusalOf(api, request)
      return challenges.find(({ scheme }) => scheme === 'DPoP')?.['algs']
    }
    expect(await algsOf(await boundBy({}, ofPartner))).toBe('ES384')
    expect(await algsOf(await boundBy({ method: 'POST' }))).toBe('ES256')
    expect(await algsOf(requestWith())).toBe('ES256 ES384')
    client = dpopClient({ algorithm: 'ES384', now: clock.now })
    await expect(api.authenticate(await boundBy({}, ofPartner))).resolves.toBeDefined()
    expect(await refusalOf(api, await boundBy())).toMatchObject({ code: 'proof_malformed' })
  })

  test('has its times, its store and its nonces (DPOP-20, DPOP-34, DPOP-41)', async () => {
    const replayStore = recordingStore()
    const own = { proofMaxAgeSeconds: 5, replayStore, nonce }
    const api = apiWith({ issuers: [trusted(), jwtIssuer({ issuer: partner, ...partnerKeys, dpop: own })] })
    const late = { claims: { iat: moment - 6 } }
    await expect(api.authenticate(await boundBy(late))).resolves.toBeDefined()
    expect(await refusalOf(api, await boundBy({ ...late, nonce: freshNonce() }, ofPartner))).toMatchObject({
      code: 'proof_stale',
    })
    expect(await refusalOf(api, await boundBy({}, ofPartner))).toMatchObject({ code: 'proof_nonce_missing' })
    expect(replayStore.asked).toEqual([])
    await api.authenticate(await boundBy({ nonce: freshNonce() }, ofPartner))
    expect(replayStore.asked).toMatchObject([{ until: moment + 5, now: moment }])
  })

  test('alone asks for nonces: a refusal that comes before it is known brings one all the same (RFC 9449 §9)', async () => {
    const api = apiWithout(trusted(), jwtIssuer({ issuer: partner, ...partnerKeys, dpop: { nonce } }))
    for (const request of [requestWith('DPoP a'), requestOf({ authorization: 'DPoP a', dpop: 'a' })])
      expect((await refusalOf(api, request)).headers['dpop-nonce']).toBe(freshNonce())
    // The tokens of the other one have no use for it.
    expect((await refusalOf(api, await boundBy())).headers).not.toHaveProperty('dpop-nonce')
  })
})

describe('a certificate', () => {
  const der = new TextEncoder().encode('a certificate in DER')
  const x5t = createHash('sha256').update(der).digest('base64url')

  test('is what a token may be bound to besides, or alone (MTLS-01, MTLS-08)', async () => {
    const api = apiWith({ certificate: 'socket' })
    const token = await signToken(key, { cnf: { 'x5t#S256': x5t } })
    const bearer = requestOf({ authorization: `Bearer ${token}` }, { certificate: der })
    await expect(api.authenticate(bearer)).resolves.toMatchObject({
      principal: { confirmation: { 'x5t#S256': x5t } },
    })
    const both = await boundToken({ cnf: { jkt: client.thumbprint, 'x5t#S256': x5t } })
    await expect(
      api.authenticate(boundRequest(client, both, {}, { certificate: der })),
    ).resolves.toBeDefined()
    expect(await refusalOf(api, boundRequest(client, both))).toMatchObject({ code: 'certificate_missing' })
  })

  test('is not looked at unless that is configured: the token is refused (MTLS-06)', async () => {
    const token = await signToken(key, { cnf: { 'x5t#S256': x5t } })
    const request = requestOf(
      { authorization: `Bearer ${token}`, 'client-cert': ':MAA=:' },
      { certificate: der },
    )
    expect(await refusalOf(apiWith(), request)).toMatchObject({
      code: 'confirmation_unsupported',
      status: 401,
    })
  })
})

describe('no text of a proof or of a token gets out (BCP-02)', () => {
  test.each<[string, Partial<Omit<ProofOptions, 'token'>>, object]>([
    ['a good one', {}, {}],
    ['a malformed one', { header: { typ: 'JWT' } }, {}],
    ['a private key', { header: { jwk: { ...dpopClient().privateKey.export({ format: 'jwk' }) } } }, {}],
    ['another target', { url: 'https://evil.example/' }, {}],
    ['a forged one', { key: dpopClient().privateKey }, {}],
    ['a stolen token', {}, { cnf: { jkt: 'x' } }],
    ['an old nonce', { nonce: 'c2VjcmV0LW5vbmNl' }, {}],
  ])('with %s', async (_, changes, claims) => {
    const api = apiWith({ dpop: { nonce } })
    const request = await boundBy({ nonce: freshNonce(), ...changes }, claims)
    const outcome: unknown = await api.authenticate(request).catch((error: unknown) => error)
    const printed = inspect([outcome, heard, api.challenge(outcome), api, nonce], {
      depth: Infinity,
      showHidden: true,
      getters: true,
      maxStringLength: null,
    })
    const texts = ['authorization', 'dpop'].flatMap((name) => request.header(name))
    for (const segment of texts.flatMap((text) => text.split(/[ .]/)).filter((text) => text.length >= 12))
      for (let at = 0; at + 12 <= Math.min(segment.length, 200); at++)
        expect(printed).not.toContain(segment.slice(at, at + 12))
    if (outcome instanceof Rejection) expect(heard.some(({ type }) => type === 'rejected')).toBe(true)
    for (const secret of secrets) expect(printed).not.toContain(secret)
  })
})
