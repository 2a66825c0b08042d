import { expect } from 'vitest'
import { both, type Same } from './answers.js'
import { contract, passes, type Row } from './contract.js'
import { nothingReported } from './every-credential.js'
import type { Exchange } from './exchange.js'
import type { Kit } from './kit.js'
import { bearer, calledUrl, dpop, minted, proven } from './requests.js'

const read = { scope: 'accounts:read' }
const options = { dpop: {} }

type Write = (token: string, proof: string) => Exchange['headers']

/** The token is bound to the client, and the proof is good for `/any`. */
function written(write: Write, request: Exchange = {}): Row['request'] {
  return async ({ main, client }) => {
    const token = await main.mint({ boundTo: client })
    const proof = client.proof({ ...calledUrl(request), token })
    return { ...request, headers: [...(write(token, proof) ?? []), ...(request.headers ?? [])] }
  }
}

const accepted: Readonly<Record<string, Write>> = {
  'a token and its proof': (token, proof) => dpop(token, proof).headers,
  'the scheme in lower case': (token, proof) => [
    ['Authorization', `dpop ${token}`],
    ['DPoP', proof],
  ],
  'the scheme in upper case': (token, proof) => [
    ['Authorization', `DPOP ${token}`],
    ['DPoP', proof],
  ],
  'three spaces after the scheme': (token, proof) => [
    ['Authorization', `DPoP   ${token}`],
    ['DPoP', proof],
  ],
  'the proof before the token': (token, proof) => [
    ['DPoP', proof],
    ['Authorization', `DPoP ${token}`],
  ],
  'names of fields in another case': (token, proof) => [
    ['AUTHORIZATION', `DPoP ${token}`],
    ['dpop', proof],
  ],
  'white space around the proof, which HTTP removes': (token, proof) =>
    dpop(token, ` \t ${proof} \t `).headers,
}

const malformed: Readonly<Record<string, Write>> = {
  'the scheme alone': (_, proof) => [
    ['Authorization', 'DPoP'],
    ['DPoP', proof],
  ],
  'the scheme and a space': (_, proof) => [
    ['Authorization', 'DPoP '],
    ['DPoP', proof],
  ],
  'a tab after the scheme': (token, proof) => [
    ['Authorization', `DPoP\t${token}`],
    ['DPoP', proof],
  ],
  'two words': (token, proof) => dpop(`${token} x`, proof).headers,
  'the proof after the token': (token, proof) => dpop(`${token} ${proof}`, proof).headers,
  'a parameter': (token, proof) => dpop(`token="${token}"`, proof).headers,
}

const ambiguous: Readonly<Record<string, Write>> = {
  'the token as Bearer, too': (token, proof) => [
    ['Authorization', `Bearer ${token}`],
    ...fields(token, proof),
  ],
  'the token as Bearer after it': (token, proof) => [
    ...fields(token, proof),
    ['Authorization', `Bearer ${token}`],
  ],
  'the same field twice': (token, proof) => [...fields(token, proof), ['Authorization', `DPoP ${token}`]],
  'Basic credentials, too': (token, proof) => [...fields(token, proof), ['Authorization', 'Basic eDp5']],
  'both schemes on one line': (token, proof) => dpop(`${token}, Bearer ${token}`, proof).headers,
  'the scheme twice on one line': (token, proof) => dpop(`${token}, DPoP ${token}`, proof).headers,
}

function fields(token: string, proof: string): NonNullable<Exchange['headers']> {
  return dpop(token, proof).headers ?? []
}

