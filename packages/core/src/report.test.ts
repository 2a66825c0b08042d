import { BlockList } from 'node:net'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { bindingWith } from '../test-support/binding.js'
import { issuer, resource } from '../test-support/tokens.js'
import type { DpopOptions } from './confirmation/dpop-options.js'
import { memoryReplayStore } from './confirmation/memory-replay-store.js'
import type { ProtectionEvent, StartedEvent } from './events.js'
import type { IssuerEvent } from './issuer-events.js'
import { Rejection, Unavailable } from './rejection.js'
import type { RejectionCode, Scheme } from './rejection-codes.js'
import { reporter } from './report.js'
import { type BoundIssuer, bindIssuer } from './token/bind-issuer.js'
import { introspectionIssuer } from './token/introspection-issuer.js'
import { jwtIssuer } from './token/jwt-issuer.js'

const emitWarning = vi.spyOn(process, 'emitWarning')
const unhandled = vi.fn()

beforeEach(() => {
  emitWarning.mockReset().mockReturnValue(undefined)
  unhandled.mockReset()
  process.on('unhandledRejection', unhandled)
})
afterEach(() => {
  process.off('unhandledRejection', unhandled)
  vi.unstubAllEnvs()
})

const where = {
  resource,
  publicUrls: [resource],
  certificate: undefined,
  known: {},
  revoked: undefined,
}
const refusal = (code: RejectionCode = 'token_expired') =>
  new Rejection(code, 'for operators', { scheme: 'Bearer' })
const settled = () => new Promise(setImmediate)

const setUp = (schemes: readonly Scheme[], issuers: readonly BoundIssuer[]) => ({
  schemes,
  issuers,
  resolver: false,
  metadata: undefined,
})

const outage = { code: 'metadata_unavailable', message: 'no answer', retryAfterSeconds: 1 } as const

