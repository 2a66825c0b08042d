import { createPublicKey, createSecretKey, generateKeyPairSync } from 'node:crypto'
import type { JWK } from 'jose'
import { signRaw } from '../sign-raw.js'
import { mislabelled, unsecured } from '../tokens/algorithm-tokens.js'
import { dpopClientWith } from './dpop-client.js'
import { standIn } from './stand-in.js'
import { type BadProof, draftFor, proofFor, refusedAs, type TestProof, testProof } from './test-proof.js'

/** Names of algorithms that no proof may have, over a good signature. */
const refused = [
  'RS1',
  'RS256',
  'RS384',
  'RS512',
  'HS256',
  'HS384',
  'HS512',
  'ES256K',
  'ESP256',
  'Ed448',
  'ML-DSA-44',
  'ECDH-ES',
  'A128KW',
  'dir',
  'toString',
  '__proto__',
]

/** The forms in which a verifier might hold a public key, each taken as the secret of a MAC. */
const publicSecrets: Record<string, (jwk: JWK) => string | Buffer> = {
  'the public key as PEM': (jwk) =>
    createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' }),
  'the public key as DER': (jwk) =>
    createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'der' }),
  'the public key as JWK': (jwk) => JSON.stringify(jwk),
  'the coordinate x': (jwk) => Buffer.from(jwk.x ?? '', 'base64url'),
  'the text of the coordinate x': (jwk) => jwk.x ?? '',
  'an empty secret': () => '',
}

const secret = 'c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA'

/** An algorithm for signatures, with two keys, that is among those accepted (RFC 9449 §4.3, check 5, and §11.6). */
export const algorithmProofs: readonly BadProof[] = refusedAs('proof_malformed', [
  ...unsecured.flatMap((alg) => [
    testProof('DPOP-07', `alg ${alg} without a signature`, (context) =>
      signRaw({ ...draftFor(context, { header: { alg } }), alg: 'none' }),
    ),
    relabelled(`alg ${alg} over a good signature`, alg),
  ]),
  ...refused.map((alg) => relabelled(`alg ${alg} over a signature of ES256`, alg)),
  ...Object.entries(mislabelled).map(([name, alg]) => relabelled(`alg ${name}`, alg)),
  ...(['RS256', 'RS384', 'RS512'] as const).map((algorithm) =>
    testProof(
      'DPOP-07',
      `proof of a client with ${algorithm}`,
      (context) => proofFor(context),
      standIn(algorithm),
    ),
  ),
  testProof(
    'DPOP-07',
    'proof of a client with ES256K',
    (context) => proofFor(context, { header: { alg: 'ES256K' } }),
    dpopClientWith(() => generateKeyPairSync('ec', { namedCurve: 'secp256k1' }), 'ES256'),
  ),
  testProof(
    'DPOP-07',
    'proof of a client with Ed448',
    (context) => proofFor(context, { header: { alg: 'Ed448' } }),
    dpopClientWith(() => generateKeyPairSync('ed448'), 'Ed25519'),
  ),
  ...Object.entries(publicSecrets).map(([name, secretOf]) =>
    testProof('DPOP-07', `HS256 with ${name}`, (context) => {
      const key = createSecretKey(Buffer.from(secretOf(context.client.jwk)))
      return signRaw({ ...draftFor(context, { header: { alg: 'HS256' } }), alg: 'HS256', key })
    }),
  ),
  testProof('DPOP-09', 'HS256 with a secret that the proof brings', (context) => {
    const key = createSecretKey(Buffer.from(secret, 'base64url'))
    const header = { alg: 'HS256', jwk: { kty: 'oct', k: secret } }
    return signRaw({ ...draftFor(context, { header }), alg: 'HS256', key })
  }),
])

function relabelled(name: string, alg: unknown): TestProof {
  return testProof('DPOP-07', name, (context) => proofFor(context, { header: { alg } }))
}
