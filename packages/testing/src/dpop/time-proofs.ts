import { signRaw } from '../sign-raw.js'
import { appendMember } from '../tokens/raw-member.js'
import {
  type BadProof,
  draftFor,
  type ProofContext,
  presentSecond,
  proofFor,
  refusedAs,
  testProof,
} from './test-proof.js'

const hour = 3600

/**
 * Times at which a proof cannot have been made, in a window of 60 seconds back and 10 ahead. With a clock between two
 * seconds, they are as near to the edges as any way of rounding allows.
 */
const times: Record<string, (context: ProofContext) => number> = {
  '61 seconds ago': (context) => presentSecond(context) - 61,
  '60.5 seconds ago': (context) => presentSecond(context) - 60.5,
  'two minutes ago': (context) => presentSecond(context) - 120,
  'an hour ago': (context) => presentSecond(context) - hour,
  'a year ago': (context) => presentSecond(context) - 8760 * hour,
  '11 seconds ahead': (context) => presentSecond(context) + 11,
  '10.5 seconds ahead': ({ now }) => Math.ceil(now() / 1000) + 10.5,
  'a minute ahead': (context) => presentSecond(context) + 60,
  'an hour ahead': (context) => presentSecond(context) + hour,
  'in milliseconds': ({ now }) => now(),
  'in minutes': ({ now }) => Math.floor(now() / 60_000),
  '0': () => 0,
  '-1': () => -1,
  'the present, negative': (context) => -presentSecond(context),
  '1e15': () => 1e15,
  '1e300': () => 1e300,
  '-1e15': () => -1e15,
  '2^53': () => 2 ** 53,
}

/** Numbers in JSON that JavaScript cannot hold. */
const infinite = ['1e400', '-1e400']

/** Claims of any JWT, beside a good `iat`, in seconds from now (RFC 7519 §4.1.4 and §4.1.5). */
const limits: readonly (readonly [name: string, claim: 'exp' | 'nbf', seconds: number])[] = [
  ['exp at this second', 'exp', 0],
  ['exp a second ago', 'exp', -1],
  ['exp an hour ago', 'exp', -hour],
  ['nbf 11 seconds ahead', 'nbf', 11],
  ['nbf an hour ahead', 'nbf', hour],
]

/** Proofs that are too old or come too early (RFC 9449 §4.3, check 11, and §11.1). */
export const timeProofs: readonly BadProof[] = refusedAs('proof_stale', [
  ...Object.entries(times).map(([name, iat]) =>
    testProof('DPOP-20', `iat ${name}`, (context) => proofFor(context, { claims: { iat: iat(context) } })),
  ),
  ...infinite.map((json) =>
    testProof('DPOP-20', `iat ${json}`, (context) => {
      const draft = draftFor(context, { claims: { iat: undefined } })
      return signRaw({ ...draft, payload: appendMember(draft.payload, 'iat', json) })
    }),
  ),
  ...limits.map(([name, claim, seconds]) =>
    testProof('DPOP-22', name, (context) =>
      proofFor(context, { claims: { [claim]: presentSecond(context) + seconds } }),
    ),
  ),
  testProof('DPOP-22', 'exp 0', (context) => proofFor(context, { claims: { exp: 0 } })),
  testProof('DPOP-22', 'exp -1', (context) => proofFor(context, { claims: { exp: -1 } })),
])
