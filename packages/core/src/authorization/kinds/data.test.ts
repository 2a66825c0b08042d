import { expect, test } from 'vitest'
import { holeAndText } from '../../../test-support/holes.js'
import { typeErrorOf } from '../../../test-support/refusal.js'
import {
  comparison,
  hintFor,
  hintOfClients,
  isFilledList,
  isParameterToken,
  printable,
  readArguments,
  readTexts,
} from './data.js'
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

test.each([
  ['!', true],
  ['accounts:read', true],
  ['https://api.example/read?a=b', true],
  ['#[]~', true],
  ['', false],
  [' ', false],
  ['a b', false],
  ['"', false],
  ['\\', false],
  ['\x7f', false],
  ['a\n', false],
  ['é', false],
  [undefined, false],
  [['a'], false],
])('knows what can stand beside others in a challenge: %j (RFC 6749 §3.3, RFC 9470 §3)', (value, is) => {
  expect(isParameterToken(value)).toBe(is)
})

test('arguments are texts, too', () => {
  expect(readArguments('here', 'role', ['a', 'b'])).toEqual(['a', 'b'])
  for (const given of [undefined, [], [''], [5], holeAndText])
    expect(typeErrorOf(() => readArguments('here', 'role', given))).toMatch(
      /^here: expected (a|at least one) role, /,
    )
})

test('whoever passes a list in place of arguments is told so', () => {
  expect(typeErrorOf(() => readArguments('role()', 'role', [['a', 'b']]))).toBe(
    "role(): expected a role; pass several as separate arguments, not as a list, got [ 'a', 'b' ]",
  )
  expect(typeErrorOf(() => readTexts('details().actions', 'text', [['a']]))).not.toContain('arguments')
  expect(hintFor('a')).toBe('')
})

test('a hint where a claim about a user is missing, and only there', () => {
  expect(hintOfClients(undefined)).toMatch(/^; tokens for clients alone, .* usually have none$/)
  for (const claim of [null, 0, 'a']) expect(hintOfClients(claim)).toBe('')
})
