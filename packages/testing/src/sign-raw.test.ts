import { createHmac, createSecretKey, generateKeyPairSync } from 'node:crypto'
import { compactVerify, generateKeyPair } from 'jose'
import { expect, test } from 'vitest'
import { signRaw } from './index.js'

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const ed25519 = generateKeyPairSync('ed25519')

const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' })
const p521 = generateKeyPairSync('ec', { namedCurve: 'P-521' })

test.each([
  ['RS256', rsa],
  ['RS384', rsa],
  ['RS512', rsa],
  ['PS256', rsa],
  ['PS384', rsa],
  ['PS512', rsa],
  ['ES256', p256],
  ['ES384', p384],
  ['ES512', p521],
  ['Ed25519', ed25519],
  ['EdDSA', ed25519],
] as const)('signs with %s as jose verifies it', async (alg, { privateKey, publicKey }) => {
  const token = signRaw({ header: { alg }, payload: { sub: 'x' }, alg, key: privateKey })
  const { payload } = await compactVerify(token, publicKey)
  expect(Buffer.from(payload).toString()).toBe('{"sub":"x"}')
})

test('signs with a key of Web Cryptography, even one that cannot be exported', async () => {
  const { privateKey, publicKey } = await generateKeyPair('ES256')
  const token = signRaw({ header: { alg: 'ES256' }, payload: {}, alg: 'ES256', key: privateKey })
  await expect(compactVerify(token, publicKey)).resolves.toBeDefined()
})

test('makes a MAC with any secret, however short', () => {
  const key = createSecretKey(Buffer.from('s'))
  const [header, payload, signature] = signRaw({ header: {}, payload: {}, alg: 'HS256', key }).split('.')
  expect(signature).toBe(createHmac('sha256', 's').update(`${header}.${payload}`).digest('base64url'))
})

test('takes JSON text and bytes as they stand, and leaves the signature empty for none', () => {
  const token = signRaw({ header: '{"a":1, "a":2}', payload: Buffer.from([0xff, 0x00]), alg: 'none' })
  expect(token).toBe(`${Buffer.from('{"a":1, "a":2}').toString('base64url')}._wA.`)
})
