import { type MintOptions, signRaw, type TokenDraft } from '@portcullis/testing'
import { expect } from 'vitest'
import { refusal } from './answers.js'
import { contract, passes, type Row } from './contract.js'
import type { Kit } from './kit.js'
import { bearer, minted } from './requests.js'

/** Header parameters that nobody has to understand, as long as nothing calls them critical. */
const ignored: Readonly<Record<string, MintOptions['header']>> = {
  'with parameters of an encryption': { enc: 'A256GCM', zip: 'DEF', epk: {} },
  'with a content type': { cty: 'JWT' },
  'with the thumbprint of a certificate': { x5t: 'AAAA', 'x5t#S256': 'AAAA' },
  'with the name of a critical extension, and no crit': { 'https://extension.example': true },
}

contract('The form of a JWS, beyond the corpora (RFC 7515, RFC 7519)', [
  ...Object.entries(ignored).map(
    ([name, header = {}]): Row => ({
      name: `lets in a token ${name} (JOSE-05)`,
      request: minted({ header }),
      answer: passes(),
    }),
  ),
  ...[true, 'false', null, 0, 1].map(
    (b64): Row => ({
      name: `refuses b64 ${JSON.stringify(b64)}, as it would any value (JOSE-09)`,
      request: minted({ header: { b64 } }),
      answer: refusal('token_malformed'),
    }),
  ),
  {
    name: 'refuses b64 true when it is critical, since no extension is understood (JOSE-08)',
    request: minted({ header: { b64: true, crit: ['b64'] } }),
    answer: refusal('token_malformed'),
  },
  {
    name: 'lets in claims that are nested 32 deep (JOSE-35)',
    request: minted({ claims: { deep: nested(31) } }),
    answer: passes(),
  },
  {
    name: 'refuses claims that are nested 33 deep (JOSE-35)',
    request: minted({ claims: { deep: nested(32) } }),
    answer: refusal('token_malformed'),
  },
  {
    name: 'refuses a header that is nested 33 deep (JOSE-35)',
    request: minted({ header: { deep: nested(32) } }),
    answer: refusal('token_malformed'),
  },
  {
    name: 'lets in a thousand claims (JOSE-35)',
    request: minted({ claims: Object.fromEntries(Array.from({ length: 1000 }, (_, at) => [`c${at}`, at])) }),
    answer: passes(),
  },
  {
    name: 'gives no object a member that a claim __proto__ names (JOSE-35)',
    request: raw((draft) => ({ payload: `{"__proto__":{"admin":true},${rest(draft.payload)}` })),
    answer: passes(),
    also: () => expect(Reflect.get({}, 'admin')).toBeUndefined(),
  },
  {
    name: 'finds no claims in a claim __proto__ (JOSE-35)',
    request: raw(({ payload }) => ({ payload: `{"__proto__":${JSON.stringify(payload)}}` })),
    answer: refusal('token_issuer_untrusted'),
  },
  {
    name: 'finds no single claim in a claim __proto__ (JOSE-35, AT-06)',
    request: raw(({ payload: { exp, ...payload } }) => ({
      payload: `{"__proto__":${JSON.stringify({ exp })},${rest(payload)}`,
    })),
    answer: refusal('token_claim_missing'),
  },
  {
    name: 'finds no parameters in a parameter __proto__ (JOSE-35)',
    request: raw(({ header }) => ({ header: `{"__proto__":${JSON.stringify(header)}}` })),
    answer: refusal('token_type_unexpected'),
  },
  {
    name: 'refuses a claim __proto__ that occurs twice (JOSE-04, JOSE-35)',
    request: raw(({ payload }) => ({ payload: `{"__proto__":1,"__proto__":1,${rest(payload)}` })),
    answer: refusal('token_malformed'),
  },
  {
    name: 'refuses a name that occurs twice within a claim (JOSE-04)',
    request: raw(({ payload }) => ({ payload: `{"act":[{"sub":"a","sub":"b"}],${rest(payload)}` })),
    answer: refusal('token_malformed'),
  },
])

/** A token of the main authorization server with JSON text of our own in place of its header or payload. */
function raw(
  change: (draft: TokenDraft) => { header?: string; payload?: string },
): (kit: Kit) => ReturnType<Row['request']> {
  return ({ main }) => {
    const draft = main.draft()
    return bearer(signRaw({ ...draft, ...change(draft) }))
  }
}

/** The members of an object in JSON, without the brace that opens it. */
function rest(members: object): string {
  return JSON.stringify(members).slice(1)
}

function nested(depth: number): unknown {
  return depth === 0 ? 1 : [nested(depth - 1)]
}
