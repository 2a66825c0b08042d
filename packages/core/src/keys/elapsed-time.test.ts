import { expect, test } from 'vitest'
import { elapsedTime } from './elapsed-time.js'

test('goes forward only, from zero, and remembers nothing of what is no number', () => {
  const shown = [500, 600, 100, 150, NaN, Infinity, 160]
  const elapsed = elapsedTime(() => shown.shift() ?? 0)
  expect(shown.slice().map(elapsed)).toEqual([0, 100, 100, 150, NaN, NaN, 160])
})
