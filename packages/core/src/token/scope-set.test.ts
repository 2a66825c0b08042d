import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { readScopes } from './scope-set.js'

const scopesOf = (scope: unknown) => [...readScopes({ scope }, undefined)]

describe('scope by RFC 9068', () => {
  test.each([
    ['a', ['a']],
    ['a b', ['a', 'b']],
    ['a b a', ['a', 'b']],
    ['', []],
    [' ', []],
    ['a  b', ['a', 'b']],
    [' a ', ['a']],
    ['a\tb', ['a\tb']],
    ['a,b', ['a,b']],
    ['a\u00a0b', ['a\u00a0b']],
  ])('is parted at single spaces: %j (SCOPE-02)', (claim, scopes) => {
    expect(scopesOf(claim)).toEqual(scopes)
  })

  test.each([undefined, null, 5, true, {}, ['a'], { a: true }])(
    'grants nothing as %j (AT-11, SCOPE-02)',
    (claim) => {
      expect(scopesOf(claim)).toEqual([])
    },
  )

  test('does not look at other claims (SCOPE-02)', () => {
    const claims = { scp: 'a', roles: ['b'], permissions: ['c'], groups: ['d'] }
    expect(readScopes(claims, undefined).size).toBe(0)
  })

  test('compares whole scopes and their case (SCOPE-01)', () => {
    const scopes = readScopes({ scope: 'accounts:read' }, undefined)
    const asked = ['accounts:read', 'accounts', 'accounts:readonly', 'Accounts:read', '', 'constructor']
    expect(asked.filter((scope) => scopes.has(scope))).toEqual(['accounts:read'])
  })
})

describe('scopes from the claims that the configuration names', () => {
  test('come from all of them, as strings or lists', () => {
    const claims = { scope: 'a b', scp: ['c'], roles: ['d', 'a'], permissions: ['ignored'] }
    expect([...readScopes(claims, ['scope', 'scp', 'roles'])]).toEqual(['a', 'b', 'c', 'd'])
  })

  test('do not come from scope when it is not named', () => {
    expect([...readScopes({ scope: 'a', scp: 'b c' }, ['scp'])]).toEqual(['b', 'c'])
  })

  test.each([[['a', 5]], [[['a']]], [{ 0: 'a', length: 1 }], [null], [5], [undefined]])(
    'grant nothing as %j (AT-11)',
    (claim) => {
      for (const name of ['scope', 'scp', 'roles', 'permissions'] as const)
        expect(readScopes({ [name]: claim }, [name]).size).toBe(0)
    },
  )

  test.each(['scope', 'scp'] as const)('come from %s as a string or as a list (AT-11)', (name) => {
    expect([...readScopes({ [name]: 'a b' }, [name])]).toEqual(['a', 'b'])
    expect([...readScopes({ [name]: ['a', 'b'] }, [name])]).toEqual(['a', 'b'])
  })

  test.each(['roles', 'permissions'] as const)(
    'come from %s as a list only, whose names may have spaces in them (AT-11)',
    (name) => {
      expect([...readScopes({ [name]: ['Account Admin', 'b'] }, [name])]).toEqual(['Account Admin', 'b'])
      for (const text of ['admin', 'Account Admin', ''])
        expect(readScopes({ [name]: text }, [name]).size).toBe(0)
    },
  )

  test('are no less for a claim that grants nothing (AT-11)', () => {
    expect([...readScopes({ scope: 'a', roles: 'b' }, ['scope', 'roles'])]).toEqual(['a'])
  })

  test('are none where a list has an empty text (SCOPE-02)', () => {
    expect([...readScopes({ roles: ['', 'a'] }, ['roles'])]).toEqual(['a'])
  })
})

describe('a set of scopes', () => {
  const scopes = readScopes({ scope: 'a b' }, undefined)

  test('cannot be changed', () => {
    for (const mutator of ['add', 'delete', 'clear']) expect(mutator in scopes).toBe(false)
    expect(Object.isFrozen(scopes)).toBe(true)
    expect(() => Object.assign(scopes, { has: () => true })).toThrow(TypeError)
    expect(() => Set.prototype.add.call(scopes as never, 'c')).toThrow(TypeError)
    scopes.toJSON().push('c')
    expect([scopes.size, scopes.has('c')]).toEqual([2, false])
  })

  test('prints as its scopes, in JSON and in logs', () => {
    expect(JSON.stringify({ scopes })).toBe('{"scopes":["a","b"]}')
    expect(inspect(scopes)).toBe("[ 'a', 'b' ]")
  })

  test('is a text like a claim scope', () => {
    expect(scopes.toString()).toBe('a b')
    expect(String(readScopes({}, undefined))).toBe('')
  })

  test('is read again by every loop', () => {
    expect([[...scopes], [...scopes]]).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ])
  })
})
