import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { closeWhenExpired } from './close-when-expired.js'
import type { Handshake } from './handshakes.js'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function connection(lifetimeSeconds: number) {
  const end = Date.now() + lifetimeSeconds * 1000
  const close = vi.fn()
  const secondsLeft = vi.fn(() => (end - Date.now()) / 1000)
  return { close, secondsLeft, handshake: { close, secondsLeft } as unknown as Handshake }
}

it('closes at the moment at which the token expires, and not before', () => {
  const { handshake, close } = connection(300)
  closeWhenExpired(handshake)
  vi.advanceTimersByTime(299_999)
  expect(close).not.toHaveBeenCalled()
  vi.advanceTimersByTime(1)
  expect(close).toHaveBeenCalledTimes(1)
})

it('closes at once where the token has expired already, and where nobody can tell', () => {
  for (const lifetime of [0, -1, Number.NaN]) {
    const { handshake, close } = connection(lifetime)
    closeWhenExpired(handshake)
    expect(close, `${lifetime}`).toHaveBeenCalledTimes(1)
  }
})

it('waits for longer than a timer can', () => {
  const days = 24 * 60 * 60
  const { handshake, close } = connection(60 * days)
  closeWhenExpired(handshake)
  vi.advanceTimersByTime(59 * days * 1000)
  expect(close).not.toHaveBeenCalled()
  vi.advanceTimersByTime(days * 1000)
  expect(close).toHaveBeenCalledTimes(1)
})

it('looks at the clock again: it may have been set back', () => {
  const { handshake, close, secondsLeft } = connection(10)
  closeWhenExpired(handshake)
  secondsLeft.mockReturnValueOnce(20)
  vi.advanceTimersByTime(10_000)
  expect(close).not.toHaveBeenCalled()
  vi.advanceTimersByTime(20_000)
  expect(close).toHaveBeenCalledTimes(1)
})

it('waits for nothing where no token can expire, and no longer once the connection is closed', () => {
  closeWhenExpired(connection(Number.POSITIVE_INFINITY).handshake)
  expect(vi.getTimerCount()).toBe(0)
  const { handshake, close } = connection(10)
  closeWhenExpired(handshake)()
  expect(vi.getTimerCount()).toBe(0)
  vi.advanceTimersByTime(10_000)
  expect(close).not.toHaveBeenCalled()
})

it('does not keep the process alive', () => {
  vi.useRealTimers()
  const unref = vi.spyOn(globalThis, 'setTimeout')
  closeWhenExpired(connection(300).handshake)
  const timer = unref.mock.results[0]?.value as NodeJS.Timeout
  expect(timer.hasRef()).toBe(false)
  clearTimeout(timer)
})
