import { describe, expect, test, vi } from 'vitest'
import { clockAt } from '../../test-support/clock.js'
import { fakeKeys } from '../../test-support/fake-keys.js'
import { reasonOf, rejection } from '../../test-support/refusal.js'
import { issuer, moment } from '../../test-support/tokens.js'
import type { BoundIssuer } from './bind-issuer.js'
import { type IssuerResolver, ResolvedIssuers } from './issuer-resolver.js'
import { jwtIssuer } from './jwt-issuer.js'
import type { TrustedIssuer } from './trusted-issuer.js'

const trusted = jwtIssuer({ issuer })
const bind = ({ issuer: name }: TrustedIssuer) =>
  ({ kind: 'jwt', issuer: name, keys: fakeKeys(), close: vi.fn() }) as unknown as BoundIssuer

function resolving(answer: IssuerResolver = () => trusted) {
  const clock = clockAt(moment)
  const asked = vi.fn(answer)
  const bound = vi.fn(bind)
  return { clock, asked, bound, resolved: new ResolvedIssuers(asked, bound, clock.now) }
}

test('finds the issuer that a token names, and binds it once (META-08)', async () => {
  const { resolved, asked, bound } = resolving()
  const [one, other] = [await resolved.find(issuer), await resolved.find(issuer)]
  expect(one).toMatchObject({ issuer })
  expect(other).toBe(one)
  expect(asked.mock.calls).toEqual([[issuer]])
  expect(bound.mock.calls).toEqual([[trusted]])
  expect(resolved.known).toEqual([one])
})

test('waits for a promise (META-08)', async () => {
  expect(await resolving(async () => trusted).resolved.find(issuer)).toMatchObject({ issuer })
})

test.each([undefined, null, 5, true, [issuer], { toString: () => issuer }, 'x'.repeat(513)])(
  'is not asked about %j (META-08)',
  async (iss) => {
    const { resolved, asked } = resolving()
    expect(await resolved.find(iss)).toBeUndefined()
    expect(asked).not.toHaveBeenCalled()
  },
)

test('is asked about 512 characters (META-08)', async () => {
  const { resolved, asked } = resolving(() => undefined)
  expect(await resolved.find('x'.repeat(512))).toBeUndefined()
  expect(asked).toHaveBeenCalledOnce()
})

test('asks once for requests that come together (META-08)', async () => {
  const { resolved, asked, bound } = resolving(async () => trusted)
  const found = await Promise.all(Array.from({ length: 100 }, () => resolved.find(issuer)))
  expect(new Set(found).size).toBe(1)
  expect([asked.mock.calls.length, bound.mock.calls.length]).toEqual([1, 1])
})

describe('what it says', () => {
  test('is kept for ten minutes when it found one (META-08)', async () => {
    const { resolved, asked, clock } = resolving()
    await resolved.find(issuer)
    clock.advance(599)
    await resolved.find(issuer)
    expect(asked).toHaveBeenCalledTimes(1)
    clock.advance(1)
    await resolved.find(issuer)
    clock.advance(599)
    await resolved.find(issuer)
    expect(asked).toHaveBeenCalledTimes(2)
  })

  test('is kept for a minute when it declined (META-08)', async () => {
    const { resolved, asked, clock } = resolving(() => undefined)
    await resolved.find(issuer)
    clock.advance(59)
    await resolved.find(issuer)
    expect(asked).toHaveBeenCalledTimes(1)
    clock.advance(1)
    expect(await resolved.find(issuer)).toBeUndefined()
    expect(asked).toHaveBeenCalledTimes(2)
    expect(resolved.known).toEqual([])
  })

  test('lasts no longer for a clock that is set back (META-08)', async () => {
    const { resolved, asked, clock } = resolving()
    await resolved.find(issuer)
    clock.advance(-1)
    await resolved.find(issuer)
    expect(asked).toHaveBeenCalledTimes(2)
  })

  test('keeps keys when it is the same as before (META-08)', async () => {
    const { resolved, clock, bound } = resolving()
    const before = await resolved.find(issuer)
    clock.advance(600)
    expect(await resolved.find(issuer)).toBe(before)
    expect(before?.close).not.toHaveBeenCalled()
    expect(bound).toHaveBeenCalledOnce()
  })

  test('replaces and closes what it said before (META-08)', async () => {
    const { resolved, clock } = resolving(() => jwtIssuer({ issuer }))
    const before = await resolved.find(issuer)
    clock.advance(600)
    const after = await resolved.find(issuer)
    expect(after).not.toBe(before)
    expect(before?.close).toHaveBeenCalledOnce()
    expect(resolved.known).toEqual([after])
  })

  test('ends the trust in an issuer that it declines later, and begins it anew (META-08)', async () => {
    const answers = [trusted, undefined, trusted]
    const { resolved, clock } = resolving(() => answers.shift())
    const before = await resolved.find(issuer)
    clock.advance(600)
    expect(await resolved.find(issuer)).toBeUndefined()
    expect(before?.close).toHaveBeenCalledOnce()
    expect(resolved.known).toEqual([])
    clock.advance(60)
    expect(await resolved.find(issuer)).toMatchObject({ issuer })
  })

  test('is refused when it is about another issuer (META-08)', async () => {
    const { resolved, bound } = resolving()
    for (const iss of ['https://other.example', `${issuer}/`, issuer.toUpperCase()]) {
      expect(await reasonOf(resolved.find(iss))).toEqual(rejection('token_issuer_untrusted'))
    }
    expect(bound).not.toHaveBeenCalled()
  })

  test.each([null, issuer, true, { issuer }, { ...trusted }, [trusted], () => trusted])(
    'is no answer: %j (META-08)',
    async (answer) => {
      const { resolved, bound } = resolving(() => answer as never)
      expect(await reasonOf(resolved.find(issuer))).toMatchObject({
        name: 'Unavailable',
        code: 'issuer_unavailable',
      })
      expect(bound).not.toHaveBeenCalled()
    },
  )
})

