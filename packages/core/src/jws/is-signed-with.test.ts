import { createPublicKey, createSecretKey, type KeyObject } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { forgeToken, type SigningKey, signingKey, signToken } from '../../test-support/tokens.js'
import { parseCompactJws } from './compact-jws.js'
import { isSignedWith } from './is-signed-with.js'

const algorithms = 'ES256 ES384 ES512 PS256 PS384 PS512 RS256 RS384 RS512 Ed25519 EdDSA'.split(' ')
const publicKeyOf = ({ jwk }: SigningKey): KeyObject => createPublicKey({ key: jwk, format: 'jwk' })
const key = await signingKey('ES256')
const keys = await Promise.all(algorithms.map((alg) => signingKey(alg)))

describe.each(keys.map((own) => [own.alg, own] as const))('%s', (alg, own) => {
  const ofItsKind = (other: SigningKey) => other !== own && other.jwk.kty === own.jwk.kty

  test('verifies with its key, and with no other (DPOP-08)', async () => {
    const jws = parseCompactJws(await signToken(own))
    expect(await isSignedWith(jws, publicKeyOf(own), alg)).toBe(true)
    for (const other of keys.filter(ofItsKind).filter(({ jwk }) => jwk.crv === own.jwk.crv))
      expect(await isSignedWith(jws, publicKeyOf(other), alg)).toBe(false)
  })

  test('verifies over the segments as they came', async () => {
    const jws = parseCompactJws(await signToken(own))
    const [, payload = ''] = forgeToken({}, { sub: 'admin' }).split('.')
    expect(await isSignedWith({ ...jws, payload }, publicKeyOf(own), alg)).toBe(false)
    // What was parsed plays no part.
    const claiming = { ...jws, claims: { sub: 'admin' } }
    expect(await isSignedWith(claiming, publicKeyOf(own), alg)).toBe(true)
  })
})

test('holds to the algorithm that it is told, whatever the header says (JOSE-07, RFC 8725 §3.1)', async () => {
  const rsa = keys.find(({ alg }) => alg === 'PS256') as SigningKey
  const jws = parseCompactJws(await signToken(rsa))
  expect(await isSignedWith(jws, publicKeyOf(rsa), 'PS256')).toBe(true)
  for (const alg of ['RS256', 'PS384', 'ES256'])
    expect(await isSignedWith(jws, publicKeyOf(rsa), alg)).toBe(false)
})

test.each(['none', 'HS256', 'ES384', '__proto__', 5, undefined])(
  'does not follow a header with alg %j (JOSE-06, JOSE-07)',
  async (alg) => {
    const jws = parseCompactJws(await signToken(key, {}, { alg: 'ES256' }))
    const [header = ''] = forgeToken({ alg }, {}).split('.')
    expect(await isSignedWith({ ...jws, protected: header }, publicKeyOf(key), 'ES256')).toBe(false)
  },
)

test.each([0, 1, 63, 65, 128])('refuses a signature of %d octets (JOSE-17)', async (length) => {
  const jws = parseCompactJws(await signToken(key))
  const signature = Buffer.alloc(length, 1).toString('base64url')
  expect(await isSignedWith({ ...jws, signature }, publicKeyOf(key), 'ES256')).toBe(false)
})

test('does not take a broken program for a bad signature', async () => {
  const jws = parseCompactJws(await signToken(key))
  await expect(isSignedWith(jws, {} as KeyObject, 'ES256')).rejects.toThrow(TypeError)
  await expect(isSignedWith(jws, createSecretKey(Buffer.alloc(32)), 'ES256')).rejects.toThrow(TypeError)
})
