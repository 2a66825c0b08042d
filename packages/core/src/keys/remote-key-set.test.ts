import type { KeyObject } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type Clock, clockAt } from '../../test-support/clock.js'
import { reasonOf } from '../../test-support/refusal.js'
import type { IssuerNews } from '../issuer-events.js'
import { LoadFailure } from './attempts.js'
import { staticKeySet } from './key-set.js'
import { RemoteKeySet } from './remote-key-set.js'
import type { RemoteKeySetOptions } from './remote-key-set-options.js'
import type { VerificationKey } from './verification-key.js'

const minutes = 60
const hours = 60 * minutes

function keyOf(kid: unknown, algorithm = 'ES256'): VerificationKey {
  const key = { type: 'public', kid, equals: (other: unknown) => other === key }
  return { kid, algorithm, key: key as unknown as KeyObject }
}

const k1 = keyOf('k1')
const k2 = keyOf('k2')

type Given = Partial<RemoteKeySetOptions> & { clock?: Clock; freshForSeconds?: number }

const failure = () => new LoadFailure('keys_unavailable', 'no answer')

/** A key set over a clock that stands still and a server that answers when it is told to. */
function keySet({ clock = clockAt(0), freshForSeconds = 600, ...given }: Given = {}) {
  const load = vi.fn<() => Promise<readonly VerificationKey[]>>()
  const tell = vi.fn<(event: IssuerNews) => void>()
  const loaded = async () => {
    const keys = await load()
    return { keys, count: keys.length, freshForSeconds }
  }
  const options = { load: loaded, now: clock.now, staleSeconds: 4 * hours, tell, random: () => 1 }
  const keys = new RemoteKeySet({ ...options, ...given })
  const find = async (kid: unknown = 'k1', algorithm = 'ES256') => keys.find(algorithm, kid)
  return { load, find, clock, keys, tell }
}

/** One that has fetched `k1` already. */
async function filledKeySet(clock?: Clock, given: Given = {}) {
  const set = keySet({ ...given, ...(clock && { clock }) })
  set.load.mockResolvedValueOnce([k1])
  await set.find()
  set.load.mockClear()
  return set
}

function deferred<T>() {
  let resolve: (value: T) => void = () => undefined
  let reject: (reason: unknown) => void = () => undefined
  const promise = new Promise<T>((...settle) => {
    ;[resolve, reject] = settle
  })
  return { promise, resolve, reject }
}

/** Lets everything that waits for settled promises run. */
const settled = () => new Promise(setImmediate)

describe.each([
  ['static', staticKeySet],
  [
    'remote',
    (keys: readonly VerificationKey[]) =>
      keySet({ load: async () => ({ keys, count: keys.length, freshForSeconds: 600 }) }).keys,
  ],
])('a %s key set finds', (_, make) => {
  const rsa = keyOf('k1', 'RS256')
  const unnamed = keyOf(undefined)
  const find = (keys: VerificationKey[], kid: unknown, algorithm = 'ES256') => make(keys).find(algorithm, kid)

  test('the key with exactly this kid (JOSE-11)', async () => {
    expect(await find([k1, k2], 'k2')).toEqual([k2.key])
    for (const kid of ['K1', 'k1 ', '', 'k3', null, 1, {}, ['k1']])
      expect(await find([k1, k2], kid)).toEqual([])
  })

  test('no key by a kid that is no string, although it has the same one (JOSE-11)', async () => {
    for (const kid of [5, null, true]) expect(await find([keyOf(kid), k1], kid)).toEqual([])
    expect(await find([keyOf(5)], '5')).toEqual([])
  })

  test('a key whose kid is no string when the token names none (JOSE-12)', async () => {
    const odd = keyOf(5)
    expect(await find([odd], undefined)).toEqual([odd.key])
  })

  test('keys of this algorithm only (JOSE-07, JOSE-13)', async () => {
    expect(await find([k1, rsa], 'k1')).toEqual([k1.key])
    expect(await find([k1, rsa], 'k1', 'RS256')).toEqual([rsa.key])
    expect(await find([k1, rsa], 'k1', 'PS256')).toEqual([])
  })

  test('every key that fits when the token names none (JOSE-12)', async () => {
    expect(await find([k1, k2, unnamed, rsa], undefined)).toEqual([k1.key, k2.key, unnamed.key])
  })

  test('no key without kid for a token with one', async () => {
    expect(await find([unnamed], 'k1')).toEqual([])
  })

  test('as many as whoever asks can try, where that is not four', async () => {
    const five = Array.from({ length: 5 }, () => keyOf('x'))
    expect(await make(five).find('ES256', 'x', 5)).toHaveLength(5)
    expect(await make([...five, keyOf('x')]).find('ES256', 'x', 5)).toEqual([])
    expect(await make(five).find('ES256', undefined, 100)).toHaveLength(5)
  })

  test('at most four: of more than that, none (JOSE-12)', async () => {
    const four = [keyOf('x'), keyOf('x'), keyOf('x'), keyOf('x')]
    expect(await find(four, 'x')).toHaveLength(4)
    expect(await find([...four, keyOf('x')], 'x')).toEqual([])
  })
})

