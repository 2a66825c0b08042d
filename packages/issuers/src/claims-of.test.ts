import type { ClaimsSchema } from '@portcullis/core'
import * as v from 'valibot'
import { expect, test } from 'vitest'
import { claimsOf } from './claims-of.js'

const known = v.looseObject({ client_id: v.string() })
const validated = (claims: unknown, schema?: ClaimsSchema) =>
  claimsOf(known, schema)['~standard'].validate(claims)

test('makes what the preset knows, where there is no schema of one’s own', async () => {
  expect(await validated({ client_id: 'a', tenant: 1 })).toMatchObject({
    value: { client_id: 'a', tenant: 1 },
  })
  expect(await validated({})).toMatchObject({ issues: [{ path: [{ key: 'client_id' }] }] })
})

test('lays over that what a schema of one’s own makes', async () => {
  const own = v.object({ tenant: v.pipe(v.string(), v.toUpperCase()) })
  expect(await validated({ client_id: 'a', tenant: 'north' }, own)).toEqual({
    value: { client_id: 'a', tenant: 'NORTH' },
  })
})

test('refuses what does not fit one of the two', async () => {
  const own = v.object({ tenant: v.string() })
  expect(await validated({ client_id: 'a' }, own)).toMatchObject({ issues: [{ path: [{ key: 'tenant' }] }] })
  expect(await validated({ tenant: 'north' }, own)).toMatchObject({
    issues: [{ path: [{ key: 'client_id' }] }],
  })
})

test('lets no schema of one’s own change or add what is kept', async () => {
  const own = v.object({
    client_id: v.pipe(v.string(), v.toUpperCase()),
    pid: v.optional(v.string(), 'somebody'),
  })
  const kept = claimsOf(known, own, ['client_id', 'pid'])['~standard'].validate({ client_id: 'a' })
  expect((await kept) as object).toEqual({ value: { client_id: 'a' } })
})

test('keeps all claims that begin with a name that ends in a slash', async () => {
  const claims = { client_id: 'a', users: 'b', 'users/name': 'c', 'users/': 'd', 'all/users/name': 'e' }
  const own = v.record(v.string(), v.pipe(v.string(), v.toUpperCase()))
  expect(await claimsOf(known, own, ['users/'])['~standard'].validate(claims)).toEqual({
    value: { client_id: 'A', users: 'B', 'users/name': 'c', 'users/': 'd', 'all/users/name': 'E' },
  })
})
