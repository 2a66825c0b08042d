import { createHash, generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { calculateJwkThumbprint, type JWK } from 'jose'
import { describe, expect, test } from 'vitest'
import { parseJsonObject } from './strict-json.js'
import { thumbprint } from './thumbprint.js'

const rsa = {
  kty: 'RSA',
  n: '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw',
  e: 'AQAB',
}
const ec = {
  kty: 'EC',
  crv: 'P-256',
  x: 'l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs',
  y: '9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA',
}
const okp = { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' }

/** The key, and the thumbprint that stands in the RFC. */
const vectors: [string, Record<string, unknown>, string][] = [
  [
    'RFC 7638 §3.1',
    { ...rsa, alg: 'RS256', kid: '2011-04-29' },
    'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs',
  ],
  ['RFC 8037 appendix A.3', okp, 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k'],
  ['RFC 9449 §6.1', ec, '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I'],
]

test.each(vectors)('is that of %s (JOSE-34)', (_, jwk, expected) => {
  expect(thumbprint(jwk)).toBe(expected)
})

test.each<[string, { publicKey: { export(options: { format: 'jwk' }): object } }]>([
  ['RSA', generateKeyPairSync('rsa', { modulusLength: 2048 })],
  ['P-256', generateKeyPairSync('ec', { namedCurve: 'P-256' })],
  ['P-384', generateKeyPairSync('ec', { namedCurve: 'P-384' })],
  ['P-521', generateKeyPairSync('ec', { namedCurve: 'P-521' })],
  ['Ed25519', generateKeyPairSync('ed25519')],
  ['Ed448', generateKeyPairSync('ed448')],
])('of a key %s is the one that jose makes (JOSE-34)', async (_, { publicKey }) => {
  const jwk: JWK = publicKey.export({ format: 'jwk' })
  expect(thumbprint({ ...jwk })).toBe(await calculateJwkThumbprint(jwk, 'sha256'))
})

test.each(vectors)(
  'does not change with other members, or with their order: %s (JOSE-34)',
  (_, jwk, expected) => {
    const name = fc.string().filter((name) => !['kty', 'crv', 'x', 'y', 'n', 'e', '__proto__'].includes(name))
    fc.assert(
      fc.property(fc.dictionary(name, fc.jsonValue()), fc.boolean(), (others, first) => {
        const members = Object.entries(jwk).toReversed()
        const all = first
          ? { ...others, ...Object.fromEntries(members) }
          : { ...Object.fromEntries(members), ...others }
        expect(thumbprint(all)).toBe(expected)
      }),
    )
  },
)

test('is the same for an object that inherits nothing, as parsing makes it (JOSE-34)', () => {
  for (const [, jwk, expected] of vectors) {
    const parsed = parseJsonObject(Buffer.from(JSON.stringify({ ...jwk, use: 'sig' })))
    expect(Object.getPrototypeOf(parsed)).toBeNull()
    expect(thumbprint(parsed)).toBe(expected)
  }
})

test('differs for keys that differ in one member (JOSE-34)', () => {
  const changed = [rsa, ec, okp].flatMap((jwk) =>
    Object.keys(jwk)
      .filter((name) => name !== 'kty')
      .map((name) => ({ ...jwk, [name]: 'AQ' })),
  )
  const all = [rsa, ec, okp, ...changed].map((jwk) => thumbprint(jwk))
  expect(all.every((one) => one !== undefined)).toBe(true)
  expect(new Set(all).size).toBe(3 + 2 + 3 + 2)
})

test('keeps members apart, whatever is written in them (JOSE-34)', () => {
  const crafted = { kty: 'OKP', crv: 'Ed25519', x: 'a","y":"b' }
  const expected = createHash('sha256').update(JSON.stringify({ crv: 'Ed25519', kty: 'OKP', x: 'a","y":"b' }))
  expect(thumbprint(crafted)).toBe(expected.digest('base64url'))
  expect(thumbprint({ kty: 'EC', crv: 'Ed25519', x: 'a', y: 'b' })).not.toBe(thumbprint(crafted))
})

describe('there is none for a key', () => {
  test.each<[string, unknown]>([
    ['of a symmetric type', 'oct'],
    ['of a type to come', 'AKP'],
    ['whose type is in lower case', 'ec'],
    ['whose type is inherited by every object', '__proto__'],
    ['whose type is a method of every object', 'toString'],
    ['whose type is a method of Map', 'get'],
    ['whose type is a number', 0],
    ['whose type is a list', ['EC']],
    ['whose type is an object', { toString: () => 'EC' }],
    ['whose type is null', null],
    ['without a type', undefined],
  ])('%s (JOSE-34)', (_, kty) => {
    expect(thumbprint({ ...rsa, ...ec, k: 'c2VjcmV0', pub: 'AQ', alg: 'ML-DSA-44', kty })).toBeUndefined()
  })

  test.each([rsa, ec, okp].flatMap((jwk) => Object.keys(jwk).map((name) => [jwk.kty, name, jwk] as const)))(
    '%s whose %s is missing or no text (JOSE-34)',
    (_, name, jwk) => {
      for (const value of [undefined, null, 5, true, ['AQAB'], { toString: () => 'AQAB' }])
        expect(thumbprint({ ...jwk, [name]: value })).toBeUndefined()
    },
  )

  test('never throws (JOSE-34)', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom('kty', 'crv', 'x', 'y', 'n', 'e'), fc.jsonValue()), (jwk) => {
        const kinds: unknown[] = ['EC', 'RSA', 'OKP']
        const print = thumbprint(jwk)
        return print === undefined || (kinds.includes(jwk['kty']) && print.length === 43)
      }),
    )
  })
})
