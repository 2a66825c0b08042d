import { type BadProof, proofFor, refusedAs, testProof } from './test-proof.js'

const types: Record<string, unknown> = {
  absent: undefined,
  empty: '',
  'of any JWT': 'JWT',
  'of an access token': 'at+jwt',
  'of a client assertion': 'client-authentication+jwt',
  'of a key binding': 'kb+jwt',
  'without its suffix': 'dpop',
  'with a hyphen': 'dpop-jwt',
  'with a space instead of its plus': 'dpop jwt',
  'with more after it': 'dpop+jwt2',
  'with a parameter': 'dpop+jwt;v=1',
  'with a space after it': 'dpop+jwt ',
  'with a space before it': ' dpop+jwt',
  'with a letter of another script': 'dpоp+jwt',
  'of another tree': 'text/dpop+jwt',
  'with its prefix twice': 'application/application/dpop+jwt',
  'with its prefix alone': 'application/',
  'a number': 1,
  true: true,
  null: null,
  'an array': ['dpop+jwt'],
  'an object': { typ: 'dpop+jwt' },
}

/** Proofs that do not say that they are proofs: a signature for something else is none for this (RFC 9449 §11.5). */
export const typeProofs: readonly BadProof[] = refusedAs(
  'proof_malformed',
  Object.entries(types).map(([name, typ]) =>
    testProof('DPOP-06', `typ ${name}`, (context) => proofFor(context, { header: { typ } })),
  ),
)
