import { type AudienceOption, jwtIssuer } from '@portcullis/core'
import { refusal } from './answers.js'
import { resource } from './api.js'
import { type Expected, passes } from './contract.js'
import type { Exchange } from './exchange.js'
import { bearer } from './requests.js'
import { type Story, stories } from './stories.js'

const mismatch = refusal('token_audience_mismatch')
const missing = refusal('token_claim_missing')
const read: Exchange = { target: '/read' }

/** What a token says of its audience, and what becomes of it; on `/any` unless a request is given. */
type Case = readonly [aud: unknown, answer: Expected, request?: Exchange]

interface Policy {
  readonly name: string
  readonly audience?: AudienceOption
  readonly cases: readonly Case[]
}

const policies: readonly Policy[] = [
  {
    name: 'the resource, when nothing is configured',
    cases: [
      [resource, passes({ audience: [resource] })],
      [['accounts', resource], passes({ audience: ['accounts', resource] })],
      ['accounts', mismatch],
      [`${resource}/`, mismatch],
      [[], mismatch],
      [undefined, missing],
      [undefined, missing, read],
    ],
  },
  {
    name: 'one other value',
    audience: 'accounts',
    cases: [
      ['accounts', passes()],
      [['x', 'accounts'], passes()],
      [resource, mismatch],
      ['Accounts', mismatch],
      [undefined, missing],
    ],
  },
  {
    name: 'any of a list',
    audience: ['accounts', 'https://accounts.example.com'],
    cases: [
      ['accounts', passes()],
      ['https://accounts.example.com', passes()],
      [['https://accounts.example.com', 'accounts'], passes()],
      [['x', 'https://accounts.example.com'], passes()],
      ['accounts,https://accounts.example.com', mismatch],
      [resource, mismatch],
      [undefined, missing],
    ],
  },
  {
    name: 'one value and no other',
    audience: { only: 'accounts' },
    cases: [
      ['accounts', passes({ audience: ['accounts'] })],
      [['accounts'], passes({ audience: ['accounts'] })],
      [['accounts', 'x'], mismatch],
      [['x', 'accounts'], mismatch],
      [['accounts', resource], mismatch],
      [resource, mismatch],
      [[], mismatch],
      [undefined, missing],
    ],
  },
  {
    name: 'the resource or none',
    audience: { absent: 'allowed' },
    cases: [
      [resource, passes()],
      ['accounts', mismatch],
      ['', mismatch],
      [[], mismatch],
      [[], mismatch, read],
      [null, refusal('token_claim_invalid'), read],
      [undefined, passes({ audience: [] }), read],
      [undefined, passes({ audience: [] }), { target: '/any-of' }],
      [undefined, refusal('scope_insufficient')],
      [undefined, refusal('scope_insufficient'), { target: '/optional' }],
      [undefined, refusal('scope_insufficient', 'accounts:write'), { method: 'POST', target: '/write' }],
    ],
  },
  {
    name: 'one other value or none',
    audience: { absent: 'allowed', anyOf: 'accounts' },
    cases: [
      ['accounts', passes()],
      [resource, mismatch],
      [undefined, passes(), read],
      [undefined, refusal('scope_insufficient')],
    ],
  },
]

stories(
  'The audience that an issuer is trusted for (RFC 9068 §4, RFC 8707 §2)',
  policies.map(
    ({ name, audience, cases }): Story => ({
      name: `wants ${name} (AT-05, JOSE-26, RES-01)`,
      issuers: ({ main }) => [
        jwtIssuer({ issuer: main.issuer, ...(audience !== undefined && { audience }) }),
      ],
      steps: cases.map(([aud, answer, request]) => ({
        request: async ({ main }) =>
          bearer(await main.mint({ audience: resource, scope: 'accounts:read', claims: { aud } }), request),
        answer,
      })),
    }),
  ),
)
