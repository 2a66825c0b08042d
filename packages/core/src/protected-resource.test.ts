import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type Clock, clockAt } from '../test-support/clock.js'
import { reasonOf } from '../test-support/refusal.js'
import {
  draftClaims,
  forgeToken,
  issuer,
  moment,
  requestWith,
  resource,
  type SigningKey,
  signingKey,
  signToken,
} from '../test-support/tokens.js'
import { type Web, webOf } from '../test-support/web.js'
import { check } from './authorization/kinds/check.js'
import { scope } from './authorization/kinds/scope.js'
import { anyOf } from './authorization/requirement.js'
import type { ProtectionEvent } from './events.js'
import type { ProtectedResourceOptions } from './options.js'
import { protectedResource } from './protected-resource.js'
import { Rejection } from './rejection.js'
import type { ResourceRequest } from './request/resource-request.js'
import { jwtIssuer } from './token/jwt-issuer.js'
import type { TrustedIssuer } from './token/trusted-issuer.js'

const partner = 'https://partner.example'
const key = await signingKey('ES256', 'k1')
const partnerKey = await signingKey('ES256', 'k1')
const read = scope('accounts:read')
const write = scope('accounts:write')

const emitWarning = vi.spyOn(process, 'emitWarning')
let clock: Clock
let web: Web
let heard: ProtectionEvent[]

beforeEach(() => {
  emitWarning.mockReset().mockReturnValue(undefined)
  clock = clockAt(moment)
  heard = []
  web = webOf({
    [`${issuer}/.well-known/oauth-authorization-server`]: { issuer, jwks_uri: `${issuer}/keys` },
    [`${issuer}/keys`]: { keys: [key.jwk] },
    [`${partner}/keys`]: { keys: [partnerKey.jwk] },
  })
})

function apiWith(options: Partial<ProtectedResourceOptions> = {}) {
  const http = { fetch: web.fetch }
  const issuers: TrustedIssuer[] = [
    jwtIssuer({ issuer, http }),
    jwtIssuer({ issuer: partner, jwksUri: `${partner}/keys`, audience: 'accounts', http }),
  ]
  const scopes = ['accounts:read', 'accounts:write']
  return protectedResource({
    resource,
    issuers,
    scopes,
    now: clock.now,
    onEvent: (event) => heard.push(event),
    ...options,
  })
}

const requestBy = async (signer: SigningKey = key, claims: object = {}) =>
  requestWith(`Bearer ${await signToken(signer, claims)}`)
const refusals = () => heard.filter(({ type }) => type !== 'started' && !/^(keys|metadata)_/.test(type))

describe('setting up', () => {
  test('fetches nothing (META-06)', async () => {
    apiWith()
    await new Promise(setImmediate)
    expect(web.asked).toEqual([])
  })

  test('tells what will be enforced', () => {
    apiWith()
    const algorithms = ['RS256', 'PS256', 'ES256', 'Ed25519', 'EdDSA']
    expect(heard).toStrictEqual([
      {
        type: 'started',
        resource,
        schemes: ['Bearer'],
        resolver: false,
        issuers: [
          {
            kind: 'jwt',
            issuer,
            profile: 'rfc9068',
            audience: [resource],
            audienceMayBeAbsent: false,
            algorithms,
            dpop: undefined,
          },
          {
            kind: 'jwt',
            issuer: partner,
            profile: 'rfc9068',
            audience: ['accounts'],
            audienceMayBeAbsent: false,
            algorithms,
            dpop: undefined,
          },
        ],
        publicUrls: [resource],
        certificate: undefined,
        scopes: ['accounts:read', 'accounts:write'],
        revoked: false,
        metadata: undefined,
      },
    ])
  })

  test('takes only good options', () => {
    expect(() => apiWith({ resource: 'http://api.example' })).toThrow(/^protectedResource\.resource: /)
  })

  test.each<[string, (made: TrustedIssuer) => unknown]>([
    ['made by hand', (made) => ({ issuer: made.issuer })],
    ['spread from one', (made) => ({ ...made })],
    ['that inherits from one', (made) => Object.create(made)],
    ['loosened', (made) => ({ ...made, audience: { absentAllowed: true }, algorithms: ['none'] })],
  ])('takes no issuer %s, only what jwtIssuer made', (_, imitate) => {
    const issuers = [imitate(jwtIssuer({ issuer }))] as TrustedIssuer[]
    expect(() => apiWith({ issuers })).toThrow(
      /^protectedResource\.issuers: expected issuers made by jwtIssuer\(\)/,
    )
    expect(heard).toEqual([])
  })

  test.each([() => moment, () => NaN, () => Infinity, () => performance.now()])(
    'takes no clock that does not count milliseconds since the epoch: %s (JOSE-23)',
    (now) => {
      expect(() => apiWith({ now })).toThrow(/^protectedResource\.now: .*milliseconds since the epoch, got /)
    },
  )

  test('is broken by no listener', () => {
    const onEvent = () => {
      throw new Error('out of disk')
    }
    expect(() => apiWith({ onEvent })).not.toThrow()
  })
})

