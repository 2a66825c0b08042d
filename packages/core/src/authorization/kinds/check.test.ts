import { describe, expect, test } from 'vitest'
import { typeErrorOf } from '../../../test-support/refusal.js'
import { check, checkKind } from './check.js'

const loose = check as unknown as (...given: unknown[]) => unknown
const yes = () => true

test('is frozen, and prints its public name', () => {
  const requirement = check('contract is active', yes)
  expect(requirement).toEqual({ kind: 'check', name: 'contract is active', predicate: yes })
  expect(Object.isFrozen(requirement)).toBe(true)
  expect(String(requirement)).toBe('check "contract is active"')
})

test('as JSON it is its name, not the program', () => {
  expect(JSON.stringify(check('a', yes))).toBe('{"kind":"check","name":"a"}')
})

describe('a wrong one is a TypeError', () => {
  test.each([undefined, null, '', 'a"b', 'a\\b', 'a\nb', 'é', 'x'.repeat(101), 5, ['a'], yes])(
    'the name %j',
    (name) => {
      expect(typeErrorOf(() => loose(name, yes))).toMatch(
        /^check\(\): expected a name of 1 to 100 ASCII .*got /,
      )
    },
  )

  test.each([undefined, null, true, 'yes', {}, Promise.resolve(true)])('the function %j', (predicate) => {
    expect(typeErrorOf(() => loose('a', predicate))).toMatch(/^check\(\): expected a function, got /)
  })

  test('written as JSON, where the function is lost', () => {
    const written = JSON.parse(JSON.stringify(check('a', yes)))
    expect(typeErrorOf(() => checkKind.read('here', written, {}))).toBe(
      'here: expected a function, got undefined',
    )
  })
})
