import { expect, test } from 'vitest'
import { type Auth0Claims, auth0Claims, auth0Extras, whomAuth0TokenActsFor } from './auth0-claims.js'

const claims: Auth0Claims = { sub: 'c1@clients', azp: 'c1', gty: 'client-credentials' }

test.each<[string, object, string]>([
  ['whose subject is the client is the client', {}, 'client'],
  ['that tells no grant is, by its subject, the client', { gty: undefined }, 'client'],
  ['with the client as its subject, without the suffix', { gty: undefined, sub: 'c1' }, 'client'],
  ['that names it as in RFC 9068', { azp: undefined, gty: undefined, client_id: 'c1' }, 'client'],
  ['of an agent is the client, by its grant', { sub: 'agent_1' }, 'client'],
  ['of an agent that tells no grant is unknown', { sub: 'agent_1', gty: undefined }, 'unknown'],
  ['of a user is the user', { sub: 'auth0|u1', gty: undefined }, 'user'],
  ['of a user who gave a password is the user', { sub: 'auth0|u1', gty: 'password' }, 'user'],
  ['of a user is the user, by several grants', { sub: 'auth0|u1', gty: ['refresh_token'] }, 'user'],
  ['of a user by the grant of clients is unknown', { sub: 'auth0|u1' }, 'unknown'],
  ['of a client by another grant is unknown', { gty: 'password' }, 'unknown'],
])('whom a token acts for %s', (_, changes, whom) => {
  expect(whomAuth0TokenActsFor({ ...claims, ...changes })).toBe(whom)
})

test.each<[string, object]>([
  ['names no client', { azp: undefined }],
  ['names another client as its subject', { sub: 'c2@clients' }],
  ['names another client as its subject, as in RFC 9068', { client_id: 'c2' }],
  ['has permissions that are no list', { permissions: 'read' }],
])('a token does not fit that %s', async (_, changes) => {
  const present = Object.entries({ ...claims, ...changes }).filter(([, value]) => value !== undefined)
  const result = await auth0Claims['~standard'].validate(Object.fromEntries(present))
  expect(result.issues?.[0]?.path).toHaveLength(1)
})

test('the organisation stands on the principal', () => {
  expect(auth0Extras(claims)).toEqual({ organisation: undefined })
  expect(auth0Extras({ ...claims, org_id: 'org_1' })).toEqual({
    organisation: { id: 'org_1', name: undefined },
  })
  expect(auth0Extras({ ...claims, org_id: 'org_1', org_name: 'acme' })).toEqual({
    organisation: { id: 'org_1', name: 'acme' },
  })
})