describe('authenticate', () => {
  test('tells who calls (BEARER-01, RFC 9068 §4)', async () => {
    const { principal, headers } = await apiWith().authenticate(await requestBy())
    expect(headers).toEqual({})
    expect(principal).toMatchObject({
      issuer,
      subject: 'user-1',
      clientId: 'client-1',
      audience: [resource],
      expiresAt: moment + 300,
      scheme: 'Bearer',
      claims: draftClaims(),
    })
    expect([...principal.scopes]).toEqual(['accounts:read'])
  })

  test('gives a principal that nobody can change', async () => {
    const { principal } = await apiWith().authenticate(await requestBy(key, { extra: { list: [1] } }))
    const { audience, scopes, claims } = principal
    for (const frozen of [principal, audience, scopes, claims, claims['extra']])
      expect(Object.isFrozen(frozen)).toBe(true)
  })

  test('gives an answer that nobody can change for those who ask later', async () => {
    const api = apiWith()
    const authentication = await api.authenticate(await requestBy())
    const { principal, headers } = authentication
    for (const frozen of [authentication, headers, principal]) expect(Object.isFrozen(frozen)).toBe(true)
    expect(() => Object.assign(authentication, { principal: { ...principal, subject: 'admin' } })).toThrow(
      TypeError,
    )
    expect(() => Object.assign(headers, { 'x-evil': '1' })).toThrow(TypeError)
  })

  test('refuses before any network access what no trusted issuer sent (JOSE-29)', async () => {
    const untrusted = requestWith(
      `Bearer ${forgeToken({ alg: 'ES256', typ: 'at+jwt' }, { iss: 'https://evil.example' })}`,
    )
    await expect(apiWith().authenticate(untrusted)).rejects.toMatchObject({ code: 'token_issuer_untrusted' })
    expect(web.asked).toEqual([])
  })

  test('takes the key of the issuer that the token names, not of another with the same kid (JOSE-28)', async () => {
    const api = apiWith()
    await expect(
      api.authenticate(await requestBy(partnerKey, { iss: partner, aud: 'accounts' })),
    ).resolves.toBeDefined()
    await expect(api.authenticate(await requestBy(partnerKey))).rejects.toMatchObject({
      code: 'token_signature_invalid',
    })
    await expect(
      api.authenticate(await requestBy(key, { iss: partner, aud: 'accounts' })),
    ).rejects.toMatchObject({
      code: 'token_signature_invalid',
    })
  })

  test('takes the audience of the issuer that the token names (AT-05)', async () => {
    const request = await requestBy(partnerKey, { iss: partner, aud: resource })
    await expect(apiWith().authenticate(request)).rejects.toMatchObject({ code: 'token_audience_mismatch' })
  })

  test('refuses a bound token sent as Bearer (DPOP-27, RFC 9449 §7.2)', async () => {
    const request = await requestBy(key, { cnf: { jkt: '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I' } })
    await expect(apiWith().authenticate(request)).rejects.toMatchObject({ code: 'confirmation_downgraded' })
  })

  test.each([
    [-1, 5, 'token_expired'],
    [0, 5, 'token_expired'],
    [1, 5, undefined],
    [1, 0, undefined],
    [0, 0, 'token_expired'],
  ])(
    'counts on the given clock: %d s before exp + tolerance of %d s (JOSE-23)',
    async (seconds, clockToleranceSeconds, code) => {
      const api = apiWith({ clockToleranceSeconds })
      clock.advance(300 + clockToleranceSeconds - seconds)
      const request = await requestBy()
      if (code) await expect(api.authenticate(request)).rejects.toMatchObject({ code })
      else await expect(api.authenticate(request)).resolves.toBeDefined()
    },
  )

  test('checks what it is asked to require (BEARER-20)', async () => {
    const api = apiWith()
    await expect(api.authenticate(await requestBy(), read)).resolves.toBeDefined()
    await expect(api.authenticate(await requestBy(), write)).rejects.toMatchObject({
      code: 'scope_insufficient',
      status: 403,
    })
  })

  test('looks at syntax first, then at the token, then at the scope (BEARER-22)', async () => {
    const expired = await signToken(key, { exp: moment - 100, scope: '' })
    const api = apiWith()
    const codeOf = (request: ResourceRequest) => reasonOf(api.authenticate(request, write))
    await expect(codeOf(requestWith(`Bearer ${expired} x`))).resolves.toMatchObject({ status: 400 })
    await expect(codeOf(requestWith(`Bearer ${expired}`))).resolves.toMatchObject({ status: 401 })
    await expect(codeOf(await requestBy())).resolves.toMatchObject({ status: 403 })
  })

  test.each<[string, unknown]>([
    ['a scope that the resource does not know', scope('accounts:delete')],
    ['what is no requirement', 'accounts:read'],
    ['null', null],
    ['undefined, as a mistyped constant is', undefined],
    ['a word for a route', 'nothing'],
  ])('is a TypeError, whoever calls, when it requires %s', async (_, requirement) => {
    const api = apiWith()
    for (const request of [await requestBy(), requestWith()]) {
      const error = await reasonOf(api.authenticate(request, requirement as typeof read))
      expect(error).toBeInstanceOf(TypeError)
      expect(api.challenge(error)).toBeUndefined()
    }
    expect(refusals()).toEqual([])
  })

  test('is a TypeError when one of several requirements is none', async () => {
    const loose = apiWith().authenticate as (...given: unknown[]) => Promise<unknown>
    const api = apiWith()
    await expect(loose.call(api, await requestBy(), read, undefined)).rejects.toBeInstanceOf(TypeError)
  })

  describe('is a TypeError, and rejects nothing behind anyone’s back, for a request', () => {
    const unhandled = vi.fn()
    beforeEach(() => {
      unhandled.mockReset()
      process.on('unhandledRejection', unhandled)
    })
    afterEach(() => void process.off('unhandledRejection', unhandled))

    const withRaw = (raw: unknown) => ({ ...requestWith('Bearer c2VjcmV0LXRva2Vu'), raw })
    test.each<[string, unknown]>([
      ['without raw', { method: 'GET', target: '/', header: () => [] }],
      ['with raw undefined', withRaw(undefined)],
      ['with raw null', withRaw(null)],
      ['with raw a text', withRaw('GET /')],
      ['with raw a number', withRaw(5)],
      ['with raw a function', withRaw(() => 1)],
      ['that is a Request of the Fetch API itself', new Request('https://api.example/')],
      [
        'with a token in its query',
        { method: 'GET', raw: {}, url: '/?access_token=c2VjcmV0LXRva2Vu', target: '/?a=c2VjcmV0LXRva2Vu' },
      ],
      ['with a header that is no function', { ...withRaw({}), header: 'Bearer c2VjcmV0LXRva2Vu' }],
    ])('%s', async (_, request) => {
      const api = apiWith()
      const asked = [
        () => api.authenticate(request as ResourceRequest),
        () => api.authenticate(request as ResourceRequest, read),
        () => api.admit(request as ResourceRequest, api.routePolicy([])),
        () => api.admit(request as ResourceRequest, api.routePolicy(['optional'])),
      ]
      for (const ask of asked) {
        const error = await reasonOf(ask())
        expect(error).toBeInstanceOf(TypeError)
        expect(error).toMatchObject({ message: 'expected a request made by fromNode() or fromFetch()' })
        expect((error as Error).stack).not.toContain('c2VjcmV0LXRva2Vu')
        expect(api.challenge(error)).toBeUndefined()
      }
      await new Promise(setImmediate)
      expect(unhandled).not.toHaveBeenCalled()
      expect(refusals()).toEqual([])
    })

    test.each([undefined, null])('that is %s', async (request) => {
      await expect(apiWith().authenticate(request as unknown as ResourceRequest)).rejects.toBeInstanceOf(
        TypeError,
      )
      await new Promise(setImmediate)
      expect(unhandled).not.toHaveBeenCalled()
    })
  })

  test.each([NaN, undefined])('refuses every token once its clock says %s (JOSE-23)', async (moment) => {
    const now = vi.fn(clock.now)
    const api = apiWith({ now, issuers: [jwtIssuer({ issuer, jwks: { keys: [key.jwk] } })] })
    await expect(api.authenticate(await requestBy())).resolves.toBeDefined()
    now.mockReturnValue(moment as number)
    await expect(api.authenticate(await requestBy())).rejects.toMatchObject({ code: 'token_expired' })
  })

  test('passes on an error that is no refusal', async () => {
    const failure = new Error('the clock stands still')
    const now = vi.fn(clock.now)
    const api = apiWith({ now })
    now.mockImplementation(() => {
      throw failure
    })
    await expect(api.authenticate(await requestBy())).rejects.toBe(failure)
    expect(api.challenge(failure)).toBeUndefined()
    expect(refusals()).toEqual([])
  })
})

