import { describe, expect, test } from 'vitest'
import { thrownBy } from '../../test-support/refusal.js'
import { allOf, anyOf, isScopeToken, type Requirement, readRequirement, scope } from './requirement.js'

const read = scope('accounts:read')
const write = scope('accounts:write')
const messageOf = (run: () => unknown) => {
  const error = thrownBy(run)
  expect(error).toBeInstanceOf(TypeError)
  return (error as TypeError).message
}

describe('a requirement', () => {
  test('that was written by hand is copied: what was checked is what will be asked (SCOPE-03)', () => {
    const scopes = ['accounts:read']
    const of = [{ kind: 'scope', scopes }]
    const checked = readRequirement('requires()', { kind: 'allOf', of })
    scopes.length = 0
    of.length = 0
    expect(checked).toEqual(allOf(read))
    expect(Object.isFrozen(checked)).toBe(true)
  })

  test('is plain data', () => {
    expect(JSON.parse(JSON.stringify(anyOf(read, allOf(read, write))))).toEqual({
      kind: 'anyOf',
      of: [
        { kind: 'scope', scopes: ['accounts:read'] },
        { kind: 'allOf', of: [read, write] },
      ],
    })
  })

  test.each([scope('a', 'b'), anyOf(read), allOf(read, write)])('is frozen: %j', (requirement) => {
    const list = requirement.kind === 'scope' ? requirement.scopes : requirement.of
    expect([Object.isFrozen(requirement), Object.isFrozen(list)]).toEqual([true, true])
  })
})

describe('a wrong requirement is a TypeError', () => {
  const loose = { scope, allOf, anyOf } as unknown as Record<string, (...given: unknown[]) => unknown>

  test.each(['scope', 'allOf', 'anyOf'])(
    '%s() without anything: an empty list is a mistake, not "allow all" (SCOPE-03)',
    (name) => {
      expect(messageOf(() => loose[name]?.())).toMatch(
        new RegExp(`^${name}\\(\\): expected at least one .*got \\[\\]`),
      )
    },
  )

  test.each([undefined, null, '', ' ', 'a b', 'a"b', 'a\\b', 'é', 'a\n', 5, ['a'], {}])(
    'scope(%j) (RFC 6749 §3.3)',
    (given) => {
      expect(messageOf(() => loose['scope']?.('a', given))).toMatch(
        /^scope\(\): expected scopes without .*got /,
      )
    },
  )

  test.each([
    undefined,
    null,
    'accounts:read',
    5,
    {},
    [],
    [read],
    { kind: 'scope' },
    { kind: 'scope', scopes: [] },
    { kind: 'scope', scopes: 'a' },
    { kind: 'scope', scopes: ['a b'] },
    { kind: 'scope', scopes: [undefined] },
    { kind: 'anyOf', of: [] },
    { kind: 'allOf' },
    { kind: 'noneOf', of: [read] },
    { kind: 'anyOf', of: [undefined] },
    { kind: 'anyOf', scopes: ['a'] },
    () => true,
  ])('anyOf(%j) and allOf(%j)', (given) => {
    expect(messageOf(() => loose['anyOf']?.(read, given))).toMatch(/^anyOf\(\): expected a /)
    expect(messageOf(() => loose['allOf']?.(given))).toMatch(/^allOf\(\): expected a /)
  })
})

describe('the scopes of a resource', () => {
  const known = ['accounts:read', 'accounts:write']

  test.each([read, write, scope('accounts:read', 'accounts:write'), anyOf(read, allOf(write, anyOf(read)))])(
    'pass: %j',
    (given) => {
      expect(readRequirement('requires()', given, known)).toEqual(given)
    },
  )

  test.each<Requirement>([
    scope('accounts:delete'),
    scope('accounts:read', 'accounts:delete'),
    scope('Accounts:delete'),
    anyOf(read, scope('accounts:delete')),
    allOf(read, anyOf(read, allOf(write, scope('accounts:delete')))),
  ])('are the only ones that a requirement may name: %j', (given) => {
    const message = messageOf(() => readRequirement('requires()', given, known))
    expect(message).toMatch(
      /^requires\(\): expected a scope of the resource \(accounts:read, accounts:write\), got '/,
    )
    expect(message).toContain("ccounts:delete'")
  })

  test('may be none: then no requirement passes', () => {
    expect(messageOf(() => readRequirement('requires()', read, []))).toMatch(/it has none/)
  })

  test('may be unknown: then every scope passes', () => {
    expect(readRequirement('requires()', scope('anything'))).toEqual(scope('anything'))
  })
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
])('knows what one scope looks like: %j (RFC 6749 §3.3)', (value, is) => {
  expect(isScopeToken(value)).toBe(is)
})
