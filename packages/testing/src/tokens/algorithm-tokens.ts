import { createSecretKey, generateKeyPairSync } from 'node:crypto'
import type { SigningKey } from '../server/signing-keys.js'
import { signRaw } from '../sign-raw.js'
import { type TestToken, testToken } from './test-token.js'

export const unsecured: readonly string[] = ['none', 'None', 'nOnE', 'NONE']

/** What the header says of a good ES256 signature. */
export const mislabelled: Readonly<Record<string, unknown>> = {
  absent: undefined,
  null: null,
  empty: '',
  'a number': 256,
  'an array': ['ES256'],
  'in lower case': 'es256',
  'with a space after it': 'ES256 ',
  'of another curve': 'ES384',
  'of another family': 'RS256',
  'of a MAC': 'HS256',
}

/** The forms in which a verifier might hold a public key, each taken as the secret of a MAC. */
const publicSecrets: Record<string, (key: SigningKey) => string | Buffer> = {
  'the RSA public key as PEM': ({ publicKey }) => publicKey.export({ type: 'spki', format: 'pem' }),
  'the RSA public key as PEM without its last line break': ({ publicKey }) =>
    String(publicKey.export({ type: 'spki', format: 'pem' })).trimEnd(),
  'the RSA public key as PEM of PKCS #1': ({ publicKey }) =>
    publicKey.export({ type: 'pkcs1', format: 'pem' }),
  'the RSA public key as DER': ({ publicKey }) => publicKey.export({ type: 'spki', format: 'der' }),
  'the RSA public key as JWK': ({ publicKey }) => JSON.stringify(publicKey.export({ format: 'jwk' })),
  'the RSA modulus': ({ publicKey }) => Buffer.from(publicKey.export({ format: 'jwk' }).n ?? '', 'base64url'),
  'the kid of the RSA key': ({ kid }) => kid,
  'an empty secret': () => '',
}

/** Tokens whose algorithm is not allowed, or does not fit the key (RFC 8725 §3.1). */
export const algorithmTokens: readonly TestToken[] = [
  ...unsecured.map((alg) =>
    testToken('AT-03', `alg ${alg} without a signature`, (server) =>
      signRaw({ ...server.draft({ header: { alg } }), alg: 'none' }),
    ),
  ),
  ...unsecured.map((alg) =>
    testToken('JOSE-06', `alg ${alg} over a good signature`, (server) => server.mint({ header: { alg } })),
  ),
  ...Object.entries(mislabelled).map(([name, alg]) =>
    testToken('JOSE-06', `alg ${name}`, (server) => server.mint({ header: { alg } })),
  ),
  ...Object.entries(publicSecrets).map(([name, secret]) =>
    testToken('JOSE-07', `HS256 with ${name}`, (server) => {
      const key = createSecretKey(Buffer.from(secret(server.keys.RS256)))
      return signRaw({ ...server.draft({ alg: 'RS256', header: { alg: 'HS256' } }), alg: 'HS256', key })
    }),
  ),
  testToken('JOSE-06', 'RS512 by the key for RS256', (server) =>
    signRaw({ ...server.draft({ alg: 'RS256', header: { alg: 'RS512' } }), alg: 'RS512' }),
  ),
  testToken('JOSE-07', 'PS256 by the key for RS256', (server) => {
    const { kid, privateKey } = server.keys.RS256
    return server.mint({ alg: 'PS256', key: privateKey, header: { kid } })
  }),
  testToken('JOSE-07', 'RS256 by the key for PS256', (server) => {
    const { kid, privateKey } = server.keys.PS256
    return server.mint({ alg: 'RS256', key: privateKey, header: { kid } })
  }),
  testToken('JOSE-07', 'ES256 by a key on P-384', (server) =>
    server.mint({ key: generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey }),
  ),
]