describe('the first fetch', () => {
  test('happens when a key is first needed, not before (META-06)', async () => {
    const { load, find } = keySet()
    load.mockResolvedValue([k1])
    expect(load).not.toHaveBeenCalled()
    expect(await find()).toEqual([k1.key])
  })

  test('happens once, however many ask at the same time (JOSE-30)', async () => {
    const { load, find } = keySet()
    const answer = deferred<VerificationKey[]>()
    load.mockReturnValue(answer.promise)
    const asking = Array.from({ length: 1000 }, (_, at) => find(at % 2 ? 'k1' : `junk-${at}`))
    answer.resolve([k1])
    expect((await Promise.all(asking)).filter((found) => found.length === 1)).toHaveLength(500)
    expect(load).toHaveBeenCalledOnce()
  })

  test('that fails is Unavailable for everyone who waited, with an error of their own (JOSE-33)', async () => {
    const { load, find } = keySet()
    load.mockRejectedValue(new LoadFailure('metadata_unavailable', 'no answer'))
    const errors = await Promise.all([reasonOf(find()), reasonOf(find())])
    for (const error of errors) {
      expect(error).toMatchObject({ name: 'Unavailable', code: 'metadata_unavailable', retryAfterSeconds: 1 })
    }
    expect(errors[0]).not.toBe(errors[1])
    expect(load).toHaveBeenCalledOnce()
  })

  test('that failed is remembered for a second, then tried again (META-06)', async () => {
    const { load, find, clock } = keySet()
    load.mockRejectedValueOnce(failure()).mockResolvedValue([k1])
    await expect(find()).rejects.toMatchObject({ code: 'keys_unavailable' })
    clock.advance(0.999)
    await expect(find()).rejects.toMatchObject({ code: 'keys_unavailable' })
    expect(load).toHaveBeenCalledOnce()
    clock.advance(0.001)
    expect(await find()).toEqual([k1.key])
    expect(load).toHaveBeenCalledTimes(2)
  })

  test('is tried again after 1, 2, 4 … seconds, and at least once a minute', async () => {
    const { load, find, clock } = keySet()
    load.mockImplementation(() => Promise.reject(failure()))
    const attemptsAt: number[] = []
    for (let second = 0; second < 200; second++) {
      load.mockClear()
      await Promise.all(Array.from({ length: 20 }, () => reasonOf(find())))
      if (load.mock.calls.length > 0) attemptsAt.push(second)
      expect(load.mock.calls.length).toBeLessThanOrEqual(1)
      clock.advance(1)
    }
    expect(attemptsAt).toEqual([0, 1, 3, 7, 15, 31, 63, 123, 183])
  })

  test('that failed is backed off by up to half less, by chance; Retry-After says until when', async () => {
    const { load, find, clock } = keySet({ random: () => 0 })
    load.mockImplementation(() => Promise.reject(failure()))
    for (const [advance, retryAfterSeconds] of [
      [0, 1],
      [0.5, 1],
      [1, 2],
      [2, 4],
    ] as const) {
      clock.advance(advance)
      await expect(find()).rejects.toMatchObject({ retryAfterSeconds })
    }
    expect(load).toHaveBeenCalledTimes(4)
  })
})