describe('one request', () => {
  async function countedRequest(): Promise<{ request: ResourceRequest; reads: () => number }> {
    const request = await requestBy()
    const header = vi.fn(request.header)
    return { request: { ...request, header }, reads: () => header.mock.calls.length }
  }

  test('is authenticated once, however many ask at the same time and later', async () => {
    const { request, reads } = await countedRequest()
    const api = apiWith()
    const [first, second] = await Promise.all([api.authenticate(request), api.authenticate(request, read)])
    const third = await api.authenticate({ ...request, header: () => [] })
    expect([second, third]).toEqual([first, first])
    expect(second.principal).toBe(first.principal)
    expect(third.principal).toBe(first.principal)
    expect(reads()).toBe(1)
  })

  test('is known by the request of the server alone: an equal one is another', async () => {
    const { request, reads } = await countedRequest()
    const api = apiWith()
    const [first, second] = await Promise.all([
      api.authenticate(request),
      api.authenticate({ ...request, raw: {} }),
    ])
    expect(second).not.toBe(first)
    expect(reads()).toBe(2)
  })

  test('is authenticated by each api for itself', async () => {
    const { request, reads } = await countedRequest()
    const [api, sameAgain, other] = [apiWith(), apiWith(), apiWith({ resource: 'https://other.example' })]
    const [first, second] = [await api.authenticate(request), await sameAgain.authenticate(request)]
    expect(second.principal).not.toBe(first.principal)
    await expect(other.authenticate(request)).rejects.toMatchObject({ code: 'token_audience_mismatch' })
    expect(reads()).toBe(3)
  })

  test('has its requirement checked each time', async () => {
    const request = await requestBy()
    const api = apiWith()
    await expect(api.authenticate(request, read)).resolves.toBeDefined()
    await expect(api.authenticate(request, write)).rejects.toMatchObject({ code: 'scope_insufficient' })
    await expect(api.authenticate(request, anyOf(write, read))).resolves.toBeDefined()
    await expect(api.authenticate(request)).resolves.toBeDefined()
  })

  test('that was refused stays refused, and is told of once', async () => {
    const request = await requestBy(key, { aud: 'x' })
    const api = apiWith()
    const errors = await Promise.all([
      reasonOf(api.authenticate(request)),
      reasonOf(api.authenticate(request, read)),
    ])
    errors.push(await reasonOf(api.authenticate(request)))
    expect(new Set(errors).size).toBe(1)
    expect(refusals()).toHaveLength(1)
  })
})

