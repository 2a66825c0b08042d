import { expect, test } from 'vitest'
import { rejection, thrownBy } from '../../test-support/refusal.js'
import { readClientId } from './client-id.js'

test.each<[object, string[], string | undefined]>([
  [{ client_id: 'a' }, ['client_id'], 'a'],
  [{ azp: 'b' }, ['client_id', 'azp'], 'b'],
  [{ client_id: 'a', azp: 'b' }, ['client_id', 'azp'], 'a'],
  [{ client_id: 'a', azp: 'b' }, ['azp', 'client_id'], 'b'],
  [{ azp: 'b' }, ['client_id'], undefined],
  [{ azp: 'b', appid: 5 }, ['azp', 'appid'], 'b'],
  [{}, ['client_id'], undefined],
  [Object.create({ client_id: 'a' }), ['client_id'], undefined],
])('of %j, %j names %j (RFC 9068 §2.2)', (claims, names, id) => {
  expect(readClientId(claims as Record<string, unknown>, names)).toBe(id)
})

test.each([
  ['', 'string'],
  [5, 'number'],
  [null, 'null'],
  [true, 'boolean'],
  [['a'], 'list'],
  [{ id: 'a' }, 'object'],
])('the first that is there must be a name, and %j is none, which is told without it', (value, kind) => {
  const error = thrownBy(() => readClientId({ azp: value, client_id: 'a' }, ['azp', 'client_id']))
  expect(error).toEqual(rejection('token_claim_invalid'))
  expect((error as Error).message).toBe(`azp is of type ${kind}, expected a string that is not empty`)
})