describe('fresh keys', () => {
  test('serve most of ten minutes without another fetch', async () => {
    const { load, find, clock } = await filledKeySet()
    clock.advance(9.5 * minutes - 0.001)
    expect(await find()).toEqual([k1.key])
    expect(load).not.toHaveBeenCalled()
  })

  test('are refreshed in the background after that, and serve meanwhile (META-07)', async () => {
    const { load, find, clock } = await filledKeySet()
    const answer = deferred<VerificationKey[]>()
    load.mockReturnValue(answer.promise)
    clock.advance(10 * minutes + 0.001)
    expect(await Promise.all([find(), find(), find()])).toEqual([[k1.key], [k1.key], [k1.key]])
    expect(load).toHaveBeenCalledOnce()
    answer.resolve([k2])
    await settled()
    expect(await find('k2')).toEqual([k2.key])
    expect(await find('k1')).toEqual([])
    expect(load).toHaveBeenCalledOnce()
  })

  test('are counted from when they were asked for, not from when they came', async () => {
    const { load, find, clock } = keySet()
    const answer = deferred<VerificationKey[]>()
    load.mockReturnValueOnce(answer.promise).mockResolvedValue([k1])
    const first = find()
    clock.advance(5)
    answer.resolve([k1])
    await first
    clock.advance(10 * minutes - 4.999)
    await find()
    expect(load).toHaveBeenCalledTimes(2)
  })
})

describe('an unknown kid', () => {
  test('is fetched for on its first request after a rotation (JOSE-31)', async () => {
    const { load, find, clock } = await filledKeySet()
    load.mockResolvedValue([k1, k2])
    clock.advance(11)
    expect(await find('k2')).toEqual([k2.key])
    expect(load).toHaveBeenCalledOnce()
  })

  test('is not fetched for within ten seconds of a fetch (JOSE-30)', async () => {
    const { load, find, clock } = await filledKeySet()
    clock.advance(10)
    expect(await find('k2')).toEqual([])
    expect(load).not.toHaveBeenCalled()
  })

  test('causes one fetch, even a thousand times at once, and known keys do not wait for it (JOSE-30)', async () => {
    const { load, find, clock } = await filledKeySet()
    const answer = deferred<VerificationKey[]>()
    load.mockReturnValue(answer.promise)
    clock.advance(11)
    const junk = Array.from({ length: 1000 }, (_, at) => find(`junk-${at}`))
    expect(await find('k1')).toEqual([k1.key])
    answer.resolve([k1])
    expect((await Promise.all(junk)).flat()).toEqual([])
    expect(await find('junk')).toEqual([])
    expect(load).toHaveBeenCalledOnce()
  })

  test('is found no later than one cooldown after a rotation, under a flood of junk (JOSE-31)', async () => {
    const { load, find, clock } = await filledKeySet()
    load.mockImplementation(async () => (clock.now() < 15_000 ? [k1] : [k1, k2]))
    let foundAt: number | undefined
    for (let second = 0; second < 40 && foundAt === undefined; second++) {
      clock.advance(1)
      await find(`junk-${second}`)
      if ((await find('k2')).length > 0) foundAt = clock.now() / 1000
    }
    expect(foundAt).toBeGreaterThanOrEqual(15)
    expect(foundAt).toBeLessThanOrEqual(26)
    expect(load.mock.calls.length).toBeLessThanOrEqual(3)
  })

  test('cannot be judged while its fetch fails, but known keys go on serving (JOSE-33)', async () => {
    const { load, find, clock } = await filledKeySet()
    load.mockImplementation(() => Promise.reject(failure()))
    clock.advance(11)
    await expect(find('k2')).rejects.toMatchObject({ code: 'keys_unavailable' })
    expect(await find('k1')).toEqual([k1.key])
  })

  test('for another algorithm is as unknown as any (JOSE-07)', async () => {
    const { load, find, clock } = await filledKeySet()
    load.mockResolvedValue([k1])
    clock.advance(11)
    expect(await find('k1', 'RS256')).toEqual([])
    expect(load).toHaveBeenCalledOnce()
  })
})

