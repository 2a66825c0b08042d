import { describe, expect, test, vi } from 'vitest'
import { bindingWith } from '../../test-support/binding.js'
import { clockAt } from '../../test-support/clock.js'
import { fakeKeys } from '../../test-support/fake-keys.js'
import { rejection, typeErrorOf } from '../../test-support/refusal.js'
import { issuer, moment, signingKey, signToken } from '../../test-support/tokens.js'
import { parseCompactJws } from '../jws/compact-jws.js'
import { importPublicKey } from '../jws/public-key.js'
import { type BoundJwtIssuer, bindIssuer } from './bind-issuer.js'
import { jwtIssuer } from './jwt-issuer.js'
import { readTokenCache, VerifiedTokens } from './verified-tokens.js'

const key = await signingKey('ES256', 'k1')
const publicKey = importPublicKey(key.jwk, 'ES256')

/** A cache beside an issuer, whose keys are counted and whose generation can be changed. */
function cacheWith({ maxEntries = 10, isTrusted = (_: BoundJwtIssuer): boolean => true } = {}) {
  const clock = clockAt(moment)
  const keys = { generation: 1, find: vi.fn(async () => (publicKey ? [publicKey] : [])) }
  const bound = bindIssuer(
    jwtIssuer({ issuer, jwks: { keys: [key.jwk] } }),
    bindingWith({ now: clock.now }),
  ) as BoundJwtIssuer
  const trusted: BoundJwtIssuer = {
    ...bound,
    keys: {
      ...fakeKeys(),
      find: keys.find,
      get generation() {
        return keys.generation
      },
    },
  }
  const cache = new VerifiedTokens(maxEntries, isTrusted)
  const verify = (token: string, by: BoundJwtIssuer = trusted) =>
    cache.verify(token, parseCompactJws(token), by)
  return { cache, clock, keys, trusted, verify }
}

test('finds a token that was found good, with the issuer that judged it', async () => {
  const { cache, trusted, verify } = cacheWith()
  const text = await signToken(key)
  expect(cache.find(text)).toBeUndefined()
  const token = await verify(text)
  expect(cache.find(text)).toMatchObject({ token, issuer: trusted })
  expect(cache.find(text)?.token).toBe(token)
})

test('remembers no token that was refused', async () => {
  const { cache, verify } = cacheWith()
  const text = await signToken(key, { aud: 'somebody else' })
  await expect(verify(text)).rejects.toThrow(rejection('token_audience_mismatch'))
  expect(cache.find(text)).toBeUndefined()
})

describe('what was verified has to be verified again', () => {
  test('when other keys serve', async () => {
    const { cache, keys, verify } = cacheWith()
    const text = await signToken(key)
    await verify(text)
    keys.generation = 2
    expect(cache.find(text)).toBeUndefined()
    keys.generation = 1
    expect(cache.find(text), 'it was forgotten').toBeUndefined()
  })

  test('while it cannot be told which keys serve', async () => {
    const { cache, keys, verify } = cacheWith()
    const text = await signToken(key)
    keys.generation = NaN
    await verify(text)
    expect(cache.find(text)).toBeUndefined()
  })

  test('when the keys changed while it was verified', async () => {
    const { cache, keys, verify } = cacheWith()
    const text = await signToken(key)
    keys.find.mockImplementationOnce(async () => {
      keys.generation = 2
      return publicKey ? [publicKey] : []
    })
    await verify(text)
    expect(cache.find(text)).toBeUndefined()
  })

  test('when its issuer is not trusted any more, or by other rules', async () => {
    const isTrusted = vi.fn(() => true)
    const { cache, trusted, verify } = cacheWith({ isTrusted })
    const text = await signToken(key)
    await verify(text)
    isTrusted.mockReturnValue(false)
    expect(cache.find(text)).toBeUndefined()
    expect(isTrusted).toHaveBeenCalledWith(trusted)
  })

  test.each([
    ['exp has passed, with the tolerance (AT-06)', { exp: moment + 10 }, 14, 15],
    ['the clock is set back before nbf (AT-07)', { nbf: moment - 10 }, -15, -16],
    ['the clock is set back before iat (AT-08)', { iat: moment }, -60, -61],
  ])('when %s', async (_, claims, good, bad) => {
    const { cache, clock, verify } = cacheWith()
    const text = await signToken(key, { nbf: undefined, iat: moment, exp: moment + 1000, ...claims })
    await verify(text)
    clock.advance(good)
    expect(cache.find(text)).toBeDefined()
    clock.advance(bad - good)
    expect(cache.find(text)).toBeUndefined()
  })
})

test('forgets the least recently used token when it is full', async () => {
  const { cache, verify } = cacheWith({ maxEntries: 2 })
  const [first, second, third] = (await Promise.all(
    ['1', '2', '3'].map((jti) => signToken(key, { jti })),
  )) as [string, string, string]
  await verify(first)
  await verify(second)
  cache.find(first)
  await verify(third)
  expect([first, second, third].map((text) => cache.find(text) !== undefined)).toEqual([true, false, true])
})

