import type { JWK } from 'jose'
import { attacker } from '../tokens/attacker.js'
import type { ProofAlgorithm } from './client-key.js'
import { goodJsonProofs } from './good-json-proofs.js'
import { goodTargetProofs } from './good-target-proofs.js'
import { standIn } from './stand-in.js'
import {
  canaryOf,
  type ProofContext,
  presentSecond,
  proofFor,
  type TestProof,
  testProof,
} from './test-proof.js'

/** Those that Portcullis takes by default. */
const algorithms: readonly ProofAlgorithm[] = [
  'ES256',
  'ES384',
  'ES512',
  'PS256',
  'PS384',
  'PS512',
  'Ed25519',
  'EdDSA',
]

type Members = Record<string, unknown>

const headers: readonly (readonly [
  rule: string,
  name: string,
  header: (context: ProofContext) => Members,
])[] = [
  ['DPOP-06', 'typ in capitals', () => ({ typ: 'DPOP+JWT' })],
  ['DPOP-06', 'typ as the scheme is written', () => ({ typ: 'DPoP+jwt' })],
  ['DPOP-06', 'typ with its prefix', () => ({ typ: 'application/dpop+jwt' })],
  ['DPOP-06', 'typ with its prefix, in another case', () => ({ typ: 'Application/DPoP+JWT' })],
  ['DPOP-08', 'kid beside jwk', () => ({ kid: 'attacker' })],
  ['DPOP-08', 'jku beside jwk', (context) => ({ jku: canaryOf(context), kid: 'attacker' })],
  ['DPOP-08', 'x5u beside jwk', (context) => ({ x5u: canaryOf(context) })],
  ['DPOP-08', 'x5c beside jwk', () => ({ x5c: [attacker.certificate] })],
  ['DPOP-48', 'header parameter that nobody knows', () => ({ foo: { bar: [1, null] } })],
  ['DPOP-48', 'cty', () => ({ cty: 'example' })],
]

/** What a key may have beside its point: thumbprints leave it out (RFC 7638 §3.2). */
const jwks: Record<string, (jwk: JWK) => object> = {
  'with kid, use, key_ops and alg': (jwk) => ({
    ...jwk,
    kid: 'k',
    use: 'sig',
    key_ops: ['verify'],
    alg: 'ES256',
  }),
  'with kid': (jwk) => ({ ...jwk, kid: 'k' }),
  'with use sig': (jwk) => ({ ...jwk, use: 'sig' }),
  'with key_ops verify': (jwk) => ({ ...jwk, key_ops: ['verify'] }),
  'with alg': (jwk) => ({ ...jwk, alg: 'ES256' }),
  'with ext, as Web Cryptography exports it': (jwk) => ({ ...jwk, ext: true, key_ops: ['verify'] }),
  'with a member that nobody knows': (jwk) => ({ ...jwk, foo: 'bar' }),
  'with its members in another order': ({ x, y, crv, kty }) => ({ y, x, kty, crv }),
}

const claims: readonly (readonly [rule: string, name: string, claims: (context: ProofContext) => Members])[] =
  [
    ['DPOP-20', 'iat 60 seconds ago', ({ now }) => ({ iat: Math.ceil(now() / 1000) - 60 })],
    ['DPOP-20', 'iat 10 seconds ahead', (context) => ({ iat: presentSecond(context) + 10 })],
    ['DPOP-20', 'iat with a fraction, in the past', (context) => ({ iat: presentSecond(context) - 1.5 })],
    ['DPOP-20', 'iat with a fraction, ahead', (context) => ({ iat: presentSecond(context) + 0.25 })],
    ['DPOP-20', 'iat to the millisecond', ({ now }) => ({ iat: now() / 1000 })],
    ['DPOP-22', 'exp a second ahead', (context) => ({ exp: presentSecond(context) + 1 })],
    ['DPOP-22', 'exp a year ahead', (context) => ({ exp: presentSecond(context) + 31_536_000 })],
    ['DPOP-22', 'nbf at this second', (context) => ({ nbf: presentSecond(context) })],
    ['DPOP-22', 'nbf in the past, with a fraction', (context) => ({ nbf: presentSecond(context) - 10.5 })],
    ['DPOP-22', 'exp ahead and nbf past', (context) => ({ exp: presentSecond(context) + 60, nbf: 0 })],
    ['DPOP-45', 'jti of one character', () => ({ jti: '\u0001' })],
    ['DPOP-45', 'jti of 1 KB', () => ({ jti: 'j'.repeat(1024) })],
    ['DPOP-45', 'jti beyond ASCII', () => ({ jti: `Åse Ørsted 🇳🇴 ${Math.random()}` })],
    ['DPOP-48', 'claim that nobody knows', () => ({ 'https://claims.example/tenant': { id: 1 } })],
    [
      'DPOP-48',
      'claims of other JWTs',
      () => ({ iss: 'x', sub: 'y', aud: 'https://other.example', azp: null }),
    ],
    ['DPOP-48', 'cnf of another key', () => ({ cnf: { jkt: attacker.publicJwk.x } })],
    [
      'DPOP-48',
      'names of claims inside another claim',
      () => ({ act: { jti: 'a', htm: 'b', htu: 'c', ath: 'd' } }),
    ],
    [
      'DPOP-48',
      'claims named as members of every object',
      () => ({ constructor: 1, toString: 2, valueOf: 3 }),
    ],
  ]

/** What a client may send that was never asked for a nonce (RFC 9449 §8). */
const uninvited: Record<string, string> = { 'that nobody asked for': 'n-0S6_WzA2Mj', empty: '' }

/** DPoP proofs that an API must accept, with the default algorithms: RFC 9449 §4.3. */
export const goodProofs: readonly TestProof[] = [
  testProof('DPOP-01', 'proof as every client makes it', (context) => proofFor(context)),
  ...algorithms.map((algorithm) =>
    testProof('DPOP-07', `alg ${algorithm}`, (context) => proofFor(context), standIn(algorithm)),
  ),
  ...headers.map(([rule, name, header]) =>
    testProof(rule, name, (context) => proofFor(context, { header: header(context) })),
  ),
  ...Object.entries(jwks).map(([name, jwk]) =>
    testProof('DPOP-10', `jwk ${name}`, (context) =>
      proofFor(context, { header: { jwk: jwk(context.client.jwk) } }),
    ),
  ),
  ...claims.map(([rule, name, claims]) =>
    testProof(rule, name, (context) => proofFor(context, { claims: claims(context) })),
  ),
  ...Object.entries(uninvited).map(([name, nonce]) =>
    testProof('DPOP-48', `nonce ${name}`, (context) =>
      proofFor(context, { claims: { nonce: context.nonce ?? nonce } }),
    ),
  ),
  ...goodTargetProofs,
  ...goodJsonProofs,
]
