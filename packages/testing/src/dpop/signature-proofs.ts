import type { KeyObject } from 'node:crypto'
import { computeSignature, encodeSegment, signSegments } from '../sign-raw.js'
import { attacker } from '../tokens/attacker.js'
import { ecdsaForms, eddsaForms, pssForms, type SignatureForm } from '../tokens/signature-tokens.js'
import { parts, tamperings } from '../tokens/tampered-tokens.js'
import type { ProofAlgorithm } from './client-key.js'
import { standIn } from './stand-in.js'
import {
  type BadProof,
  canaryOf,
  draftFor,
  type ProofContext,
  proofFor,
  refusedAs,
  type TestProof,
  testProof,
} from './test-proof.js'

/** What else in the header could name the key of somebody who signs instead of the client. */
const offers: Record<string, (context: ProofContext) => Record<string, unknown>> = {
  x5c: () => ({ x5c: [attacker.certificate] }),
  jku: (context) => ({ jku: canaryOf(context), kid: 'attacker' }),
  x5u: (context) => ({ x5u: canaryOf(context) }),
  kid: () => ({ kid: 'attacker' }),
  'key beside jwk': () => ({ key: attacker.publicJwk, jwks: { keys: [attacker.publicJwk] } }),
}

/** Proofs whose signature does not verify with their `jwk`, and with nothing else (RFC 9449 §4.3, check 6). */
export const signatureProofs: readonly BadProof[] = refusedAs('proof_signature_invalid', [
  ...Object.entries(tamperings).map(([name, change]) =>
    testProof('DPOP-08', name, (context) =>
      change(parts(proofFor(context)), parts(proofFor(context))).join('.'),
    ),
  ),
  testProof('DPOP-08', 'last byte of the signature flipped', (context) => {
    const [header, payload, signature] = parts(proofFor(context))
    const octets = Buffer.from(signature, 'base64url')
    octets.writeUInt8(octets.readUInt8(octets.length - 1) ^ 1, octets.length - 1)
    return [header, payload, encodeSegment(octets)].join('.')
  }),
  testProof('DPOP-08', 'signature of one byte', (context) => {
    const [header, payload] = parts(proofFor(context))
    return `${header}.${payload}.AA`
  }),
  testProof('DPOP-08', 'signed by another key', (context) => proofFor(context, { key: attacker.privateKey })),
  ...Object.entries(offers).map(([parameter, offer]) =>
    testProof('DPOP-08', `signed by another key, which ${parameter} offers`, (context) =>
      proofFor(context, { key: attacker.privateKey, header: offer(context) }),
    ),
  ),
  ...inForms('ES256', ecdsaForms),
  ...inForms('PS256', pssForms),
  ...inForms('Ed25519', eddsaForms),
  ...inForms('ES384', { 'over SHA-256': (input, key) => computeSignature('ES256', key, input) }),
])

function inForms(algorithm: ProofAlgorithm, forms: Readonly<Record<string, SignatureForm>>): TestProof[] {
  const client = standIn(algorithm)
  return Object.entries(forms).map(([name, form]) =>
    testProof('DPOP-08', `${algorithm} signature ${name}`, (context) => signInForm(context, form), client),
  )
}

function signInForm(context: ProofContext, form: SignatureForm): string {
  const { header, payload } = draftFor(context)
  const key: KeyObject = context.client.privateKey
  return signSegments(encodeSegment(header), encodeSegment(payload), (input) => form(input, key))
}
