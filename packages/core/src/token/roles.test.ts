import { describe, expect, test } from 'vitest'
import { readPermissions, readRoles } from './roles.js'

describe('roles', () => {
  test.each([
    [
      ['a', 'b'],
      ['a', 'b'],
    ],
    [
      ['a', 'b', 'a'],
      ['a', 'b'],
    ],
    [['role with spaces'], ['role with spaces']],
    [
      [{ value: 'a', display: 'A' }, 'b'],
      ['a', 'b'],
    ],
    [[], []],
  ])('%j are %j (RFC 9068 §2.2.3.1, RFC 7643 §4.1.2)', (roles, read) => {
    expect(readRoles({ roles })).toEqual(read)
  })

  test.each([
    [undefined],
    [null],
    ['a'],
    ['a b'],
    [5],
    [{ value: 'a' }],
    [{ 0: 'a', length: 1 }],
    [['a', 5]],
    [['a', null]],
    [['a', ['b']]],
    [['a', {}]],
    [[{ value: ['a'] }]],
    [[{ display: 'a' }]],
  ])('%j grants nothing, not even its good members', (roles) => {
    expect(readRoles({ roles })).toEqual([])
  })

  test('are frozen', () => {
    expect([Object.isFrozen(readRoles({ roles: ['a'] })), Object.isFrozen(readRoles({}))]).toEqual([
      true,
      true,
    ])
  })
})

describe('permissions', () => {
  test.each([
    [
      ['read:a', 'write:a'],
      ['read:a', 'write:a'],
    ],
    [['a', 'a'], ['a']],
    [[], []],
  ])('%j are %j', (permissions, read) => {
    expect(readPermissions({ permissions })).toEqual(read)
  })

  test.each([[undefined], [null], ['a'], [{}], [['a', 5]], [['a', { value: 'b' }]]])(
    '%j grants nothing',
    (permissions) => {
      expect(readPermissions({ permissions })).toEqual([])
    },
  )

  test('are none of the roles, and the other way round', () => {
    expect([readPermissions({ roles: ['a'] }), readRoles({ permissions: ['a'] })]).toEqual([[], []])
  })

  test('are frozen', () => {
    expect(Object.isFrozen(readPermissions({ permissions: ['a'] }))).toBe(true)
  })
})