describe('authorize', () => {
  test('checks a requirement against a principal', async () => {
    const api = apiWith()
    const { principal } = await api.authenticate(await requestBy())
    await expect(api.authorize(principal, read)).resolves.toBeUndefined()
    await expect(api.authorize(principal, write)).rejects.toMatchObject({ code: 'scope_insufficient' })
  })

  test.each([undefined, null, 'accounts:read', scope('accounts:delete')])(
    'is a TypeError for %j',
    async (requirement) => {
      const api = apiWith()
      const { principal } = await api.authenticate(await requestBy())
      await expect(api.authorize(principal, requirement as unknown as typeof read)).rejects.toBeInstanceOf(
        TypeError,
      )
      expect(refusals()).toEqual([])
    },
  )
})

describe('events', () => {
  test.each<[string, () => Promise<ResourceRequest>, object]>([
    [
      'without a credential',
      async () => requestWith(),
      { code: 'credential_missing', scheme: undefined, issuer: undefined },
    ],
    [
      'with a malformed credential',
      async () => requestWith('Bearer'),
      { code: 'credential_malformed', scheme: 'Bearer', issuer: undefined },
    ],
    [
      'with two credentials',
      async () => requestWith('Bearer a', 'Bearer b'),
      { code: 'credential_ambiguous', scheme: undefined, issuer: undefined },
    ],
    [
      'with two credentials in one line',
      async () => requestWith('Bearer a, Bearer b'),
      { code: 'credential_ambiguous', scheme: undefined, issuer: undefined },
    ],
    [
      'with a malformed token',
      async () => requestWith('Bearer a'),
      { code: 'token_malformed', scheme: 'Bearer', issuer: undefined },
    ],
    [
      'of a stranger',
      () => requestBy(key, { iss: 'https://evil.example' }),
      { code: 'token_issuer_untrusted', scheme: 'Bearer', issuer: undefined },
    ],
    [
      'that is too late',
      () => requestBy(key, { exp: moment - 5 }),
      { code: 'token_expired', scheme: 'Bearer', issuer },
    ],
    [
      'with a bound token',
      () => requestBy(key, { cnf: {} }),
      { code: 'confirmation_unsupported', scheme: 'Bearer', issuer },
    ],
    [
      'with too little scope',
      () => requestBy(key, { scope: '' }),
      { code: 'scope_insufficient', scheme: 'Bearer', issuer },
    ],
  ])('tell of a request %s in which scheme and from which issuer it came', async (_, request, facts) => {
    await reasonOf(apiWith().authenticate(await request(), read))
    expect(refusals()).toEqual([expect.objectContaining({ type: 'rejected', resource, ...facts })])
  })

  test('tell of what authorize refused', async () => {
    const api = apiWith()
    const { principal } = await api.authenticate(await requestBy())
    await reasonOf(api.authorize(principal, write))
    expect(refusals()).toEqual([
      expect.objectContaining({ code: 'scope_insufficient', scheme: 'Bearer', issuer }),
    ])
  })

  test('tell of a token of one issuer that another is not to blame for', async () => {
    const api = apiWith()
    const request = await requestBy(partnerKey, { iss: partner, aud: 'accounts' })
    const error = await reasonOf(api.authenticate(request, write))
    const facts = { code: 'scope_insufficient', scheme: 'Bearer', issuer: partner }
    expect(error).toMatchObject({ ...facts, neededScopes: ['accounts:write'] })
    expect(refusals()).toEqual([expect.objectContaining(facts)])
  })

  test('tell of every request that an outage kept waiting (JOSE-33)', async () => {
    delete web.documents[`${issuer}/keys`]
    const api = apiWith()
    const requests = await Promise.all([requestBy(), requestBy()])
    const errors = await Promise.all(requests.map((request) => reasonOf(api.authenticate(request))))
    for (const error of errors)
      expect(error).toMatchObject({ name: 'Unavailable', code: 'keys_unavailable', issuer })
    await reasonOf(api.authenticate(await requestBy()))
    expect(refusals()).toEqual(
      Array(3).fill(expect.objectContaining({ type: 'unavailable', code: 'keys_unavailable', issuer })),
    )
  })

  test('tell nothing of a request that was let in', async () => {
    await apiWith().authenticate(await requestBy(), read)
    expect(refusals()).toEqual([])
  })

  test.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('out of disk')
      },
    ],
    ['rejects', () => Promise.reject(new Error('out of disk'))],
  ])('break no request when their listener %s', async (_, onEvent) => {
    const api = apiWith({ onEvent })
    await expect(api.authenticate(requestWith())).rejects.toMatchObject({ code: 'credential_missing' })
    await expect(api.authenticate(await requestBy())).resolves.toBeDefined()
  })
})

