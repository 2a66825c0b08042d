import { inspect } from 'node:util'
import { describe, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { clockAt } from '../../test-support/clock.js'
import { fakeKeys } from '../../test-support/fake-keys.js'
import { reasonOf, rejection } from '../../test-support/refusal.js'
import { issuer, moment, resource } from '../../test-support/tokens.js'
import type { TellNews } from '../issuer-events.js'
import { defaultAlgorithms } from '../jws/signature-algorithms.js'
import { Unavailable } from '../rejection.js'
import type { ClaimsSchema } from './claims-schema.js'
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
    clientIdClaims: undefined,
    claimsSchema: undefined,
    extend: undefined,
    requestFormat: 'form',
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
function schemaOf(validate: (value: unknown) => unknown): ClaimsSchema {
  return { '~standard': { version: 1, vendor: 'test', validate } } as unknown as ClaimsSchema
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
    ['a reset', () => Promise.reject(new TypeError('fetch failed', { cause: new Error('x') }))],
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
    const { verify, asked, introspection, clock } = asking(answer, {}, 0.02)
    const error = await reasonOf(verify())
    expect(error).toMatchObject({ ...unavailable, retryAfterSeconds: 1 })
    expect(inspect(error, { depth: Infinity })).not.toContain('S3CR3T')
    expect(introspection.health()).toEqual({ state: 'unavailable', lastError: 'introspection_unavailable' })
    clock.advance(1)
    await reasonOf(verify())
    expect(asked).toHaveLength(2)
  })

  test.each<[string, () => unknown]>([
    ['an error', () => new Error('S3CR3T')],
    ['a text', () => 'S3CR3T'],
    ['nothing', () => undefined],
    ['null', () => null],
    ['what looks like one of ours', () => ({ name: 'Rejection', code: 'token_inactive', message: 'S3CR3T' })],
  ])('code of the application that throws %s (INTRO-05)', async (_, thrown) => {
    const authenticate = () => Promise.reject(thrown())
    const { verify, asked } = asking(good, { authenticate, cacheSeconds: 0 })
    for (const token of ['a', 'b', 'c', 'd']) {
      const error = await reasonOf(verify(token))
      expect(error).toMatchObject({ ...unavailable, message: 'the answer could not be read' })
    }
    expect(asked).toEqual([])
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
    const answer = () => (isUp ? Response.json(good) : new Response(null, { status: 500 }))
    const { verify, clock } = asking(answer)
    expect(await reasonOf(verify())).toMatchObject(unavailable)
    isUp = true
    clock.advance(1)
    expect(await verify()).toMatchObject({ subject: 'user-1' })
  })

  test.each([60, 0])(
    'of which none was answered do not ask again for a second, whatever cacheSeconds is: %i (INTRO-09)',
    async (cacheSeconds) => {
      const { verify, asked, clock } = asking(() => new Response(null, { status: 500 }), { cacheSeconds })
      const first = await reasonOf(verify())
      clock.advance(0.999)
      const second = await reasonOf(verify())
      expect(second).toMatchObject({ ...unavailable, message: (first as Error).message })
      expect(second).not.toBe(first)
      expect(asked).toHaveLength(1)
      await reasonOf(verify('another'))
      expect(asked).toHaveLength(2)
      clock.advance(0.001)
      await reasonOf(verify())
      expect(asked).toHaveLength(3)
    },
  )

  test('of which none was answered count that second from the end of the question (INTRO-09)', async () => {
    let took = 0
    const { verify, asked, clock } = asking(() => {
      clock.advance(took)
      return new Response(null, { status: 500 })
    })
    took = 4
    await reasonOf(verify())
    await reasonOf(verify())
    expect(asked).toHaveLength(1)
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

  test.each([0, 1, 100_000])(
    'no longer for a clock that is set back, by %i s (INTRO-07)',
    async (seconds) => {
      const { verify, asked, clock } = asking()
      await verify()
      clock.advance(-seconds)
      await verify()
      clock.advance(59.999)
      await verify()
      expect(asked).toHaveLength(1)
      clock.advance(0.001)
      await verify()
      expect(asked).toHaveLength(2)
    },
  )

  test('from the time of the question on, not of the answer: it may have been true then (INTRO-07)', async () => {
    const { verify, asked, clock } = asking(() => {
      clock.advance(4)
      return Response.json(good)
    })
    await verify()
    clock.advance(55.999)
    await verify()
    expect(asked).toHaveLength(1)
    clock.advance(0.001)
    await verify()
    expect(asked).toHaveLength(2)
  })

  test('not while the clock shows no number, and nothing is active then (INTRO-06, INTRO-07)', async () => {
    let broken = false
    const { verify, asked, clock } = asking(good, { now: () => (broken ? Number.NaN : clock.now() / 1000) })
    await verify()
    broken = true
    for (let time = 0; time < 2; time++) expect(await reasonOf(verify())).toEqual(rejection('token_expired'))
    expect(asked).toHaveLength(3)
    broken = false
    expect(await verify()).toMatchObject({ subject: 'user-1' })
    expect(asked).toHaveLength(4)
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

describe('claims with a schema', () => {
  const claims = { tenant: 'north' }

  test('are fitted once for an answer that is remembered', async () => {
    const validate = vi.fn((value: unknown) => ({ value: { ...(value as object), tenant: 'South' } }))
    const { verify } = asking({ ...good, ...claims }, { claimsSchema: schemaOf(validate) })
    const [first, second] = [await verify(), await verify()]
    expect(first).toBe(second)
    expect([first.claims['tenant'], first.fittedClaims?.['tenant']]).toEqual(['north', 'South'])
    expect(Object.isFrozen(first.fittedClaims)).toBe(true)
    expect(validate).toHaveBeenCalledOnce()
  })

  test('that do not fit are refused, and that is remembered like every refusal', async () => {
    const { verify, asked } = asking(
      { ...good, ...claims },
      { claimsSchema: z.object({ tenant: z.number() }) },
    )
    for (let times = 0; times < 2; times++)
      expect(await reasonOf(verify())).toMatchObject({ code: 'token_claim_invalid' })
    expect(asked).toHaveLength(1)
  })

  test('are asked for anew after the schema threw', async () => {
    const validate = vi.fn((value: unknown) => ({ value }))
    validate.mockImplementationOnce(() => {
      throw new Error('down')
    })
    const { verify, asked, clock } = asking(good, { claimsSchema: schemaOf(validate) })
    expect(await reasonOf(verify())).toMatchObject({ name: 'Unavailable', code: 'check_unavailable' })
    clock.advance(1)
    await expect(verify()).resolves.toMatchObject({ subject: 'user-1' })
    expect(asked).toHaveLength(2)
  })

  test.each<[string, Partial<Context>]>([
    ['schema', { claimsSchema: schemaOf(() => Promise.reject(new Error('down'))) }],
    [
      'extend',
      {
        extend: () => {
          throw new Error('down')
        },
      },
    ],
  ])('that code of the application cannot judge are no outage of the server: %s', async (_, changes) => {
    const told: unknown[] = []
    const { verify, introspection } = asking(good, { ...changes, tell: (news) => told.push(news) })
    for (const token of ['a', 'b', 'c'])
      expect(await reasonOf(verify(token))).toMatchObject({ code: 'check_unavailable', retryAfterSeconds: 1 })
    expect(introspection.health()).toEqual({ state: 'available', lastError: undefined })
    expect(told).toMatchObject([{ from: 'unknown', to: 'available', code: undefined }])
  })

  test('hold a place among the questions for five seconds at most', async () => {
    vi.useFakeTimers()
    const validate = () => new Promise(() => undefined)
    const { verify, introspection } = asking(good, { claimsSchema: schemaOf(validate), maxConcurrent: 1 })
    const first = reasonOf(verify('a'))
    expect(await reasonOf(verify('b'))).toMatchObject({ code: 'introspection_unavailable' })
    await vi.advanceTimersByTimeAsync(5000)
    vi.useRealTimers()
    expect(await first).toMatchObject({ code: 'check_unavailable' })
    expect(introspection.health()).toEqual({ state: 'available', lastError: undefined })
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

test('tells of every change of state, and of nothing else', async () => {
  let status = 500
  const tell = vi.fn<TellNews>()
  const answer = () => Response.json(good, { status })
  const { verify, introspection, clock } = asking(answer, { tell, cacheSeconds: 0 })
  const type = 'introspection_state_changed'
  const failed = { code: 'introspection_unavailable', message: expect.stringContaining('got 500') }
  await reasonOf(verify())
  await reasonOf(verify('another'))
  expect(tell.mock.calls).toEqual([[{ type, from: 'unknown', to: 'unavailable', ...failed }]])
  status = 200
  clock.advance(1)
  await verify()
  await verify()
  const well = { code: undefined, message: undefined }
  expect(tell.mock.calls[1]).toEqual([{ type, from: 'unavailable', to: 'available', ...well }])
  expect(tell).toHaveBeenCalledTimes(2)
  expect(introspection.health()).toEqual({ state: 'available', lastError: undefined })
})

test('a failure keeps what caused it, for operators', async () => {
  const cause = new Error('socket hang up')
  const error = await reasonOf(asking(() => Promise.reject(cause)).verify())
  expect(((error as Error).cause as Error).cause).toBe(cause)
})

test('of an error the server says which (INTRO-05)', async () => {
  const answer = () => Response.json({ error: 'invalid_client' }, { status: 401 })
  expect((await reasonOf(asking(answer).verify())) as Error).toMatchObject({
    message: `${url}: expected status 200, got 401 and "invalid_client"; see introspectionIssuer({ client })`,
  })
})

test('once closed, asks nobody; what is remembered is relied on', async () => {
  const { verify, asked, introspection } = asking()
  await verify('a')
  introspection.close()
  expect(await verify('a')).toMatchObject({ subject: 'user-1' })
  expect(await reasonOf(verify('b'))).toMatchObject({
    ...unavailable,
    message: 'closed: nobody is asked any more',
  })
  expect(asked).toHaveLength(1)
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

  test('says what is missing, and so does health from then on (META-06)', async () => {
    const missing = new Unavailable('metadata_unavailable', 'x', { retryAfterSeconds: 1 })
    const tell = vi.fn<TellNews>()
    const endpoint = vi.fn(async () => url).mockRejectedValueOnce(missing)
    const { introspection, verify } = asking(good, { endpoint, tell })
    const type = 'introspection_state_changed'
    expect(await reasonOf(introspection.ready())).toBe(missing)
    expect(introspection.health()).toEqual({ state: 'unavailable', lastError: 'metadata_unavailable' })
    await introspection.ready()
    expect(introspection.health()).toEqual({ state: 'unknown', lastError: undefined })
    await verify()
    await introspection.ready()
    expect(introspection.health()).toEqual({ state: 'available', lastError: undefined })
    const none = { code: undefined, message: undefined }
    expect(tell.mock.calls.map(([news]) => news)).toEqual([
      { type, from: 'unknown', to: 'unavailable', code: 'metadata_unavailable', message: 'x' },
      { type, from: 'unavailable', to: 'unknown', ...none },
      { type, from: 'unknown', to: 'available', ...none },
    ])
  })

  test('says what is missing of the keys for signed answers', async () => {
    const missing = new Unavailable('keys_unavailable', 'x', { retryAfterSeconds: 1 })
    const keys = fakeKeys([], { ready: () => Promise.reject(missing) })
    const { introspection } = asking(good, { keys, signed: true })
    expect(await reasonOf(introspection.ready())).toBe(missing)
    expect(introspection.health()).toEqual({ state: 'unavailable', lastError: 'keys_unavailable' })
  })

  test('does not say that questions are answered again: nobody asked', async () => {
    const { introspection, verify } = asking(() => new Response(null, { status: 500 }))
    await reasonOf(verify())
    await introspection.ready()
    expect(introspection.health()).toEqual({ state: 'unavailable', lastError: 'introspection_unavailable' })
  })
})

describe('an endpoint that does not answer', () => {
  const outages: [string, Answer][] = [
    ['status 401', () => new Response(null, { status: 401 })],
    ['status 429 with Retry-After', () => busy(429)],
    ['status 503 with Retry-After', () => busy(503)],
    ['no connection', () => Promise.reject(unreachable)],
  ]
  const busy = (status: number) => new Response(null, { status, headers: { 'retry-after': '1' } })
  const unreachable = new TypeError('fetch failed', {
    cause: Object.assign(new Error('x'), { code: 'ECONNREFUSED' }),
  })
  const others: [string, Answer][] = [
    ...[400, 403, 404, 429, 500, 502, 503, 504].map((status): [string, Answer] => [
      `status ${status}`,
      () => new Response(null, { status }),
    ]),
    ['a redirect', () => new Response(null, { status: 302, headers: { location: url } })],
    ['garbage', () => new Response('{', { headers: { 'content-type': 'application/json' } })],
    ['too much', () => Response.json({ ...good, x: 'x'.repeat(1000) })],
    ['that the token is not active', () => Response.json({ active: false })],
    ['a token for another resource', () => Response.json({ ...good, aud: 'x' })],
  ]
  const failing = async (verify: (token: string) => Promise<unknown>, ...tokens: string[]) => {
    for (const token of tokens) await reasonOf(verify(token))
  }

  test.each(outages)('is given a pause after the second time: %s (INTRO-09)', async (_, answer) => {
    const { verify, asked, clock } = asking(answer, { random: () => 1 }, 0.01)
    await failing(verify, 'a', 'b', 'c', 'd')
    expect(asked).toHaveLength(2)
    const error = await reasonOf(verify('e'))
    expect(error).toMatchObject({ ...unavailable, retryAfterSeconds: 1 })
    expect((error as Error).message).toMatch(/^https:.*; it is given a pause$/)
    clock.advance(1)
    await failing(verify, 'f', 'g')
    expect(asked).toHaveLength(3)
    expect(await reasonOf(verify('h'))).toMatchObject({ retryAfterSeconds: 2 })
  })

  test.each(others)(
    'is something else than what a single token may cause, which makes no pause: %s (INTRO-09)',
    async (_, answer) => {
      const { verify, asked } = asking(answer)
      await failing(verify, 'a', 'b', 'c', 'd')
      expect(asked).toHaveLength(4)
    },
  )

  test('says with the last failure how long the pause is, and honours Retry-After (INTRO-05)', async () => {
    const headers = { 'retry-after': '7' }
    const { verify, asked, clock } = asking(() => new Response(null, { status: 503, headers }))
    expect(await reasonOf(verify('a'))).toMatchObject({ ...unavailable, retryAfterSeconds: 1 })
    expect(await reasonOf(verify('b'))).toMatchObject({ ...unavailable, retryAfterSeconds: 7 })
    clock.advance(6.999)
    await failing(verify, 'c')
    expect(asked).toHaveLength(2)
    clock.advance(0.001)
    await failing(verify, 'd')
    expect(asked).toHaveLength(3)
  })

  test('is tried with one question; when that is answered, all are asked again (INTRO-09)', async () => {
    let answer = async (): Promise<Response> => new Response(null, { status: 401 })
    const { verify, asked, clock, introspection } = asking(() => answer(), { random: () => 1 })
    await failing(verify, 'a', 'b')
    clock.advance(1)
    let respond = (_: Response): void => undefined
    answer = () => new Promise((resolve) => (respond = resolve))
    const first = verify('c')
    await vi.waitFor(() => expect(asked).toHaveLength(3), { interval: 1 })
    await failing(verify, 'd', 'e')
    expect(asked).toHaveLength(3)
    respond(Response.json(good))
    expect(await first).toMatchObject({ subject: 'user-1' })
    expect(introspection.health().state).toBe('available')
    answer = async () => Response.json(good)
    await Promise.all([verify('d'), verify('e')])
    expect(asked).toHaveLength(5)
  })

  test('still serves what is remembered (INTRO-07)', async () => {
    let status = 200
    const { verify, asked } = asking(() => Response.json(good, { status }))
    await verify('a')
    status = 401
    await failing(verify, 'b', 'c', 'd')
    expect(await verify('a')).toMatchObject({ subject: 'user-1' })
    expect(asked).toHaveLength(3)
  })

  test('is something else than metadata or keys that cannot be had (INTRO-05)', async () => {
    const missing = () =>
      Promise.reject(new Unavailable('metadata_unavailable', 'x', { retryAfterSeconds: 9 }))
    const endpoint = vi.fn(missing)
    const { verify } = asking(good, { endpoint })
    for (const token of ['a', 'b', 'c']) {
      expect(await reasonOf(verify(token))).toMatchObject({
        code: 'metadata_unavailable',
        retryAfterSeconds: 9,
      })
    }
    expect(endpoint).toHaveBeenCalledTimes(3)
  })
})

describe('a connection that was reset', () => {
  const resetOnce = (code: string, times = 1): Answer => {
    let left = times
    return () => {
      if (left-- <= 0) return Response.json(good)
      throw new TypeError('fetch failed', { cause: Object.assign(new Error('x'), { code }) })
    }
  }

  test('is made anew once, with the same question (INTRO-09)', async () => {
    const { verify, asked } = asking(resetOnce('ECONNRESET'))
    expect(await verify()).toMatchObject({ subject: 'user-1' })
    expect(asked).toHaveLength(2)
    expect(asked[1]?.body.toString()).toBe(asked[0]?.body.toString())
    expect(asked[1]?.init.headers).toEqual(asked[0]?.init.headers)
  })

  test('is not made a third time (INTRO-09)', async () => {
    const { verify, asked } = asking(resetOnce('ECONNRESET', 2))
    expect(await reasonOf(verify())).toMatchObject({ ...unavailable, message: `${url}: ECONNRESET` })
    expect(asked).toHaveLength(2)
  })

  test('is not taken for one that could not be made (INTRO-09)', async () => {
    const { verify, asked } = asking(resetOnce('ECONNREFUSED'))
    expect(await reasonOf(verify())).toMatchObject({ ...unavailable, message: `${url}: ECONNREFUSED` })
    expect(asked).toHaveLength(1)
  })

  test('is made anew in the same time (JOSE-32)', async () => {
    vi.useFakeTimers()
    try {
      const reset = resetOnce('ECONNRESET')
      const { verify, asked } = asking((request) =>
        asked.length > 1
          ? new Promise<never>(() => undefined)
          : new Promise((resolve) => setTimeout(resolve, 3000)).then(() => reset(request)),
      )
      const ended = vi.fn()
      void reasonOf(verify()).then(ended)
      await vi.advanceTimersByTimeAsync(4999)
      expect([asked.length, ended.mock.calls.length]).toEqual([2, 0])
      await vi.advanceTimersByTimeAsync(1)
      expect(ended.mock.calls).toEqual([[expect.objectContaining(unavailable)]])
    } finally {
      vi.useRealTimers()
    }
  })
})

describe('an error 400 that is about the token', () => {
  const refusing =
    (error: unknown, status = 400): Answer =>
    () =>
      Response.json({ error }, { status })

  test.each(['unsupported_token_type', 'invalid_token'])(
    'says that the token is not active: %s (INTRO-04)',
    async (error) => {
      const { verify, asked, introspection } = asking(refusing(error))
      for (let time = 0; time < 2; time++)
        expect(await reasonOf(verify())).toEqual(rejection('token_inactive'))
      expect(asked).toHaveLength(1)
      expect(introspection.health().state).toBe('available')
    },
  )

  test.each<[unknown, number]>([
    ['invalid_request', 400],
    ['Invalid_Token', 400],
    [['invalid_token'], 400],
    [undefined, 400],
    ['invalid_token', 401],
    ['unsupported_token_type', 403],
    ['invalid_token', 500],
  ])('is not: %j with status %i (INTRO-05)', async (error, status) => {
    expect(await reasonOf(asking(refusing(error, status)).verify())).toMatchObject(unavailable)
  })
})

test('once closed, leaves the question that is under way its answer', async () => {
  let respond = (_: Response): void => undefined
  const { verify, asked, introspection } = asking(() => new Promise((resolve) => (respond = resolve)))
  const waiting = verify()
  await vi.waitFor(() => expect(asked).toHaveLength(1), { interval: 1 })
  introspection.close()
  respond(Response.json(good))
  expect(await waiting).toMatchObject({ subject: 'user-1' })
})
