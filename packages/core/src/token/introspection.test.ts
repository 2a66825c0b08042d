import { inspect } from 'node:util'
import { describe, expect, test, vi } from 'vitest'
import { clockAt } from '../../test-support/clock.js'
import { fakeKeys } from '../../test-support/fake-keys.js'
import { reasonOf, rejection } from '../../test-support/refusal.js'
import { issuer, moment, resource } from '../../test-support/tokens.js'
import { defaultAlgorithms } from '../jws/signature-algorithms.js'
import { Unavailable } from '../rejection.js'
import { Introspection } from './introspection.js'
import { readClient } from './introspection-client.js'

const url = `${issuer}/introspect`
const secretToken = 'opaque-S3CR3T-token'
const good = { active: true, aud: resource, exp: moment + 300, sub: 'user-1' }

type Context = ConstructorParameters<typeof Introspection>[0]
type Answer = (request: {
  url: string
  init: RequestInit
  body: URLSearchParams
}) => Response | Promise<Response>

function asking(answer: Answer | object = good, changes: Partial<Context> = {}, timeoutSeconds = 5) {
  const clock = clockAt(moment)
  const asked: { url: string; init: RequestInit; body: URLSearchParams }[] = []
  const fetch: typeof globalThis.fetch = async (input, init = {}) => {
    const request = {
      url: input instanceof Request ? input.url : input.toString(),
      init,
      body: new URLSearchParams(init.body as string),
    }
    asked.push(request)
    return typeof answer === 'function' ? (answer as Answer)(request) : Response.json(answer)
  }
  const introspection = new Introspection({
    issuer,
    audience: { values: [resource], single: false, absentAllowed: false },
    expiryMayBeAbsent: false,
    scopeClaims: undefined,
    clockToleranceSeconds: 5,
    algorithms: defaultAlgorithms,
    authenticate: readClient('client', { id: 'api', secret: 's' }, issuer),
    clientId: 'api',
    cacheSeconds: 60,
    maxConcurrent: 50,
    signed: false,
    http: { timeoutSeconds, maxBytes: 1000, fetch },
    endpoint: async () => url,
    keys: fakeKeys(),
    now: () => clock.now() / 1000,
    ...changes,
  })
  return { clock, asked, introspection, verify: (token = secretToken) => introspection.verify(token) }
}
const unavailable = { name: 'Unavailable', code: 'introspection_unavailable', status: 503 }

describe('the question', () => {
  test('is a POST with a form, and the token stands in its body alone (INTRO-01)', async () => {
    const { asked, verify } = asking()
    await verify('a+b/c=&d')
    expect(asked).toHaveLength(1)
    expect(asked[0]).toMatchObject({ url, init: { method: 'POST', redirect: 'manual' } })
    expect(asked[0]?.init.headers).toEqual({
      accept: 'application/json',
      'content-type': 'application/x-www-form-urlencoded',
      authorization: `Basic ${Buffer.from('api:s').toString('base64')}`,
    })
    expect([...(asked[0]?.body ?? [])]).toEqual([
      ['token', 'a+b/c=&d'],
      ['token_type_hint', 'access_token'],
    ])
  })

  test('carries what shows who asks (INTRO-02)', async () => {
    const client = { id: 'api', secret: 's', method: 'client_secret_post' } as const
    const { asked, verify } = asking(good, { authenticate: readClient('client', client, issuer) })
    await verify()
    expect(asked[0]?.init.headers).not.toHaveProperty('authorization')
    expect(Object.fromEntries(asked[0]?.body ?? [])).toMatchObject({ client_id: 'api', client_secret: 's' })
  })

  test('asks for a signed answer where one is demanded (INTRO-11)', async () => {
    const { asked, verify } = asking(good, { signed: true })
    expect(await reasonOf(verify())).toMatchObject(unavailable)
    expect(asked[0]?.init.headers).toMatchObject({ accept: 'application/token-introspection+jwt' })
  })

  test('carries no DPoP proof (DPOP-47)', async () => {
    const { asked, verify } = asking()
    await verify()
    expect(new Headers(asked[0]?.init.headers).has('dpop')).toBe(false)
  })
})

test('finds an active token good', async () => {
  expect(await asking().verify()).toMatchObject({ issuer, subject: 'user-1', expiresAt: moment + 300 })
})

test('finds a token that is not active, or not for here, bad (INTRO-04, INTRO-06)', async () => {
  expect(await reasonOf(asking({ active: false }).verify())).toEqual(rejection('token_inactive'))
  expect(await reasonOf(asking({ ...good, aud: 'x' }).verify())).toEqual(rejection('token_audience_mismatch'))
})

