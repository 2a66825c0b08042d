import { generateKeyPairSync, KeyObject } from 'node:crypto'
import type { JWK } from 'jose'
import { describe, expect, test } from 'vitest'
import { signingKey } from '../../test-support/tokens.js'
import { importPublicKey, isPublic, mayVerify } from './public-key.js'
import { parseJsonObject } from './strict-json.js'

const algorithms = 'RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 Ed25519 EdDSA'.split(' ')
const rsaAlgorithms = algorithms.filter((name) => /^[RP]S/.test(name))
const edwards = ['Ed25519', 'EdDSA']
const [ec, ecOther, ed, rsa] = await Promise.all([
  signingKey('ES256', 'ec'),
  signingKey('ES384', 'p384'),
  signingKey('Ed25519', 'ed'),
  signingKey('RS256', 'rsa'),
])

const publicJwk = (pair: { publicKey: { export(options: { format: 'jwk' }): object } }): JWK =>
  pair.publicKey.export({ format: 'jwk' })
const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv']
/** Looks like an RSA key of this size; nobody checks whether the modulus is a product of two primes. */
const rsaOf = (bits: number, e = 'AQAB'): JWK => {
  const n = Buffer.alloc(bits / 8, 0xff).toString('base64url')
  return { kty: 'RSA', n, e }
}
const usableFor = (jwk: object) =>
  algorithms.filter((name) => importPublicKey({ ...jwk }, name) !== undefined)

describe('a key is usable', () => {
  test.each<[string, object, string[]]>([
    ['of P-256', ec.jwk, ['ES256']],
    ['of P-384', ecOther.jwk, ['ES384']],
    ['of P-521', publicJwk(generateKeyPairSync('ec', { namedCurve: 'P-521' })), ['ES512']],
    ['of RSA, for both paddings', rsa.jwk, rsaAlgorithms],
    ['of Ed25519, under both names', ed.jwk, edwards],
    ['of RSA that names its algorithm', { ...rsa.jwk, alg: 'PS256' }, ['PS256']],
    ['of Ed25519 that names its algorithm the old way', { ...ed.jwk, alg: 'EdDSA' }, edwards],
    ['for signatures', { ...ec.jwk, use: 'sig', key_ops: ['verify'] }, ['ES256']],
    ['for signatures, made and verified', { ...ec.jwk, use: 'sig', key_ops: ['sign', 'verify'] }, ['ES256']],
    ['that may also encrypt', { ...ec.jwk, key_ops: ['encrypt', 'verify'] }, ['ES256']],
    ['with members that are unknown', { ...ec.jwk, foo: 1, ext: false, x5c: ['MII'] }, ['ES256']],
    ['of RSA with 2048 bits', rsaOf(2048), rsaAlgorithms],
    ['of RSA with 8192 bits', rsaOf(8192), rsaAlgorithms],
    ...['Aw', 'EQ', '_____w'].map((e): [string, object, string[]] => [
      `of RSA with the odd exponent ${e}`,
      rsaOf(2048, e),
      rsaAlgorithms,
    ]),
  ])('%s (JOSE-07, JOSE-14, JOSE-16, JOSE-19, DPOP-10)', (_, jwk, expected) => {
    expect(usableFor(jwk)).toEqual(expected)
    for (const name of expected) expect(mayVerify({ ...jwk }, name)).toBe(true)
  })

  test.each([
    [ec.jwk, 'ES256', 'ec'],
    [ed.jwk, 'EdDSA', 'ed25519'],
    [rsa.jwk, 'RS256', 'rsa'],
  ])('as a public KeyObject of Node: %j', (jwk, algorithm, asymmetricKeyType) => {
    const key = importPublicKey({ ...jwk }, algorithm)
    expect(key).toBeInstanceOf(KeyObject)
    expect(key).toMatchObject({ type: 'public', asymmetricKeyType })
    expect(key?.export({ format: 'jwk' })).toEqual({ ...jwk, kid: undefined })
  })

  test('when its object inherits nothing, as parsing makes it', () => {
    expect(usableFor(parseJsonObject(Buffer.from(JSON.stringify(ec.jwk))))).toEqual(['ES256'])
  })
})

