import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { clockAt } from '../../test-support/clock.js'
import { fakeKeys } from '../../test-support/fake-keys.js'
import { reasonOf, rejection } from '../../test-support/refusal.js'
import { issuer, moment } from '../../test-support/tokens.js'
import type { BoundIssuer } from './bind-issuer.js'
import type { IssuerResolver } from './issuer-resolver.js'
import { jwtIssuer } from './jwt-issuer.js'
import { ResolvedIssuers } from './resolved-issuers.js'
import type { TrustedIssuer } from './trusted-issuer.js'

const trusted = jwtIssuer({ issuer })
const jwksUri = `${issuer}/keys`
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

  test.each([0, 1, 100_000])(
    'lasts no longer for a clock that is set back, by %i s (META-08)',
    async (seconds) => {
      const { resolved, asked, clock } = resolving()
      await resolved.find(issuer)
      clock.advance(-seconds)
      await resolved.find(issuer)
      clock.advance(599)
      await resolved.find(issuer)
      expect(asked).toHaveBeenCalledTimes(1)
      clock.advance(1)
      await resolved.find(issuer)
      expect(asked).toHaveBeenCalledTimes(2)
    },
  )

  test.each([() => trusted, () => undefined])(
    'is not relied on while the clock shows no number (META-08)',
    async (answer) => {
      let now = 0
      const asked = vi.fn<IssuerResolver>(answer)
      const resolved = new ResolvedIssuers(asked, bind, () => now)
      await resolved.find(issuer)
      now = Number.NaN
      for (let time = 0; time < 2; time++) await resolved.find(issuer)
      expect(asked).toHaveBeenCalledTimes(3)
      now = 0
      await resolved.find(issuer)
      expect(asked).toHaveBeenCalledTimes(4)
      await resolved.find(issuer)
      expect(asked).toHaveBeenCalledTimes(4)
    },
  )

  test('keeps keys when it is the same as before (META-08)', async () => {
    const { resolved, clock, bound } = resolving()
    const before = await resolved.find(issuer)
    clock.advance(600)
    expect(await resolved.find(issuer)).toBe(before)
    expect(before?.close).not.toHaveBeenCalled()
    expect(bound).toHaveBeenCalledOnce()
  })

  test('replaces what it said before, which serves those who wait for it (META-08)', async () => {
    const { resolved, clock } = resolving(() => jwtIssuer({ issuer }))
    const before = await resolved.find(issuer)
    clock.advance(600)
    const after = await resolved.find(issuer)
    expect(after).not.toBe(before)
    expect(before?.close).not.toHaveBeenCalled()
    expect(resolved.known).toEqual([after])
  })

  test('ends the trust in an issuer that it declines later, and begins it anew (META-08)', async () => {
    const answers = [trusted, undefined, trusted]
    const { resolved, clock } = resolving(() => answers.shift())
    const before = await resolved.find(issuer)
    clock.advance(600)
    expect(await resolved.find(issuer)).toBeUndefined()
    expect(before?.close).not.toHaveBeenCalled()
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

  test.each([issuer, true, { issuer }, { ...trusted }, [trusted], () => trusted])(
    'is refused when it is no issuer, and asked for anew: %j (META-08)',
    async (answer) => {
      const { resolved, bound, asked } = resolving(() => answer as never)
      for (const times of [1, 2]) {
        expect(await reasonOf(resolved.find(issuer))).toEqual(rejection('token_issuer_untrusted'))
        expect(asked).toHaveBeenCalledTimes(times)
      }
      expect([bound.mock.calls, resolved.known]).toEqual([[], []])
    },
  )

  test('declines with null, too, and that is kept (META-08)', async () => {
    const { resolved, asked } = resolving(() => null as never)
    for (let time = 0; time < 2; time++) expect(await resolved.find(issuer)).toBeUndefined()
    expect(asked).toHaveBeenCalledOnce()
  })

  test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    'is kept under whatever name: %s (META-08)',
    async (name) => {
      const { resolved, asked } = resolving((iss) =>
        iss === name ? jwtIssuer({ issuer: iss, jwksUri }) : undefined,
      )
      const found = await resolved.find(name)
      expect(found).toMatchObject({ issuer: name })
      expect(await resolved.find(name)).toBe(found)
      expect(await resolved.find('valueOf')).toBeUndefined()
      expect(asked).toHaveBeenCalledTimes(2)
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

  test.each(failing)('and %s locks no issuer out that it found before (META-08)', async (_, fails) => {
    const answers = vi.fn<IssuerResolver>(() => trusted)
    const { resolved, clock } = resolving(answers)
    const found = await resolved.find(issuer)
    answers.mockImplementation(fails)
    clock.advance(600)
    expect(await resolved.find(issuer)).toBe(found)
    clock.advance(9)
    await resolved.find(issuer)
    expect(answers).toHaveBeenCalledTimes(2)
    clock.advance(1)
    await resolved.find(issuer)
    expect(answers).toHaveBeenCalledTimes(3)
    clock.advance(4 * 3600 - 610)
    expect(await reasonOf(resolved.find(issuer))).toMatchObject({ code: 'issuer_unavailable' })
    expect(found?.close).not.toHaveBeenCalled()
    answers.mockReturnValue(trusted)
    expect(await resolved.find(issuer)).toBe(found)
  })

  test('after a refusal is not relied on for what it found before that (META-08)', async () => {
    const answers = vi.fn<IssuerResolver>(() => trusted)
    const { resolved, clock } = resolving(answers)
    await resolved.find(issuer)
    clock.advance(600)
    answers.mockReturnValue(false as never)
    expect(await reasonOf(resolved.find(issuer))).toEqual(rejection('token_issuer_untrusted'))
    answers.mockImplementation(() => {
      throw new Error('database gone')
    })
    expect(await reasonOf(resolved.find(issuer))).toMatchObject({ code: 'issuer_unavailable' })
  })

  test('with a wrong answer is relied on no longer, whatever it found before (META-08)', async () => {
    const answers = vi.fn<IssuerResolver>(() => trusted)
    const { resolved, clock } = resolving(answers)
    await resolved.find(issuer)
    answers.mockReturnValue('x' as never)
    clock.advance(600)
    for (let time = 0; time < 2; time++)
      expect(await reasonOf(resolved.find(issuer))).toEqual(rejection('token_issuer_untrusted'))
  })

  test('and declines afterwards ends the trust at once (META-08)', async () => {
    const answers = vi.fn<IssuerResolver>(() => trusted)
    const { resolved, clock } = resolving(answers)
    await resolved.find(issuer)
    answers.mockImplementation(() => Promise.reject(new Error('database gone')))
    clock.advance(600)
    expect(await resolved.find(issuer)).toMatchObject({ issuer })
    answers.mockReturnValue(undefined)
    clock.advance(10)
    expect(await resolved.find(issuer)).toBeUndefined()
    answers.mockImplementation(() => Promise.reject(new Error('database gone')))
    clock.advance(60)
    expect(await reasonOf(resolved.find(issuer))).toMatchObject({ code: 'issuer_unavailable' })
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

  test('drive out the issuer that was not needed for longest, which serves those who wait for it (META-08)', async () => {
    const { resolved } = resolving((iss) => jwtIssuer({ issuer: iss }))
    const first = await resolved.find(issuer)
    const second = await resolved.find('https://second.example')
    for (const iss of many.slice(1)) await resolved.find(iss)
    expect(resolved.known).toHaveLength(1000)
    expect([
      resolved.known.includes(first as BoundIssuer),
      resolved.known.includes(second as BoundIssuer),
    ]).toEqual([false, true])
    expect(first?.close).not.toHaveBeenCalled()
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

describe('a resolver that hangs', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())
  const never = () => new Promise<never>(() => undefined)

  test('is 503 after five seconds, and the next request asks anew (META-08)', async () => {
    const answers = vi.fn<IssuerResolver>(never)
    const { resolved, asked } = resolving(answers)
    const reasons = [reasonOf(resolved.find(issuer)), reasonOf(resolved.find(issuer))]
    await vi.advanceTimersByTimeAsync(5000)
    const [one, other] = await Promise.all(reasons)
    expect(one).toMatchObject({ name: 'Unavailable', code: 'issuer_unavailable', status: 503 })
    expect([asked.mock.calls.length, one === other]).toEqual([1, false])
    answers.mockImplementation(() => trusted)
    expect(await resolved.find(issuer)).toMatchObject({ issuer })
    expect(asked).toHaveBeenCalledTimes(2)
  })

  test('locks no issuer out that it found before (META-08)', async () => {
    const answers = vi.fn<IssuerResolver>(() => trusted)
    const { resolved, asked, clock } = resolving(answers)
    const found = await resolved.find(issuer)
    answers.mockImplementation(never)
    clock.advance(600)
    const again = resolved.find(issuer)
    await vi.advanceTimersByTimeAsync(5000)
    expect(await again).toBe(found)
    clock.advance(9)
    expect(await resolved.find(issuer)).toBe(found)
    expect(asked).toHaveBeenCalledTimes(2)
  })

  const hundred = Array.from({ length: 100 }, (_, n) => `https://t${n}.example`)

  test('is asked a hundred things at a time, and not more (META-08)', async () => {
    const { resolved, asked } = resolving(never)
    const waiting = hundred.map((iss) => reasonOf(resolved.find(iss)))
    const error = await reasonOf(resolved.find(issuer))
    expect(error).toMatchObject({ name: 'Unavailable', code: 'issuer_unavailable', retryAfterSeconds: 1 })
    expect((error as Error).message).toBe('100 calls of the resolver are in flight, the limit')
    const joined = reasonOf(resolved.find(hundred[0]))
    expect(asked).toHaveBeenCalledTimes(100)
    await vi.advanceTimersByTimeAsync(5000)
    expect((await Promise.all([...waiting, joined])).map((one) => (one as Error).name)).toEqual(
      Array.from({ length: 101 }, () => 'Unavailable'),
    )
    asked.mockImplementation(() => trusted)
    expect(await resolved.find(issuer)).toMatchObject({ issuer })
  })

  test('is not what known issuers wait for, however many names are made up meanwhile (META-08)', async () => {
    const answers = vi.fn<IssuerResolver>(() => trusted)
    const { resolved, asked, clock } = resolving(answers)
    const found = await resolved.find(issuer)
    answers.mockImplementation(never)
    for (const iss of hundred) void reasonOf(resolved.find(iss))
    expect(await resolved.find(issuer)).toBe(found)
    clock.advance(600)
    expect(await resolved.find(issuer)).toBe(found)
    clock.advance(4 * 3600 - 600)
    expect(await reasonOf(resolved.find(issuer))).toMatchObject({ code: 'issuer_unavailable' })
    expect(asked).toHaveBeenCalledTimes(101)
    await vi.advanceTimersByTimeAsync(5000)
  })
})

test('10,000 names that are declined are kept, and the oldest goes first (META-08)', async () => {
  const { resolved, asked } = resolving(() => undefined)
  const names = Array.from({ length: 10_001 }, (_, n) => `t${n}`)
  for (const name of names) await resolved.find(name)
  asked.mockClear()
  for (const name of names.slice(1)) await resolved.find(name)
  expect(asked).not.toHaveBeenCalled()
  await resolved.find('t0')
  expect(asked.mock.calls).toEqual([['t0']])
})

test('closed while it is looked for, an issuer that is found is closed, too, and serves who waited (META-08)', async () => {
  let answer = (_: TrustedIssuer | undefined): void => undefined
  const { resolved } = resolving(() => new Promise((resolve) => (answer = resolve)))
  const waiting = resolved.find(issuer)
  resolved.close()
  answer(trusted)
  const found = await waiting
  expect(found).toMatchObject({ issuer })
  expect(found?.close).toHaveBeenCalledOnce()
  expect(await resolved.find(issuer)).toBe(found)
})

test('once closed, what was declined is still declined, for a minute (META-08)', async () => {
  const { resolved, clock } = resolving(() => undefined)
  await resolved.find(issuer)
  resolved.close()
  expect(await resolved.find(issuer)).toBeUndefined()
  clock.advance(60)
  expect(await reasonOf(resolved.find(issuer))).toMatchObject({ code: 'issuer_unavailable' })
})

test('once closed, looks for no other issuer, and closes those it found (META-08)', async () => {
  const { resolved, asked, clock } = resolving()
  const found = await resolved.find(issuer)
  resolved.close()
  clock.advance(600)
  expect(found?.close).toHaveBeenCalledOnce()
  expect(await resolved.find(issuer)).toBe(found)
  expect(await reasonOf(resolved.find('https://other.example'))).toMatchObject({
    name: 'Unavailable',
    code: 'issuer_unavailable',
  })
  expect(asked).toHaveBeenCalledOnce()
})
