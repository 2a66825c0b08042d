import { type NonceSource, rotatingNonce } from '@portcullis/core'
import { expect } from 'vitest'
import { both, required, type Same, withNonce, withoutBody } from './answers.js'
import { contract, other, passes, passesWithNonce, type Row } from './contract.js'
import { minted, type Proven, proven } from './requests.js'
import { type Step, type Story, stories } from './stories.js'

const everySeconds = 300
const secret = 'a secret of the first year, 32 bytes or more'
const newSecret = Buffer.alloc(32, 'a secret of the second year')
const nonce = rotatingNonce({ secrets: [secret], everySeconds })
const options = { dpop: { nonce } }
const [missing, unknown] = [
  withNonce(both.dpop('proof_nonce_missing')),
  withNonce(both.dpop('proof_nonce_unknown')),
]

/** The nonces that the servers gave away in the course of a story, each once, oldest first. */
const heard: string[] = []

/** A request whose proof has this nonce. @param write - undefined: none */
function withProof(
  write: (() => unknown) | undefined,
  answer: Step['answer'],
  more: Omit<Step, 'request' | 'answer'> = {},
): Step {
  return {
    ...more,
    request: (kit) => proven(write && { proof: { claims: { nonce: write() } } })(kit),
    answer,
    also: (_, { headers }) => {
      const given = headers.get('dpop-nonce') ?? []
      heard.push(...given.filter((one) => !heard.includes(one)))
    },
  }
}

const first = () => heard[0]
const second = () => heard[1]
const later = (seconds: number): Pick<Step, 'before'> => ({ before: ({ clock }) => clock.advance(seconds) })

function told(name: string, steps: readonly Step[], given: Story['options'] = options): Story {
  return { name, options: given, before: () => void heard.splice(0), steps }
}

/** What comes instead of the nonce, and how it is written into the claim. */
const wrong: Readonly<Record<string, () => unknown>> = {
  'one of our form': () => Buffer.alloc(32, 1).toString('base64url'),
  'one of another form': () => 'n-0S6_WzA2Mj',
  'ours with another first letter': () => (first()?.startsWith('A') ? 'B' : 'A') + first()?.slice(1),
  'ours without its last letter': () => first()?.slice(0, -1),
  'ours with more after it': () => `${first()}A`,
  'ours with padding': () => `${first()}=`,
  'ours with a space': () => `${first()} `,
  'ours in upper case': () => first()?.toUpperCase(),
  'ours twice': () => `${first()}${first()}`,
  'ours in a list': () => [first()],
  'one of another resource': () =>
    nonce.current({ resource: 'https://other.example.com', now: Date.UTC(2026, 0, 1) / 1000 }),
  'one of another secret': () =>
    rotatingNonce({ secrets: [newSecret], everySeconds }).current({
      resource: 'https://api.example.com',
      now: Date.UTC(2026, 0, 1) / 1000,
    }),
  'a number': () => 1,
  null: () => null,
  true: () => true,
  'an object': () => ({}),
}

