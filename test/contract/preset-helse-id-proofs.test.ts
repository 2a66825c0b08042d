import { createSecretKey } from 'node:crypto'
import { helseId } from '@portcullis/issuers'
import { dpopClient, type ProofDraft, type RawToken, signRaw } from '@portcullis/testing'
import { expect } from 'vitest'
import { type RefusalCode, same } from './answers.js'
import { contract, passes, type Row } from './contract.js'
import { exchange } from './exchange.js'
import { helseIdDialect as dialect, helseIdRefusals } from './helse-id-dialect.js'
import type { Kit } from './kit.js'
import { now, presented, tells, tokenOf } from './preset-dialect.js'
import { calledUrl, dpop } from './requests.js'

/** A request with the fixture and a proof that somebody changed before it was signed. */
function withProof(change: (draft: ProofDraft) => RawToken | string): Row['request'] {
  return (kit) => {
    const token = tokenOf(kit, dialect)
    const made = change(kit.client.draft({ ...calledUrl({}), token }))
    return dpop(token, typeof made === 'string' ? made : signRaw(made))
  }
}

function payloadWith(claims: object): (draft: ProofDraft) => RawToken {
  return (draft) => ({ ...draft, payload: { ...draft.payload, ...claims } })
}

function headerWith(members: object): (draft: ProofDraft) => RawToken {
  return (draft) => ({ ...draft, header: { ...draft.header, ...members } })
}

/** What the test token service of HelseID can get wrong in a proof. */
const badProofs: readonly (readonly [
  what: string,
  code: RefusalCode,
  change: Parameters<typeof withProof>[0],
])[] = [
  ['without htu', 'proof_malformed', payloadWith({ htu: undefined })],
  ['without htm', 'proof_malformed', payloadWith({ htm: undefined })],
  ['with iat in the past', 'proof_stale', payloadWith({ iat: now - 11 })],
  ['with iat in the future', 'proof_stale', payloadWith({ iat: now + 6 })],
  ['without ath', 'proof_malformed', payloadWith({ ath: undefined })],
  ['without alg', 'proof_malformed', headerWith({ alg: undefined })],
  ['without jwk', 'proof_malformed', headerWith({ jwk: undefined })],
  ['without jti', 'proof_malformed', payloadWith({ jti: undefined })],
  [
    'with a symmetric alg',
    'proof_malformed',
    (draft) => ({
      header: { ...draft.header, alg: 'HS256', jwk: { kty: 'oct', k: 'c2VjcmV0' } },
      payload: draft.payload,
      alg: 'HS256',
      key: createSecretKey(Buffer.from('secret')),
    }),
  ],
  [
    'with a private key in jwk',
    'proof_malformed',
    ({ key, ...draft }) => ({
      ...draft,
      key,
      header: { ...draft.header, jwk: 'export' in key ? key.export({ format: 'jwk' }) : {} },
    }),
  ],
  ['with another typ', 'proof_malformed', headerWith({ typ: 'jwt' })],
  [
    'with a bad signature',
    'proof_signature_invalid',
    (draft) => signRaw(draft).replace(/[^.]{4}$/, (end) => (end === 'AAAA' ? 'BBBB' : 'AAAA')),
  ],
]

const https = calledUrl({}).url

contract(
  'Presets. HelseID: proofs',
  [
    ...badProofs.map(
      ([what, code, change]): Row => ({
        name: `HelseID: refuses a proof ${what}, as its test token service makes them`,
        request: withProof(change),
        answer: helseIdRefusals.dpop(code),
      }),
    ),
    {
      name: 'HelseID: tells operators to look at the clocks when a proof is too old',
      request: withProof(payloadWith({ iat: now - 11 })),
      answer: helseIdRefusals.dpop('proof_stale'),
      also: tells('compare the clocks'),
    },
    ...[-10, 5].map(
      (seconds): Row => ({
        name: `HelseID: lets in a proof with iat ${seconds} s from now`,
        request: withProof(payloadWith({ iat: now + seconds })),
        answer: passes(),
      }),
    ),
    {
      name: 'HelseID: lets in typ of a proof as dpop\\u002Bjwt, with a kid, as in the example of its documentation',
      request: withProof(({ header, ...draft }) => ({
        ...draft,
        header: JSON.stringify({ ...header, kid: 'any' }).replace('dpop+jwt', 'dpop\\u002Bjwt'),
      })),
      answer: passes(),
    },
    {
      name: 'HelseID: lets in an empty nonce while no nonces are asked for',
      request: withProof(payloadWith({ nonce: '' })),
      answer: passes(),
    },
    {
      name: 'HelseID: refuses a proof for http where clients call https',
      request: withProof(payloadWith({ htu: https.replace('https:', 'http:') })),
      answer: helseIdRefusals.dpop('proof_target_mismatch'),
    },
    {
      name: 'HelseID: refuses a proof for another method',
      request: withProof(payloadWith({ htm: 'POST' })),
      answer: helseIdRefusals.dpop('proof_method_mismatch'),
    },
    {
      name: 'HelseID: refuses a proof with ath of another token',
      request: (kit) => {
        const another = tokenOf(kit, dialect, { claims: { jti: 'another' } })
        return presented(kit, dialect, tokenOf(kit, dialect), {}, { token: another })
      },
      answer: helseIdRefusals.dpop('proof_token_mismatch'),
    },
    {
      name: 'HelseID: refuses a proof of somebody else',
      request: (kit) => {
        const token = tokenOf(kit, dialect)
        return dpop(token, dpopClient({ now: kit.clock.now }).proof({ ...calledUrl({}), token }))
      },
      answer: helseIdRefusals.dpop('confirmation_mismatch'),
    },
    replayed(),
    ...(['RS256', 'PS256', 'ES384'] as const).map((algorithm) => byClient(algorithm, passes())),
    byClient('Ed25519', helseIdRefusals.dpop('proof_malformed')),
  ],
  {
    issuers: ({ legacy }) => [
      helseId({ environment: 'test', audience: dialect.fixture.payload.aud, jwksUri: legacy.jwksUri }),
    ],
  },
)

function replayed(): Row {
  let again: (kit: Kit) => ReturnType<typeof presented>
  return {
    name: 'HelseID: refuses the jti of a proof for the second time',
    request: (kit) => {
      const request = presented(kit, dialect, tokenOf(kit, dialect))
      again = () => request
      return request
    },
    answer: passes(),
    also: async (kit, _, { port }) =>
      expect(same(await exchange(port, again(kit)))).toEqual(helseIdRefusals.dpop('proof_replayed')),
  }
}

function byClient(algorithm: 'RS256' | 'PS256' | 'ES384' | 'Ed25519', answer: Row['answer']): Row {
  return {
    name: `HelseID: ${'passes' in answer ? 'lets in' : 'refuses'} a proof by ${algorithm}`,
    request: (kit) => {
      const client = dpopClient({ algorithm, now: kit.clock.now })
      const token = tokenOf(kit, dialect, { claims: { cnf: { jkt: client.thumbprint } } })
      return dpop(token, client.proof({ ...calledUrl({}), token }))
    },
    answer,
  }
}
