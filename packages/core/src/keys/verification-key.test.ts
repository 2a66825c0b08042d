import { generateKeyPairSync, KeyObject } from 'node:crypto'
import type { JWK } from 'jose'
import { describe, expect, test } from 'vitest'
import { thrownBy } from '../../test-support/refusal.js'
import { signingKey } from '../../test-support/tokens.js'
import { asJwkSet, maxKeys, readInlineJwks, usableKeys } from './verification-key.js'

const algorithms = ['RS256', 'PS256', 'ES256', 'Ed25519', 'EdDSA']
const [ec, ecOther, ed, rsa] = await Promise.all([
  signingKey('ES256', 'ec'),
  signingKey('ES384', 'p384'),
  signingKey('Ed25519', 'ed'),
  signingKey('RS256', 'rsa'),
])

const publicJwk = (pair: { publicKey: { export(options: { format: 'jwk' }): object } }): JWK =>
  pair.publicKey.export({ format: 'jwk' })
const { d: _d, ...rsaPrimes } = rsa.privateJwk
const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv']
/** Looks like an RSA key of this size; nobody checks whether the modulus is a product of two primes. */
const rsaOf = (bits: number, e = 'AQAB'): JWK => {
  const n = Buffer.alloc(bits / 8, 0xff).toString('base64url')
  return { kty: 'RSA', n, e }
}
const usable = (keys: unknown[], accepted = algorithms) =>
  usableKeys({ keys: keys as object[] }, accepted).map(({ kid, algorithm }) => [kid, algorithm])

describe('a key is usable', () => {
  test.each([
    ['an elliptic curve key', ec.jwk, [['ec', 'ES256']]],
    [
      'an RSA key, for both paddings',
      rsa.jwk,
      [
        ['rsa', 'RS256'],
        ['rsa', 'PS256'],
      ],
    ],
    [
      'an Ed25519 key, under both names',
      ed.jwk,
      [
        ['ed', 'Ed25519'],
        ['ed', 'EdDSA'],
      ],
    ],
    ['an RSA key that names its algorithm', { ...rsa.jwk, alg: 'PS256' }, [['rsa', 'PS256']]],
    [
      'an Ed25519 key that names its algorithm the old way',
      { ...ed.jwk, alg: 'EdDSA' },
      [
        ['ed', 'Ed25519'],
        ['ed', 'EdDSA'],
      ],
    ],
    ['a key for signatures', { ...ec.jwk, use: 'sig', key_ops: ['verify'] }, [['ec', 'ES256']]],
    [
      'a key for signatures, made and verified',
      { ...ec.jwk, use: 'sig', key_ops: ['sign', 'verify'] },
      [['ec', 'ES256']],
    ],
    ['a key that may also encrypt', { ...ec.jwk, key_ops: ['encrypt', 'verify'] }, [['ec', 'ES256']]],
    ['a key without a name', { ...ec.jwk, kid: undefined }, [[undefined, 'ES256']]],
    [
      'a key with members that are unknown',
      { ...ec.jwk, foo: 1, ext: false, x5c: ['MII'] },
      [['ec', 'ES256']],
    ],
    [
      'an RSA key of 2048 bits',
      { ...rsaOf(2048), kid: 'n' },
      [
        ['n', 'RS256'],
        ['n', 'PS256'],
      ],
    ],
    [
      'an RSA key of 8192 bits',
      { ...rsaOf(8192), kid: 'n' },
      [
        ['n', 'RS256'],
        ['n', 'PS256'],
      ],
    ],
    ...['Aw', 'EQ', '_____w'].map((e): [string, object, unknown[]] => [
      `an RSA key with the odd exponent ${e}`,
      { ...rsaOf(2048, e), kid: 'n' },
      [
        ['n', 'RS256'],
        ['n', 'PS256'],
      ],
    ]),
    ['a key whose name is no text, which matches no token', { ...ec.jwk, kid: 5 }, [[5, 'ES256']]],
  ])('%s (JOSE-07, JOSE-14, JOSE-19)', (_, jwk, expected) => {
    expect(usable([jwk])).toEqual(expected)
  })

  test('for the accepted algorithms only (JOSE-06)', () => {
    expect(usable([ec.jwk, rsa.jwk, ed.jwk], ['PS256'])).toEqual([['rsa', 'PS256']])
    expect(usable([ec.jwk, rsa.jwk, ed.jwk], [])).toEqual([])
  })

  test.each([
    [ec.jwk, 'ES256', 'ec'],
    [ed.jwk, 'EdDSA', 'ed25519'],
    [rsa.jwk, 'RS256', 'rsa'],
  ])('as a public KeyObject of Node: %j', (jwk, algorithm, asymmetricKeyType) => {
    const [key] = usableKeys({ keys: [jwk] }, [algorithm])
    expect(key?.key).toBeInstanceOf(KeyObject)
    expect(key?.key).toMatchObject({ type: 'public', asymmetricKeyType })
    expect(key?.key.export({ format: 'jwk' })).toEqual({ ...jwk, kid: undefined })
  })
})

