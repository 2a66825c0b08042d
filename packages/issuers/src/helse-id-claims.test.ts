import { expect, test } from 'vitest'
import { isOfUser } from './helse-id-claims.js'

test.each([
  'helseid://claims/identity/pid',
  'helseid://claims/identity/security_level',
  'helseid://claims/identity/assurance_level',
  'helseid://claims/identity/pid_pseudonym',
  'helseid://claims/hpr/hpr_number',
  'helseid://claims/hpr/hpr_details',
  'idp',
  'sid',
  'amr',
  'auth_time',
])('a token with %s is a user’s, whatever it says', (name) => {
  expect(isOfUser({ client_id: 'a', [name]: '1' })).toBe(true)
  expect(isOfUser({ client_id: 'a', [name]: [] })).toBe(true)
})

test.each([
  ['helseid://claims/client/client_name', 'a'],
  ['helseid://claims/identity', 'a'],
  ['https://example.no/helseid://claims/identity/pid', 'a'],
  ['acr', '1'],
  ['helseid://claims/hpr/hpr_number', null],
])('a token with %s: %o need not be', (name, value) => {
  expect(isOfUser({ client_id: 'a', [name]: value })).toBe(false)
})