describe('challenge', () => {
  test('answers what authenticate and authorize throw', async () => {
    const api = apiWith()
    const challenge = api.challenge(await reasonOf(api.authenticate(requestWith(), read)))
    expect(challenge).toMatchObject({
      status: 401,
      headers: { 'www-authenticate': `Bearer realm="${resource}"` },
    })
    const tooLittle = await reasonOf(api.authenticate(await requestBy(), write))
    expect(api.challenge(tooLittle)?.headers['www-authenticate']).toContain('scope="accounts:write"')
  })

  test('needs the error alone: the scopes that were needed are its own (BEARER-20)', async () => {
    const api = apiWith()
    const { principal } = await api.authenticate(await requestBy())
    const errors = [
      await reasonOf(api.authorize(principal, write)),
      await reasonOf(api.admit(await requestBy(), api.routePolicy([write]))),
    ]
    for (const error of errors) {
      expect(error).toMatchObject({ neededScopes: ['accounts:write'], scheme: 'Bearer', issuer })
      expect(api.challenge(error)).toMatchObject({
        status: 403,
        headers: {
          'www-authenticate': expect.stringMatching(
            /^Bearer realm="[^"]+", error="insufficient_scope", .*scope="accounts:write"$/,
          ),
        },
      })
    }
    expect(api.challenge.length).toBe(1)
  })

  test('answers a refusal from another copy of this package', async () => {
    vi.resetModules()
    const copy = await import('./rejection.js')
    expect(apiWith().challenge(new copy.Rejection('token_expired', 'x'))?.status).toBe(401)
  })

  test.each([
    new Error('x'),
    new TypeError('x'),
    { status: 401, code: 'token_expired' },
    null,
    undefined,
    'x',
    401,
    () => 1,
  ])('leaves an error alone that is not ours: %s', (error) => {
    expect(apiWith().challenge(error)).toBeUndefined()
  })
})