contract(
  'D. A token and a proof (RFC 9449 §7.1)',
  [
    ...Object.entries(accepted).map(([name, write]) => ({
      name: `lets in ${name} (DPOP-01)`,
      request: written(write),
      answer: ({ client, main }: Kit) =>
        passes({
          issuer: main.issuer,
          clientId: 'test-client',
          scheme: 'DPoP',
          confirmation: { jkt: client.thumbprint },
        }),
      also: nothingReported,
    })),
    ...Object.entries(malformed).map(([name, write]) => ({
      name: `refuses as malformed ${name} (DPOP-01, BEARER-03)`,
      request: written(write),
      answer: both.dpop('credential_malformed'),
    })),
    ...Object.entries(ambiguous).map(([name, write]) => ({
      name: `refuses as ambiguous ${name} (DPOP-01, BEARER-13, BEARER-14)`,
      request: written(write),
      answer: both.neither('credential_ambiguous'),
    })),
    {
      name: 'refuses a token whose scheme is spelt otherwise, and does not look at the proof (DPOP-01)',
      request: written((token, proof) => [
        ['Authorization', `DPoP-x ${token}`],
        ['DPoP', proof],
      ]),
      answer: both.neither('credential_missing'),
    },
    {
      name: 'refuses a proof without a token, and says nothing about it (DPOP-01, DPOP-30)',
      request: written((_, proof) => [['DPoP', proof]]),
      answer: both.neither('credential_missing'),
      also: ({ events }) => expect(events).toHaveLength(1),
    },
    {
      name: 'refuses a token without a proof (DPOP-02)',
      request: written((token) => [['Authorization', `DPoP ${token}`]]),
      answer: both.dpop('proof_missing'),
    },
    {
      name: 'takes a proof in a field of another name for none (DPOP-02)',
      request: written((token, proof) => [
        ['Authorization', `DPoP ${token}`],
        ['X-DPoP', proof],
        ['DPoP-Proof', proof],
        ['Cookie', `dpop=${proof}`],
      ]),
      answer: both.dpop('proof_missing'),
    },
    {
      name: 'takes a proof in the query for none (DPOP-02)',
      request: async ({ main, client }) => {
        const token = await main.mint({ boundTo: client })
        const proof = client.proof({ ...calledUrl({}), token })
        return { target: `/any?dpop=${proof}`, headers: [['Authorization', `DPoP ${token}`]] }
      },
      answer: both.dpop('proof_missing'),
    },
    {
      name: 'refuses two DPoP fields whose names differ in case (DPOP-03)',
      request: written((token, proof) => [...fields(token, proof), ['dpop', proof]]),
      answer: both.dpop('proof_malformed'),
    },
    {
      name: 'refuses a token that is bound to no key (DPOP-25)',
      request: proven({ token: { claims: { cnf: undefined } } }),
      answer: both.dpop('confirmation_required'),
    },
    ...unsupported(
      { cnf: {} },
      { cnf: null },
      { cnf: 'x' },
      { cnf: [] },
      { cnf: { jkt: 1 } },
      { cnf: { kid: 'k' } },
    ),
    {
      name: 'ignores a DPoP field beside a plain bearer token (DPOP-28)',
      request: minted({}, { headers: [['DPoP', 'a.b.c']] }),
      answer: passes({ scheme: 'Bearer' }),
    },
    {
      name: 'ignores two DPoP fields beside a plain bearer token (DPOP-28)',
      request: minted(
        {},
        {
          headers: [
            ['DPoP', ''],
            ['DPoP', 'x'.repeat(10_000)],
          ],
        },
      ),
      answer: passes({ scheme: 'Bearer' }),
    },
    {
      name: 'ignores a good proof beside a plain bearer token (DPOP-28)',
      request: async ({ main, client }) => {
        const token = await main.mint()
        return bearer(token, { headers: [['DPoP', client.proof({ ...calledUrl({}), token })]] })
      },
      answer: passes({ scheme: 'Bearer' }),
    },
    {
      name: 'names both schemes, and no error, where no credentials came (DPOP-30)',
      request: () => ({}),
      answer: both.neither('credential_missing'),
    },
    {
      name: 'names both schemes, and no error, to a foreign scheme (DPOP-30)',
      request: () => ({ headers: [['Authorization', 'Basic eDp5']] }),
      answer: both.neither('credential_missing'),
    },
    {
      name: 'tells of a bad bearer token in the challenge of Bearer alone (DPOP-31)',
      request: minted({ expiresInSeconds: 0 }),
      answer: both.bearer('token_expired'),
    },
    {
      name: 'tells of a bad token with a proof in the challenge of DPoP alone (DPOP-31)',
      request: proven({ token: { expiresInSeconds: 0 } }),
      answer: both.dpop('token_expired'),
    },
    {
      name: 'tells of a bad proof in the challenge of DPoP alone (DPOP-31, DPOP-32)',
      request: proven({ proof: { method: 'POST' } }),
      answer: both.dpop('proof_method_mismatch'),
    },
    {
      name: 'lets in with a proof where the scope is enough (DPOP-33)',
      request: proven({ token: read }, { target: '/read' }),
      answer: passes({ scopes: ['accounts:read'], scheme: 'DPoP' }),
    },
    {
      name: 'answers 403 under DPoP, with scope and algs, where the scope is too small (DPOP-33)',
      request: proven({ token: read }, { target: '/both' }),
      answer: both.dpop('scope_insufficient', 'accounts:read accounts:write'),
    },
    {
      name: 'answers 403 under Bearer where the scope of a bearer token is too small (DPOP-31, DPOP-33)',
      request: minted(read, { target: '/both' }),
      answer: both.bearer('scope_insufficient', 'accounts:read accounts:write'),
    },
    ...proxyAuthorization(),
    ...optionalRoute(),
    {
      name: 'does not look at proofs on a public route (DPOP-01, BCP-01)',
      request: written(
        (token) => [
          ['Authorization', `DPoP ${token}`],
          ['DPoP', ''],
          ['DPoP', ''],
        ],
        {
          target: '/public',
        },
      ),
      answer: passes(null),
      also: nothingReported,
    },
  ],
  { options },
)

