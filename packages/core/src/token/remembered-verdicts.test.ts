import { describe, expect, test } from 'vitest'
import { moment } from '../../test-support/tokens.js'
import type { AccessToken } from './access-token.js'
import { RememberedVerdicts } from './remembered-verdicts.js'

interface Good {
  readonly token: AccessToken
}
interface Bad {
  readonly rejected: string
}

const mebibyte = 1024 * 1024
const goodUntil = (expiresAt: number): Good => ({ token: { expiresAt } as AccessToken })
const good = goodUntil(moment + 300)
const bad: Bad = { rejected: 'a' }

function remembering() {
  const clock = { elapsed: 0, now: moment }
  const advance = (seconds: number) => {
    clock.elapsed += seconds
    clock.now += seconds
  }
  const verdicts = new RememberedVerdicts<Good, Bad>({
    elapsed: () => clock.elapsed,
    now: () => clock.now,
  })
  const setGood = (hash: string, { verdict = good, bytes = 100, forSeconds = 60, at = clock.elapsed } = {}) =>
    verdicts.setGood(hash, { verdict, at, forSeconds }, bytes)
  const setBad = (hash: string, forSeconds = 5) =>
    verdicts.setBad(hash, { verdict: bad, at: clock.elapsed, forSeconds })
  const count = (hashes: readonly string[]) => hashes.filter((hash) => verdicts.get(hash)).length
  return { clock, advance, verdicts, setGood, setBad, count }
}
const names = (prefix: string, length: number) => Array.from({ length }, (_, n) => `${prefix}${n}`)

test('nothing is known at first', () => {
  expect(remembering().verdicts.get('a')).toBeUndefined()
})

test('a verdict is remembered for its time, under its own hash (INTRO-07, INTRO-08)', () => {
  const { verdicts, setGood, setBad, advance } = remembering()
  setGood('a')
  setBad('b')
  expect([verdicts.get('a'), verdicts.get('b'), verdicts.get('A')]).toEqual([good, bad, undefined])
  advance(4.999)
  expect(verdicts.get('b')).toBe(bad)
  advance(0.001)
  expect([verdicts.get('a'), verdicts.get('b')]).toEqual([good, undefined])
  advance(55)
  expect(verdicts.get('a')).toBeUndefined()
})

test('a verdict counts its time from when it was asked for (INTRO-07)', () => {
  const { verdicts, setGood, advance } = remembering()
  advance(10)
  setGood('a', { at: 0 })
  advance(49.999)
  expect(verdicts.get('a')).toBe(good)
  advance(0.001)
  expect(verdicts.get('a')).toBeUndefined()
})

test('a verdict that has no time is not remembered (INTRO-07)', () => {
  const { verdicts, setGood, setBad } = remembering()
  setGood('a', { forSeconds: 0 })
  setBad('b', 0)
  expect([verdicts.get('a'), verdicts.get('b')]).toEqual([undefined, undefined])
})

test('a good one is never relied on past the exp of its token (INTRO-07)', () => {
  const { verdicts, setGood, advance } = remembering()
  setGood('a', { verdict: goodUntil(moment + 5) })
  advance(4.999)
  expect(verdicts.get('a')).toBeDefined()
  advance(0.001)
  expect(verdicts.get('a')).toBeUndefined()
})

test('exp compares with the clock on the wall, age with the one that never goes back (INTRO-07)', () => {
  const { verdicts, setGood, clock } = remembering()
  setGood('a', { verdict: goodUntil(moment + 5) })
  clock.now += 5
  expect(verdicts.get('a')).toBeUndefined()
  clock.now = moment - 1000
  expect(verdicts.get('a')).toBeDefined()
  clock.elapsed += 60
  expect(verdicts.get('a')).toBeUndefined()
})

test('one without exp is relied on for its time (INTRO-07)', () => {
  const { verdicts, setGood, advance } = remembering()
  setGood('a', { verdict: goodUntil(Number.POSITIVE_INFINITY) })
  advance(59)
  expect(verdicts.get('a')).toBeDefined()
  advance(1)
  expect(verdicts.get('a')).toBeUndefined()
})

test('the last verdict on a token is the one that holds (INTRO-06)', () => {
  const { verdicts, setGood, setBad, advance } = remembering()
  setGood('a')
  setBad('a')
  expect(verdicts.get('a')).toBe(bad)
  advance(5)
  expect(verdicts.get('a')).toBeUndefined()
  setBad('a')
  setGood('a')
  expect(verdicts.get('a')).toBe(good)
  advance(60)
  expect(verdicts.get('a')).toBeUndefined()
})

describe('while the clock shows no number', () => {
  test('nothing is relied on', () => {
    const { verdicts, setGood, setBad, clock } = remembering()
    setGood('a')
    setBad('b')
    clock.elapsed = Number.NaN
    expect([verdicts.get('a'), verdicts.get('b')]).toEqual([undefined, undefined])
    clock.elapsed = 0
    clock.now = Number.NaN
    expect([verdicts.get('a'), verdicts.get('b')]).toEqual([undefined, bad])
  })

  test('what is found out is relied on at no time', () => {
    const { verdicts, setGood, setBad, clock } = remembering()
    clock.elapsed = Number.NaN
    setGood('a')
    setBad('b')
    clock.elapsed = 0
    expect([verdicts.get('a'), verdicts.get('b')]).toEqual([undefined, undefined])
  })
})

describe('room is for', () => {
  test('10,000 good ones: the one not needed for longest goes first (INTRO-09)', () => {
    const { setGood, verdicts, count } = remembering()
    const hashes = names('good', 10_000)
    for (const hash of hashes) setGood(hash)
    verdicts.get('good0')
    setGood('one more')
    expect(count(hashes)).toBe(9999)
    expect([verdicts.get('good0'), verdicts.get('good1')]).toEqual([good, undefined])
  })

  test('10,000 bad ones, which drive out no good one (INTRO-09)', () => {
    const { setGood, setBad, verdicts, count } = remembering()
    setGood('a')
    const hashes = names('bad', 10_001)
    for (const hash of hashes) setBad(hash)
    expect(count(hashes)).toBe(10_000)
    expect(verdicts.get('a')).toBe(good)
  })

  test('32 MiB of answers about good tokens (INTRO-09)', () => {
    const { setGood, verdicts, count } = remembering()
    const hashes = names('large', 32)
    for (const hash of hashes) setGood(hash, { bytes: mebibyte })
    expect(count(hashes)).toBe(32)
    setGood('small', { bytes: 1 })
    expect(count(hashes)).toBe(31)
    expect([verdicts.get('large0'), verdicts.get('small')]).toEqual([undefined, good])
  })

  test('no answer that is larger than that alone; the others stay, and the old one on its token goes (INTRO-09)', () => {
    const { setGood, verdicts } = remembering()
    setGood('a')
    setGood('b')
    setGood('b', { bytes: 32 * mebibyte + 1 })
    expect([verdicts.get('a'), verdicts.get('b')]).toEqual([good, undefined])
    setGood('c', { bytes: 32 * mebibyte })
    expect([verdicts.get('a'), verdicts.get('c')]).toEqual([undefined, good])
  })

  test('answers without a body, too', () => {
    const { setGood, verdicts } = remembering()
    setGood('a', { bytes: 0 })
    expect(verdicts.get('a')).toBe(good)
  })
})