test('keeps nothing of tokens that were verified with other keys, within a minute of requests', async () => {
  const { cache, clock, keys, trusted, verify } = cacheWith()
  const other = { ...trusted, keys: fakeKeys() } as BoundJwtIssuer
  const generation = vi.spyOn(other.keys, 'generation', 'get').mockReturnValue(1)
  other.keys.find = keys.find
  for (const jti of ['a', 'b']) await verify(await signToken(key, { jti, exp: moment + 600 }))
  await verify(await signToken(key, { jti: 'of another issuer', exp: moment + 600 }), other)
  generation.mockClear()
  keys.generation = 2
  clock.advance(61)
  await verify(await signToken(key, { jti: 'c', exp: moment + 600 }))
  expect(cache.size).toBe(2)
  expect(generation, 'of another issuer, which might fetch').not.toHaveBeenCalled()
})

test('keeps nothing of tokens that expired, within a minute of requests', async () => {
  const { cache, clock, verify } = cacheWith()
  const [short, long] = await Promise.all([
    signToken(key, { exp: moment + 10 }),
    signToken(key, { exp: moment + 1000 }),
  ])
  await verify(short)
  await verify(long)
  expect(cache.size).toBe(2)
  clock.advance(61)
  await verify(await signToken(key, { jti: 'another', exp: moment + 1000 }))
  expect(cache.size).toBe(2)
})

describe('a token that many requests bring at once', () => {
  test('is verified once', async () => {
    const { keys, verify } = cacheWith()
    const text = await signToken(key)
    const tokens = await Promise.all(Array.from({ length: 20 }, () => verify(text)))
    expect(new Set(tokens).size).toBe(1)
    expect(keys.find).toHaveBeenCalledTimes(1)
  })

  test('is verified twice while there were no keys yet, and not once for each', async () => {
    const { cache, keys, verify } = cacheWith()
    const text = await signToken(key)
    keys.generation = NaN
    keys.find.mockImplementationOnce(async () => {
      keys.generation = 1
      return publicKey ? [publicKey] : []
    })
    await Promise.all(Array.from({ length: 20 }, () => verify(text)))
    expect(keys.find).toHaveBeenCalledTimes(2)
    expect(cache.find(text)).toBeDefined()
  })

  test('is verified again by whoever comes when other keys serve', async () => {
    const { keys, verify } = cacheWith()
    const text = await signToken(key)
    const first = verify(text)
    keys.generation = 2
    keys.find.mockResolvedValueOnce([])
    await expect(Promise.all([first, verify(text)])).rejects.toThrow(rejection('token_key_unknown'))
  })

  test('is refused with an error for each', async () => {
    const { verify } = cacheWith()
    const text = await signToken(key, { exp: moment - 100 })
    const outcomes = await Promise.allSettled(Array.from({ length: 5 }, () => verify(text)))
    const reasons = outcomes.map((outcome) => outcome.status === 'rejected' && outcome.reason)
    expect(reasons).toEqual(Array(5).fill(rejection('token_expired')))
    expect(new Set(reasons).size).toBe(5)
  })

  test('is verified by the rules of each issuer', async () => {
    const { keys, trusted, verify } = cacheWith()
    const text = await signToken(key)
    await Promise.all([verify(text), verify(text, { ...trusted })])
    expect(keys.find).toHaveBeenCalledTimes(2)
  })
})

describe('the option', () => {
  test.each([
    [undefined, 10_000],
    [true, 10_000],
    [{}, 10_000],
    [{ maxEntries: 5 }, 5],
    [false, 0],
  ])('%j means %i tokens', (given, entries) => {
    expect(readTokenCache('tokenCache', given)).toBe(entries)
  })

  test.each([
    [0, 'tokenCache: expected true, false or { maxEntries }, got 0'],
    [null, 'tokenCache: expected true, false or { maxEntries }, got null'],
    [{ max: 5 }, 'tokenCache: unknown option "max", expected one of maxEntries'],
    [{ maxEntries: undefined }, 'tokenCache.maxEntries: expected a value (or leave the option out)'],
    [{ maxEntries: 0 }, 'tokenCache.maxEntries: expected a whole number from 1 to 1,000,000, got 0'],
    [{ maxEntries: 1.5 }, 'tokenCache.maxEntries: expected a whole number from 1 to 1,000,000, got 1.5'],
    [{ maxEntries: 1e15 }, 'tokenCache.maxEntries: expected a whole number from 1 to 1,000,000'],
  ])('%j is a TypeError that names it', (given, message) => {
    expect(typeErrorOf(() => readTokenCache('tokenCache', given))).toContain(message)
  })
})