describe('a resolver that fails', () => {
  const failing: [string, IssuerResolver][] = [
    [
      'throws',
      () => {
        throw new Error('database gone')
      },
    ],
    ['rejects', () => Promise.reject(new Error('database gone'))],
  ]

  test.each(failing)('and %s is an outage, and asked again (META-08)', async (_, answer) => {
    const { resolved, asked } = resolving(answer)
    for (const times of [1, 2]) {
      const error = await reasonOf(resolved.find(issuer))
      expect(error).toMatchObject({ name: 'Unavailable', code: 'issuer_unavailable', retryAfterSeconds: 1 })
      expect((error as Error).message).not.toContain('database')
      expect(asked).toHaveBeenCalledTimes(times)
    }
  })

  test.each([
    ...failing,
    ['answers with another', async () => jwtIssuer({ issuer: 'https://b.example' })] as const,
  ])('and %s gives each of many requests an error of its own (META-08)', async (_, answer) => {
    const { resolved, asked } = resolving(answer)
    const errors = await Promise.all(Array.from({ length: 10 }, () => reasonOf(resolved.find(issuer))))
    expect(asked).toHaveBeenCalledOnce()
    expect(new Set(errors).size).toBe(10)
  })
})

describe('names without number', () => {
  const many = Array.from({ length: 1000 }, (_, n) => `https://t${n}.example`)

  test('close the issuer that was not needed for longest (META-08)', async () => {
    const { resolved } = resolving((iss) => jwtIssuer({ issuer: iss }))
    const first = await resolved.find(issuer)
    const second = await resolved.find('https://second.example')
    for (const iss of many.slice(1)) await resolved.find(iss)
    expect(resolved.known).toHaveLength(1000)
    expect(first?.close).toHaveBeenCalledOnce()
    expect(second?.close).not.toHaveBeenCalled()
  })

  test('that are declined drive out none that was found (META-08)', async () => {
    const { resolved, asked } = resolving((iss) => (iss === issuer ? trusted : undefined))
    const found = await resolved.find(issuer)
    for (const iss of [...many, 'https://one-more.example']) await resolved.find(iss)
    asked.mockClear()
    expect(await resolved.find(issuer)).toBe(found)
    expect(found?.close).not.toHaveBeenCalled()
    expect(asked).not.toHaveBeenCalled()
  })
})

test('once closed, looks for no other issuer, and closes those it found (META-08)', async () => {
  const { resolved, asked } = resolving()
  const found = await resolved.find(issuer)
  resolved.close()
  expect(found?.close).toHaveBeenCalledOnce()
  expect(await resolved.find(issuer)).toBe(found)
  expect(await reasonOf(resolved.find('https://other.example'))).toMatchObject({
    name: 'Unavailable',
    code: 'issuer_unavailable',
  })
  expect(asked).toHaveBeenCalledOnce()
})
