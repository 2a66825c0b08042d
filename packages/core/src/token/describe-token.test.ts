import { describe, expect, test, vi } from 'vitest'
import { claimsWith } from '../../test-support/principals.js'
import { reasonOf } from '../../test-support/refusal.js'
import { issuer, moment, resource } from '../../test-support/tokens.js'
import type { ClaimsSchema } from './claims-schema.js'
import { describeToken } from './describe-token.js'

const plain = {
  scopeClaims: undefined,
  clientIdClaims: undefined,
  claimsSchema: undefined,
  extend: undefined,
}
const tokenOf = (changes: object = {}) => ({
  tokenKind: 'jwt' as const,
  issuer,
  clientIdClaims: ['client_id'],
  audience: [resource] as readonly string[] | undefined,
  expiresAt: moment + 300,
  claims: claimsWith(changes),
})

function schemaOf(validate: (claims: unknown) => unknown): ClaimsSchema {
  return { '~standard': { version: 1, vendor: 'test', validate } } as unknown as ClaimsSchema
}

test('says what the token says, in our words', async () => {
  const token = tokenOf({ roles: [{ value: 'r' }], permissions: ['p'], scope: 'a b', amr: ['pwd'] })
  const { scopes, ...described } = await describeToken(token, plain)
  const { clientIdClaims: _, ...told } = token
  expect(described).toEqual({
    ...told,
    clientId: 'client-1',
    subject: 'user-1',
    roles: ['r'],
    permissions: ['p'],
    actsFor: 'user',
    fittedClaims: undefined,
    extras: undefined,
  })
  expect([...scopes]).toEqual(['a', 'b'])
})

test('keeps a frozen list of the audience, empty where the token has none', async () => {
  const token = tokenOf()
  const { audience } = await describeToken(token, plain)
  expect([audience, Object.isFrozen(audience)]).toEqual([[resource], true])
  expect(audience).not.toBe(token.audience)
  expect((await describeToken({ ...token, audience: undefined }, plain)).audience).toEqual([])
})

test('reads scopes from where the issuer keeps them, roles and permissions besides (SCOPE-02)', async () => {
  const token = tokenOf({ roles: ['r'], permissions: ['p'], scope: 'a' })
  const { scopes, roles, permissions } = await describeToken(token, { ...plain, scopeClaims: ['roles'] })
  expect([[...scopes], roles, permissions]).toEqual([['r'], ['r'], ['p']])
})

test('has the claims fitted, and reads everything else from those of the token', async () => {
  const made = { sub: 'admin', client_id: 'other', scope: 'all', roles: ['root'], cnf: undefined, amr: ['x'] }
  const token = tokenOf({ cnf: { jkt: 'a' }, roles: ['r'] })
  const described = await describeToken(token, { ...plain, claimsSchema: schemaOf(() => ({ value: made })) })
  expect(described.fittedClaims).toMatchObject(made)
  expect({ ...described, fittedClaims: undefined }).toEqual(await describeToken(token, plain))
  expect(described.claims).toBe(token.claims)
})

test('names the client by the claims of its issuer, else by those of its kind (RFC 9068 §2.2)', async () => {
  const token = tokenOf({ azp: 'other' })
  const clientOf = async (clientIdClaims?: string[]) =>
    (await describeToken(token, { ...plain, clientIdClaims })).clientId
  expect(await Promise.all([clientOf(), clientOf(['azp', 'client_id']), clientOf(['appid'])])).toEqual([
    'client-1',
    'other',
    undefined,
  ])
})

describe('what its issuer adds', () => {
  test('is made of the token as it was described, with the claims that the schema made', async () => {
    const extend = vi.fn(() => ({ organisation: { id: '5' } }))
    const claimsSchema = schemaOf(() => ({ value: { tenant: 'north' } }))
    const described = await describeToken(tokenOf(), { ...plain, claimsSchema, extend })
    expect(described.extras).toEqual({ organisation: { id: '5' } })
    expect(extend.mock.calls).toMatchObject([
      [{ issuer, clientId: 'client-1', tokenKind: 'jwt', claims: { tenant: 'north', sub: 'user-1' } }],
    ])
    expect(Object.isFrozen(described.extras)).toBe(true)
  })

  test('says whose authority it is where it knows that better, and no more than that', async () => {
    const actsForOf = async (extras: object) => {
      const described = await describeToken(tokenOf(), { ...plain, extend: () => extras })
      return [described.actsFor, described.extras]
    }
    expect(await actsForOf({ actsFor: 'user', a: 1 })).toEqual(['user', { a: 1 }])
    expect(await actsForOf({ actsFor: undefined })).toEqual(['unknown', {}])
    expect(await actsForOf({})).toEqual(['unknown', {}])
  })

  test('is asked for last, once the schema had its word', async () => {
    const extend = vi.fn(() => ({}))
    const claimsSchema = schemaOf(() => ({ issues: [{ message: 'no' }] }))
    await reasonOf(describeToken(tokenOf(), { ...plain, claimsSchema, extend }))
    expect(extend).not.toHaveBeenCalled()
  })
})

test('waits for the schema, which has the last word', async () => {
  const validate = vi.fn(async () => ({ issues: [{ message: 'no', path: ['tenant'] }] }))
  const claimsSchema = schemaOf(validate)
  expect(await reasonOf(describeToken(tokenOf(), { ...plain, claimsSchema }))).toMatchObject({
    code: 'token_claim_invalid',
  })
  expect(validate).toHaveBeenCalledOnce()
})
