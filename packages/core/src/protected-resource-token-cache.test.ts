import { setImmediate } from 'node:timers/promises'
import fc from 'fast-check'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { clockAt } from '../test-support/clock.js'
import { issuer, moment, requestWith, resource, signingKey, signToken } from '../test-support/tokens.js'
import type { ProtectedResourceOptions } from './options.js'
import { protectedResource } from './protected-resource.js'
import { isRefusal } from './rejection.js'
import { jwtIssuer } from './token/jwt-issuer.js'

const keys = await Promise.all(['k1', 'k2', 'k3'].map((kid) => signingKey('ES256', kid)))
const lifetimes = [
  { exp: moment + 30 },
  { exp: moment + 900 },
  { exp: moment + 20_000 },
  { exp: moment + 20_000, nbf: moment + 120 },
]
const tokens = await Promise.all(
  keys.flatMap((key) => lifetimes.map((lifetime, jti) => signToken(key, { ...lifetime, jti: `${jti}` }))),
)
const forged = tokens.map(
  (token, at) => `${token.slice(0, token.lastIndexOf('.'))}.${tokens[at - 1]?.split('.')[2]}`,
)
const pool = [...tokens, ...forged.slice(1, 3)]

/** One resource; what it depends on is shared with its twin. */
function apiWith(world: World, options: Partial<ProtectedResourceOptions>) {
  const fetch = async () => {
    if (world.down) throw new TypeError('fetch failed')
    return Response.json({ keys: world.published.map((at) => keys[at]?.jwk) })
  }
  return protectedResource({
    resource,
    issuers: [jwtIssuer({ issuer, jwksUri: `${issuer}/keys`, http: { fetch } })],
    now: world.clock.now,
    revoked: ({ claims }) => claims['jti'] === world.revoked,
    onEvent: () => undefined,
    ...options,
  })
}

interface World {
  readonly clock: ReturnType<typeof clockAt>
  published: readonly number[]
  down: boolean
  revoked: string | undefined
}

type Step =
  | { readonly send: number }
  | { readonly wait: number }
  | { readonly publish: readonly number[] }
  | { readonly outage: boolean }
  | { readonly revoke: string | undefined }

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ send: fc.nat(pool.length - 1) }) },
  { weight: 2, arbitrary: fc.record({ wait: fc.constantFrom(1, 20, 130, 700, 4000, 16_000, -10, -200) }) },
  { weight: 1, arbitrary: fc.record({ publish: fc.subarray([0, 1, 2], { minLength: 1 }) }) },
  { weight: 1, arbitrary: fc.record({ outage: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ revoke: fc.constantFrom('0', '1', undefined) }) },
)

async function verdict(api: ReturnType<typeof apiWith>, token: string): Promise<unknown> {
  try {
    const { principal } = await api.authenticate(requestWith(`Bearer ${token}`))
    return [principal.clientId, principal.claims]
  } catch (error) {
    if (isRefusal(error)) return error.code
    throw error
  }
}

function take(world: World, taken: Step): void {
  if ('wait' in taken) world.clock.advance(taken.wait)
  if ('publish' in taken) world.published = taken.publish
  if ('outage' in taken) world.down = taken.outage
  if ('revoke' in taken) world.revoked = taken.revoke
}

beforeEach(() => {
  // Jitter would let the two fetch at different moments.
  vi.spyOn(Math, 'random').mockReturnValue(0.5)
  // And so would timers, which know nothing of the clock of the test.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  return () => {
    vi.useRealTimers()
    vi.restoreAllMocks()
  }
})

test('with and without the cache, the verdict on any sequence of requests is the same', async () => {
  let passed = 0
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 15, maxLength: 60 }), async (steps) => {
      const world: World = { clock: clockAt(moment), published: [0, 1], down: false, revoked: undefined }
      const [cached, plain] = [apiWith(world, {}), apiWith(world, { tokenCache: false })]
      for (const taken of steps) {
        if (!('send' in taken)) {
          take(world, taken)
          continue
        }
        const token = pool[taken.send] ?? ''
        const [first, second] = [await verdict(cached, token), await verdict(plain, token)]
        if (typeof first !== 'string') passed++
        expect(first).toEqual(second)
        // What runs in the background comes to its end.
        await setImmediate()
      }
      cached.close()
      plain.close()
    }),
    { numRuns: 100 },
  )
  expect(passed, 'tokens that were let in').toBeGreaterThan(300)
}, 60_000)

describe('a remembered token', () => {
  const world: World = { clock: clockAt(moment), published: [0], down: false, revoked: undefined }
  const token = tokens[1] ?? ''

  test('is not harmed by a handler that tries to change the principal', async () => {
    const api = apiWith(world, {})
    const [before, after] = [requestWith(`Bearer ${token}`), requestWith(`Bearer ${token}`)]
    const { principal } = await api.authenticate(before)
    const claims = principal.claims as Record<string, unknown>
    expect(() => Object.assign(principal, { clientId: 'admin' })).toThrow(TypeError)
    expect(() => Object.assign(claims, { sub: 'admin' })).toThrow(TypeError)
    expect(() => (principal.audience as string[]).push('https://other.example')).toThrow(TypeError)
    expect(() => (principal.roles as string[]).push('admin')).toThrow(TypeError)
    expect(principal.scopes).not.toHaveProperty('add')
    const again = await api.authenticate(after)
    expect(again.principal).toMatchObject({ clientId: 'client-1', subject: 'user-1', roles: [] })
  })

  test('is known to one resource alone, and verified once there', async () => {
    const extend = vi.fn(() => ({}))
    const [api, other] = [
      { jwks: { keys: [keys[0]?.jwk ?? {}] } },
      { jwks: { keys: [keys[1]?.jwk ?? {}] } },
    ].map((source) =>
      protectedResource({
        resource,
        issuers: [jwtIssuer({ issuer, ...source, extend })],
        now: world.clock.now,
        onEvent: () => undefined,
      }),
    ) as [ReturnType<typeof apiWith>, ReturnType<typeof apiWith>]
    for (let times = 0; times < 3; times++) await verdict(api, token)
    expect(extend).toHaveBeenCalledTimes(1)
    expect(await verdict(other, token)).toBe('token_key_unknown')
  })

  test('is asked about each time: whether it was revoked', async () => {
    const revoked = vi.fn(() => false)
    const api = apiWith(world, { revoked })
    await verdict(api, token)
    revoked.mockReturnValue(true)
    expect([await verdict(api, token), revoked.mock.calls.length]).toEqual(['token_revoked', 2])
  })
})