describe('a listener', () => {
  const heard: ProtectionEvent[] = []
  const report = reporter({ ...where, onEvent: (event) => heard.push(event) })
  beforeEach(() => void heard.splice(0))

  test('hears what is enforced, when the resource was set up', () => {
    const bound = bindIssuer(
      jwtIssuer({ issuer, profile: 'jwt', audience: 'a', algorithms: ['ES256'] }),
      bindingWith(),
    )
    report.started(setUp(['Bearer'], [bound]))
    const issuers = [
      {
        kind: 'jwt',
        issuer,
        profile: 'jwt',
        audience: ['a'],
        audienceMayBeAbsent: false,
        algorithms: ['ES256'],
        dpop: undefined,
      },
    ]
    const publicUrls = [resource]
    const event = {
      type: 'started',
      resource,
      schemes: ['Bearer'],
      resolver: false,
      issuers,
      publicUrls,
      certificate: undefined,
      scopes: undefined,
      revoked: false,
      metadata: undefined,
    }
    expect(heard).toStrictEqual([event])
  })

  test('hears of issuers that are asked, and no secret', () => {
    const asked = introspectionIssuer({ issuer, client: { id: 'api', secret: 's3cr3t' } })
    report.started(setUp(['Bearer'], [bindIssuer(asked, bindingWith())]))
    expect(heard).toMatchObject([{ issuers: [{ kind: 'introspection', issuer, audience: [resource] }] }])
    expect(heard).toHaveProperty('0.issuers.0.profile', undefined)
    expect(JSON.stringify(heard)).not.toContain('s3cr3t')
  })

  test.each([
    ['socket' as const, 'socket'],
    [
      { header: 'client-cert', format: 'rfc9440' as const, proxies: new BlockList() },
      { header: 'client-cert', format: 'rfc9440' },
    ],
  ])('hears where client certificates come from', (certificate, told) => {
    reporter({ ...where, certificate, onEvent: (event) => heard.push(event) }).started(setUp(['Bearer'], []))
    expect(heard).toMatchObject([{ certificate: told }])
  })

  test('hears that a token may lack its audience, where that is allowed', () => {
    const bound = bindIssuer(jwtIssuer({ issuer, audience: { absent: 'allowed' } }), bindingWith())
    report.started(setUp(['Bearer'], [bound]))
    expect(heard).toMatchObject([{ issuers: [{ audience: [resource], audienceMayBeAbsent: true }] }])
  })

  test('hears what requirements may name, whether revoked tokens are asked about, and where the metadata is', () => {
    const known = { scopes: ['a'] }
    const onEvent = (event: ProtectionEvent) => heard.push(event)
    const reporting = reporter({ ...where, known, revoked: () => false, onEvent })
    reporting.started({ ...setUp(['Bearer'], []), resolver: true, metadata: 'https://api.example/m' })
    expect(heard).toMatchObject([{ scopes: ['a'], revoked: true, metadata: 'https://api.example/m' }])
    expect((heard[0] as StartedEvent).scopes).not.toBe(known.scopes)
  })

  test('hears copies: nothing that it does to them changes what is enforced', () => {
    const bound = bindIssuer(jwtIssuer({ issuer, audience: 'a' }), bindingWith())
    report.started(setUp(['Bearer'], [bound]))
    const [event] = heard as StartedEvent[]
    for (const { audience, algorithms } of event?.issuers ?? []) {
      for (const list of [audience, algorithms] as string[][]) list.push('none')
    }
    expect(event?.issuers[0]).toMatchObject({ audience: ['a', 'none'] })
    expect([bound.audience.values, bound.algorithms.includes('none' as never)]).toEqual([['a'], false])
  })

  test('hears how proofs are checked with the tokens of each issuer', () => {
    const nonce = { current: () => 'c2VjcmV0', judge: () => 'unknown' as const }
    const store = { firstUse: () => true }
    const dpop = { required: true, nonce, replayStore: store }
    const own = { algorithms: ['ES512'], proofMaxAgeSeconds: 5, futureSkewSeconds: 1 } as const
    const bound = bindIssuer(jwtIssuer({ issuer, dpop: own }), bindingWith({ dpop }))
    report.started(setUp(['DPoP'], [bound]))
    expect(heard).toMatchObject([
      {
        type: 'started',
        schemes: ['DPoP'],
        publicUrls: [resource],
        issuers: [{ dpop: { required: true, ...own, nonce: true } }],
      },
    ])
    expect(JSON.stringify(heard)).not.toContain('c2VjcmV0')
  })

  test('hears that DPoP asks for no nonce', () => {
    report.started(setUp(['DPoP'], [bindIssuer(jwtIssuer({ issuer }), bindingWith({ dpop: {} }))]))
    expect(heard).toMatchObject([{ issuers: [{ dpop: { required: false, nonce: false } }] }, {}])
  })

  describe('is warned that proofs are remembered in this process alone (DPOP-41)', () => {
    const shared = { firstUse: () => true }
    const warned = () => heard.filter(({ type }) => type === 'warning')

    test.each<[string, DpopOptions | undefined, DpopOptions | undefined, number]>([
      ['no store is named', {}, undefined, 1],
      ['an issuer alone has DPoP, and names no store', undefined, {}, 1],
      ['it is named', { replayStore: memoryReplayStore() }, undefined, 1],
      ['an issuer names it', { replayStore: shared }, { replayStore: memoryReplayStore() }, 1],
      ['DPoP is off', undefined, undefined, 0],
      ['the store is shared', { replayStore: shared }, undefined, 0],
      ['the store of the issuer is shared', {}, { replayStore: shared }, 0],
    ])('%s', (_, dpop, own, times) => {
      const trusted = jwtIssuer({ issuer, ...(own && { dpop: own }) })
      report.started(setUp(['Bearer', 'DPoP'], [bindIssuer(trusted, bindingWith({ dpop }))]))
      expect(heard[0]?.type).toBe('started')
      expect(warned()).toHaveLength(times)
      for (const event of warned()) {
        expect(event).toMatchObject({ resource, code: 'replay_store_local' })
        expect(event).toHaveProperty('message', expect.stringContaining('dpop.replayStore'))
      }
    })

    test('once, for however many issuers', () => {
      const issuers = ['https://a.example', 'https://b.example'].map((name) =>
        bindIssuer(jwtIssuer({ issuer: name }), bindingWith({ dpop: {} })),
      )
      report.started(setUp(['Bearer', 'DPoP'], issuers))
      expect(warned()).toHaveLength(1)
    })
  })

  describe('is warned that no issuer accepts the resource as audience, and its metadata is published (PRM-07)', () => {
    const metadata = `${resource}/.well-known/oauth-protected-resource`
    const warned = (audiences: readonly string[], changes: object = {}) => {
      const issuers = audiences.map((audience) => bindIssuer(jwtIssuer({ issuer, audience }), bindingWith()))
      report.started({ ...setUp(['Bearer'], issuers), metadata, ...changes })
      return heard.slice(1)
    }

    test('once', () => {
      expect(warned(['a', 'b'])).toEqual([
        {
          type: 'warning',
          resource,
          code: 'resource_no_audience',
          message: expect.stringMatching(/RFC 9728.*RFC 8707/),
        },
      ])
    })

    test('not where one does, where one may be found, or where nothing is published', () => {
      expect(warned(['a', resource])).toEqual([])
      heard.length = 0
      expect(warned(['a'], { resolver: true })).toEqual([])
      heard.length = 0
      expect(warned(['a'], { metadata: undefined })).toEqual([])
    })
  })

  describe('is warned that the resource has a query (PRM-01, RFC 9728 §1.2)', () => {
    const started = (resource: string, dpop?: DpopOptions) => {
      const reporting = reporter({ ...where, resource, onEvent: (event) => heard.push(event) })
      const bound = bindIssuer(jwtIssuer({ issuer }), bindingWith({ resource, dpop }))
      reporting.started(setUp(['Bearer'], [bound]))
      return heard.map((event) => [event.type, 'code' in event ? event.code : undefined])
    }

    test.each([`${resource}?tenant=1`, `${resource}/a/?`])(
      '%s: once, after it was told what is enforced',
      (given) => {
        expect(started(given)).toEqual([
          ['started', undefined],
          ['warning', 'resource_has_query'],
        ])
        expect(heard[1]).toMatchObject({ resource: given, message: expect.stringContaining('RFC 9728 §1.2') })
      },
    )

    test('beside other warnings', () => {
      expect(started(`${resource}?tenant=1`, {}).slice(1)).toEqual([
        ['warning', 'resource_has_query'],
        ['warning', 'replay_store_local'],
      ])
    })

    test.each([resource, `${resource}/`, `${resource}/a/b`])('%s: not at all', (given) => {
      expect(started(given)).toEqual([['started', undefined]])
    })
  })

  test('hears of a refused request what operators need', () => {
    const rejection = Object.assign(refusal(), { issuer })
    report.refused(rejection)
    const facts = { code: 'token_expired', status: 401, error: 'invalid_token', message: 'for operators' }
    expect(heard).toEqual([{ type: 'rejected', resource, ...facts, scheme: 'Bearer', issuer }])
  })

  test('hears of a request that could not be decided', () => {
    const unavailable = new Unavailable('keys_unavailable', 'no answer', { retryAfterSeconds: 3 })
    report.refused(Object.assign(unavailable, { issuer }))
    const facts = { code: 'keys_unavailable', message: 'no answer', retryAfterSeconds: 3 }
    expect(heard).toEqual([{ type: 'unavailable', resource, ...facts, issuer }])
  })

  test('hears of each refusal once, however often it passes by', () => {
    const [first, second] = [refusal(), refusal()]
    for (const error of [first, first, second, first]) report.refused(error)
    expect(heard).toHaveLength(2)
  })

  test('hears nothing of errors that are not ours', () => {
    for (const error of [new Error('x'), new TypeError('x'), null, undefined, 'x'])
      expect(report.refused(error)).toBe(error)
    expect(heard).toEqual([])
  })

  test('hears the refusals of another copy of this package', async () => {
    vi.resetModules()
    const copy = await import('./rejection.js')
    report.refused(new copy.Rejection('token_expired', 'x'))
    report.refused(new copy.Unavailable('keys_unavailable', 'x', { retryAfterSeconds: 1 }))
    expect(heard.map(({ type }) => type)).toEqual(['rejected', 'unavailable'])
  })

  test('hears whether more issuers are found by a resolver (META-08)', () => {
    report.started({ ...setUp(['Bearer'], []), resolver: true })
    expect(heard).toMatchObject([{ type: 'started', resolver: true }])
  })

  test.each([
    [false, []],
    [true, ['ES256']],
  ])(
    'hears which algorithms count where the server is asked; signed: %s (INTRO-11)',
    (signed, algorithms) => {
      const options = signed ? { signed, algorithms: ['ES256'] as const } : {}
      const asked = introspectionIssuer({ issuer, client: { id: 'api', secret: 's' }, ...options })
      report.started(setUp(['Bearer'], [bindIssuer(asked, bindingWith())]))
      expect(heard).toMatchObject([{ issuers: [{ algorithms }] }])
    },
  )

  test.each<IssuerEvent>([
    { type: 'metadata_refreshed', kind: 'jwt', issuer },
    { type: 'metadata_refresh_failed', kind: 'introspection', issuer, ...outage },
    { type: 'keys_refresh_failed', kind: 'jwt', issuer, ...outage },
    { type: 'keys_refreshed', kind: 'jwt', issuer, keys: 2, freshForSeconds: 600 },
    { type: 'keys_state_changed', kind: 'jwt', issuer, from: 'fresh', to: 'stale' },
    {
      type: 'introspection_state_changed',
      kind: 'introspection',
      issuer,
      from: 'unknown',
      to: 'available',
      code: undefined,
      message: undefined,
    },
  ])('hears what becomes of an issuer, and for which resource: $type (META-07)', (event) => {
    report.issuer(event)
    expect(heard).toStrictEqual([{ ...event, resource }])
  })

  test('hears nothing twice over: no warning besides', () => {
    report.refused(refusal())
    expect(emitWarning).not.toHaveBeenCalled()
  })
})

