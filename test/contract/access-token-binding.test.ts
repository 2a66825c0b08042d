import { badTokens, signRaw } from '@portcullis/testing'
import { refusal } from './answers.js'
import { contract, passes, type Row } from './contract.js'
import type { Exchange } from './exchange.js'
import { bearer, minted } from './requests.js'

const scope = 'accounts:read accounts:write'
const cnf = { jkt: 'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs' }
const refused = refusal('confirmation_unsupported')

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
  { target: '/mounted/read' },
  { target: '/mounted/write' },
]

/** Every form of `cnf` that the corpus has, on `/any`: see the table of bad tokens. */
const bound = badTokens.filter(({ name }) => name.startsWith('cnf '))

contract('A token that is bound to a key, which cannot be checked yet (RFC 7800 §3.1, RFC 9449 §7.2)', [
  ...routes.map(
    (route): Row => ({
      name: `never lets in a bound token on ${route.method ?? 'GET'} ${route.target} (DPOP-26)`,
      request: minted({ scope, claims: { cnf } }, route),
      answer: refused,
    }),
  ),
  ...bound.flatMap(({ name, rule, make }) =>
    (['main', 'legacy'] as const).map(
      (server): Row => ({
        name: `never lets in ${server}'s token with ${name}, where a token is optional (${rule})`,
        request: async (kit) => bearer(await make(kit[server]), { target: '/optional' }),
        answer: refused,
      }),
    ),
  ),
  {
    name: 'does not look at a bound token where nothing is required (DPOP-26)',
    request: minted({ claims: { cnf } }, { target: '/public' }),
    answer: passes(null),
  },
  {
    name: 'says that a token is bound before it says that its scope is too small (DPOP-26, BEARER-22)',
    request: minted({ claims: { cnf } }, { target: '/read' }),
    answer: refused,
  },
  {
    name: 'says that a token is bound before it says that it names no audience (DPOP-26, BEARER-22)',
    request: async ({ legacy }) => bearer(await legacy.mint({ claims: { cnf, aud: undefined } })),
    answer: refused,
  },
  {
    name: 'recognises cnf in escapes (DPOP-26)',
    request: ({ main }) => {
      const draft = main.draft()
      const payload = `{"\\u0063nf":${JSON.stringify(cnf)},${JSON.stringify(draft.payload).slice(1)}`
      return bearer(signRaw({ ...draft, payload }))
    },
    answer: refused,
  },
  {
    name: 'never lets in a bound token because something stands in a DPoP field (DPOP-26)',
    request: minted({ claims: { cnf } }, { headers: [['DPoP', 'a.b.c']] }),
    answer: refused,
  },
  {
    name: 'does not offer the scheme DPoP (DPOP-26, BEARER-06)',
    request: async ({ main }) => ({
      headers: [['Authorization', `DPoP ${await main.mint({ claims: { cnf } })}`]],
    }),
    answer: refusal('credential_missing'),
  },
])