describe('a signature by an unknown key', () => {
  test('has the keys fetched anew, once for many, unless that was done a moment ago', async () => {
    const { load, keys, clock, find } = await filledKeySet()
    clock.advance(10)
    await keys.renew()
    expect(load).not.toHaveBeenCalled()
    clock.advance(1)
    load.mockResolvedValueOnce([k1, k2])
    await Promise.all([keys.renew(), keys.renew(), keys.renew()])
    await keys.renew()
    expect(load).toHaveBeenCalledOnce()
    expect(await find('k2')).toEqual([k2.key])
  })

  test('changes the generation when other keys came, and only then', async () => {
    const { load, keys, clock } = await filledKeySet()
    const { generation } = keys
    clock.advance(11)
    load.mockResolvedValueOnce([k1])
    await keys.renew()
    expect(keys.generation).toBe(generation)
    clock.advance(11)
    load.mockResolvedValueOnce([k2])
    await keys.renew()
    expect(keys.generation).not.toBe(generation)
  })

  test('is Unavailable while the keys cannot be fetched, and the old ones serve on', async () => {
    const { load, keys, clock, find } = await filledKeySet()
    clock.advance(11)
    load.mockRejectedValue(failure())
    expect(await reasonOf(keys.renew())).toMatchObject({ name: 'Unavailable', code: 'keys_unavailable' })
    expect(await reasonOf(keys.renew())).toMatchObject({ name: 'Unavailable', retryAfterSeconds: 1 })
    expect(load).toHaveBeenCalledOnce()
    expect(await find()).toEqual([k1.key])
  })

  test('changes nothing where keys are static', async () => {
    const keys = staticKeySet([k1])
    await keys.renew()
    expect([keys.generation, await keys.find('ES256', 'k1')]).toEqual([0, [k1.key]])
  })
})

describe('an outage', () => {
  test('leaves known keys in use for four hours, with an attempt a second at most (META-07)', async () => {
    const { load, find, clock } = await filledKeySet()
    load.mockImplementation(() => Promise.reject(failure()))
    clock.advance(10 * minutes)
    for (let tenth = 0; tenth < 50; tenth++) {
      clock.advance(0.1)
      expect(await find()).toEqual([k1.key])
    }
    await settled()
    expect(load.mock.calls.length).toBeLessThanOrEqual(6)
    clock.advance(4 * hours - 10 * minutes - 5)
    expect(await find()).toEqual([k1.key])
  })

  test('ends their use after that (META-07, JOSE-33)', async () => {
    const { load, find, clock } = await filledKeySet()
    load.mockImplementation(() => Promise.reject(failure()))
    clock.advance(4 * hours + 10 * minutes + 0.001)
    await expect(find()).rejects.toMatchObject({ code: 'keys_unavailable' })
    clock.advance(1)
    load.mockResolvedValue([k1])
    expect(await find()).toEqual([k1.key])
  })

  test('that a background refresh meets is told to nobody', async () => {
    const unhandled = vi.fn()
    process.on('unhandledRejection', unhandled)
    const { load, find, clock } = await filledKeySet()
    load.mockImplementation(() => Promise.reject(failure()))
    clock.advance(10 * minutes + 1)
    await find()
    await settled()
    process.off('unhandledRejection', unhandled)
    expect([load.mock.calls.length, unhandled.mock.calls.length]).toEqual([1, 0])
  })

  test('is over with the first good answer (META-07)', async () => {
    const { load, find, clock } = await filledKeySet()
    load.mockRejectedValueOnce(failure()).mockResolvedValue([k2])
    clock.advance(10 * minutes + 1)
    await find()
    await settled()
    clock.advance(1)
    await find()
    await settled()
    expect(await find('k2')).toEqual([k2.key])
  })
})

describe('a clock that is set back', () => {
  test('does not prolong the memory of a failure (META-06)', async () => {
    const { load, find, clock } = keySet({ clock: clockAt(2 * hours) })
    load.mockRejectedValueOnce(failure()).mockResolvedValue([k1])
    await reasonOf(find())
    clock.advance(-1 * hours)
    await reasonOf(find()).catch(() => undefined)
    clock.advance(2)
    expect(await find()).toEqual([k1.key])
  })

  test('does not prolong the cooldown (JOSE-31)', async () => {
    const { load, find, clock } = await filledKeySet(clockAt(2 * hours))
    load.mockResolvedValue([k1, k2])
    clock.advance(-1 * hours)
    await find('k2')
    clock.advance(11)
    expect(await find('k2')).toEqual([k2.key])
  })

  test('does not prolong the life of keys without a refresh (META-07)', async () => {
    const { load, find, clock } = await filledKeySet(clockAt(10 * hours))
    load.mockResolvedValue([k1])
    clock.advance(-9 * hours)
    await find()
    clock.advance(11 * minutes)
    await find()
    expect(load).toHaveBeenCalled()
  })
})

