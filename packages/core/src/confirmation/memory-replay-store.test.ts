import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { thrownBy } from '../../test-support/refusal.js'
import { moment } from '../../test-support/tokens.js'
import { sha256 } from '../jws/sha256.js'
import { Unavailable } from '../rejection.js'
import { MemoryReplayStore, type MemoryReplayStoreOptions, memoryReplayStore } from './memory-replay-store.js'
import { type ProofUse, useOnce } from './replay-store.js'

const idOf = (text: string | number) => createHash('sha256').update(String(text)).digest('base64url')
const useOf = (changes: Partial<ProofUse> = {}): ProofUse => ({
  id: idOf('a'),
  owner: 'client',
  until: moment + 60,
  now: moment,
  ...changes,
})
const codeOf = (run: () => unknown) => {
  const error = thrownBy(run)
  expect(error).toBeInstanceOf(Unavailable)
  return (error as Unavailable).code
}

const answerOf = (store: { firstUse(use: ProofUse): unknown }, use: ProofUse) => {
  try {
    return store.firstUse(use)
  } catch (error) {
    return (error as Unavailable).code === 'replay_store_full' ? 'full' : error
  }
}

/** It answers at once, which stores in general need not. */
const newStore = (options?: MemoryReplayStoreOptions) => memoryReplayStore(options) as MemoryReplayStore

describe('a proof', () => {
  test('is used for the first time once (DPOP-41)', () => {
    const store = newStore()
    expect([useOf(), useOf(), useOf()].map((use) => store.firstUse(use))).toEqual([true, false, false])
  })

  test('is known by its id alone, whoever owns it and until whenever it lasts (DPOP-43)', () => {
    const store = newStore()
    store.firstUse(useOf())
    expect(store.firstUse(useOf({ owner: 'another' }))).toBe(false)
    expect(store.firstUse(useOf({ until: moment + 300 }))).toBe(false)
    expect(store.firstUse(useOf({ until: moment }))).toBe(false)
    expect(store.firstUse(useOf({ id: idOf('b') }))).toBe(true)
  })

  test('is remembered to the last moment at which it could be accepted (DPOP-44)', () => {
    for (let second = 0; second < 20; second++) {
      const store = newStore()
      const until = moment + 60 + second
      store.firstUse(useOf({ until }))
      expect(store.firstUse(useOf({ until, now: until }))).toBe(false)
    }
  })

  test('with an iat ahead is remembered for as long as that lasts (DPOP-44)', () => {
    const store = newStore()
    const until = moment + 10 + 60
    store.firstUse(useOf({ until }))
    expect(store.firstUse(useOf({ until, now: moment + 69.999 }))).toBe(false)
    expect(store.firstUse(useOf({ until, now: until }))).toBe(false)
  })

  test('whose time is over before it comes is remembered all the same', () => {
    const store = newStore()
    for (const expected of [true, false])
      expect(store.firstUse(useOf({ until: moment - 100 }))).toBe(expected)
  })

  test('is forgotten when its time is over, and makes room (DPOP-45)', () => {
    const store = newStore({ maxEntries: 1 })
    expect(store.firstUse(useOf())).toBe(true)
    expect(codeOf(() => store.firstUse(useOf({ id: idOf('b'), now: moment + 60 })))).toBe('replay_store_full')
    expect(store.firstUse(useOf({ id: idOf('b'), now: moment + 80, until: moment + 140 }))).toBe(true)
    expect(store.firstUse(useOf({ id: idOf('b'), now: moment + 80, until: moment + 140 }))).toBe(false)
  })

  test('is known also when it falls into another slot of time than before (DPOP-43)', () => {
    const store = newStore()
    const ids = Array.from({ length: 40 }, (_, at) => idOf(at))
    for (const [at, id] of ids.entries())
      expect(store.firstUse(useOf({ id, until: moment + at * 10 }))).toBe(true)
    for (const id of ids) expect(store.firstUse(useOf({ id }))).toBe(false)
  })

  test('fifty times at once is used once (DPOP-42)', async () => {
    const store = newStore()
    const outcomes = await Promise.allSettled(Array.from({ length: 50 }, async () => useOnce(store, useOf())))
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    for (const outcome of outcomes)
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'proof_replayed' })
  })

  test('is no other, however strange its id is', () => {
    const store = newStore()
    const ids = ['', '\0', '\ud800', '\ufffd', '__proto__', 'constructor', 'é', 'a'.repeat(100_000)]
    expect(ids.map((id) => store.firstUse(useOf({ id })))).toEqual(ids.map(() => true))
    expect(ids.map((id) => store.firstUse(useOf({ id })))).toEqual(ids.map(() => false))
  })

  test('is not used in another store', () => {
    const [one, other] = [newStore(), newStore()]
    expect([one.firstUse(useOf()), other.firstUse(useOf())]).toEqual([true, true])
  })

  test('is still known when the clock is set back a little (DPOP-44)', () => {
    const store = newStore()
    store.firstUse(useOf())
    store.firstUse(useOf({ id: idOf('later'), now: moment + 70, until: moment + 130 }))
    expect(store.firstUse(useOf({ now: moment + 60 }))).toBe(false)
  })

  test('is not accepted again when the clock is set back by up to ten seconds (DPOP-44)', () => {
    const store = newStore()
    store.firstUse(useOf())
    store.firstUse(useOf({ id: idOf('later'), now: moment + 69, until: moment + 129 }))
    expect(store.firstUse(useOf({ now: moment + 59 }))).toBe(false)
  })
})

