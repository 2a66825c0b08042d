import { computeSignature, encodeSegment } from '../sign-raw.js'
import { criticalHeaders } from '../tokens/critical-header-tokens.js'
import { type BadProof, draftFor, proofFor, refusedAs, testProof } from './test-proof.js'

const unencoded = { b64: false, crit: ['b64'] }

/** Proofs with a good signature whose header asks for what no API grants (RFC 7515 §4.1.11, RFC 7797 §7). */
export const criticalHeaderProofs: readonly BadProof[] = refusedAs('proof_malformed', [
  ...Object.entries(criticalHeaders).map(([name, header]) =>
    testProof('DPOP-11', `crit ${name}`, (context) => proofFor(context, { header })),
  ),
  testProof('DPOP-11', 'crit names jwk', (context) => proofFor(context, { header: { crit: ['jwk'] } })),
  testProof('DPOP-11', 'b64 true, and critical', (context) =>
    proofFor(context, { header: { b64: true, crit: ['b64'] } }),
  ),
  testProof('DPOP-11', 'b64 false, and critical', (context) => proofFor(context, { header: unencoded })),
  testProof('DPOP-11', 'b64 false, not critical', (context) => proofFor(context, { header: { b64: false } })),
  testProof('DPOP-11', 'b64 false, and the payload as it is', (context) => {
    const { header, payload, alg, key } = draftFor(context, { header: unencoded })
    const input = `${encodeSegment(header)}.${JSON.stringify(payload)}`
    return `${input}.${encodeSegment(computeSignature(alg, key, Buffer.from(input)))}`
  }),
])