describe('keys that are more than an hour old', () => {
  test('are not used before a refresh, since one of them may have been withdrawn (JOSE-31)', async () => {
    const { load, find, clock } = await filledKeySet()
    load.mockImplementation(async () => {
      await settled()
      return [k2]
    })
    clock.advance(1 * hours)
    expect(await find('k1')).toEqual([k1.key])
    await settled()
    await settled()
    clock.advance(1 * hours + 1)
    load.mockImplementation(async () => {
      await settled()
      return [k1]
    })
    expect(await find('k2')).toEqual([])
  })

  test('serve on while refreshes fail, and then nobody waits for one (META-07)', async () => {
    const { load, find, clock } = await filledKeySet()
    load.mockRejectedValueOnce(failure())
    clock.advance(1 * hours + 1)
    expect(await find('k1')).toEqual([k1.key])
    load.mockReturnValue(new Promise(() => undefined))
    clock.advance(10)
    expect(await find('k1')).toEqual([k1.key])
    expect(load).toHaveBeenCalledTimes(2)
  })
})

describe('a failure', () => {
  test.each([
    ['of less than 90 s ago spares the wait for a refresh', 89.999, [[k1.key], [k2.key]]],
    ['of 90 s ago spares it no more: the outage may be over', 90, [[], [k2.key]]],
  ])('%s of keys that are more than an hour old (META-07, JOSE-31)', async (_, since, found) => {
    const { load, find, clock } = await filledKeySet()
    load.mockRejectedValueOnce(failure()).mockImplementation(async () => {
      await settled()
      return [k2]
    })
    clock.advance(1 * hours - 30)
    expect(await find('k1')).toEqual([k1.key])
    await settled()
    clock.advance(since)
    expect([await find('k1'), await find('k2')]).toEqual(found)
    expect(load).toHaveBeenCalledTimes(2)
  })
})

test('a clock that is no number makes no key usable, and is not remembered (META-07)', async () => {
  const now = vi.fn(() => 0)
  const { load, find } = await filledKeySet({ ...clockAt(0), now })
  load.mockImplementation(() => Promise.reject(failure()))
  now.mockReturnValue(NaN)
  await expect(find()).rejects.toMatchObject({ code: 'keys_unavailable' })
  now.mockReturnValue(0)
  load.mockClear()
  expect(await find()).toEqual([k1.key])
  expect(load).not.toHaveBeenCalled()
})

test('a kid of more than 512 characters matches nothing (JOSE-11)', async () => {
  const [longest, longer] = [keyOf('k'.repeat(512)), keyOf('k'.repeat(513))]
  const keys = staticKeySet([longest, longer])
  expect(await keys.find('ES256', longest.kid)).toEqual([longest.key])
  expect(await keys.find('ES256', longer.kid)).toEqual([])
})

describe('start keys', () => {
  test('are not fetched for before a key is needed (META-06)', async () => {
    const { load } = keySet({ start: [k1] })
    await settled()
    expect(load).not.toHaveBeenCalled()
  })

  test('serve at once, while the first refresh runs in the background', async () => {
    const { load, find } = keySet({ start: [k1] })
    const answer = deferred<VerificationKey[]>()
    load.mockReturnValue(answer.promise)
    expect(await find()).toEqual([k1.key])
    expect(load).toHaveBeenCalledOnce()
    answer.resolve([k2])
    await settled()
    expect([await find('k1'), await find('k2')]).toEqual([[], [k2.key]])
  })

  test('go on serving while no refresh succeeds, for a bounded time (META-07)', async () => {
    const { load, find, clock } = keySet({ start: [k1] })
    load.mockImplementation(() => Promise.reject(failure()))
    expect(await find()).toEqual([k1.key])
    clock.advance(3 * hours)
    expect(await find()).toEqual([k1.key])
    clock.advance(1 * hours + 1)
    await expect(find()).rejects.toMatchObject({ code: 'keys_unavailable' })
  })

  test('do not delay a key that only the server knows (JOSE-31)', async () => {
    const { load, find } = keySet({ start: [k1] })
    load.mockResolvedValue([k2])
    expect(await find('k2')).toEqual([k2.key])
    expect(load).toHaveBeenCalledOnce()
  })

  test('of which none is usable are as good as none', async () => {
    const { load, find } = keySet({ start: [] })
    load.mockResolvedValue([k1])
    expect(await find()).toEqual([k1.key])
    expect(load).toHaveBeenCalledOnce()
  })
})

