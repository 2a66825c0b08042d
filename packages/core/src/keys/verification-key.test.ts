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
    ['a key without a name', { ...ec.jwk, kid: undefined }, [[undefined, 'ES256']]],
    ['a key whose name is no text, which matches no token', { ...ec.jwk, kid: 5 }, [[5, 'ES256']]],
  ])('%s (JOSE-07, JOSE-19)', (_, jwk, expected) => {
    expect(usable([jwk])).toEqual(expected)
  })

  test('for the accepted algorithms only (JOSE-06)', () => {
    expect(usable([ec.jwk, rsa.jwk, ed.jwk], ['PS256'])).toEqual([['rsa', 'PS256']])
    expect(usable([ec.jwk, rsa.jwk, ed.jwk], [])).toEqual([])
  })
})

describe('a key is skipped, and no other for its sake', () => {
  test.each<[string, unknown]>([
    ['of an unknown type', { kty: 'AKP', alg: 'ML-DSA-44', pub: 'AAAA' }],
    ['that is symmetric', { kty: 'oct', k: 'c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA', alg: 'HS256' }],
    ['that is private', ec.privateJwk],
    ['of 1024 bits', publicJwk(generateKeyPairSync('rsa', { modulusLength: 1024 }))],
    ['on the curve of another algorithm', ecOther.jwk],
    ['for encryption', { ...ec.jwk, use: 'enc' }],
    ['that is null', null],
    ['that is a text', 'ES256'],
    ['that is a list', [ec.jwk]],
    ['that is a number', 5],
  ])('%s (JOSE-14, JOSE-15, JOSE-16, JOSE-20)', (_, jwk) => {
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
