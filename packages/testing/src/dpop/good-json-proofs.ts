import { signRaw } from '../sign-raw.js'
import { appendMember } from '../tokens/raw-member.js'
import { draftFor, type TestProof, testProof } from './test-proof.js'

type Part = 'header' | 'payload'

/** JSON texts that no `JSON.stringify` writes, and that a strict reader may not take for a fault. */
const texts: readonly (readonly [
  rule: string,
  name: string,
  part: Part,
  text: (members: object) => string,
])[] = [
  ['DPOP-04', 'header with line breaks and tabs', 'header', (members) => JSON.stringify(members, null, '\t')],
  [
    'DPOP-04',
    'payload with line breaks and tabs',
    'payload',
    (members) => JSON.stringify(members, null, '\t'),
  ],
  ['DPOP-04', 'payload with spaces around it', 'payload', (members) => ` ${JSON.stringify(members)}\r\n`],
  [
    'DPOP-06',
    'typ with an escape',
    'header',
    (members) => JSON.stringify(members).replace('p+j', String.raw`p\u002bj`),
  ],
  [
    'DPOP-04',
    'header name in escapes',
    'header',
    (members) => JSON.stringify(members).replace('"jwk"', String.raw`"\u006awk"`),
  ],
  [
    'DPOP-04',
    'claim name in escapes',
    'payload',
    (members) => JSON.stringify(members).replace('"htu"', String.raw`"\u0068tu"`),
  ],
  [
    'DPOP-04',
    'htu with its slashes escaped',
    'payload',
    (members) => JSON.stringify(members).replaceAll('/', String.raw`\/`),
  ],
  [
    'DPOP-04',
    'string like a second claim',
    'payload',
    (members) => appendMember(members, 'note', String.raw`"\",\"htu\":\"x"`),
  ],
  [
    'DPOP-48',
    'claim __proto__',
    'payload',
    (members) => appendMember(members, '__proto__', '{"htm":"DELETE"}'),
  ],
  [
    'DPOP-20',
    'iat with a fraction of zero',
    'payload',
    (members) => JSON.stringify(members).replace(/"iat":\d+/, '$&.0'),
  ],
  [
    'DPOP-20',
    'iat with an exponent',
    'payload',
    (members) => JSON.stringify(members).replace(/"iat":\d+/, '$&00E-2'),
  ],
]

/** Proofs whose JSON is written in another way. */
export const goodJsonProofs: readonly TestProof[] = texts.map(([rule, name, part, text]) =>
  testProof(rule, name, (context) => {
    const draft = draftFor(context)
    return signRaw({ ...draft, [part]: text(draft[part]) })
  }),
)