describe('routePolicy', () => {
  test('takes a declaration and checks it at once', () => {
    const api = apiWith()
    expect(api.routePolicy([])).toEqual({ access: 'token', requirement: undefined })
    expect(api.routePolicy([read])).toEqual({ access: 'token', requirement: read })
    for (const word of ['nothing', 'optional'])
      expect(api.routePolicy([word])).toEqual({ access: word, requirement: undefined })
    for (const wrong of [undefined, null, 'accounts:read', scope('accounts:delete')])
      expect(() => api.routePolicy([wrong])).toThrow(TypeError)
    expect(() => api.routePolicy([read, undefined])).toThrow(TypeError)
  })

  test('says what a text may have meant', () => {
    expect(() => apiWith().routePolicy(['accounts:read'])).toThrow(
      "requires(): expected scope('…'), 'optional' or 'nothing', got 'accounts:read'",
    )
  })

  test('takes any scope where the resource names none', () => {
    const api = protectedResource({ resource, issuers: [jwtIssuer({ issuer })], onEvent: () => undefined })
    expect(api.routePolicy([scope('anything')]).requirement).toEqual(scope('anything'))
  })
})

describe('admit', () => {
  test('answers at once for a token that is remembered, and not before', async () => {
    const api = apiWith()
    await api.ready()
    const authorization = `Bearer ${await signToken(key)}`
    const [first, second, third] = [1, 2, 3].map(() => requestWith(authorization)) as [
      ResourceRequest,
      ResourceRequest,
      ResourceRequest,
    ]
    const policy = api.routePolicy([read])
    const admission = api.admit(first, policy)
    expect(admission).toBeInstanceOf(Promise)
    const authentication = await admission
    expect(api.admit(second, policy)).toEqual(authentication)
    expect(api.admitted(second.raw)).toBe(authentication?.principal)
    expect(apiWith({ tokenCache: false }).admit(third, policy)).toBeInstanceOf(Promise)
  })

  test('waits for a rule of the application, also for a token that is remembered', async () => {
    const asked = vi.fn(async () => true)
    const api = apiWith()
    await api.ready()
    const authorization = `Bearer ${await signToken(key)}`
    await api.admit(requestWith(authorization), api.routePolicy([]))
    const policy = api.routePolicy([check('open', asked)])
    const [good, bad] = [requestWith(authorization), requestWith(authorization)]
    const admission = api.admit(good, policy)
    expect(admission).toBeInstanceOf(Promise)
    expect(await admission).toHaveProperty('principal')
    asked.mockResolvedValue(false)
    await expect(api.admit(bad, policy)).rejects.toMatchObject({ code: 'requirement_unmet' })
    expect([api.admitted(good.raw), api.admitted(bad.raw)]).toEqual([expect.anything(), undefined])
    expect(refusals()).toHaveLength(1)
  })

  test('answers at once on optional routes, too', async () => {
    const api = apiWith()
    await api.ready()
    const authorization = `Bearer ${await signToken(key)}`
    await api.admit(requestWith(authorization), api.routePolicy([]))
    const policy = api.routePolicy(['optional'])
    expect(api.admit(requestWith(authorization), policy)).toHaveProperty('principal')
    expect(await api.admit(requestWith(), policy)).toBeUndefined()
  })

  test('rejects where it knows at once that it refuses: it throws nothing', async () => {
    const api = apiWith()
    const authorization = `Bearer ${await signToken(key)}`
    const policy = api.routePolicy([write])
    await api.admit(requestWith(authorization), api.routePolicy([]))
    for (const request of [requestWith(authorization), requestWith('Bearer'), requestWith()])
      await expect(api.admit(request, policy)).rejects.toBeInstanceOf(Rejection)
    await expect(api.admit({ header: () => [] } as never, policy)).rejects.toThrow(TypeError)
  })

  type Declared = [] | [typeof read] | ['nothing'] | ['optional']
  const expired = () => requestBy(key, { exp: moment - 100 })

  test.each<[string, Declared, () => Promise<ResourceRequest>, string]>([
    ['any token', [], () => requestBy(), 'principal'],
    ['any token', [], async () => requestWith(), 'credential_missing'],
    ['any token', [], async () => requestWith('Basic eDp5'), 'credential_missing'],
    ['any token', [], expired, 'token_expired'],
    ['a scope', [read], () => requestBy(), 'principal'],
    ['a scope', [read], () => requestBy(key, { scope: '' }), 'scope_insufficient'],
    ['a scope', [read], async () => requestWith(), 'credential_missing'],
    ['nothing', ['nothing'], () => requestBy(), 'nobody'],
    ['nothing', ['nothing'], async () => requestWith(), 'nobody'],
    ['nothing', ['nothing'], expired, 'nobody'],
    ['nothing', ['nothing'], async () => requestWith('Bearer'), 'nobody'],
    ['an optional token', ['optional'], () => requestBy(), 'principal'],
    ['an optional token', ['optional'], async () => requestWith(), 'nobody'],
    ['an optional token', ['optional'], async () => requestWith('Basic eDp5'), 'nobody'],
    ['an optional token', ['optional'], async () => requestWith('Bearer'), 'credential_malformed'],
    [
      'an optional token',
      ['optional'],
      async () => requestWith('Basic eDp5', 'Bearer a'),
      'credential_ambiguous',
    ],
    ['an optional token', ['optional'], async () => requestWith('Basic x, Bearer y'), 'credential_ambiguous'],
    ['any token', [], async () => requestWith('Basic x, Bearer y'), 'credential_ambiguous'],
    ['an optional token', ['optional'], async () => requestWith('Bearer a'), 'token_malformed'],
    ['an optional token', ['optional'], expired, 'token_expired'],
  ])('for %s: %j (BEARER-04)', async (_, declared, makeRequest, outcome) => {
    const api = apiWith()
    const request = await makeRequest()
    const admission = Promise.resolve(api.admit(request, api.routePolicy(declared)))
    const admitted = await admission.then(
      (authentication) => (authentication ? 'principal' : 'nobody'),
      (error: unknown) => (error instanceof Rejection ? error.code : error),
    )
    expect(admitted).toBe(outcome)
    expect(refusals()).toHaveLength(['principal', 'nobody'].includes(outcome) ? 0 : 1)
    expect(api.admitted(request.raw) !== undefined).toBe(outcome === 'principal')
  })

  test('does not look at credentials where nothing is required', async () => {
    const api = apiWith()
    const header = vi.fn(() => [])
    await api.admit({ ...requestWith(), header }, api.routePolicy(['nothing']))
    expect(header).not.toHaveBeenCalled()
  })

  test('cannot decide during an outage whether a token is good, and says so on optional routes, too (JOSE-33)', async () => {
    delete web.documents[`${issuer}/keys`]
    const api = apiWith()
    await expect(api.admit(await requestBy(), api.routePolicy(['optional']))).rejects.toMatchObject({
      code: 'keys_unavailable',
    })
  })

  test('refuses a token without audience where no scope is required, and admits it where one is', async () => {
    const issuers = [jwtIssuer({ issuer, audience: { absent: 'allowed' }, http: { fetch: web.fetch } })]
    const api = apiWith({ issuers })
    const request = () => requestBy(key, { aud: undefined })
    await expect(api.admit(await request(), api.routePolicy([read]))).resolves.toMatchObject({
      principal: { audience: [] },
    })
    for (const policy of [api.routePolicy([]), api.routePolicy(['optional'])]) {
      await expect(api.admit(await request(), policy)).rejects.toMatchObject({
        code: 'scope_insufficient',
        status: 403,
      })
    }
  })

  test('remembers whom it admitted, for this api alone', async () => {
    const [api, other] = [apiWith(), apiWith()]
    const request = await requestBy()
    const admitted = await api.admit(request, api.routePolicy([]))
    expect(api.admitted(request.raw)).toBe(admitted?.principal)
    expect([other.admitted(request.raw), api.admitted({})]).toEqual([undefined, undefined])
  })

  test('admits nobody by authenticate alone', async () => {
    const api = apiWith()
    const request = await requestBy()
    await api.authenticate(request)
    expect(api.admitted(request.raw)).toBeUndefined()
  })
})