describe('unknown kids during a cooldown', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  test('cause one refetch at its end, by a timer that keeps nothing alive (JOSE-30, JOSE-31)', async () => {
    const { load, find, clock } = await filledKeySet()
    load.mockResolvedValue([k1, k2])
    const started = vi.spyOn(globalThis, 'setTimeout')
    clock.advance(4)
    const found = await Promise.all(Array.from({ length: 1000 }, (_, at) => find(`junk-${at}`)))
    expect(found.flat()).toEqual([])
    expect(started).toHaveBeenCalledOnce()
    const timer = started.mock.results[0]?.value as NodeJS.Timeout | undefined
    expect(timer?.hasRef()).toBe(false)
    await vi.advanceTimersByTimeAsync(5999)
    expect(load).not.toHaveBeenCalled()
    clock.advance(6)
    await vi.advanceTimersByTimeAsync(1)
    expect(load).toHaveBeenCalledOnce()
    expect(await find('k2')).toEqual([k2.key])
    await vi.advanceTimersByTimeAsync(60_000)
    expect(load).toHaveBeenCalledOnce()
  })

  test('cause no second one when a request caused it already', async () => {
    const { load, find, clock } = await filledKeySet()
    load.mockResolvedValue([k1])
    await find('junk')
    clock.advance(11)
    await find('junk')
    expect(vi.getTimerCount()).toBe(0)
    expect(load).toHaveBeenCalledOnce()
  })

  test('cause none after close()', async () => {
    const { load, find, keys } = await filledKeySet()
    await find('junk')
    keys.close()
    expect(vi.getTimerCount()).toBe(0)
    await find('junk')
    expect([vi.getTimerCount(), load.mock.calls.length]).toEqual([0, 0])
  })
})

describe('a closed key set', () => {
  test('uses what it knows and fetches nothing', async () => {
    const { load, find, clock, keys } = await filledKeySet()
    keys.close()
    clock.advance(2 * hours)
    expect(await find()).toEqual([k1.key])
    await expect(find('k2')).rejects.toMatchObject({ name: 'Unavailable', code: 'keys_unavailable' })
    expect(keys.health()).toMatchObject({ state: 'stale', nextRefreshInSeconds: undefined })
    clock.advance(3 * hours)
    await expect(find()).rejects.toMatchObject({ name: 'Unavailable' })
    expect(load).not.toHaveBeenCalled()
  })

  test('ignores what comes too late, and tells of nothing', async () => {
    const { load, find, keys, tell } = keySet()
    const answer = deferred<VerificationKey[]>()
    load.mockReturnValue(answer.promise)
    const reason = reasonOf(find())
    keys.close()
    answer.resolve([k1])
    expect(await reason).toMatchObject({
      name: 'Unavailable',
      message: 'closed: nothing is fetched any more',
    })
    await expect(find()).rejects.toMatchObject({ name: 'Unavailable' })
    expect(tell).not.toHaveBeenCalled()
  })
})

test('health and events follow every change of state (META-07)', async () => {
  const { load, keys, find, clock, tell } = keySet()
  const told = () => tell.mock.calls.splice(0).map(([event]) => event)
  const state = (from: string, to: string) => ({ type: 'keys_state_changed', from, to })
  expect(keys.health()).toEqual({
    state: 'unavailable',
    ageSeconds: undefined,
    lastError: undefined,
    nextRefreshInSeconds: 0,
  })
  load.mockResolvedValueOnce([k1, k2])
  await keys.ready()
  const refreshed = { type: 'keys_refreshed', keys: 2, freshForSeconds: 600 }
  expect(told()).toEqual([refreshed, state('unavailable', 'fresh')])
  expect(keys.health()).toEqual({
    state: 'fresh',
    ageSeconds: 0,
    servesForSeconds: 600 + 4 * 3600,
    lastError: undefined,
    nextRefreshInSeconds: 570,
  })
  load.mockImplementation(() => Promise.reject(failure()))
  clock.advance(570)
  await find()
  expect(keys.health().state).toBe('refreshing')
  await settled()
  const failed = {
    type: 'keys_refresh_failed',
    code: 'keys_unavailable',
    message: 'no answer',
    retryAfterSeconds: 1,
  }
  expect(told()).toEqual([state('fresh', 'refreshing'), failed, state('refreshing', 'fresh')])
  clock.advance(30)
  expect(keys.health()).toMatchObject({ state: 'stale', lastError: 'keys_unavailable', ageSeconds: 600 })
  await find()
  expect(told()[0]).toEqual(state('fresh', 'stale'))
  clock.advance(5 * hours)
  await reasonOf(keys.ready())
  expect(keys.health()).toMatchObject({ state: 'unavailable' })
})

