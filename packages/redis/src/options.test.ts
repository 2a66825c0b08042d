import { expect, test } from 'vitest'
import { readOptions } from './options.js'

test('has a default for every option', () => {
  expect(readOptions({})).toEqual({ prefix: 'portcullis:proof:', timeoutSeconds: 1, maxPending: 1000 })
})

test.each([
  { prefix: 'a', timeoutSeconds: 0.01, maxPending: 1 },
  { prefix: 'a'.repeat(100), timeoutSeconds: 30, maxPending: 100_000 },
])('takes values up to the bounds: $timeoutSeconds s', (options) => {
  expect(readOptions(options)).toEqual(options)
})

test.each([
  ['prefix', '', /^redisReplayStore\.prefix: expected a string of 1 to 100 characters, got ''$/],
  ['prefix', 'a'.repeat(101), /^redisReplayStore\.prefix: /],
  ['prefix', 7, /^redisReplayStore\.prefix: .* got 7$/],
  [
    'timeoutSeconds',
    0,
    /^redisReplayStore\.timeoutSeconds: expected a number of seconds, from 0\.01 to 30, got 0$/,
  ],
  ['timeoutSeconds', 0.009, /^redisReplayStore\.timeoutSeconds: /],
  ['timeoutSeconds', 31, /^redisReplayStore\.timeoutSeconds: /],
  ['timeoutSeconds', Number.NaN, /^redisReplayStore\.timeoutSeconds: .* got NaN$/],
  ['timeoutSeconds', '1', /^redisReplayStore\.timeoutSeconds: .* got '1'$/],
  ['maxPending', 0, /^redisReplayStore\.maxPending: expected a whole number, from 1 to 100000, got 0$/],
  ['maxPending', 100_001, /^redisReplayStore\.maxPending: /],
  ['maxPending', 1.5, /^redisReplayStore\.maxPending: /],
  ['maxPending', '10', /^redisReplayStore\.maxPending: .* got '10'$/],
  ['maxPending', null, /^redisReplayStore\.maxPending: .* got null$/],
])('refuses %s: %j', (name, value, message) => {
  expect(() => readOptions({ [name]: value })).toThrow(TypeError)
  expect(() => readOptions({ [name]: value })).toThrow(message)
})

test.each(['prefix', 'timeoutSeconds', 'maxPending'])(
  'refuses %s when it is there, but undefined',
  (name) => {
    const message = new RegExp(`^redisReplayStore\\.${name}: .*leave the option out.*got undefined$`)
    expect(() => readOptions({ [name]: undefined })).toThrow(message)
  },
)

test('refuses an option that does not exist, and names those that do', () => {
  const misspelt = { timeoutSecond: 2 }
  expect(() => readOptions(misspelt as object)).toThrow(
    new TypeError(
      'redisReplayStore: unknown option "timeoutSecond", expected one of prefix, timeoutSeconds, maxPending',
    ),
  )
})

test.each([null, 'portcullis:', 5, [], () => ({})])('refuses options that are no object: %j', (options) => {
  expect(() => readOptions(options as never)).toThrow(/^redisReplayStore: expected an object with options/)
})
