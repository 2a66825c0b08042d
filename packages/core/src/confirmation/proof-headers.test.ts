import { createPublicKey } from 'node:crypto'
import { expect, test } from 'vitest'
import { clientAt } from '../../test-support/dpop.js'
import { type ProofHeader, ProofHeaders } from './proof-headers.js'

function headerOf({ jwk, thumbprint } = clientAt()): ProofHeader {
  const key = createPublicKey({ key: { ...jwk }, format: 'jwk' })
  return { algorithm: 'ES256', jwk: { ...jwk }, thumbprint, key }
}
const [one, other] = [headerOf(), headerOf()]

test('are found by their text', () => {
  const headers = new ProofHeaders()
  headers.remember('a', one)
  headers.remember('b', other)
  expect(headers.get('a')).toBe(one)
  expect(headers.get('b')).toBe(other)
  expect(headers.get('c')).toBeUndefined()
})

test('are ten thousand at most; the one that was not asked for longest goes (DPOP-45)', () => {
  const headers = new ProofHeaders()
  for (let at = 0; at < 10_000; at++) headers.remember(String(at), one)
  expect(headers.get('0')).toBe(one)
  headers.remember('one more', one)
  expect(headers.get('0')).toBe(one)
  expect(headers.get('1')).toBeUndefined()
  expect(headers.get('2')).toBe(one)
})

test('are 8 million characters at most, however few they are (DPOP-45)', () => {
  const headers = new ProofHeaders()
  const long = (at: number) => `${at}`.padEnd(8192, 'x')
  for (let at = 0; at < 1024; at++) headers.remember(long(at), one)
  expect(headers.get(long(0))).toBe(one)
  headers.remember(long(1024), one)
  expect([headers.get(long(0)), headers.get(long(1)), headers.get(long(1024))]).toEqual([one, undefined, one])
})