describe('what cannot be decided is an outage, never active and never the fault of the client (INTRO-05)', () => {
  const hang = () => new Promise<never>(() => undefined)
  test.each<[string, Answer]>([
    ...[400, 401, 403, 404, 429, 500, 503].map((status): [string, Answer] => [
      `status ${status}`,
      () => Response.json(good, { status }),
    ]),
    ['a redirect', () => new Response(null, { status: 307, headers: { location: 'https://evil.example' } })],
    ['HTML', () => new Response('<html>', { headers: { 'content-type': 'text/html' } })],
    ['garbage', () => new Response('{"active":true', { headers: { 'content-type': 'application/json' } })],
    ['no content', () => new Response(null, { status: 204 })],
    ['too much', () => Response.json({ ...good, x: 'x'.repeat(1000) })],
    [
      'no connection',
      () => Promise.reject(new TypeError('fetch failed', { cause: new Error('ECONNREFUSED') })),
    ],
    ['no answer', hang],
    [
      'a body without end',
      () =>
        new Response(new ReadableStream({ pull: hang }), { headers: { 'content-type': 'application/json' } }),
    ],
  ])('%s', async (_, answer) => {
    const { verify, asked, introspection } = asking(answer, {}, 0.02)
    const error = await reasonOf(verify())
    expect(error).toMatchObject({ ...unavailable, retryAfterSeconds: 1 })
    expect(inspect(error, { depth: Infinity })).not.toContain('S3CR3T')
    expect(introspection.health()).toEqual({ state: 'unavailable', lastError: 'introspection_unavailable' })
    await reasonOf(verify())
    expect(asked).toHaveLength(2)
  })

  test('an endpoint that is not known', async () => {
    const gone = () => Promise.reject(new Unavailable('metadata_unavailable', 'x', { retryAfterSeconds: 60 }))
    const { verify, asked } = asking(good, { endpoint: gone })
    expect(await reasonOf(verify())).toMatchObject({ code: 'metadata_unavailable', retryAfterSeconds: 60 })
    expect(asked).toEqual([])
  })
})

describe('many requests with one token', () => {
  const together = (verify: () => Promise<unknown>) => Promise.all(Array.from({ length: 100 }, verify))

  test('ask once (INTRO-09)', async () => {
    const { verify, asked } = asking()
    expect(new Set(await together(() => verify())).size).toBe(1)
    expect(asked).toHaveLength(1)
  })

  test.each<[string, Answer | object]>([
    ['refused', { active: false }],
    ['undecided', () => new Response(null, { status: 500 })],
  ])('are %s each with an error of its own (INTRO-09)', async (_, answer) => {
    const { verify, asked } = asking(answer)
    const errors = await together(() => reasonOf(verify()))
    expect(asked).toHaveLength(1)
    expect(new Set(errors).size).toBe(100)
    expect(new Set(errors.map((error) => (error as Error).message)).size).toBe(1)
  })

  test('are refused from memory each with an error of its own (INTRO-09)', async () => {
    const { verify, asked } = asking({ active: false })
    expect(await reasonOf(verify())).not.toBe(await reasonOf(verify()))
    expect(asked).toHaveLength(1)
  })

  test('ask once where nothing is remembered, and later anew (INTRO-09)', async () => {
    const { verify, asked } = asking(good, { cacheSeconds: 0 })
    await together(() => verify())
    await together(() => verify())
    expect(asked).toHaveLength(2)
  })

  test('of which the answer is awaited again after a failure (INTRO-09)', async () => {
    let isUp = false
    const { verify } = asking(() => (isUp ? Response.json(good) : new Response(null, { status: 500 })))
    expect(await reasonOf(verify())).toMatchObject(unavailable)
    isUp = true
    expect(await verify()).toMatchObject({ subject: 'user-1' })
  })
})