test('gives every error back as it is', () => {
  const report = reporter({ ...where, onEvent: () => undefined })
  for (const error of [refusal(), new Error('x'), undefined]) expect(report.refused(error)).toBe(error)
})

describe('a broken listener', () => {
  test.each([
    [
      'throws',
      () => {
        throw new Error('out of disk')
      },
    ],
    ['rejects', () => Promise.reject(new Error('out of disk'))],
    ['rejects later', () => settled().then(() => Promise.reject(new Error('out of disk')))],
  ])('that %s breaks no request, and is told of in a warning', async (_, onEvent) => {
    const report = reporter({ ...where, onEvent })
    const error = refusal()
    expect(report.refused(error)).toBe(error)
    report.started(setUp(['Bearer'], []))
    await settled()
    await settled()
    expect(emitWarning.mock.calls).toEqual([['onEvent failed. Told once.', { type: 'PortcullisWarning' }]])
    expect(unhandled).not.toHaveBeenCalled()
  })

  test.each([undefined, null, 'text', { message: 'text' }])('may throw anything: %j', async (thrown) => {
    const report = reporter({
      ...where,
      onEvent: () => {
        throw thrown
      },
    })
    expect(() => report.refused(refusal())).not.toThrow()
    await settled()
    expect(emitWarning).toHaveBeenCalledOnce()
    expect(unhandled).not.toHaveBeenCalled()
  })

  test('is not waited for', () => {
    const report = reporter({ ...where, onEvent: () => new Promise(() => undefined) })
    const error = refusal()
    expect(report.refused(error)).toBe(error)
  })
})

