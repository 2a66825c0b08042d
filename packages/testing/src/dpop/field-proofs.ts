import { type BadProof, type ProofContext, proofFor, refusedAs, testProof } from './test-proof.js'

const repeated: Record<string, (context: ProofContext) => string[]> = {
  'two fields with two good proofs': (context) => [proofFor(context), proofFor(context)],
  'two fields with the same proof': (context) => twice(proofFor(context)),
  'two fields, the first one empty': (context) => ['', proofFor(context)],
  'two fields, the second one empty': (context) => [proofFor(context), ''],
  'two fields, the first proof bad': (context) => [
    proofFor(context, { claims: { jti: undefined } }),
    proofFor(context),
  ],
  'two fields, the second proof bad': (context) => [
    proofFor(context),
    proofFor(context, { claims: { jti: undefined } }),
  ],
  'three fields': (context) => [proofFor(context), proofFor(context), proofFor(context)],
}

const joined: Record<string, (context: ProofContext) => string> = {
  'two proofs with a comma and a space between': (context) => `${proofFor(context)}, ${proofFor(context)}`,
  'two proofs with a comma between': (context) => `${proofFor(context)},${proofFor(context)}`,
  'two proofs with a space between': (context) => `${proofFor(context)} ${proofFor(context)}`,
  'one proof twice with a comma between': (context) => twice(proofFor(context)).join(', '),
  'a proof with a comma after it': (context) => `${proofFor(context)},`,
  'a proof with a comma before it': (context) => `,${proofFor(context)}`,
}

const foreign: Record<string, (context: ProofContext) => string> = {
  'an empty field': () => '',
  'the name of the scheme before the proof': (context) => `DPoP ${proofFor(context)}`,
  'a parameter after the proof': (context) => `${proofFor(context)};v=1`,
  'the access token as its own proof': ({ token }) => token,
  'the thumbprint of the key': ({ client }) => client.thumbprint,
  'the public key': ({ client }) => JSON.stringify(client.jwk),
}

/** There is exactly one field DPoP, with one proof in it (RFC 9449 §4.3, checks 1 and 2). */
export const fieldProofs: readonly BadProof[] = [
  ...refusedAs('proof_missing', [testProof('DPOP-02', 'no field at all', () => [])]),
  ...refusedAs('proof_malformed', [
    ...Object.entries(repeated).map(([name, make]) => testProof('DPOP-03', name, make)),
    ...Object.entries(joined).map(([name, make]) => testProof('DPOP-03', name, make)),
    ...Object.entries(foreign).map(([name, make]) => testProof('DPOP-04', name, make)),
  ]),
]

function twice(proof: string): [string, string] {
  return [proof, proof]
}
