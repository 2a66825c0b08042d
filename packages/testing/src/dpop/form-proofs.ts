import { createCipheriv, randomBytes } from 'node:crypto'
import { computeSignature, encodeSegment, signRaw, signSegments } from '../sign-raw.js'
import { base64urlDamages, encodeWithRest } from '../tokens/base64url-tokens.js'
import { jsonForms } from '../tokens/json-tokens.js'
import { appendMember } from '../tokens/raw-member.js'
import { segmentForms } from '../tokens/segment-tokens.js'
import { parts } from '../tokens/tampered-tokens.js'
import { type BadProof, draftFor, type ProofContext, proofFor, refusedAs, testProof } from './test-proof.js'

const positions = ['header', 'payload', 'signature'] as const

const encrypted: Record<string, (context: ProofContext) => string> = {
  'JWE around a good proof': (context) => encrypt(proofFor(context), { cty: 'JWT' }),
  'JWE around bare claims': (context) =>
    encrypt(JSON.stringify(draftFor(context).payload), { typ: 'dpop+jwt', jwk: context.client.jwk }),
  'five segments of a good proof': (context) => {
    const [header, payload, signature] = parts(proofFor(context))
    return [header, payload, signature, payload, signature].join('.')
  },
}

/** JSON texts for a claim that make the proof too deep or too long. */
const excesses: readonly (readonly [rule: string, name: string, claim: string, json: string])[] = [
  ['DPOP-04', 'claim of arrays, 500 deep', 'deep', '['.repeat(500) + ']'.repeat(500)],
  ['DPOP-04', 'claim of objects, 500 deep', 'deep', `${'{"a":'.repeat(500)}1${'}'.repeat(500)}`],
  ['DPOP-04', 'claim of 8 KB', 'long', `"${'a'.repeat(8192)}"`],
  ['DPOP-45', 'jti of 8 KB', 'jti', `"${'j'.repeat(8192)}"`],
  ['DPOP-45', 'jti of 64 KB', 'jti', `"${'j'.repeat(65_536)}"`],
]

/** A proof is a JWS in the compact form, of base64url and of one JSON object each (RFC 9449 §4.2, RFC 7519 §7.2). */
export const formProofs: readonly BadProof[] = refusedAs('proof_malformed', [
  ...Object.entries(segmentForms).map(([name, form]) =>
    testProof('DPOP-04', name, (context) => form(...parts(proofFor(context)))),
  ),
  ...Object.entries(encrypted).map(([name, make]) => testProof('DPOP-04', name, make)),
  ...Object.entries(base64urlDamages).flatMap(([name, damage]) =>
    positions.map((position) =>
      testProof('DPOP-04', `${position} ${name}`, (context) =>
        damagedProof(context, (segment, at) => (at === position ? damage(segment) : segment)),
      ),
    ),
  ),
  ...Object.entries(jsonForms).flatMap(([name, form]) =>
    (['header', 'payload'] as const).map((part) =>
      testProof('DPOP-04', `${part} is ${name}`, (context) => {
        const draft = draftFor(context)
        return signRaw({ ...draft, [part]: form(JSON.stringify(draft[part])) })
      }),
    ),
  ),
  ...excesses.map(([rule, name, claim, json]) =>
    testProof(rule, name, (context) => {
      const draft = draftFor(context, { claims: { [claim]: undefined } })
      return signRaw({ ...draft, payload: appendMember(draft.payload, claim, json) })
    }),
  ),
])

function damagedProof(
  context: ProofContext,
  damage: (segment: string, at: (typeof positions)[number]) => string,
): string {
  const { header, payload, alg, key } = draftFor(context)
  const signed = signSegments(
    damage(encodeWithRest(header), 'header'),
    damage(encodeWithRest(payload), 'payload'),
    (input) => computeSignature(alg, key, input),
  )
  const signatureAt = signed.lastIndexOf('.') + 1
  return signed.slice(0, signatureAt) + damage(signed.slice(signatureAt), 'signature')
}

/** The compact form of RFC 7516 §7.1, under a key that nobody keeps. */
function encrypt(plaintext: string, header: object): string {
  const [key, iv] = [randomBytes(32), randomBytes(12)]
  const protectedHeader = encodeSegment({ alg: 'dir', enc: 'A256GCM', ...header })
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(protectedHeader))
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()])
  return [protectedHeader, '', ...[iv, ciphertext, cipher.getAuthTag()].map(encodeSegment)].join('.')
}
