import type { MintOptions } from '@portcullis/testing'
import { refusal } from './answers.js'
import { contract, type Expected, passes, type Row } from './contract.js'
import { start } from './kit.js'
import { mint } from './published-keys.js'
import { bearer } from './requests.js'
import { type Story, stories } from './stories.js'

const now = start / 1000
const expired = refusal('token_expired')
const notYet = refusal('token_not_yet_valid')
/** The last second that a `Date` can hold. */
const lastSecond = 8.64e12

const rules = { exp: 'JOSE-23', nbf: 'JOSE-24', iat: 'JOSE-25' }

/** Seconds from now; what they mean, however tolerant the clock. */
const issued: readonly (readonly [claim: 'iat', seconds: number, answer: Expected])[] = [
  ['iat', 10, passes()],
  ['iat', 60, passes()],
  ['iat', 60.5, notYet],
  ['iat', 61, notYet],
  ['iat', -now, passes()],
  ['iat', -now - 1, passes()],
]

/** Where the edges are, by the clock tolerance that is configured. */
const edges: readonly {
  readonly tolerance: string
  readonly options: Story['options']
  readonly cases: readonly (readonly [claim: 'exp' | 'nbf' | 'iat', seconds: number, answer: Expected])[]
}[] = [
  {
    tolerance: 'none',
    options: { clockToleranceSeconds: 0 },
    cases: [
      ['exp', 0, expired],
      ['exp', -0.5, expired],
      ['exp', 0.5, passes({ expiresAt: now + 0.5 })],
      ['exp', 1, passes({ expiresAt: now + 1 })],
      ['exp', lastSecond - now, passes({ expiresAt: lastSecond })],
      ['exp', lastSecond + 1 - now, refusal('token_claim_invalid')],
      ['exp', -lastSecond - now, expired],
      ['nbf', 0, passes()],
      ['nbf', 0.5, notYet],
      ['nbf', 1, notYet],
      ['nbf', -1, passes()],
      ['nbf', lastSecond - now, notYet],
      ...issued,
    ],
  },
  {
    tolerance: 'that of the default, 5 s',
    options: {},
    cases: [
      ['exp', -4, passes()],
      ['exp', -4.5, passes()],
      ['exp', -5, expired],
      ['exp', -6, expired],
      ['nbf', 5, passes()],
      ['nbf', 5.5, notYet],
      ['nbf', 6, notYet],
      ...issued,
    ],
  },
  {
    tolerance: 'the largest, 60 s',
    options: { clockToleranceSeconds: 60 },
    cases: [
      ['exp', -59, passes()],
      ['exp', -60, expired],
      ['nbf', 60, passes()],
      ['nbf', 61, notYet],
      ...issued,
    ],
  },
]

stories('The times of a token (RFC 7519 §4.1.4 to §4.1.6)', [
  ...edges.flatMap(({ tolerance, options, cases }) =>
    cases.map(
      ([claim, seconds, answer]): Story => ({
        name: `${'passes' in answer ? 'lets in' : 'refuses'} ${claim} ${seconds} s from now, tolerance ${tolerance} (${rules[claim]})`,
        ...(options && { options }),
        steps: [mint(withTime(claim, seconds), { answer })],
      }),
    ),
  ),
  {
    name: 'reads the clock to the millisecond (JOSE-23, JOSE-24)',
    before: ({ clock }) => clock.advance(0.5),
    steps: [
      mint(withTime('exp', 0.5), { answer: expired }),
      mint(withTime('exp', 0.75), { answer: passes() }),
      mint(withTime('nbf', 0.5), { answer: passes() }),
      mint(withTime('nbf', 0.75), { answer: notYet }),
    ],
  },
])

contract(
  'A token while time goes by',
  [299.999, 300, 301].map((seconds): Row => {
    const answer = seconds < 300 ? passes() : expired
    return {
      name: `${'passes' in answer ? 'lets in' : 'refuses'} a token for 300 s after ${seconds} s (JOSE-23, AT-06)`,
      request: async ({ main, clock }) => {
        const token = await main.mint({ expiresInSeconds: 300 })
        clock.advance(seconds)
        return bearer(token)
      },
      answer,
    }
  }),
)

function withTime(claim: 'exp' | 'nbf' | 'iat', seconds: number): MintOptions {
  return { claims: { [claim]: now + seconds } }
}
