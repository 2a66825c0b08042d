import { generateKeyPairSync } from 'node:crypto'
import type { JWK } from 'jose'
import type { KeyPair, ProofAlgorithm } from './client-key.js'
import { dpopClientWith } from './dpop-client.js'
import { standIn } from './stand-in.js'
import { type BadProof, proofFor, refusedAs, type TestProof, testProof } from './test-proof.js'

type Generate = () => KeyPair

const ec = (namedCurve: string) => () => generateKeyPairSync('ec', { namedCurve })
const rsa = (modulusLength: number) => () => generateKeyPairSync('rsa', { modulusLength })
const ed25519: Generate = () => generateKeyPairSync('ed25519')
const ed448: Generate = () => generateKeyPairSync('ed448')

/** Keys that are good for something, but not for the algorithm of the proof, which signs with them all the same. */
const unfit: readonly (readonly [name: string, algorithm: ProofAlgorithm, generate: Generate])[] = [
  ['ES256 by a key on P-384', 'ES256', ec('P-384')],
  ['ES256 by a key on P-521', 'ES256', ec('P-521')],
  ['ES256 by a key on secp256k1', 'ES256', ec('secp256k1')],
  ['ES384 by a key on P-256', 'ES384', ec('P-256')],
  ['ES512 by a key on P-384', 'ES512', ec('P-384')],
  ['EdDSA by a key for Ed448', 'EdDSA', ed448],
  ['Ed25519 by a key for Ed448', 'Ed25519', ed448],
  ['PS256 by an RSA key of 1 024 bits', 'PS256', rsa(1024)],
  ['PS256 by an RSA key of 2 040 bits', 'PS256', rsa(2040)],
]

/** What the header says of a signature by a key of another kind. */
const mislabelled: readonly (readonly [alg: ProofAlgorithm, of: ProofAlgorithm])[] = [
  ['ES256', 'PS256'],
  ['ES256', 'Ed25519'],
  ['PS256', 'ES256'],
  ['PS256', 'Ed25519'],
  ['Ed25519', 'ES256'],
  ['EdDSA', 'ES256'],
  ['EdDSA', 'PS256'],
]

/** What the key says of itself, though it could verify the signature. */
const selfDescriptions: Record<string, (jwk: JWK) => object> = {
  'without kty': ({ kty: _, ...jwk }) => jwk,
  'with kty in lower case': (jwk) => ({ ...jwk, kty: 'ec' }),
  'with kty RSA': (jwk) => ({ ...jwk, kty: 'RSA' }),
  'with kty OKP': (jwk) => ({ ...jwk, kty: 'OKP' }),
  'with kty AKP': (jwk) => ({ ...jwk, kty: 'AKP' }),
  'with kty in an array': (jwk) => ({ ...jwk, kty: ['EC'] }),
  'without crv': ({ crv: _, ...jwk }) => jwk,
  'with crv of another curve': (jwk) => ({ ...jwk, crv: 'P-384' }),
  'with crv in lower case': (jwk) => ({ ...jwk, crv: 'p-256' }),
  'with crv by its other name': (jwk) => ({ ...jwk, crv: 'secp256r1' }),
  'without x': ({ x: _, ...jwk }) => jwk,
  'without y': ({ y: _, ...jwk }) => jwk,
  'with x null': (jwk) => ({ ...jwk, x: null }),
  'with x in an array': (jwk) => ({ ...jwk, x: [jwk.x] }),
  'with y a number': (jwk) => ({ ...jwk, y: 1 }),
  'with alg ES384': (jwk) => ({ ...jwk, alg: 'ES384' }),
  'with alg HS256': (jwk) => ({ ...jwk, alg: 'HS256' }),
  'with use enc': (jwk) => ({ ...jwk, use: 'enc' }),
  'with key_ops of encryption': (jwk) => ({ ...jwk, key_ops: ['deriveKey'] }),
  'with key_ops empty': (jwk) => ({ ...jwk, key_ops: [] }),
}

/** Proofs whose algorithm and key do not go together (RFC 7518 §3, RFC 7517 §4, RFC 8725 §3.1). */
export const unfitKeyProofs: readonly BadProof[] = refusedAs('proof_malformed', [
  ...unfit.map(([name, algorithm, generate]) =>
    testProof('DPOP-10', name, (context) => proofFor(context), dpopClientWith(generate, algorithm)),
  ),
  ...mislabelled.map(([alg, of]) => underAnotherName(alg, of)),
  testProof(
    'DPOP-10',
    'EdDSA over a signature by a key for X25519',
    (context) => {
      const jwk = generateKeyPairSync('x25519').publicKey.export({ format: 'jwk' })
      return proofFor(context, { header: { jwk } })
    },
    dpopClientWith(ed25519, 'EdDSA'),
  ),
  ...Object.entries(selfDescriptions).map(([name, describe]) =>
    testProof('DPOP-10', `jwk ${name}`, (context) =>
      proofFor(context, { header: { jwk: describe(context.client.jwk) } }),
    ),
  ),
])

function underAnotherName(alg: ProofAlgorithm, of: ProofAlgorithm): TestProof {
  const make: TestProof['make'] = (context) => proofFor(context, { header: { alg } })
  return testProof('DPOP-10', `${alg} over a signature of ${of}`, make, standIn(of))
}
