import { expect, test } from 'vitest'
import { type ActsFor, actsFor } from './acts-for.js'

test.each<[ActsFor, object, string | undefined]>([
  ['client', { sub: 'client-1' }, 'client-1'],
  ['client', {}, 'client-1'],
  ['user', { sub: 'user-1', auth_time: 5 }, 'client-1'],
  ['user', { sub: 'user-1', amr: ['pwd'] }, undefined],
  ['user', { auth_time: 5 }, 'client-1'],
  ['client', { sub: 'client-1', auth_time: 5, amr: ['pwd'], acr: '1' }, 'client-1'],
  ['client', { acr: '1' }, 'client-1'],
  ['unknown', { sub: 'user-1', acr: '1' }, 'client-1'],
  ['unknown', { sub: 'user-1' }, 'client-1'],
  ['unknown', { sub: 'user-1', auth_time: null, amr: null }, 'client-1'],
  ['client', { auth_time: null, amr: null }, 'client-1'],
  ['user', { sub: 'user-1', auth_time: null, amr: ['pwd'] }, 'client-1'],
  ['unknown', { sub: 'Client-1' }, 'client-1'],
  ['unknown', { sub: 'client-1' }, undefined],
  ['unknown', {}, undefined],
])('%s: %j of the client %s (RFC 9068 §2.2)', (whose, claims, clientId) => {
  expect(actsFor(claims as Record<string, unknown>, clientId)).toBe(whose)
})

test('what the claims inherit tells nothing (JOSE-35)', () => {
  const claims = Object.assign(Object.create({ auth_time: 5 }) as Record<string, unknown>, { sub: 'user-1' })
  expect(actsFor(claims, 'client-1')).toBe('unknown')
})
