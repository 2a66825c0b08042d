import { createPublicKey } from 'node:crypto'
import { expect, test } from 'vitest'
import { clientAt } from '../../test-support/dpop.js'
import { ProofKeys } from './proof-keys.js'

const [one, other] = [clientAt(), clientAt()].map(({ jwk }) =>
  createPublicKey({ key: { ...jwk }, format: 'jwk' }),
)

test('are found by thumbprint and algorithm together', () => {
  const keys = new ProofKeys()
  keys.remember('a', 'ES256', one as never)
  keys.remember('b', 'ES256', other as never)
  expect(keys.get('a', 'ES256')).toBe(one)
  expect(keys.get('b', 'ES256')).toBe(other)
  expect(keys.get('a', 'ES384')).toBeUndefined()
  expect(keys.get('c', 'ES256')).toBeUndefined()
})

test('are ten thousand at most; the one that was not asked for longest goes (DPOP-45)', () => {
  const keys = new ProofKeys()
  for (let at = 0; at < 10_000; at++) keys.remember(String(at), 'ES256', one as never)
  expect(keys.get('0', 'ES256')).toBe(one)
  keys.remember('one more', 'ES256', one as never)
  expect(keys.get('0', 'ES256')).toBe(one)
  expect(keys.get('1', 'ES256')).toBeUndefined()
  expect(keys.get('2', 'ES256')).toBe(one)
})
