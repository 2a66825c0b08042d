import { describe, expect, test } from 'vitest'
import { typeErrorOf } from '../../test-support/refusal.js'
import { readKnownNames } from './known-names.js'

test('is unknown where nothing is said: then requirements may name anything', () => {
  expect(readKnownNames('here', {})).toEqual({ scopes: undefined, detailsTypes: undefined })
})

test('is a frozen copy', () => {
  const [scopes, authorizationDetailsTypes] = [['a'], ['account information']]
  const known = readKnownNames('here', { scopes, authorizationDetailsTypes })
  scopes.push('b')
  authorizationDetailsTypes.push('b')
  expect(known).toEqual({ scopes: ['a'], detailsTypes: ['account information'] })
  expect([Object.isFrozen(known.scopes), Object.isFrozen(known.detailsTypes)]).toEqual([true, true])
})

test('may be nothing at all (PRM-04)', () => {
  expect(readKnownNames('here', { scopes: [], authorizationDetailsTypes: [] })).toEqual({
    scopes: [],
    detailsTypes: [],
  })
})

describe('is a TypeError for', () => {
  const wrong = [null, 'a', [''], [5], [undefined], ['a', 'a'], { 0: 'a', length: 1 }]
  test.each(wrong)('%j', (given) => {
    for (const name of ['scopes', 'authorizationDetailsTypes'])
      expect(typeErrorOf(() => readKnownNames('here', { [name]: given }))).toMatch(
        new RegExp(`^here\\.${name}: expected a list `),
      )
  })

  test.each(['a b', 'a"b', 'é'])('the scope %j (RFC 6749 §3.3)', (scope) => {
    expect(typeErrorOf(() => readKnownNames('here', { scopes: ['a', scope] }))).toMatch(
      /^here\.scopes: expected scopes without spaces/,
    )
  })
})
