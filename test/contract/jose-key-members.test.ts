import type { KeyAlgorithm } from '@portcullis/testing'
import { refusal } from './answers.js'
import { passes } from './contract.js'
import { changePublished, type Jwk, mint } from './published-keys.js'
import { type Story, stories } from './stories.js'

/** Members of a published key that speak against its use for a signature of this algorithm, or for it. */
const uses: readonly (readonly [name: string, rule: string, alg: KeyAlgorithm, members: Jwk])[] = [
  ['use enc', 'JOSE-14', 'ES256', { use: 'enc' }],
  ['use in upper case', 'JOSE-14', 'ES256', { use: 'SIG' }],
  ['use in a list', 'JOSE-14', 'ES256', { use: ['sig'] }],
  ['use null', 'JOSE-14', 'ES256', { use: null }],
  ['key_ops sign', 'JOSE-14', 'ES256', { use: undefined, key_ops: ['sign'] }],
  ['key_ops encrypt', 'JOSE-14', 'RS256', { use: undefined, key_ops: ['encrypt', 'wrapKey'] }],
  ['key_ops empty', 'JOSE-14', 'ES256', { use: undefined, key_ops: [] }],
  ['key_ops a string', 'JOSE-14', 'ES256', { use: undefined, key_ops: 'verify' }],
  ['key_ops in upper case', 'JOSE-14', 'ES256', { use: undefined, key_ops: ['VERIFY'] }],
  ['key_ops null', 'JOSE-14', 'ES256', { use: undefined, key_ops: null }],
  ['use sig and key_ops encrypt', 'JOSE-14', 'RS256', { use: 'sig', key_ops: ['encrypt'] }],
  ['use enc and key_ops verify', 'JOSE-14', 'ES256', { use: 'enc', key_ops: ['verify'] }],
  [
    'use sig and key_ops verify and encrypt',
    'JOSE-14',
    'RS256',
    { use: 'sig', key_ops: ['verify', 'encrypt'] },
  ],
  ['alg of another curve', 'JOSE-07', 'ES256', { alg: 'ES384' }],
  ['alg of another padding', 'JOSE-07', 'RS256', { alg: 'PS256' }],
  ['alg of another hash', 'JOSE-07', 'RS256', { alg: 'RS512' }],
  ['alg of another family', 'JOSE-07', 'ES256', { alg: 'RS256' }],
  ['alg of a MAC', 'JOSE-07', 'RS256', { alg: 'HS256' }],
  ['alg of an encryption', 'JOSE-07', 'ES256', { alg: 'ECDH-ES' }],
  ['alg in lower case', 'JOSE-07', 'ES256', { alg: 'es256' }],
  ['alg in a list', 'JOSE-07', 'ES256', { alg: ['ES256'] }],
  ['alg null', 'JOSE-07', 'ES256', { alg: null }],
  ['alg ES256 and an Edwards curve', 'JOSE-07', 'Ed25519', { alg: 'ES256' }],
  ['kty of another family', 'JOSE-07', 'ES256', { kty: 'RSA' }],
  ['kty in lower case', 'JOSE-15', 'ES256', { kty: 'ec' }],
  ['kty absent', 'JOSE-15', 'ES256', { kty: undefined }],
  ['kty unknown', 'JOSE-15', 'ES256', { kty: 'XYZ' }],
  ['kty of post-quantum keys', 'JOSE-15', 'ES256', { kty: 'AKP', alg: 'ML-DSA-44', pub: 'AAAA' }],
  ['crv of another curve', 'JOSE-07', 'ES256', { crv: 'P-384' }],
  ['crv unknown', 'JOSE-15', 'ES256', { crv: 'P-257' }],
  ['crv of a key agreement', 'JOSE-15', 'Ed25519', { crv: 'X25519' }],
  ['crv of Ed448', 'JOSE-19', 'Ed25519', { crv: 'Ed448' }],
  ['x broken', 'JOSE-15', 'ES256', { x: '!' }],
  ['x of another point', 'JOSE-15', 'ES256', { x: 'A'.repeat(43) }],
  ['x too short', 'JOSE-15', 'Ed25519', { x: 'AAAA' }],
  ['x a number', 'JOSE-15', 'ES256', { x: 1 }],
  ['y absent', 'JOSE-15', 'ES256', { y: undefined }],
  ['n absent', 'JOSE-15', 'RS256', { n: undefined }],
  ['n empty', 'JOSE-15', 'RS256', { n: '' }],
  ['e absent', 'JOSE-15', 'RS256', { e: undefined }],
  ['e null', 'JOSE-15', 'RS256', { e: null }],
  ['e zero', 'JOSE-16', 'RS256', { e: 'AA' }],
  ['e even', 'JOSE-16', 'RS256', { e: 'Ag' }],
  ['e of five octets', 'JOSE-16', 'RS256', { e: 'AQAAAAE' }],
  ['kid in another case', 'JOSE-11', 'ES256', { kid: 'es256-0' }],
  ['kid absent', 'JOSE-11', 'ES256', { kid: undefined }],
]

/** Members that say nothing against a signature. */
const harmless: readonly (readonly [name: string, rule: string, alg: KeyAlgorithm, members: Jwk])[] = [
  ['no alg', 'JOSE-07', 'ES256', { alg: undefined }],
  ['no use', 'JOSE-14', 'ES256', { use: undefined }],
  ['key_ops verify', 'JOSE-14', 'ES256', { use: undefined, key_ops: ['verify'] }],
  ['use sig and key_ops verify', 'JOSE-14', 'ES256', { use: 'sig', key_ops: ['verify'] }],
  ['use sig and key_ops sign and verify', 'JOSE-14', 'ES256', { use: 'sig', key_ops: ['sign', 'verify'] }],
  ['ext false', 'JOSE-15', 'ES256', { ext: false }],
  ['a member that nobody knows', 'JOSE-15', 'ES256', { foo: { bar: 1 } }],
  [
    'a certificate that nobody asks for',
    'JOSE-10',
    'ES256',
    { x5u: 'http://127.0.0.1:9/x5u', x5c: ['AAAA'] },
  ],
  ['alg EdDSA for a token of Ed25519', 'JOSE-19', 'Ed25519', { alg: 'EdDSA' }],
]

stories('A published key that does not fit (RFC 7517 §4, RFC 8725 §3.1)', [
  ...uses.map(
    ([name, rule, alg, members]): Story => ({
      name: `verifies nothing with a key that has ${name}, and goes on with the others (${[...new Set([rule, 'JOSE-15'])].join(', ')})`,
      before: ({ main }) => changePublished(main, alg, members),
      steps: [
        mint({ alg }, { answer: refusal('token_key_unknown') }),
        mint({ alg: alg === 'ES256' ? 'RS256' : 'ES256' }, { answer: passes() }),
      ],
    }),
  ),
  ...harmless.map(
    ([name, rule, alg, members]): Story => ({
      name: `verifies with a key that has ${name} (${rule})`,
      before: ({ main }) => changePublished(main, alg, members),
      steps: [mint({ alg }, { answer: passes() })],
    }),
  ),
])