test('counts owners apart: three thousand of them share no quarter of what fits (DPOP-45)', () => {
  const store = newStore({ maxEntries: 4000 })
  for (let at = 0; at < 3000; at++)
    expect(store.firstUse(useOf({ id: idOf(at), owner: sha256(`client ${at}`) }))).toBe(true)
})

describe('a store that is full', () => {
  const fill = (maxEntries: number) => {
    const store = newStore({ maxEntries })
    for (let at = 0; at < maxEntries; at++)
      expect(store.firstUse(useOf({ id: idOf(at), owner: `client ${at % 4}` }))).toBe(true)
    return store
  }

  test('refuses what is new, and evicts nothing (DPOP-45)', () => {
    const store = fill(100)
    for (const owner of ['client 0', 'another']) {
      const error = thrownBy(() => store.firstUse(useOf({ id: idOf('new'), owner })))
      expect(error).toBeInstanceOf(Unavailable)
      expect(error).toMatchObject({ code: 'replay_store_full', status: 503, retryAfterSeconds: 10 })
    }
    for (let at = 0; at < 100; at++) expect(store.firstUse(useOf({ id: idOf(at) }))).toBe(false)
  })

  test('knows a proof that was used from one that finds no room (DPOP-45)', () => {
    const store = fill(8)
    expect(store.firstUse(useOf({ id: idOf(3) }))).toBe(false)
    expect(codeOf(() => store.firstUse(useOf({ id: idOf('new') })))).toBe('replay_store_full')
    // What was refused was not remembered.
    expect(store.firstUse(useOf({ id: idOf('new'), now: moment + 80, until: moment + 140 }))).toBe(true)
  })
})

describe('one owner', () => {
  test.each([
    [100, 25],
    [4, 1],
    [1, 1],
    [10, 3],
  ])('of a store for %d has at most %d: it alone is refused then (DPOP-45)', (maxEntries, most) => {
    const store = newStore({ maxEntries })
    for (let at = 0; at < most; at++) expect(store.firstUse(useOf({ id: idOf(at) }))).toBe(true)
    expect(codeOf(() => store.firstUse(useOf({ id: idOf(most) })))).toBe('replay_store_full')
    expect(store.firstUse(useOf({ id: idOf(0) }))).toBe(false)
    if (maxEntries > most) expect(store.firstUse(useOf({ id: idOf(most), owner: 'another' }))).toBe(true)
  })

  test('is counted over all slots of time, and what is forgotten counts no more (DPOP-45)', () => {
    const store = newStore({ maxEntries: 40 })
    for (let at = 0; at < 10; at++)
      expect(store.firstUse(useOf({ id: idOf(at), until: moment + 5 + at * 10 }))).toBe(true)
    const later = (now: number) => store.firstUse(useOf({ id: idOf(now), now, until: moment + 600 }))
    expect(codeOf(() => later(moment))).toBe('replay_store_full')
    expect(later(moment + 20)).toBe(true)
  })
})