describe('a key is skipped, and no other for its sake', () => {
  const { x = '' } = ec.jwk
  const broken = `${x.slice(0, -4)}AAAA`

  test.each<[string, unknown]>([
    ['of an unknown type', { kty: 'AKP', alg: 'ML-DSA-44', pub: 'AAAA' }],
    ['without a type', { ...ec.jwk, kty: undefined }],
    ['that is symmetric', { kty: 'oct', k: 'c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA', alg: 'HS256' }],
    ['that is symmetric and names an algorithm that is not', { kty: 'oct', k: 'c2VjcmV0', alg: 'ES256' }],
    ['that is private', ec.privateJwk],
    ...privateMembers.map((member): [string, unknown] => [
      `that has ${member}, as only a private or symmetric key has`,
      { ...rsa.jwk, [member]: 'AQAB' },
    ]),
    ['with a point off its curve', { ...ec.jwk, x: broken }],
    ['without a coordinate', { ...ec.jwk, y: undefined }],
    ['with a coordinate that is no text', { ...ec.jwk, x: 5 }],
    ['with a coordinate that is too short', { ...ec.jwk, x: 'AAAA' }],
    ['on the curve of another algorithm', ecOther.jwk],
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
    ['that is null', null],
    ['that is a text', 'ES256'],
    ['that is a list', [ec.jwk]],
    ['that is a number', 5],
  ])('%s (JOSE-07, JOSE-14, JOSE-15, JOSE-16, JOSE-19, JOSE-20)', (_, jwk) => {
    expect(usable([jwk])).toEqual([])
    expect(usable([jwk, ec.jwk])).toEqual([['ec', 'ES256']])
  })
})

describe('a JWK Set', () => {
  test.each([{ keys: [] }, { keys: [1] }, { keys: [ec.jwk], other: 1 }])(
    'is an object with a list of keys: %j',
    (set) => {
      expect(asJwkSet(set)).toEqual({ keys: set.keys })
    },
  )

  test.each([
    null,
    undefined,
    [],
    [ec.jwk],
    'keys',
    5,
    {},
    { keys: null },
    { keys: {} },
    { keys: 'x' },
    ec.jwk,
  ])('is not %j (JOSE-32)', (document) => {
    expect(asJwkSet(document)).toBeUndefined()
  })

  test('has at most a hundred keys (JOSE-32)', () => {
    const keys = Array.from({ length: 101 }, () => ec.jwk)
    expect(maxKeys).toBe(100)
    expect(asJwkSet({ keys: keys.slice(1) })?.keys).toHaveLength(100)
    expect(asJwkSet({ keys })).toBeUndefined()
  })
})