stories('D. A nonce from the resource (RFC 9449 §9)', [
  told('is asked for, and good for as many proofs as come (DPOP-34, DPOP-39)', [
    withProof(undefined, missing),
    withProof(first, passes({ scheme: 'DPoP' })),
    withProof(first, passes()),
    withProof(undefined, missing),
    {
      request: proven(),
      answer: missing,
      also: (_, { headers }) => expect(headers.get('dpop-nonce')).toEqual([first()]),
    },
  ]),
  told('is asked for when the claim is empty (DPOP-34)', [withProof(() => '', missing)]),
  ...Object.entries(wrong).map(([name, write]) =>
    told(`is refused, and comes anew, when it is ${name} (DPOP-35)`, [
      withProof(undefined, missing),
      withProof(write, unknown),
      withProof(first, passes(), { before: () => expect(heard).toHaveLength(1) }),
    ]),
  ),
  told('is the current one, then the previous one, then none of ours (DPOP-35, DPOP-38, DPOP-39)', [
    withProof(undefined, missing),
    withProof(first, passes(), later(everySeconds - 0.001)),
    withProof(first, passesWithNonce(), later(0.001)),
    withProof(second, passes()),
    withProof(first, passesWithNonce(), later(everySeconds - 0.001)),
    withProof(first, unknown, later(0.001)),
    withProof(second, passesWithNonce()),
    withProof(() => heard[2], passes(), { before: () => expect(heard).toHaveLength(3) }),
    withProof(second, unknown, later(everySeconds)),
    withProof(first, unknown, later(everySeconds * 1000)),
  ]),
  told('is good at every instance with the same secret, also after a restart (DPOP-36, DPOP-38)', [
    withProof(undefined, missing),
    withProof(undefined, missing, { instance: { dpop: { nonce: sourceWith(secret) } } }),
    withProof(first, passes()),
    withProof(first, passesWithNonce(), { instance: options, ...later(everySeconds) }),
  ]),
  told('is unknown to an instance with another secret (DPOP-35, DPOP-38)', [
    withProof(undefined, missing),
    withProof(first, unknown, { instance: { dpop: { nonce: sourceWith(newSecret) } } }),
    withProof(second, passes()),
  ]),
  told('outlives a change of secrets with overlap (DPOP-38)', [
    withProof(undefined, missing),
    withProof(first, passes(), { instance: { dpop: { nonce: sourceWith(secret, newSecret) } } }),
    withProof(first, passes(), { instance: { dpop: { nonce: sourceWith(newSecret, secret) } } }),
    withProof(undefined, missing, { before: () => expect(heard).toHaveLength(1) }),
    withProof(second, passes(), { before: () => expect(heard).toHaveLength(2) }),
    withProof(second, passes(), { instance: { dpop: { nonce: sourceWith(secret, newSecret) } } }),
    withProof(second, passes(), { instance: { dpop: { nonce: sourceWith(newSecret) } } }),
    withProof(first, unknown),
  ]),
  told(
    'is asked for where DPoP is required (DPOP-34)',
    [
      withProof(undefined, withNonce(required.dpop('proof_nonce_missing'))),
      withProof(first, passes({ scheme: 'DPoP' })),
      { request: () => ({}), answer: required.neither('credential_missing') },
      { request: minted(), answer: required.bearer('confirmation_required') },
    ],
    { dpop: { required: true, nonce } },
  ),
])

function sourceWith(...secrets: readonly (string | Uint8Array)[]): NonceSource {
  return rotatingNonce({ secrets, everySeconds })
}

/** Refusals of requests under DPoP, whose proofs have no nonce where nothing else is said. */
const refused: readonly (readonly [name: string, request: Row['request'], answer: Same])[] = [
  ['the scheme alone', () => ({ headers: [['Authorization', 'DPoP']] }), both.dpop('credential_malformed')],
  [
    'a token that is none',
    () => ({
      headers: [
        ['Authorization', 'DPoP a.b.c'],
        ['DPoP', 'x'],
      ],
    }),
    both.dpop('token_malformed'),
  ],
  ['no proof', () => ({ headers: [['Authorization', 'DPoP a.b.c']] }), both.dpop('proof_missing')],
  [
    'an unknown issuer',
    bad({ token: { claims: { iss: 'https://another.example' } } }),
    both.dpop('token_issuer_untrusted'),
  ],
  ['an expired token', bad({ token: { expiresInSeconds: 0 } }), both.dpop('token_expired')],
  ['an unbound token', bad({ token: { claims: { cnf: undefined } } }), both.dpop('confirmation_required')],
  ['another key', bad({ token: { claims: { cnf: { jkt: 'x' } } } }), both.dpop('confirmation_mismatch')],
  ['a malformed proof', bad({ proof: { claims: { jti: undefined } } }), both.dpop('proof_malformed')],
  ['another method', bad({ proof: { method: 'POST' } }), both.dpop('proof_method_mismatch')],
  ['another target', bad({ proof: { url: 'https://evil.example/' } }), both.dpop('proof_target_mismatch')],
  ['another token', bad({ proof: { token: 'x' } }), both.dpop('proof_token_mismatch')],
  ['an old proof without nonce', bad({ proof: { claims: { iat: 0 } } }), both.dpop('proof_nonce_missing')],
  ['an old proof with a nonce', good({ proof: { claims: { iat: 0 } } }), both.dpop('proof_stale')],
  ['too little scope', good({}, '/read'), both.dpop('scope_insufficient', 'accounts:read')],
  ['no nonce where credentials are optional', bad({}, '/optional'), both.dpop('proof_nonce_missing')],
]

function bad(special: Proven, target = '/any'): Row['request'] {
  return proven(special, { target })
}

