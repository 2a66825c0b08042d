import { type BadProof, draftFor, presentSecond, proofFor, refusedAs, testProof } from './test-proof.js'

const required = ['jti', 'htm', 'htu', 'iat', 'ath'] as const
const texts = ['jti', 'htm', 'htu', 'ath'] as const
const times = ['iat', 'exp', 'nbf'] as const

/** What stands where a text should. */
const noTexts: Record<string, (good: unknown) => unknown> = {
  empty: () => '',
  null: () => null,
  'a number': () => 1,
  true: () => true,
  'an array': (good) => [good],
  'an empty array': () => [],
  'an object': (good) => ({ value: good }),
}

/** What stands where a number should, made of the present second. */
const noNumbers: Record<string, (second: number) => unknown> = {
  'as a string': (second) => String(second),
  'as an empty string': () => '',
  'as an ISO date': (second) => new Date(second * 1000).toISOString(),
  null: () => null,
  true: () => true,
  'an array': (second) => [second],
  'an object': (second) => ({ value: second }),
}

/** The rule for each claim that RFC 9449 §4.2 requires, or that RFC 7519 §4.1 types. */
const rules = {
  jti: 'DPOP-05',
  htm: 'DPOP-05',
  htu: 'DPOP-05',
  iat: 'DPOP-05',
  ath: 'DPOP-23',
  exp: 'DPOP-22',
  nbf: 'DPOP-22',
}

/** Proofs that lack a claim, or have it with another type of value (RFC 9449 §4.3, check 3). */
export const claimProofs: readonly BadProof[] = refusedAs('proof_malformed', [
  ...required.map((claim) =>
    testProof(rules[claim], `${claim} absent`, (context) =>
      proofFor(context, { claims: { [claim]: undefined } }),
    ),
  ),
  ...texts.flatMap((claim) =>
    Object.entries(noTexts).map(([name, value]) =>
      testProof(rules[claim], `${claim} ${name}`, (context) =>
        proofFor(context, { claims: { [claim]: value(draftFor(context).payload[claim]) } }),
      ),
    ),
  ),
  ...times.flatMap((claim) =>
    Object.entries(noNumbers).map(([name, value]) =>
      testProof(rules[claim], `${claim} ${name}`, (context) =>
        proofFor(context, { claims: { [claim]: value(presentSecond(context)) } }),
      ),
    ),
  ),
  testProof('DPOP-05', 'claims in the header', (context) => {
    const { payload } = draftFor(context)
    const none = Object.fromEntries(Object.keys(payload).map((name) => [name, undefined]))
    return proofFor(context, { header: payload, claims: none })
  }),
  testProof('DPOP-05', 'names of claims in capitals', (context) => {
    const claims = Object.entries(draftFor(context).payload)
    const renamed = claims.flatMap(([name, value]) => [
      [name, undefined],
      [name.toUpperCase(), value],
    ])
    return proofFor(context, { claims: Object.fromEntries(renamed) })
  }),
])
