import { dpopClient } from '@portcullis/testing'
import { expect } from 'vitest'
import { both } from './answers.js'
import { passes, type Row } from './contract.js'
import { opaque, opaqueProven } from './introspection-api.js'
import type { Kit } from './kit.js'
import { bearer, calledUrl, dpop } from './requests.js'

const letsIn = ({ client }: Kit) => passes({ scheme: 'DPoP', confirmation: { jkt: client.thumbprint } })

/** The resource is no client of the authorization server's that holds a key: RFC 9449 §6.2. */
const noProofSent: NonNullable<Row['also']> = ({ main }) => {
  expect(main.requests.at(-1)).toMatchObject({ method: 'POST', path: '/introspect' })
  expect(main.requests.flatMap(({ headers }) => headers)).not.toContain('dpop')
}

/** What the answer says of the type, beside a `cnf` that binds the token to the key of the client. */
const types: Readonly<Record<string, unknown>> = {
  Bearer: 'Bearer',
  mac: 'mac',
  '1': 1,
}
const goodTypes: Readonly<Record<string, unknown>> = { DPoP: 'DPoP', dpop: 'dpop', absent: undefined }

/** What stands in place of `cnf` with `jkt`, and makes no token unbound. */
const unsupported: Readonly<Record<string, unknown>> = {
  'an empty cnf': {},
  'cnf null': null,
  'cnf as a list': [],
  'cnf with a jkt that is no text': { jkt: 1 },
  'cnf with another member': { kid: 'k' },
  'cnf with a whole key': { jwk: dpopClient().jwk },
}

const thief = dpopClient({ now: () => Date.UTC(2026, 0, 1) })

/** Opaque tokens that are bound to a key: RFC 9449 §6.2. */
export const boundRows: readonly Row[] = [
  {
    name: 'lets in the token with a proof, and sends none itself (DPOP-47)',
    request: opaqueProven(),
    answer: letsIn,
    also: noProofSent,
  },
  {
    name: 'refuses the token as Bearer (DPOP-47, DPOP-26)',
    request: async (kit) => opaque({ boundTo: kit.client })(kit),
    answer: both.bearer('confirmation_downgraded'),
    also: noProofSent,
  },
  {
    name: 'refuses the token as Bearer with a good proof beside it (DPOP-47, DPOP-26)',
    request: async (kit) => {
      const { main, client } = kit
      const token = await main.mintOpaque({ boundTo: client })
      return bearer(token, { headers: [['DPoP', client.proof({ ...calledUrl({}), token })]] })
    },
    answer: both.bearer('confirmation_downgraded'),
  },
  {
    name: 'refuses the token with a proof of another key (DPOP-47, DPOP-24)',
    request: (kit) => opaqueProven({ client: thief, token: { boundTo: kit.client } })(kit),
    answer: both.dpop('confirmation_mismatch'),
  },
  {
    name: 'refuses the token without a proof (DPOP-47, DPOP-02)',
    request: async ({ main, client }) => dpop(await main.mintOpaque({ boundTo: client }), []),
    answer: both.dpop('proof_missing'),
  },
  {
    name: 'refuses the token with a proof for another token (DPOP-47, DPOP-23)',
    request: opaqueProven({ proof: { token: 'another' } }),
    answer: both.dpop('proof_token_mismatch'),
  },
  {
    name: 'refuses the token with a proof for another method (DPOP-47, DPOP-12)',
    request: opaqueProven({ proof: { method: 'POST' } }),
    answer: both.dpop('proof_method_mismatch'),
  },
  {
    name: 'refuses a token that is bound to nothing, with a proof (DPOP-47, DPOP-25)',
    request: opaqueProven({ token: { claims: { cnf: undefined, token_type: 'Bearer' } } }),
    answer: both.dpop('confirmation_required'),
  },
  {
    name: 'lets in a token that is bound to nothing, as Bearer (DPOP-47)',
    request: opaque(),
    answer: passes({ scheme: 'Bearer' }),
  },
  {
    name: 'refuses a scope that is too small, with a good proof (DPOP-47, DPOP-33)',
    request: opaqueProven({}, { target: '/read' }),
    answer: both.dpop('scope_insufficient', 'accounts:read'),
  },
  ...Object.entries(goodTypes).map(
    ([name, token_type]): Row => ({
      name: `lets in a token with a proof when its token_type is ${name} (DPOP-47)`,
      request: (kit) =>
        opaqueProven({ token: { claims: { cnf: { jkt: kit.client.thumbprint }, token_type } } })(kit),
      answer: letsIn,
    }),
  ),
  ...Object.entries(types).flatMap(([name, token_type]): Row[] => [
    {
      name: `refuses a bound token with a proof when its token_type is ${name} (DPOP-47)`,
      request: (kit) =>
        opaqueProven({ token: { claims: { cnf: { jkt: kit.client.thumbprint }, token_type } } })(kit),
      answer: both.dpop('token_claim_invalid'),
    },
    {
      name: `refuses a bound token as Bearer when its token_type is ${name} (DPOP-47, DPOP-26)`,
      request: (kit) => opaque({ claims: { cnf: { jkt: kit.client.thumbprint }, token_type } })(kit),
      answer: both.bearer('token_claim_invalid'),
    },
  ]),
  {
    name: 'refuses a token of token_type DPoP as Bearer when nobody says what it is bound to (DPOP-47, DPOP-26)',
    request: opaque({ claims: { token_type: 'DPoP' } }),
    answer: both.bearer('token_claim_invalid'),
  },
  {
    name: 'refuses a token of token_type DPoP with a proof when nobody says what it is bound to (DPOP-47)',
    request: opaqueProven({ token: { claims: { cnf: undefined, token_type: 'DPoP' } } }),
    answer: both.dpop('token_claim_invalid'),
  },
  {
    name: 'finds no jkt beside cnf or deeper in it (DPOP-47)',
    request: (kit) =>
      opaqueProven({
        token: {
          claims: {
            jkt: kit.client.thumbprint,
            cnf: { cnf: { jkt: kit.client.thumbprint } },
            token_type: undefined,
          },
        },
      })(kit),
    answer: both.dpop('confirmation_unsupported'),
  },
  ...Object.entries(unsupported).flatMap(([name, cnf]): Row[] => [
    {
      name: `refuses a token with ${name} as Bearer (DPOP-47, DPOP-26)`,
      request: opaque({ claims: { cnf, token_type: undefined } }),
      answer: both.bearer('confirmation_unsupported'),
    },
    {
      name: `refuses a token with ${name} and a proof (DPOP-47)`,
      request: opaqueProven({ token: { claims: { cnf, token_type: undefined } } }),
      answer: both.dpop('confirmation_unsupported'),
    },
  ]),
]
