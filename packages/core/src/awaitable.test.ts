import { expect, test } from 'vitest'
import { isPending } from './awaitable.js'

test.each([
  ['a promise', Promise.resolve(), true],
  ['an object', {}, false],
  ['an object that inherits nothing', Object.create(null), false],
  ['a list', [], false],
  ['a function', () => undefined, false],
  ['a text', 'then', false],
  ['null', null, false],
  ['undefined', undefined, false],
])('tells whether %s has to be waited for', (_, outcome, expected) => {
  expect(isPending(outcome)).toBe(expected)
})
