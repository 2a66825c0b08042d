import { badTokens, signRaw } from '@portcullis/testing'
import { both, type RefusalCode, refusal, required, type Same } from './answers.js'
import type { ApiOptions } from './api.js'
import { contract, passes, type Row } from './contract.js'
import type { Exchange } from './exchange.js'
import { codeOf } from './expected-refusals.js'
import { bearer, calledUrl, minted, proven } from './requests.js'

const scope = 'accounts:read accounts:write'
const cnf = { jkt: 'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs' }

const modes: readonly (readonly [
  name: string,
  options: ApiOptions,
  refused: (code: RefusalCode) => Same,
  ids: string,
])[] = [
  ['off', {}, refusal, 'DPOP-26, DPOP-27'],
  ['optional', { dpop: {} }, both.bearer, 'DPOP-26'],
  ['required', { dpop: { required: true } }, required.bearer, 'DPOP-26, DPOP-29'],
]

const routes: readonly Exchange[] = [
  { target: '/any' },
  { target: '/any', method: 'POST' },
  { target: '/optional' },
  { target: '/read' },
  { target: '/write', method: 'POST' },
  { target: '/both' },
  { target: '/all-of' },
  { target: '/any-of' },
  { target: '/all-methods', method: 'PUT' },
  { target: '/files/a/b' },
  { target: '/mounted/read' },
  { target: '/mounted/write' },
]

/** Every form of `cnf` that the corpus has, where a token is optional: see the table of bad tokens for `/any`. */
const bound = badTokens.filter(({ name }) => name.startsWith('cnf '))

/** As Bearer, with all that a holder of the key could add. */
const withProof =
  (request: Exchange): Row['request'] =>
  async ({ main, client }) => {
    const token = await main.mint({ scope, boundTo: client })
    const proof = client.proof({ ...calledUrl(request), token })
    return bearer(token, { ...request, headers: [['DPoP', proof]] })
  }

for (const [mode, options, refused, ids] of modes) {
  const downgraded = refused('confirmation_downgraded')
  contract(
    `D. A bound token as Bearer, DPoP ${mode} (RFC 9449 §7.2, RFC 7800 §3.1)`,
    [
      ...routes.flatMap((route): Row[] => [
        {
          name: `never lets in a bound token on ${route.method ?? 'GET'} ${route.target} (${ids})`,
          request: minted({ scope, claims: { cnf } }, route),
          answer: downgraded,
        },
        {
          name: `never lets it in for its good proof on ${route.method ?? 'GET'} ${route.target} (${ids})`,
          request: withProof(route),
          answer: downgraded,
        },
      ]),
      ...bound.flatMap((token) =>
        (['main', 'legacy'] as const).map(
          (server): Row => ({
            name: `never lets in ${server}'s token with ${token.name}, where a token is optional (${token.rule})`,
            request: async (kit) => bearer(await token.make(kit[server]), { target: '/optional' }),
            answer: refused(codeWith(mode, token.name) ?? codeOf(token)),
          }),
        ),
      ),
      {
        name: `does not look at a bound token where nothing is required (${ids})`,
        request: minted({ claims: { cnf } }, { target: '/public' }),
        answer: passes(null),
      },
      {
        name: `says that a token is bound before it says that its scope is too small (${ids}, BEARER-22)`,
        request: minted({ claims: { cnf } }, { target: '/read' }),
        answer: downgraded,
      },
      {
        name: `says that a token is bound before it says that it names no audience (${ids}, BEARER-22)`,
        request: async ({ legacy }) => bearer(await legacy.mint({ claims: { cnf, aud: undefined } })),
        answer: downgraded,
      },
      {
        name: `recognises cnf in escapes (${ids})`,
        request: ({ main }) => {
          const draft = main.draft()
          const payload = `{"\\u0063nf":${JSON.stringify(cnf)},${JSON.stringify(draft.payload).slice(1)}`
          return bearer(signRaw({ ...draft, payload }))
        },
        answer: downgraded,
      },
      {
        name: `never lets in a bound token because something stands in a DPoP field (${ids})`,
        request: minted({ claims: { cnf } }, { headers: [['DPoP', 'a.b.c']] }),
        answer: downgraded,
      },
      {
        name: `recognises cnf beside members that nobody knows (${ids})`,
        request: minted({ claims: { cnf: { ...cnf, kid: 'k', foo: { jkt: 1 } } } }),
        answer: downgraded,
      },
      {
        name: `finds no key in a cnf inside another claim (${ids})`,
        request: minted({ claims: { act: { cnf } } }),
        answer: mode === 'required' ? refused('confirmation_required') : passes({ scheme: 'Bearer' }),
      },
    ],
    { options },
  )
}

/** A token that is bound to a certificate alone is not bound as DPoP asks; that is said first. */
function codeWith(mode: string, name: string): RefusalCode | undefined {
  return mode === 'required' && name === 'cnf with a certificate' ? 'confirmation_required' : undefined
}

contract('D. The scheme DPoP, where DPoP is off', [
  {
    name: 'is a foreign one: nothing is looked at (DPOP-27, BEARER-06)',
    request: proven(),
    answer: refusal('credential_missing'),
  },
  {
    name: 'is nobody where credentials are optional (DPOP-27, BEARER-06)',
    request: proven({}, { target: '/optional' }),
    answer: passes(null),
  },
  {
    name: 'is a foreign one in lower case, too (DPOP-27, BEARER-06)',
    request: async ({ main, client }) => ({
      headers: [['Authorization', `dpop ${await main.mint({ boundTo: client })}`]],
    }),
    answer: refusal('credential_missing'),
  },
])