describe('an outage', () => {
  test('at the start is over when the server is there (META-06)', async () => {
    const metadataUrl = `${issuer}/.well-known/oauth-authorization-server`
    const metadata = web.documents[metadataUrl]
    delete web.documents[metadataUrl]
    const api = apiWith()
    const error = await reasonOf(api.authenticate(await requestBy()))
    expect(error).toMatchObject({ code: 'metadata_unavailable', issuer })
    expect(api.challenge(error)).toMatchObject({ status: 503, headers: { 'retry-after': '1' } })
    web.documents[metadataUrl] = metadata
    clock.advance(1)
    await expect(api.authenticate(await requestBy())).resolves.toBeDefined()
  })

  test('of one issuer is none of another (JOSE-30)', async () => {
    delete web.documents[`${issuer}/keys`]
    const api = apiWith()
    await expect(api.authenticate(await requestBy())).rejects.toMatchObject({ code: 'keys_unavailable' })
    await expect(
      api.authenticate(await requestBy(partnerKey, { iss: partner, aud: 'accounts' })),
    ).resolves.toBeDefined()
  })
})

const good = await signToken(key)
const [head = '', payload = '', signature = ''] = good.split('.')
const header = { alg: 'ES256', kid: 'k1', typ: 'at+jwt' }
const junk = 'anVuay1qdW5rLWp1bms'