/** With the current nonce. */
function good({ proof, ...special }: Proven, target = '/any'): Row['request'] {
  return (kit) => {
    const current = nonce.current({ resource: 'https://api.example.com', now: kit.clock.now() / 1000 })
    return proven({ ...special, proof: { nonce: current, ...proof } }, { target })(kit)
  }
}

/** Requests that have nothing to do with proofs. */
const foreign: readonly (readonly [name: string, request: Row['request'], answer: Same])[] = [
  ['no credentials', () => ({}), both.neither('credential_missing')],
  ['a proof without a token', () => ({ headers: [['DPoP', 'a.b.c']] }), both.neither('credential_missing')],
  [
    'a foreign scheme',
    () => ({ headers: [['Authorization', 'Basic eDp5']] }),
    both.neither('credential_missing'),
  ],
  [
    'a malformed bearer token',
    () => ({ headers: [['Authorization', 'Bearer']] }),
    both.bearer('credential_malformed'),
  ],
  ['an expired bearer token', minted({ expiresInSeconds: 0 }), both.bearer('token_expired')],
  ['a bound bearer token', minted({ claims: { cnf: { jkt: 'x' } } }), both.bearer('confirmation_downgraded')],
  [
    'a bearer token with too little scope',
    minted({}, { target: '/read' }),
    both.bearer('scope_insufficient', 'accounts:read'),
  ],
]

contract(
  'D. The field DPoP-Nonce (RFC 9449 §8)',
  [
    ...refused.map(([name, request, answer]) => ({
      name: `comes with every refusal under DPoP: ${name} (DPOP-35, DPOP-37)`,
      request,
      answer: withNonce(answer),
    })),
    ...foreign.map(([name, request, answer]) => ({
      name: `comes with no refusal of anything else: ${name} (DPOP-31, DPOP-37)`,
      request,
      answer,
    })),
    {
      name: 'comes with a refusal of HEAD (DPOP-34)',
      request: proven({}, { method: 'HEAD', target: '/read' }),
      answer: withoutBody(missing),
    },
    {
      name: 'does not come with what is let in as Bearer (DPOP-39)',
      request: minted(),
      answer: passes({ scheme: 'Bearer' }),
    },
    {
      name: 'does not come with a route that is public (DPOP-39)',
      request: proven({}, { target: '/public' }),
      answer: passes(null),
    },
  ],
  { options },
)

const current = () => 'current-nonce-of-a-source'
/** Sources that are not ours, and what they answer; the proof has a nonce. */
const judgements: Readonly<Record<string, () => unknown>> = {
  undefined: () => undefined,
  true: () => true,
  'a word': () => 'maybe',
  'a promise of the right word': async () => 'current',
  'an object': () => ({ toString: () => 'current' }),
}
const noNonces: readonly unknown[] = [
  '',
  ' ',
  'a b',
  'a"b',
  'a\\b',
  'å',
  'a\r\nX-Injected: 1',
  undefined,
  null,
  1,
  ['a'],
]

for (const [name, judge] of Object.entries(judgements)) {
  contract(
    `D. A source of nonces that answers with ${name}`,
    [
      {
        name: 'lets nobody in (DPOP-36)',
        request: proven({ proof: { nonce: 'x' } }),
        answer: { ...both.dpop('proof_nonce_unknown'), 'dpop-nonce': [current()] },
      },
    ],
    { options: { dpop: { nonce: { current, judge } as unknown as NonceSource } } },
  )
}

/** Good while the api is set up, when it is tried; broken from then on. */
function brokenSource(given: unknown): NonceSource {
  const made: unknown[] = ['good']
  return { current: () => (made.length > 0 ? made.pop() : given) as string, judge: () => 'previous' }
}

stories(
  'D. A source of nonces that makes what is none',
  noNonces.map((given) => ({
    name: `fails without an answer, and without ${JSON.stringify(given) ?? 'a field'} in its fields (DPOP-37)`,
    options: () => ({ dpop: { nonce: brokenSource(given) } }),
    steps: [proven(), proven({ proof: { nonce: 'x' } })].map(
      (request): Step => ({
        request,
        answer: other(500),
        also: (_, { headers }) => {
          expect([...headers.keys()]).not.toEqual(
            expect.arrayContaining([expect.stringMatching(/nonce|inject/)]),
          )
        },
      }),
    ),
  })),
)
