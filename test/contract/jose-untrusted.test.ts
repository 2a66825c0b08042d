import { signRaw, type TestAuthorizationServer } from '@portcullis/testing'
import { expect } from 'vitest'
import { type RefusalCode, refusal } from './answers.js'
import type { Kit } from './kit.js'
import { bearer } from './requests.js'
import { type Story, stories } from './stories.js'

type Make = (kit: Kit) => string | Promise<string>

/** Tokens that are decided before anybody's keys are needed. */
const decided: readonly (readonly [name: string, code: RefusalCode, make: Make])[] = [
  ['an issuer nobody trusts (JOSE-29)', 'token_issuer_untrusted', issuedBy(({ canary }) => canary.url)],
  [
    'an issuer under a trusted one (JOSE-29)',
    'token_issuer_untrusted',
    issuedBy(({ main }) => `${main.issuer}/t2`),
  ],
  [
    'an issuer above a trusted one (JOSE-29)',
    'token_issuer_untrusted',
    issuedBy(({ other }) => new URL(other.issuer).origin),
  ],
  [
    'a list of trusted issuers (JOSE-29)',
    'token_issuer_untrusted',
    issuedBy(({ main, other }) => [main.issuer, other.issuer]),
  ],
  ['no issuer (JOSE-29)', 'token_issuer_untrusted', issuedBy(() => undefined)],
  [
    'an issuer in the header alone (JOSE-29)',
    'token_issuer_untrusted',
    ({ main }) => main.mint({ claims: { iss: undefined }, header: { iss: main.issuer } }),
  ],
  [
    'the algorithm none (JOSE-06)',
    'token_algorithm_refused',
    ({ main }) => main.mint({ header: { alg: 'none' } }),
  ],
  ['a MAC (JOSE-07)', 'token_algorithm_refused', ({ main }) => main.mint({ header: { alg: 'HS256' } })],
  [
    'the type of an ID token (AT-01)',
    'token_type_unexpected',
    ({ main }) => main.mint({ header: { typ: 'JWT' } }),
  ],
  [
    'a critical extension (JOSE-08)',
    'token_malformed',
    ({ main }) => main.mint({ header: { crit: ['exp'] } }),
  ],
  ['two issuers (JOSE-04)', 'token_malformed', ({ main, other }) => withTwoIssuers(main, other.issuer)],
  ['no dot in it (JOSE-01)', 'token_malformed', () => 'opaque'],
]

stories('A token that is refused without a question to anyone (RFC 8725 §3.10)', [
  ...decided.map(
    ([name, code, make]): Story => ({
      name: `asks nobody about a token with ${name}`,
      steps: [{ request: async (kit) => bearer(await make(kit)), answer: refusal(code), also: nobodyAsked }],
    }),
  ),
  {
    name: 'asks the one issuer that the token names, and no other (JOSE-28, JOSE-29)',
    steps: [
      {
        request: async ({ main, other }) =>
          bearer(await main.mint({ header: { jku: other.jwksUri, kid: 'unknown' } })),
        answer: refusal('token_key_unknown'),
        also: ({ main, other, legacy }) => {
          expect(main.count('jwks')).toBe(1)
          expect([other.requests, legacy.requests]).toEqual([[], []])
        },
      },
    ],
  },
])

function issuedBy(iss: (kit: Kit) => unknown): Make {
  return (kit) => kit.main.mint({ claims: { iss: iss(kit) } })
}

function withTwoIssuers(server: TestAuthorizationServer, second: string): string {
  const draft = server.draft()
  return signRaw({ ...draft, payload: `{"iss":"${second}",${JSON.stringify(draft.payload).slice(1)}` })
}

function nobodyAsked({ main, other, legacy }: Kit): void {
  expect([main.requests, other.requests, legacy.requests]).toEqual([[], [], []])
}
