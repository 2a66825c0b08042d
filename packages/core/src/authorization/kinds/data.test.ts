import { expect, test } from 'vitest'
import { holeAndText } from '../../../test-support/holes.js'
import { typeErrorOf } from '../../../test-support/refusal.js'
import { comparison, isFilledList, printable, readTexts } from './data.js'
import type { Printed } from './kind.js'

interface Requirement extends Printed {
  readonly kind: string
  readonly of: string[]
}

test('what prints itself is plain data for everyone else', () => {
  const made = printable<Requirement>({ kind: 'a', of: ['b'] }, ({ kind, of }) => `${kind} ${of.join()}`)
  expect(String(made)).toBe('a b')
  expect(made).toStrictEqual({ kind: 'a', of: ['b'] })
  expect([Object.keys(made), JSON.stringify(made), Object.hasOwn({ ...made }, 'toString')]).toEqual([
    ['kind', 'of'],
    '{"kind":"a","of":["b"]}',
    false,
  ])
  expect(Object.isFrozen(made)).toBe(true)
})

test('texts are copied and frozen', () => {
  const given = ['a', 'b']
  const read = readTexts('here', 'name', given)
  expect(read).toEqual(given)
  expect(read).not.toBe(given)
  expect(Object.isFrozen(read)).toBe(true)
})

test.each([
  [undefined],
  ['a'],
  [{ length: 1, 0: 'a' }],
  [[]],
  [[undefined]],
  [['a', '']],
  [[5]],
  [holeAndText],
])('no texts: %j', (given) => {
  expect(typeErrorOf(() => readTexts('here', 'name', given))).toMatch(
    /^here: expected (a|at least one) name, got /,
  )
})

test.each([
  [['a'], true],
  [[undefined], true],
  [[], false],
  ['a', false],
  [{ length: 1 }, false],
  [undefined, false],
])('a filled list: %j', (value, is) => {
  expect(isFilledList(value)).toBe(is)
})

test('a comparison is harmless to print', () => {
  expect(comparison('role', ['a"'], ['\r\né'])).toBe(
    'needed role: "a\\""; the token carries ["\\r\\n\\u00e9"]',
  )
})
