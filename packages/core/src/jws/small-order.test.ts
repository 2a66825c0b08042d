import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { hasSmallOrder } from './small-order.js'

const points = [
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
]
const xOf = (hex: string) => Buffer.from(hex, 'hex').toString('base64url')

/** The identity for R and zero for S: a signature that nobody had to make. */
const forged = Buffer.concat([Buffer.from([1]), Buffer.alloc(63)])

function verifiesForgery(x: string): boolean {
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
  return Array.from({ length: 200 }, (_, at) => Buffer.from(String(at))).some((message) =>
    verify(null, message, key, forged),
  )
}

/** OpenSSL 3.5, which Node 24 has, refuses such keys by itself; where it does not, it does so for none of them. */
const isForgeable = verifiesForgery(xOf('01'.padEnd(64, '0')))

describe('an Ed25519 key has small order (JOSE-19)', () => {
  test.each(points)('when it is the point %s, for which anyone can sign', (hex) => {
    expect(hasSmallOrder(xOf(hex))).toBe(true)
    expect(verifiesForgery(xOf(hex))).toBe(isForgeable)
  })

  test.each(points)('when it is the point %s with the other sign', (hex) => {
    const bytes = Buffer.from(hex, 'hex')
    bytes[31] = (bytes[31] ?? 0) | 0x80
    expect(hasSmallOrder(bytes.toString('base64url'))).toBe(true)
  })

  test('and a generated one has not', () => {
    for (let round = 0; round < 20; round++) {
      const { x = '' } = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' })
      expect(hasSmallOrder(x)).toBe(false)
      expect(verifiesForgery(x)).toBe(false)
    }
  })
})
