import { describe, expect, test } from 'vitest'
import { thrownBy } from '../../test-support/refusal.js'
import { defaultAlgorithms, readAlgorithms } from './signature-algorithms.js'

test('accepts RS256 by default, as RFC 9068 §2.1 demands, and only asymmetric algorithms (AT-08, JOSE-06)', () => {
  expect(readAlgorithms('x', undefined)).toEqual(defaultAlgorithms)
  expect(defaultAlgorithms).toContain('RS256')
  expect(defaultAlgorithms.filter((name) => name.startsWith('HS') || name.toLowerCase() === 'none')).toEqual(
    [],
  )
})

test.each([
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'Ed25519',
  'EdDSA',
])('takes %s', (name) => {
  expect(readAlgorithms('x', [name])).toEqual([name])
})

test.each([
  'none',
  'None',
  'HS256',
  'HS384',
  'HS512',
  'es256',
  'ES256K',
  'Ed448',
  'RSA-OAEP',
  'RS1',
  'toString',
])('refuses %s (JOSE-06, JOSE-19, JOSE-20)', (name) => {
  const { message } = thrownBy(() => readAlgorithms('api.algorithms', ['ES256', name])) as TypeError
  expect(message).toMatch(/^api\.algorithms: expected a list out of RS256, .*, ES512, Ed25519, EdDSA, got /)
  expect(message).toContain(`got '${name}'`)
})

describe('a list that is none', () => {
  test.each([[[]], ['ES256'], [null], [{}], [5]])('is a TypeError that names the algorithms: %j', (given) => {
    const { message } = thrownBy(() => readAlgorithms('api.algorithms', given)) as TypeError
    expect(message).toMatch(/^api\.algorithms: expected a list out of RS256, .*, EdDSA, got /)
  })

  test.each([[['ES256', 'ES256']], [['ES256', '']], [['ES256', 5]]])('is a TypeError: %j', (given) => {
    const { message } = thrownBy(() => readAlgorithms('api.algorithms', given)) as TypeError
    expect(message).toMatch(/^api\.algorithms: expected a list /)
  })
})

test('gives a frozen copy', () => {
  const given = ['ES256']
  const read = readAlgorithms('x', given)
  given.push('none')
  expect([read, Object.isFrozen(read)]).toEqual([['ES256'], true])
})
