import { signRaw } from '../sign-raw.js'
import { appendMember, prependMember } from '../tokens/raw-member.js'
import { type BadProof, draftFor, refusedAs, testProof } from './test-proof.js'

/** A header parameter or a claim that is there already, and its second value, both in JSON. */
const duplicates: readonly (readonly [part: 'header' | 'payload', name: string, value: string])[] = [
  ['header', 'typ', '"JWT"'],
  ['header', 'typ', '"dpop+jwt"'],
  ['header', 'alg', '"none"'],
  ['header', String.raw`\u0061lg`, '"none"'],
  ['header', 'jwk', '{"kty":"oct","k":"AA"}'],
  ['header', String.raw`j\u0077k`, '{"kty":"oct","k":"AA"}'],
  ['payload', 'jti', '"another"'],
  ['payload', String.raw`\u006ati`, '"another"'],
  ['payload', 'htm', '"DELETE"'],
  ['payload', 'htu', '"https://evil.example/"'],
  ['payload', String.raw`\u0068tu`, '"https://evil.example/"'],
  ['payload', 'iat', '1'],
  ['payload', 'ath', '"another"'],
]

const orders = { before: prependMember, after: appendMember }

/** Proofs with a good signature over a member that occurs twice: one reader takes the first, another the last. */
export const duplicateMemberProofs: readonly BadProof[] = refusedAs('proof_malformed', [
  ...duplicates.flatMap(([part, name, value]) =>
    Object.entries(orders).map(([order, addMember]) =>
      testProof('DPOP-04', `${part} with ${name} ${value} ${order} its own`, (context) => {
        const draft = draftFor(context)
        return signRaw({ ...draft, [part]: addMember(draft[part], name, value) })
      }),
    ),
  ),
  ...Object.entries(orders).map(([order, addMember]) =>
    testProof('DPOP-04', `jwk with another x ${order} its own`, (context) => {
      const { header, ...draft } = draftFor(context, { header: { jwk: undefined } })
      const jwk = addMember(context.client.jwk, 'x', '"AA"')
      return signRaw({ ...draft, header: appendMember(header, 'jwk', jwk) })
    }),
  ),
])
