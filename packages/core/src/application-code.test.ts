import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { reasonOf } from '../test-support/refusal.js'
import { howItFailed, inTime, isThenable } from './application-code.js'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const later = (milliseconds: number, settle: () => unknown) => () =>
  new Promise((resolve) => setTimeout(resolve, milliseconds)).then(settle)

describe('an answer', () => {
  test.each([true, undefined, null, 0, 'text', {}, () => true])(
    'that is there at once needs no timer: %s',
    async (answer) => {
      const setTimer = vi.spyOn(globalThis, 'setTimeout')
      expect(await inTime(() => answer)).toBe(answer)
      expect(setTimer).not.toHaveBeenCalled()
    },
  )

  test('that has to be waited for leaves no timer behind', async () => {
    expect(await inTime(async () => 5)).toBe(5)
    // oxlint-disable-next-line unicorn/no-thenable -- what some libraries give in place of a promise
    expect(await inTime(() => ({ then: (resolve: (value: number) => void) => resolve(6) }))).toBe(6)
    await reasonOf(inTime(() => Promise.reject(new Error('down'))))
    expect(vi.getTimerCount()).toBe(0)
  })

  test('is waited for as long as it comes within five seconds', async () => {
    const answer = inTime(later(4999, () => 'late'))
    await vi.advanceTimersByTimeAsync(4999)
    expect(await answer).toBe('late')
  })

  test('that does not come in five seconds is none', async () => {
    const reason = reasonOf(inTime(() => new Promise(() => undefined)))
    await vi.advanceTimersByTimeAsync(4999)
    expect(vi.getTimerCount()).toBe(1)
    await vi.advanceTimersByTimeAsync(1)
    expect(await reason).toMatchObject({ message: 'no answer in 5 s' })
  })

  test('keeps no process alive', async () => {
    vi.useRealTimers()
    const setTimer = vi.spyOn(globalThis, 'setTimeout')
    const answer = inTime(() => new Promise((resolve) => setImmediate(resolve)))
    const timer = setTimer.mock.results[0]?.value as NodeJS.Timeout
    expect(timer.hasRef()).toBe(false)
    await answer
  })

  test('that breaks after five seconds harms nobody', async () => {
    const unhandled = vi.fn()
    process.on('unhandledRejection', unhandled)
    const reason = reasonOf(inTime(later(6000, () => Promise.reject(new Error('late')))))
    await vi.advanceTimersByTimeAsync(7000)
    await reason
    vi.useRealTimers()
    await new Promise(setImmediate)
    process.off('unhandledRejection', unhandled)
    expect(unhandled).not.toHaveBeenCalled()
  })
})

test('what is thrown at once is thrown on', async () => {
  const cause = new Error('down')
  const reason = await reasonOf(
    inTime(() => {
      throw cause
    }),
  )
  expect(reason).toBe(cause)
})

test('knows what can be waited for', () => {
  // oxlint-disable-next-line unicorn/no-thenable -- what some libraries give in place of a promise
  for (const one of [Promise.resolve(), { then: () => undefined }]) expect(isThenable(one)).toBe(true)
  // oxlint-disable-next-line unicorn/no-thenable -- a member of data that has that name
  for (const other of [undefined, null, 'then', {}, { then: 5 }, () => 5])
    expect(isThenable(other)).toBe(false)
})

describe('of a failure', () => {
  class DatabaseError extends Error {}
  const nameless = Object.assign(new Error('s3cr3t'), { constructor: undefined })
  const named = Object.assign(new Error('s3cr3t'), { constructor: { name: 'postgres://s3cr3t' } })

  test.each<[unknown, string]>([
    [new DatabaseError('s3cr3t'), 'threw DatabaseError'],
    [Object.assign(new TypeError('s3cr3t'), { name: 's3cr3t' }), 'threw TypeError'],
    [nameless, 'threw Error'],
    [named, 'threw Error'],
    ['s3cr3t', 'threw what is no error'],
    [undefined, 'threw what is no error'],
  ])('only the class is told: %#', (cause, told) => {
    expect(howItFailed(cause)).toBe(told)
  })

  test('it is told that it took too long', async () => {
    const reason = reasonOf(inTime(() => new Promise(() => undefined)))
    await vi.advanceTimersByTimeAsync(5000)
    expect(howItFailed(await reason)).toBe('gave no answer in 5 s')
  })
})
