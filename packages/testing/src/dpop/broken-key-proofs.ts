import { randomBytes } from 'node:crypto'
import type { JWK } from 'jose'
import { encodeSegment, signSegments } from '../sign-raw.js'
import type { ProofAlgorithm } from './client-key.js'
import { jwkThumbprint } from './jwk-thumbprint.js'
import { standIn } from './stand-in.js'
import {
  type BadProof,
  draftFor,
  type ProofContext,
  refusedAs,
  type TestProof,
  testProof,
} from './test-proof.js'

type Break = (good: JWK) => object

const zeros = Buffer.alloc(32).toString('base64url')
const ones = Buffer.alloc(32, 0xff).toString('base64url')

/** Points that are not on P-256 (SEC 1 §3.2.2). */
const points: Record<string, Break> = {
  'with a point beside the curve': ({ y = '', ...jwk }) => ({ ...jwk, y: flipped(y) }),
  'with its coordinates swapped': ({ x, y, ...jwk }) => ({ ...jwk, x: y, y: x }),
  'with the point (0, 0)': (jwk) => ({ ...jwk, x: zeros, y: zeros }),
  'with coordinates beyond the field': (jwk) => ({ ...jwk, x: ones, y: ones }),
  'with an empty x': (jwk) => ({ ...jwk, x: '' }),
}

/** Points of small order: anybody can sign for them (RFC 8032 §5.1, RFC 7748 §6.1). */
const edwardsPoints: Record<string, Break> = {
  'with the neutral point': (jwk) => ({
    ...jwk,
    x: Buffer.from([1, ...Buffer.alloc(31)]).toString('base64url'),
  }),
  'with a point of order 4': (jwk) => ({ ...jwk, x: zeros }),
  'with a point of 31 octets': ({ x = '', ...jwk }) => ({
    ...jwk,
    x: octets(x).subarray(1).toString('base64url'),
  }),
  'with an empty x': (jwk) => ({ ...jwk, x: '' }),
}

const rsaKeys: Record<string, Break> = {
  'of 16 384 bits': (jwk) => ({ ...jwk, n: modulus(2048) }),
  'of 512 bits': (jwk) => ({ ...jwk, n: modulus(64) }),
  'with e 1': (jwk) => ({ ...jwk, e: 'AQ' }),
  'with e even': (jwk) => ({ ...jwk, e: 'AQAA' }),
  'without e': ({ e: _, ...jwk }) => jwk,
  'without n': ({ n: _, ...jwk }) => jwk,
  'with n 0': (jwk) => ({ ...jwk, n: 'AA' }),
  'with n in an array': ({ n, ...jwk }) => ({ ...jwk, n: [n] }),
}

/**
 * Proofs with keys of the right kind that no verifier may use. The token has to be bound to the broken key: a proof with
 * another key than the token's is refused for that alone.
 */
export const brokenKeyProofs: readonly BadProof[] = refusedAs('proof_malformed', [
  ...Object.entries(points).map(([name, damage]) => brokenKey(`ES256 key ${name}`, 'ES256', damage)),
  ...Object.entries(edwardsPoints).map(([name, damage]) =>
    brokenKey(`Ed25519 key ${name}`, 'Ed25519', damage),
  ),
  ...Object.entries(rsaKeys).map(([name, damage]) => brokenKey(`RSA key ${name}`, 'PS256', damage)),
])

function brokenKey(name: string, algorithm: ProofAlgorithm, damage: Break): TestProof {
  const client = standIn(algorithm)
  let made: object | undefined
  const jwk = () => (made ??= damage(client.jwk))
  const { make } = testProof('DPOP-10', name, (context) => signedAnyhow(context, jwk()), client)
  return { name, rule: 'DPOP-10', boundTo: () => ({ thumbprint: jwkThumbprint(jwk()) }), make }
}

/** A signature of the length that the key asks for; for a key that is none, no signature could be right. */
function signedAnyhow(context: ProofContext, jwk: object): string {
  const { header, payload } = draftFor(context, { header: { jwk } })
  return signSegments(encodeSegment(header), encodeSegment(payload), () => randomBytes(signatureBytes(jwk)))
}

function signatureBytes(jwk: object): number {
  return 'n' in jwk && typeof jwk.n === 'string' ? octets(jwk.n).length : 64
}

/** So many octets of an odd number: nobody knows its factors. */
function modulus(length: number): string {
  const octets = randomBytes(length)
  octets.writeUInt8(octets.readUInt8(0) | 0x80, 0)
  octets.writeUInt8(octets.readUInt8(length - 1) | 1, length - 1)
  return octets.toString('base64url')
}

function flipped(coordinate: string): string {
  const changed = octets(coordinate)
  changed.writeUInt8(changed.readUInt8(31) ^ 1, 31)
  return changed.toString('base64url')
}

function octets(text: string): Buffer {
  return Buffer.from(text, 'base64url')
}
