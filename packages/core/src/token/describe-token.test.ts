import { expect, test, vi } from 'vitest'
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

test('waits for the schema, which has the last word', async () => {
  const validate = vi.fn(async () => ({ issues: [{ message: 'no', path: ['tenant'] }] }))
  const claimsSchema = schemaOf(validate)
  expect(await reasonOf(describeToken(tokenOf(), { ...plain, claimsSchema }))).toMatchObject({
    code: 'token_claim_invalid',
  })
  expect(validate).toHaveBeenCalledOnce()
})
