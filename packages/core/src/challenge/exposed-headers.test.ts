import { expect, test } from 'vitest'
import { exposedHeaders } from './exposed-headers.js'

test('are the fields of an answer that a script of another origin needs (DPOP-40)', () => {
  expect(exposedHeaders).toEqual(expect.arrayContaining(['WWW-Authenticate', 'DPoP-Nonce', 'Retry-After']))
})

test('cannot be changed for everyone else', () => {
  expect(Object.isFrozen(exposedHeaders)).toBe(true)
})
