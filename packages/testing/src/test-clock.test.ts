import { expect, test } from 'vitest'
import { startAuthorizationServer, testClock } from './index.js'

const start = Date.parse('2026-01-01T00:00:00Z')

test('stands still until it is moved', () => {
  const clock = testClock(start)
  expect([clock.now(), clock.now()]).toEqual([start, start])
  clock.advance(1.5)
  expect(clock.now()).toBe(start + 1500)
  clock.advance(-2)
  expect(clock.now()).toBe(start - 500)
})

test('starts at the present moment by default', () => {
  const before = Date.now()
  const { now } = testClock()
  expect(now()).toBeGreaterThanOrEqual(before)
  expect(now()).toBeLessThanOrEqual(Date.now())
})

test('takes an instant as a date and as milliseconds', () => {
  const clock = testClock(new Date(start))
  expect(clock.now()).toBe(start)
  clock.set(new Date(start + 1))
  expect(clock.now()).toBe(start + 1)
  clock.set(start)
  expect(clock.now()).toBe(start)
})

test('gives tokens their times', async () => {
  const clock = testClock(start + 999)
  const server = await startAuthorizationServer({ audience: 'https://api.example', now: clock.now })
  const { iat, exp } = server.draft().payload
  expect({ iat, exp }).toEqual({ iat: start / 1000, exp: start / 1000 + 300 })
  clock.advance(60)
  expect(server.draft().payload['iat']).toBe(start / 1000 + 60)
  await server.close()
})