function unsupported(...claims: readonly { cnf: unknown }[]): Row[] {
  return claims.map((given) => ({
    name: `refuses a token with ${JSON.stringify(given)}, which is bound to no known key (DPOP-25)`,
    request: proven({ token: { claims: given } }),
    answer: both.dpop('confirmation_unsupported'),
  }))
}

/** The field is for a proxy. Neither its scheme nor its token is ours: RFC 9449 §7.1. */
function proxyAuthorization(): Row[] {
  return [
    {
      name: 'ignores a token in Proxy-Authorization, with its good proof (DPOP-46)',
      request: written((token, proof) => [
        ['Proxy-Authorization', `DPoP ${token}`],
        ['DPoP', proof],
      ]),
      answer: both.neither('credential_missing'),
      also: (_, { status, headers }) => {
        expect(status).not.toBe(407)
        expect(headers.get('proxy-authenticate')).toBeUndefined()
      },
    },
    {
      name: 'lets Authorization decide, whatever stands in Proxy-Authorization (DPOP-46)',
      request: written((token, proof) => [['Proxy-Authorization', 'DPoP a.b.c'], ...fields(token, proof)]),
      answer: passes({ scheme: 'DPoP' }),
    },
    {
      name: 'refuses a bearer token in Authorization, whatever stands in Proxy-Authorization (DPOP-46)',
      request: written((token, proof) => [
        ['Proxy-Authorization', `DPoP ${token}`],
        ['Authorization', `Bearer ${token}`],
        ['DPoP', proof],
      ]),
      answer: both.bearer('confirmation_downgraded'),
    },
  ]
}

function optionalRoute(): Row[] {
  const target = '/optional'
  const refused: readonly (readonly [name: string, request: Row['request'], answer: Same])[] = [
    ['a bad proof', proven({ proof: { method: 'POST' } }, { target }), both.dpop('proof_method_mismatch')],
    [
      'no proof',
      written((token) => [['Authorization', `DPoP ${token}`]], { target }),
      both.dpop('proof_missing'),
    ],
    [
      'the scheme alone',
      () => ({ target, headers: [['Authorization', 'DPoP']] }),
      both.dpop('credential_malformed'),
    ],
    [
      'an unbound token',
      proven({ token: { claims: { cnf: undefined } } }, { target }),
      both.dpop('confirmation_required'),
    ],
  ]
  return [
    {
      name: 'lets in with a good proof where credentials are optional (DPOP-01)',
      request: proven({}, { target }),
      answer: passes({ scheme: 'DPoP' }),
    },
    {
      name: 'takes a proof alone for nobody where credentials are optional (DPOP-01)',
      request: written((_, proof) => [['DPoP', proof]], { target }),
      answer: passes(null),
      also: nothingReported,
    },
    ...refused.map(([name, request, answer]) => ({
      name: `refuses ${name} where credentials are optional (DPOP-01)`,
      request,
      answer,
    })),
  ]
}
