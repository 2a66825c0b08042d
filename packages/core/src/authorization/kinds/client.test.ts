import { describe, expect, test } from 'vitest'
import { hole } from '../../../test-support/holes.js'
import { principalWith } from '../../../test-support/principals.js'
import { typeErrorOf } from '../../../test-support/refusal.js'
import { moment } from '../../../test-support/tokens.js'
import { client, clientKind } from './client.js'

const loose = client as unknown as (...given: unknown[]) => unknown
const judged = (claims: object, ...ids: [string, ...string[]]) =>
  clientKind.judge(client(...ids), principalWith(claims), moment)

test('is frozen data', () => {
  const requirement = client('billing', 'reports')
  expect(requirement).toEqual({ kind: 'client', ids: ['billing', 'reports'] })
  expect([Object.isFrozen(requirement), Object.isFrozen(requirement.ids)]).toEqual([true, true])
  expect(String(requirement)).toBe('client billing | reports')
})

describe('a wrong one is a TypeError', () => {
  test('without a client', () => {
    expect(typeErrorOf(() => loose())).toBe('client(): expected at least one client id, got []')
  })

  test.each([undefined, null, '', 5, ['a'], {}])('client(%j), as an unset variable is', (given) => {
    expect(typeErrorOf(() => loose('a', given))).toMatch(/^client\(\): expected a client id[,;] /)
  })

  test.each([undefined, 'a', [], [undefined], hole])('written with ids %j', (ids) => {
    expect(typeErrorOf(() => clientKind.read('here', { ids }, {}))).toMatch(/^here: expected /)
  })
})

test('is met when one of them calls', () => {
  expect(judged({ client_id: 'b' }, 'a', 'b')).toMatchObject({ state: 'met', scoped: false })
})

test.each([
  [{ client_id: 'A' }],
  [{ client_id: 'a ' }],
  [{ client_id: undefined }],
  [{ client_id: undefined, azp: 'a', sub: 'a' }],
])('is not met by %j', (claims) => {
  const { state, lacks } = judged(claims, 'a')
  expect([state, lacks.map(({ code }) => code)]).toEqual(['unmet', ['requirement_unmet']])
})

test('is not met by a token without a client, whoever is expected', () => {
  expect(judged({ client_id: undefined }, 'undefined').state).toBe('unmet')
})

test('operators are told who was expected and who came', () => {
  expect(judged({ client_id: 'x' }, 'a', 'b').lacks[0]?.reason).toBe(
    'the client is "x", expected one of "a", "b"',
  )
})