describe('without a listener', () => {
  test('the first refusal of each code is warned of', () => {
    const report = reporter({ ...where, onEvent: undefined })
    for (const code of ['token_expired', 'token_expired', 'scope_insufficient', 'token_expired'] as const)
      report.refused(refusal(code))
    expect(emitWarning.mock.calls.map(([warning]) => warning)).toEqual([
      `${resource}: token_expired: for operators`,
      `${resource}: scope_insufficient: for operators`,
    ])
    expect(emitWarning.mock.calls[0]?.[1]).toMatchObject({
      type: 'PortcullisWarning',
      code: 'token_expired',
      detail: expect.stringContaining('onEvent'),
    })
  })

  test('two resources warn each for itself', () => {
    for (const name of ['https://a.example', 'https://b.example'])
      reporter({ ...where, resource: name, onEvent: undefined }).refused(refusal())
    expect(emitWarning).toHaveBeenCalledTimes(2)
  })

  test('an outage is warned of, too', () => {
    const unavailable = new Unavailable('metadata_unavailable', 'no answer', { retryAfterSeconds: 1 })
    reporter({ ...where, onEvent: undefined }).refused(unavailable)
    expect(emitWarning.mock.calls[0]?.[0]).toBe(`${resource}: metadata_unavailable: no answer`)
  })

  test('an issuer that fails is warned of once for each code, and that it answers again is not (META-07)', () => {
    const report = reporter({ ...where, onEvent: undefined })
    const failed = { code: 'introspection_unavailable', message: 'no answer' } as const
    const whose = { type: 'introspection_state_changed', kind: 'introspection', issuer } as const
    for (let time = 0; time < 2; time++) {
      report.issuer({ ...whose, from: 'available', to: 'unavailable', ...failed })
      report.issuer({ ...whose, from: 'unavailable', to: 'available', code: undefined, message: undefined })
      report.issuer({ type: 'metadata_refreshed', kind: 'jwt', issuer })
      report.issuer({ type: 'metadata_refresh_failed', kind: 'jwt', issuer, ...outage })
    }
    expect(emitWarning.mock.calls.map(([warning]) => warning)).toEqual([
      `${resource}: introspection_unavailable: no answer`,
      `${resource}: metadata_unavailable: no answer`,
    ])
  })

  test('setting up is not', () => {
    reporter({ ...where, onEvent: undefined }).started(setUp(['Bearer'], []))
    expect(emitWarning).not.toHaveBeenCalled()
  })

  test('a replay store of this process alone is warned of', () => {
    const bound = bindIssuer(jwtIssuer({ issuer }), bindingWith({ dpop: {} }))
    reporter({ ...where, onEvent: undefined }).started(setUp(['Bearer', 'DPoP'], [bound]))
    expect(emitWarning.mock.calls).toEqual([
      [
        expect.stringMatching(/^https:\/\/api\.example: replay_store_local: used DPoP proofs /),
        expect.objectContaining({ type: 'PortcullisWarning', code: 'replay_store_local' }),
      ],
    ])
  })

  test('a resource with a query is warned of, in production, too (PRM-01)', () => {
    vi.stubEnv('NODE_ENV', 'production')
    reporter({ ...where, resource: `${resource}?a`, onEvent: undefined }).started(setUp(['Bearer'], []))
    expect(emitWarning.mock.calls).toEqual([
      [
        expect.stringMatching(/^https:\/\/api\.example\?a: resource_has_query: the resource identifier /),
        expect.objectContaining({ type: 'PortcullisWarning', code: 'resource_has_query' }),
      ],
    ])
  })

  test('nothing is warned of in production', () => {
    vi.stubEnv('NODE_ENV', 'production')
    const report = reporter({ ...where, onEvent: undefined })
    report.started(setUp(['Bearer'], []))
    report.refused(refusal())
    expect(emitWarning).not.toHaveBeenCalled()
  })
})
