import { expect, test } from 'vitest'
import { type EntraIdClaims, entraIdExtras, whomEntraIdTokenActsFor } from './entra-id-claims.js'

const claims: EntraIdClaims & { sub: string } = { tid: 't', oid: 'o', ver: '2.0', sub: 'o' }

test.each<[string, object, string]>([
  ['that says so is the client', { idtyp: 'app', sub: 's' }, 'client'],
  ['whose subject is its service principal is the client', {}, 'client'],
  ['with scopes is the user', { scp: 'read', sub: 's' }, 'user'],
  ['with scopes that says so is the user', { scp: 'read', idtyp: 'user' }, 'user'],
  ['with scopes and an application is unknown', { scp: 'read', idtyp: 'app' }, 'unknown'],
  ['with scopes and the subject of an application is unknown', { scp: 'read' }, 'unknown'],
  ['of a user without scopes is unknown', { sub: 's' }, 'unknown'],
  ['of a user with the subject of an application is unknown', { idtyp: 'user' }, 'unknown'],
])('whom a token acts for %s', (_, changes, whom) => {
  expect(whomEntraIdTokenActsFor({ ...claims, ...changes })).toBe(whom)
})

test.each<[object, string | undefined]>([
  [{ azpacr: '0' }, 'none'],
  [{ azpacr: '1' }, 'secret'],
  [{ appidacr: '2' }, 'certificate'],
  [{ azpacr: '3' }, undefined],
  [{ azpacr: 'toString' }, undefined],
  [{}, undefined],
])('how the client authenticated, by %o: %s', (changes, clientAuthentication) => {
  expect(entraIdExtras('t', { ...claims, ...changes })).toEqual({
    tenantId: 't',
    objectId: 'o',
    tokenVersion: '2.0',
    clientAuthentication,
  })
})