test.each([0, -1, 1.5, NaN, Infinity, '5', null, undefined])('maxEntries %j is a TypeError', (maxEntries) => {
  const error = thrownBy(() => memoryReplayStore({ maxEntries } as { maxEntries: number }))
  expect(error).toBeInstanceOf(TypeError)
  expect((error as Error).message).toMatch(/^memoryReplayStore\.maxEntries: expected a /)
})

test.each([{ size: 5 }, null, 5, []])('the options %j are a TypeError', (options) => {
  const error = thrownBy(() => memoryReplayStore(options as unknown as { maxEntries: number }))
  expect(error).toMatchObject({ name: 'TypeError', message: expect.stringMatching(/^memoryReplayStore: /) })
})

test('is told from other stores, so that it can be warned of', () => {
  expect(memoryReplayStore()).toBeInstanceOf(MemoryReplayStore)
})

/** The same store, as plainly as it can be written: slots of ten seconds are forgotten together, one slot late. */
class NaiveStore {
  readonly #maxEntries: number
  #entries: { id: string; owner: string; slot: number }[] = []

  constructor(maxEntries: number) {
    this.#maxEntries = maxEntries
  }

  firstUse({ id, owner, until, now }: ProofUse): boolean | 'full' {
    this.#entries = this.#entries.filter(({ slot }) => slot >= Math.floor(now / 10) - 1)
    if (this.#entries.some((entry) => entry.id === id)) return false
    const own = this.#entries.filter((entry) => entry.owner === owner).length
    if (this.#entries.length >= this.#maxEntries || own >= Math.ceil(this.#maxEntries / 4)) return 'full'
    this.#entries.push({ id, owner, slot: Math.floor(Math.max(until, now) / 10) })
    return true
  }
}

describe('whatever it is asked in whatever order', () => {
  const step = fc.record({
    elapsed: fc.oneof(
      { weight: 5, arbitrary: fc.integer({ min: 0, max: 3 }) },
      fc.integer({ min: 0, max: 120 }),
    ),
    id: fc.integer({ min: 0, max: 25 }),
    owner: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
    lasts: fc.double({ min: 0, max: 90, noNaN: true }),
  })
  type Step = typeof step extends fc.Arbitrary<infer T> ? T : never
  const agrees = (steps: readonly Step[], maxEntries: number) => {
    const [store, model] = [newStore({ maxEntries }), new NaiveStore(maxEntries)]
    let now = moment
    return steps.every(({ elapsed, id, owner, lasts }) => {
      now += elapsed
      const use = { id: idOf(id), owner, now, until: now + lasts }
      return answerOf(store, use) === answerOf(model, use)
    })
  }

  test('it answers as a plain list would (DPOP-41, DPOP-44, DPOP-45)', () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 120 }),
        fc.integer({ min: 1, max: 30 }),
        (steps, maxEntries) => {
          // Two owners may be counted as one, by a secret of each store: never by those of two stores.
          expect(agrees(steps, maxEntries) || agrees(steps, maxEntries)).toBe(true)
        },
      ),
      { numRuns: 500 },
    )
  })

  test('it never takes one proof twice while that could be accepted, by a clock that only goes on (DPOP-41, DPOP-44)', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const store = newStore({ maxEntries: 20 })
        const accepted = new Map<number, number>()
        let now = moment
        for (const { elapsed, id, owner, lasts } of steps) {
          now += elapsed
          const isLive = (accepted.get(id) ?? -Infinity) >= now
          const answer = answerOf(store, { id: idOf(id), owner, now, until: now + lasts })
          if (answer === true) expect(isLive).toBe(false)
          if (answer === true) accepted.set(id, now + lasts)
        }
      }),
      { numRuns: 500 },
    )
  })
})