/** Every way in which a request can be refused, as Authorization fields. */
const refused: [string, ...string[]][] = [
  ['an opaque token', `Bearer ${junk}`],
  ['a token cut short', `Bearer ${head}.${payload}`],
  ['a JWE', `Bearer ${head}.${payload}.${signature}.${junk}.${junk}`],
  ['a token with junk behind it', `Bearer ${good} ${junk}`],
  ['a token with padding inside', `Bearer ${head}=.${payload}.${signature}`],
  ['a quoted token', `Bearer "${good}"`],
  ['a token without a scheme', good],
  ['a token in a foreign scheme', `Basic ${good}`],
  ['two tokens', `Bearer ${good}`, `Bearer ${good}`],
  ['two tokens in one field', `Bearer ${good}, Bearer ${good}`],
  ['a token behind a foreign credential in one field', `Basic ${junk}, Bearer ${good}`],
  ['a token too long', `Bearer ${good}${junk.repeat(1000)}`],
  ['a header that is no JSON', `Bearer ${junk}.${payload}.${signature}`],
  ['a payload that is no JSON', `Bearer ${head}.${junk}.${signature}`],
  ['a last character that is not canonical', `Bearer ${head}.${payload}.${signature.slice(0, -1)}_`],
  ['members twice', `Bearer ${forgeToken(header, `{"${junk}":1,"${junk}":2}`)}`],
  ['nesting', `Bearer ${forgeToken(header, `{"a":${'['.repeat(50)}"${junk}"${']'.repeat(50)}}`)}`],
  ['critical extensions', `Bearer ${forgeToken({ ...header, crit: ['x'], x: 1 }, draftClaims())}`],
  ['no signature at all', `Bearer ${forgeToken({ ...header, alg: 'none' }, draftClaims())}`],
  ['a forged signature', `Bearer ${forgeToken(header, draftClaims())}`],
  ['another algorithm', `Bearer ${forgeToken({ ...header, alg: 'HS256' }, draftClaims())}`],
  ['another type', `Bearer ${forgeToken({ ...header, typ: 'JWT' }, draftClaims())}`],
  ['an unknown key', `Bearer ${forgeToken({ ...header, kid: 'other' }, draftClaims())}`],
  ['a stranger', `Bearer ${forgeToken(header, draftClaims({ iss: 'https://evil.example' }))}`],
  [
    'an issuer that is no text',
    `Bearer ${forgeToken(header, draftClaims({ iss: { toString: 1, valueOf: 1 } }))}`,
  ],
  ['missing claims', `Bearer ${await signToken(key, { sub: undefined })}`],
  ['claims of a wrong type', `Bearer ${await signToken(key, { sub: 5 })}`],
  ['another audience', `Bearer ${await signToken(key, { aud: 'x' })}`],
  ['a past exp', `Bearer ${await signToken(key, { exp: 1 })}`],
  ['a future nbf', `Bearer ${await signToken(key, { nbf: moment + 1000 })}`],
  ['a bound token', `Bearer ${await signToken(key, { cnf: { jkt: 'x' } })}`],
  ['too little scope', `Bearer ${await signToken(key, { scope: '' })}`],
]

describe('no text of a token gets out (BCP-02)', () => {
  const segmentsOf = (authorization: readonly string[]) =>
    authorization.flatMap((field) => field.split(/[^\w-]+/)).filter((segment) => segment.length >= 12)

  function expectNothingOf(authorization: readonly string[], printed: readonly string[]): void {
    const everything = printed.join('\n')
    for (const segment of segmentsOf(authorization)) {
      for (let at = 0; at + 12 <= Math.min(segment.length, 200); at++)
        expect(everything).not.toContain(segment.slice(at, at + 12))
    }
  }

  test.each(refused)('with %s', async (_, ...authorization) => {
    const printAll = (value: unknown) =>
      inspect(value, { depth: Infinity, showHidden: true, getters: true, maxStringLength: null })
    const api = apiWith()
    const silent = protectedResource({
      resource,
      issuers: [jwtIssuer({ issuer, http: { fetch: web.fetch } })],
      now: clock.now,
    })
    const error = await reasonOf(api.authenticate(requestWith(...authorization), read))
    expect(error).toBeInstanceOf(Rejection)
    await reasonOf(silent.authenticate(requestWith(...authorization), read))
    const { message, stack } = error as Rejection
    const said = [
      message,
      stack ?? '',
      JSON.stringify(error),
      printAll(error),
      printAll((error as Rejection).cause),
    ]
    expectNothingOf(authorization, [...said, printAll(heard), printAll(api.challenge(error)), printAll(api)])
    expect(emitWarning).toHaveBeenCalledOnce()
    expectNothingOf(authorization, [printAll(emitWarning.mock.calls)])
    expectNothingOf(authorization, web.asked)
  })

  test('with a good token', async () => {
    const authentication = await apiWith().authenticate(requestWith(`Bearer ${good}`))
    const printed = inspect(authentication, { depth: Infinity, showHidden: true, getters: true })
    expectNothingOf(
      [`Bearer ${good}`],
      [printed, JSON.stringify(authentication), inspect(heard, { depth: Infinity })],
    )
  })
})