describe('inline keys', () => {
  const read = (given: unknown, accepted: readonly string[] = algorithms) =>
    readInlineJwks('api.jwks', given, accepted)

  test('are imported at once: nothing that was given changes them later', () => {
    const given = { keys: [{ ...ec.jwk }] }
    const keys = read(given)
    Object.assign(given.keys[0] ?? {}, { kid: 'evil', x: 'evil' })
    given.keys.push(ed.jwk)
    expect(keys).toEqual([{ kid: 'ec', algorithm: 'ES256', key: expect.any(KeyObject) }])
    expect(keys[0]?.key.export({ format: 'jwk' })).toMatchObject({ x: ec.jwk.x, y: ec.jwk.y })
    expect(Object.isFrozen(keys)).toBe(true)
  })

  test('may have a key that fits nothing beside one that does (JOSE-15)', () => {
    expect(read({ keys: [{ kty: 'AKP' }, ec.jwk] })).toMatchObject([{ kid: 'ec' }])
  })

  test.each<[string, unknown, RegExp]>([
    ['no set', [ec.jwk], /JWK Set/],
    ['a private key', { keys: [rsa.privateJwk] }, /public keys only/],
    ['a private key beside public ones', { keys: [ec.jwk, ed.privateJwk] }, /public keys only/],
    ['the primes of an RSA key', { keys: [rsaPrimes] }, /public keys only/],
    [
      'a private key of a type that is unknown',
      { keys: [ec.jwk, { kty: 'AKP', priv: 'c2VjcmV0' }] },
      /public keys only/,
    ],
    ['a symmetric key', { keys: [ec.jwk, { kty: 'oct', k: 'c2VjcmV0' }] }, /public keys only/],
    ['what is no key', { keys: [ec.jwk, 'c2VjcmV0'] }, /public keys only/],
    ...privateMembers.map((member): [string, unknown, RegExp] => [
      `a key with ${member}`,
      { keys: [ec.jwk, { ...rsa.jwk, [member]: 'c2VjcmV0' }] },
      /public keys only/,
    ]),
    ['more keys than can be meant', { keys: Array(101).fill(ec.jwk) }, /at most 100 keys/],
    ['no key at all', { keys: [] }, /at least one of RS256/],
    [
      'no key that fits',
      {
        keys: [
          { ...ec.jwk, alg: 'ES384' },
          { ...ec.jwk, use: 'enc' },
        ],
      },
      /at least one of RS256/,
    ],
  ])('are a TypeError with a fixed text: %s (BCP-02)', (_, given, expected) => {
    const error = thrownBy(() => read(given, ['RS256', 'ES256'])) as TypeError
    expect(error).toBeInstanceOf(TypeError)
    expect(error.message).toMatch(/^api\.jwks: expected /)
    expect(error.message).toMatch(expected)
    const secrets = [ec, ed, rsa].flatMap(({ privateJwk }) => [
      privateJwk.d,
      privateJwk.p,
      privateJwk.x,
      privateJwk.n,
    ])
    for (const secret of ['c2VjcmV0', ...secrets.filter((text) => text !== undefined)]) {
      expect(error.stack).not.toContain(secret)
    }
  })

  test.each<[string, JWK]>([
    ['on the curve of another algorithm', ecOther.jwk],
    ['with a point off its curve', { ...ec.jwk, x: ec.jwk.y ?? '' }],
    ['of 1024 bits', publicJwk(generateKeyPairSync('rsa', { modulusLength: 1024 }))],
    ['of 16,384 bits', rsaOf(16_384)],
    ['with the exponent 1', rsaOf(2048, 'AQ')],
    ['with a coordinate that is no text', { ...ec.jwk, x: 5 as unknown as string }],
  ])('that no request could ever use are a TypeError, too: %s (JOSE-14, JOSE-20)', (_, jwk) => {
    const error = thrownBy(() => read({ keys: [jwk] }, ['RS256', 'ES256']))
    expect(error).toBeInstanceOf(TypeError)
    expect(error).toMatchObject({
      message: 'api.jwks: expected a usable key for at least one of RS256, ES256',
    })
  })
})
