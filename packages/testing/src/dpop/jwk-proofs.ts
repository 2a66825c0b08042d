import { generateKeyPairSync } from 'node:crypto'
import type { JWK } from 'jose'
import { attacker } from '../tokens/attacker.js'
import type { ProofAlgorithm } from './client-key.js'
import { standIn } from './stand-in.js'
import {
  type BadProof,
  canaryOf,
  type ProofContext,
  proofFor,
  refusedAs,
  type TestProof,
  testProof,
} from './test-proof.js'

/** What stands where the public key should. */
const noKeys: Record<string, (jwk: JWK) => unknown> = {
  absent: () => undefined,
  null: () => null,
  'a number': () => 1,
  true: () => true,
  'a string': (jwk) => JSON.stringify(jwk),
  'an empty string': () => '',
  'an array': (jwk) => [jwk],
  'an empty array': () => [],
  'an empty object': () => ({}),
  'a JWK Set': (jwk) => ({ keys: [jwk] }),
  'in another object': (jwk) => ({ jwk }),
}

/** What names a key instead of being one: for a proof, there is only `jwk`. */
const references: Record<string, (context: ProofContext) => Record<string, unknown>> = {
  x5c: () => ({ x5c: [attacker.certificate] }),
  jku: (context) => ({ jku: canaryOf(context), kid: context.client.thumbprint }),
  x5u: (context) => ({ x5u: canaryOf(context) }),
  kid: ({ client }) => ({ kid: client.thumbprint }),
  'kid and jkt': ({ client }) => ({ kid: client.thumbprint, jkt: client.thumbprint }),
  'a header parameter with a capital letter': ({ client }) => ({ Jwk: client.jwk }),
}

/** Members of private and of symmetric keys: RFC 7518 §6, RFC 8037 §2, RFC 9964. */
const privateMembers: Record<string, unknown> = {
  d: 'AA',
  p: 'AA',
  q: 'AA',
  dp: 'AA',
  dq: 'AA',
  qi: 'AA',
  oth: [{ r: 'AA', d: 'AA', t: 'AA' }],
  k: 'AA',
  priv: 'AA',
}

const complete: readonly ProofAlgorithm[] = ['ES256', 'ES384', 'ES512', 'PS256', 'Ed25519', 'EdDSA']

/** Proofs that bring no key, or more of it than its public half (RFC 9449 §4.3, checks 6 and 7). */
export const jwkProofs: readonly BadProof[] = refusedAs('proof_malformed', [
  ...Object.entries(noKeys).map(([name, jwk]) => withJwk('DPOP-08', `jwk ${name}`, jwk)),
  ...Object.entries(references).map(([name, header]) =>
    testProof('DPOP-08', `${name} instead of jwk`, (context) =>
      proofFor(context, { header: { jwk: undefined, ...header(context) } }),
    ),
  ),
  testProof('DPOP-08', 'key in the claim cnf instead of jwk', (context) =>
    proofFor(context, { header: { jwk: undefined }, claims: { cnf: { jwk: context.client.jwk } } }),
  ),
  testProof('DPOP-08', 'jwk among the claims', (context) =>
    proofFor(context, { header: { jwk: undefined }, claims: { jwk: context.client.jwk } }),
  ),
  ...Object.entries(privateMembers).map(([member, value]) =>
    withJwk('DPOP-09', `jwk with the member ${member}`, (jwk) => ({ ...jwk, [member]: value })),
  ),
  withJwk('DPOP-09', 'jwk with an empty d', (jwk) => ({ ...jwk, d: '' })),
  withJwk('DPOP-09', 'jwk with d null', (jwk) => ({ ...jwk, d: null })),
  withJwk('DPOP-09', 'jwk a secret', () => ({ kty: 'oct', k: 'c2VjcmV0' })),
  withJwk('DPOP-09', 'jwk a secret of kty OCT', () => ({ kty: 'OCT', k: 'c2VjcmV0' })),
  withJwk('DPOP-09', 'jwk of kty oct with a point', (jwk) => ({ ...jwk, kty: 'oct' })),
  ...complete.map((algorithm) =>
    testProof(
      'DPOP-09',
      `jwk the whole private key for ${algorithm}`,
      (context) =>
        proofFor(context, { header: { jwk: context.client.privateKey.export({ format: 'jwk' }) } }),
      standIn(algorithm),
    ),
  ),
  withJwk('DPOP-09', "jwk somebody else's private key", () =>
    generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }),
  ),
])

function withJwk(rule: string, name: string, jwk: (good: JWK) => unknown): TestProof {
  return testProof(rule, name, (context) => proofFor(context, { header: { jwk: jwk(context.client.jwk) } }))
}