describe('an answer is remembered', () => {
  test('for cacheSeconds (INTRO-07)', async () => {
    const { verify, asked, clock } = asking()
    await verify()
    clock.advance(59.999)
    await verify()
    expect(asked).toHaveLength(1)
    clock.advance(0.001)
    await verify()
    expect(asked).toHaveLength(2)
  })

  test('never past exp (INTRO-07)', async () => {
    const { verify, asked, clock } = asking({ ...good, exp: moment + 5 })
    await verify()
    clock.advance(4.999)
    await verify()
    expect(asked).toHaveLength(1)
    clock.advance(0.001)
    await verify()
    expect(asked).toHaveLength(2)
  })

  test('for cacheSeconds when it has no exp (INTRO-07)', async () => {
    const { verify, asked, clock } = asking({ active: true, aud: resource }, { expiryMayBeAbsent: true })
    await verify()
    clock.advance(59)
    await verify()
    expect(asked).toHaveLength(1)
    clock.advance(1)
    await verify()
    expect(asked).toHaveLength(2)
  })

  test.each([
    [60, 5],
    [2, 2],
    [0, 0],
  ])(
    'for 5 s when it refuses, and for less where cacheSeconds is less: %i (INTRO-09)',
    async (cacheSeconds, kept) => {
      const { verify, asked, clock } = asking({ active: false }, { cacheSeconds })
      await reasonOf(verify())
      clock.advance(kept - 0.001)
      await reasonOf(verify())
      expect(asked).toHaveLength(kept > 0 ? 1 : 2)
      clock.advance(0.001)
      await reasonOf(verify())
      expect(asked).toHaveLength(kept > 0 ? 2 : 3)
    },
  )

  test('no longer for a clock that is set back (INTRO-07)', async () => {
    const { verify, asked, clock } = asking()
    await verify()
    clock.advance(-1)
    await verify()
    expect(asked).toHaveLength(2)
  })

  test('for its own token only (INTRO-08)', async () => {
    const { verify, asked } = asking(({ body }: { body: URLSearchParams }) =>
      Response.json({ ...good, active: body.get('token') === 'a' }),
    )
    await verify('a')
    expect(await reasonOf(verify('A'))).toEqual(rejection('token_inactive'))
    expect(asked).toHaveLength(2)
  })

  test('by one resource only (INTRO-08)', async () => {
    const [one, other] = [asking(), asking({ active: false })]
    await one.verify()
    expect(await reasonOf(other.verify())).toEqual(rejection('token_inactive'))
  })

  test('under no name that shows the token (INTRO-08)', async () => {
    const set = vi.spyOn(Map.prototype, 'set')
    try {
      await asking().verify()
      expect(set.mock.calls.length).toBeGreaterThan(0)
      expect(
        inspect(
          set.mock.calls.map(([name]) => name),
          { depth: Infinity },
        ),
      ).not.toContain('S3CR3T')
    } finally {
      set.mockRestore()
    }
  })
})

describe('questions without an answer', () => {
  test('are limited; what is known and what is being asked goes on (INTRO-09)', async () => {
    const waiting: (() => void)[] = []
    const answer = () => new Promise<Response>((resolve) => waiting.push(() => resolve(Response.json(good))))
    const { verify, asked, introspection } = asking(answer, { maxConcurrent: 2 })
    const [a, b] = [verify('a'), verify('b')]
    const error = await reasonOf(verify('c'))
    expect(error).toMatchObject({ ...unavailable, retryAfterSeconds: 1 })
    expect((error as Error).message).toContain('maxConcurrent')
    const again = verify('a')
    await vi.waitFor(() => expect(waiting).toHaveLength(2))
    for (const respond of waiting.splice(0)) respond()
    expect(new Set(await Promise.all([a, again])).size).toBe(1)
    await b
    expect(introspection.health().state).toBe('available')
    const c = verify('c')
    await vi.waitFor(() => expect(waiting).toHaveLength(1))
    for (const respond of waiting) respond()
    await c
    expect(asked).toHaveLength(3)
  })
})

describe('health', () => {
  test('is unknown at first, then how the last question went', async () => {
    let status = 200
    const { introspection, verify } = asking(() => Response.json({ active: false }, { status }))
    expect(introspection.health()).toEqual({ state: 'unknown', lastError: undefined })
    await reasonOf(verify('a'))
    expect(introspection.health()).toEqual({ state: 'available', lastError: undefined })
    status = 500
    await reasonOf(verify('b'))
    expect(introspection.health()).toEqual({ state: 'unavailable', lastError: 'introspection_unavailable' })
  })
})

describe('ready', () => {
  test('finds the endpoint, and the keys for signed answers only', async () => {
    const keys = () => fakeKeys([], { ready: vi.fn(async () => undefined) })
    const [plain, signed] = [keys(), keys()]
    const { introspection, asked } = asking(good, { keys: plain })
    await introspection.ready()
    await asking(good, { keys: signed, signed: true }).introspection.ready()
    expect(plain.ready).not.toHaveBeenCalled()
    expect(signed.ready).toHaveBeenCalledOnce()
    expect(asked).toEqual([])
  })

  test('says what is missing', async () => {
    const missing = new Unavailable('metadata_unavailable', 'x', { retryAfterSeconds: 1 })
    const { introspection } = asking(good, { endpoint: () => Promise.reject(missing) })
    expect(await reasonOf(introspection.ready())).toBe(missing)
  })
})