test('health tells for how long the keys may serve, should no refresh succeed (META-07)', async () => {
  const { load, keys, find, clock } = keySet({ staleSeconds: 60 })
  const servesFor = () => keys.health().servesForSeconds
  expect(servesFor()).toBeUndefined()
  load.mockResolvedValueOnce([k1]).mockImplementation(() => Promise.reject(failure()))
  await keys.ready()
  expect(servesFor()).toBe(660)
  clock.advance(659.5)
  await find()
  expect([servesFor(), keys.health().state]).toEqual([0.5, 'stale'])
  clock.advance(0.5)
  expect(servesFor()).toBe(0)
  expect(await find()).toEqual([k1.key])
  clock.advance(0.001)
  expect([servesFor(), keys.health().state]).toEqual([undefined, 'unavailable'])
})

test('health tells of keys in the configuration that they never change', async () => {
  const keys = staticKeySet([k1])
  await keys.ready()
  keys.close()
  expect(keys.health()).toStrictEqual({
    state: 'static',
    ageSeconds: undefined,
    servesForSeconds: undefined,
    lastError: undefined,
    nextRefreshInSeconds: undefined,
  })
  expect(await keys.find('ES256', 'k1')).toEqual([k1.key])
})

test.each([
  [
    'throws',
    () => {
      throw new Error('broken')
    },
  ],
  ['rejects', () => Promise.reject(new Error('broken')) as never],
])('a listener that %s breaks nothing', async (_, tell) => {
  const { load, find } = keySet({ tell })
  load.mockResolvedValue([k1])
  expect(await find()).toEqual([k1.key])
  await settled()
})

describe('the generation', () => {
  test('changes with the keys only, and starts the refresh that is due', async () => {
    const { load, keys, clock } = await filledKeySet()
    const { generation } = keys
    load.mockResolvedValueOnce([k1]).mockResolvedValueOnce([k2])
    clock.advance(10 * minutes)
    expect(keys.generation).toBe(generation)
    await settled()
    expect([keys.generation, load.mock.calls.length]).toEqual([generation, 1])
    clock.advance(10 * minutes)
    expect(keys.generation).toBe(generation)
    await settled()
    expect(keys.generation).toBe(generation + 1)
  })

  test('equals nothing while keys have to be asked for: none, more than an hour old, or of no known age', async () => {
    const now = vi.fn(() => 0)
    const { load, keys } = keySet({ now })
    load.mockResolvedValue([k1])
    expect(keys.generation).toBeNaN()
    await keys.ready()
    expect(keys.generation).not.toBeNaN()
    now.mockReturnValue(NaN)
    expect(keys.generation).toBeNaN()
    now.mockReturnValue(3_600_001)
    expect(keys.generation).toBeNaN()
    await settled()
    expect(keys.generation).not.toBeNaN()
  })
})

test('a kid that no key can have is answered without a fetch (JOSE-11)', async () => {
  const { load, find } = keySet()
  for (const kid of [5, null, 'k'.repeat(513)]) expect(await find(kid)).toEqual([])
  expect(load).not.toHaveBeenCalled()
})

test('another key under the same kid is another generation', async () => {
  const { load, keys, clock } = await filledKeySet()
  const { generation } = keys
  load.mockResolvedValue([keyOf('k1')])
  clock.advance(601)
  await keys.ready()
  expect(keys.generation).toBe(generation + 1)
})

test('a success ends the growth of pauses', async () => {
  const { load, keys, clock } = keySet()
  load.mockImplementation(() => Promise.reject(failure()))
  for (const wait of [0, 1, 2]) {
    clock.advance(wait)
    await reasonOf(keys.ready())
  }
  clock.advance(4)
  load.mockResolvedValueOnce([k1])
  await keys.ready()
  clock.advance(601)
  await expect(keys.ready()).rejects.toMatchObject({ retryAfterSeconds: 1 })
})