describe('a key is not usable', () => {
  const { x = '' } = ec.jwk
  const broken = `${x.slice(0, -4)}AAAA`

  test.each<[string, object]>([
    ['of an unknown type', { kty: 'AKP', alg: 'ML-DSA-44', pub: 'AAAA' }],
    ['without a type', { ...ec.jwk, kty: undefined }],
    ['that is symmetric', { kty: 'oct', k: 'c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA', alg: 'HS256' }],
    ['that is symmetric and names an algorithm that is not', { kty: 'oct', k: 'c2VjcmV0', alg: 'ES256' }],
    ['that is private', ec.privateJwk],
    ...privateMembers.map((member): [string, object] => [
      `that has ${member}, as only a private or symmetric key has`,
      { ...rsa.jwk, [member]: 'AQAB' },
    ]),
    ['with a point off its curve', { ...ec.jwk, x: broken }],
    ['without a coordinate', { ...ec.jwk, y: undefined }],
    ['with a coordinate that is no text', { ...ec.jwk, x: 5 }],
    ['with a coordinate that is too short', { ...ec.jwk, x: 'AAAA' }],
    ['that claims another curve', { ...ec.jwk, crv: 'P-384' }],
    ['on an unknown curve', { ...ec.jwk, crv: 'P-257' }],
    ['on secp256k1', publicJwk(generateKeyPairSync('ec', { namedCurve: 'secp256k1' }))],
    ['on Ed448', publicJwk(generateKeyPairSync('ed448'))],
    ['on X25519', publicJwk(generateKeyPairSync('x25519'))],
    ['for another algorithm', { ...ec.jwk, alg: 'ES384' }],
    ['for an algorithm that is no text', { ...ec.jwk, alg: ['ES256'] }],
    ['for encryption', { ...ec.jwk, use: 'enc' }],
    ['for a use that is no text', { ...ec.jwk, use: ['sig'] }],
    ['for other operations', { ...ec.jwk, key_ops: ['sign', 'encrypt'] }],
    ['for no operation', { ...ec.jwk, key_ops: [] }],
    ['for operations that are no list', { ...ec.jwk, key_ops: 'verify' }],
    ['for signatures that may also encrypt', { ...ec.jwk, use: 'sig', key_ops: ['verify', 'encrypt'] }],
    ['whose use and operations contradict each other', { ...ec.jwk, use: 'enc', key_ops: ['verify'] }],
    ['whose operations and use contradict each other', { ...ec.jwk, use: 'sig', key_ops: ['encrypt'] }],
    ['of 1024 bits', publicJwk(generateKeyPairSync('rsa', { modulusLength: 1024 }))],
    ['of 2040 bits', rsaOf(2040)],
    ['of 8200 bits', rsaOf(8200)],
    ['of 16,384 bits', rsaOf(16_384)],
    ['with an exponent of more than 32 bits', rsaOf(2048, 'AQAAAAE')],
    ['with an exponent that would take long to import', rsaOf(2048, 'AQ'.repeat(1000))],
    ['of small order', { kty: 'OKP', crv: 'Ed25519', x: 'A'.repeat(43) }],
    ['with a coordinate that would take long to import', { ...ec.jwk, x: 'A'.repeat(2000) }],
    ['with an exponent just above 32 bits', rsaOf(2048, 'AQAAAAM')],
    ['with the exponent 0', rsaOf(2048, 'AA')],
    ['with the exponent 1, with which anyone signs', rsaOf(2048, 'AQ')],
    ['with the exponent 2', rsaOf(2048, 'Ag')],
    ['with an even exponent', rsaOf(2048, 'AQAA')],
    ['without an exponent', { ...rsa.jwk, e: undefined }],
    ['with an empty exponent', { ...rsa.jwk, e: '' }],
    ['with an exponent that is a number', { ...rsa.jwk, e: 65537 }],
    ['with an exponent that is a list', { ...rsa.jwk, e: ['AQAB'] }],
    ['with a modulus that is no text', { ...rsa.jwk, n: [rsa.jwk.n] }],
    ['with the second coordinate no text', { ...ec.jwk, y: { toString: ec.jwk.y } }],
    ['of Ed25519 with a coordinate that is no text', { ...ed.jwk, x: [ed.jwk.x] }],
    ['without a modulus', { ...rsa.jwk, n: undefined }],
    ['with an empty modulus', { ...rsa.jwk, n: '' }],
  ])('%s (JOSE-07, JOSE-14, JOSE-15, JOSE-16, JOSE-19, JOSE-20, DPOP-10)', (_, jwk) => {
    expect(usableFor(jwk)).toEqual([])
  })

  test.each(['HS256', 'none', 'ES256K', 'Ed448', 'toString', '__proto__', ''])(
    'for %j, which is no algorithm here (JOSE-06)',
    (name) => {
      for (const { jwk } of [ec, ecOther, ed]) expect(importPublicKey({ ...jwk }, name)).toBeUndefined()
      expect(importPublicKey({ kty: 'oct', k: 'c2VjcmV0' }, name)).toBeUndefined()
    },
  )
})

test.each(privateMembers)('a key with %s is not public, whatever it holds (DPOP-09)', (member) => {
  for (const value of ['AQAB', '', null, 0, false, undefined])
    expect(isPublic({ ...rsa.jwk, [member]: value })).toBe(false)
  expect(isPublic({ ...rsa.jwk })).toBe(true)
})
