import { createHash, createSecretKey, randomBytes } from 'node:crypto'
import { type MintOptions, signRaw, type TestAuthorizationServer } from '@portcullis/testing'
import { refusal } from './answers.js'
import { passes } from './contract.js'
import { changePublished, ed448Pair, type Jwk, mint, type PublishedPair, rsaPair } from './published-keys.js'
import { bearer } from './requests.js'
import { type Story, stories } from './stories.js'

const weak = rsaPair('weak', 1024)
const almost = rsaPair('almost', 2040)
const ed448 = ed448Pair('ed448')
const secret = createSecretKey(randomBytes(32))

/** Keys that nobody has the private half of: what they cost is the point, not what they verify. */
const sizes: readonly (readonly [bits: number, code: 'token_key_unknown' | 'token_signature_invalid'])[] = [
  [8192, 'token_signature_invalid'],
  [8200, 'token_key_unknown'],
  [16_384, 'token_key_unknown'],
]

/** What stands in a JWK Set beside good keys, and is no key that could verify anything. */
const noise: Readonly<Record<string, unknown>> = {
  null: null,
  'a number': 1,
  'a string': 'key',
  'an empty list': [],
  'a list with a key': [{ kty: 'EC' }],
  'an empty object': {},
  'a key without kty': { kid: 'a', use: 'sig', alg: 'ES256' },
  'a post-quantum key': { kty: 'AKP', kid: 'b', use: 'sig', alg: 'ML-DSA-65', pub: 'AAAA' },
  'a kty that is an object': { kty: {} },
  'a secret': { kty: 'oct', kid: 'c', use: 'sig', alg: 'HS256', k: 'AAAA' },
  'a key with x in an object': { kty: 'EC', crv: 'P-256', x: {}, y: [] },
  'a key for encryption': { kty: 'OKP', crv: 'X25519', use: 'enc', x: 'A'.repeat(43) },
  'a member named as one of every object': { kty: 'constructor', alg: 'toString' },
}

stories('The strength of a key, and what is none (RFC 7517 §5, RFC 7518 §3.3)', [
  {
    name: 'never verifies with an RSA key of 1024 bits (JOSE-16)',
    before: ({ main }) => publishMore(main, weak.jwk),
    steps: [mint({ alg: 'RS256', ...signedBy(weak) }, { answer: refusal('token_key_unknown') })],
  },
  {
    name: 'never verifies with an RSA key a little below 2048 bits (JOSE-16)',
    before: ({ main }) => publishMore(main, almost.jwk),
    steps: [mint({ alg: 'PS256', ...signedBy(almost) }, { answer: refusal('token_key_unknown') })],
  },
  ...sizes.map(
    ([bits, code]): Story => ({
      name: `${code === 'token_key_unknown' ? 'never uses' : 'still uses'} an RSA key of ${bits} bits (JOSE-16)`,
      before: ({ main }) => changePublished(main, 'RS256', { n: anyModulus(bits) }),
      steps: [mint({ alg: 'RS256' }, { answer: refusal(code) })],
    }),
  ),
  {
    name: 'never uses an RSA key with the exponent 1, for which anyone can sign (JOSE-16)',
    before: ({ main }) => changePublished(main, 'RS256', { e: 'AQ' }),
    steps: [
      { request: ({ main }) => bearer(signForExponentOne(main)), answer: refusal('token_key_unknown') },
    ],
  },
  {
    name: 'never takes EdDSA for Ed448 (JOSE-19)',
    before: ({ main }) => publishMore(main, ed448.jwk),
    steps: (['EdDSA', 'Ed25519', 'Ed448'] as const).map((alg) =>
      mint(
        { alg: 'EdDSA', key: ed448.privateKey, header: { alg, kid: 'ed448' } },
        { answer: refusal(alg === 'Ed448' ? 'token_algorithm_refused' : 'token_key_unknown') },
      ),
    ),
  },
  ...(['ES256', 'RS256', 'Ed25519'] as const).map(
    (alg): Story => ({
      name: `never verifies ${alg} with a key whose private half is published (JOSE-15)`,
      before: ({ main }) => changePublished(main, alg, main.keys[alg].privateKey.export({ format: 'jwk' })),
      steps: [mint({ alg }, { answer: refusal('token_key_unknown') })],
    }),
  ),
  ...(['HS256', 'ES256'] as const).map(
    (alg): Story => ({
      name: `never verifies with a secret that is published for ${alg} (JOSE-20)`,
      before: ({ main }) => publishMore(main, { ...secret.export({ format: 'jwk' }), kid: 'secret', alg }),
      steps: [
        {
          request: ({ main }) =>
            bearer(signRaw({ ...main.draft({ header: { alg, kid: 'secret' } }), alg: 'HS256', key: secret })),
          answer: refusal(alg === 'HS256' ? 'token_algorithm_refused' : 'token_key_unknown'),
        },
      ],
    }),
  ),
  ...Object.entries(noise).map(
    ([name, entry]): Story => ({
      name: `skips ${name} in a JWK Set, and goes on with the others (JOSE-15)`,
      before: ({ main }) => main.publish([entry, ...main.jwks.keys, entry]),
      steps: [mint({}, { answer: passes() })],
    }),
  ),
])

function signedBy({ privateKey: key, jwk }: PublishedPair): Pick<MintOptions, 'key' | 'header'> {
  return { key, header: { kid: jwk['kid'] } }
}

function publishMore(server: TestAuthorizationServer, jwk: Jwk): void {
  server.publish([jwk, ...server.jwks.keys])
}

function anyModulus(bits: number): string {
  const bytes = randomBytes(bits / 8)
  bytes.writeUInt8((bytes[0] ?? 0) | 0x80, 0)
  bytes.writeUInt8((bytes.at(-1) ?? 0) | 1, bytes.length - 1)
  return bytes.toString('base64url')
}

/** RSASSA-PKCS1-v1_5 with e = 1: the signature is the encoded message itself (RFC 8017 §9.2), no private key is needed. */
function signForExponentOne(server: TestAuthorizationServer): string {
  const [header, payload] = signRaw(server.draft({ alg: 'RS256' })).split('.')
  const digest = createHash('sha256').update(`${header}.${payload}`).digest()
  const info = Buffer.concat([Buffer.from('3031300d060960864801650304020105000420', 'hex'), digest])
  const padding = Buffer.alloc(256 - 3 - info.length, 0xff)
  const signature = Buffer.concat([Buffer.of(0, 1), padding, Buffer.of(0), info])
  return `${header}.${payload}.${signature.toString('base64url')}`
}
