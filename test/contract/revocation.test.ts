import { introspectionIssuer, type Principal } from '@portcullis/core'
import { expect } from 'vitest'
import { both, refusal, unavailable } from './answers.js'
import { issuersOf } from './api.js'
import { contract, passes, type Row } from './contract.js'
import { bearer, minted, once, proven } from './requests.js'
import { type Step, stories } from './stories.js'

const unanswered = unavailable('revocation_unavailable')
const secret = 'redis://user:s3cr3t@db.internal'

/** What `revoked` does, by the claim `asked` of the token. */
const hooks: Readonly<Record<string, () => unknown>> = {
  false: () => false,
  'a promise of false': async () => false,
  true: () => true,
  'a promise of true': async () => true,
  undefined: () => undefined,
  null: () => null,
  0: () => 0,
  '""': () => '',
  1: () => 1,
  'the text "false"': () => 'false',
  'an object': () => ({ revoked: false }),
  'a promise of nothing': async () => undefined,
  'an error it throws': () => {
    throw new Error(secret)
  },
  'nothing it throws': () => {
    throw undefined
  },
  'a promise that breaks': () => Promise.reject(new Error(secret)),
}
const revoked = ({ claims }: Principal) => hooks[String(claims['asked'])]?.() as boolean

const answerTo = (hook: string): Row['answer'] => {
  if (hook.endsWith('false')) return passes()
  return hook.endsWith('true') ? refusal('token_revoked') : unanswered
}

contract(
  'C. What the application says of revoked tokens',
  [
    ...Object.keys(hooks).map(
      (hook): Row => ({
        name: `${hook.endsWith('false') ? 'lets in' : hook.endsWith('true') ? 'refuses' : 'answers 503'} for ${hook} (BEARER-19)`,
        request: minted({ claims: { asked: hook } }),
        answer: answerTo(hook),
        also: ({ events }) => expect(JSON.stringify(events)).not.toContain(secret),
      }),
    ),
    {
      name: 'comes before what a route requires (BEARER-22)',
      request: minted({ claims: { asked: 'true' } }, { target: '/required/everything' }),
      answer: refusal('token_revoked'),
    },
    {
      name: 'comes after everything that is wrong with the token (BEARER-22)',
      request: minted({ claims: { asked: 'true' }, expiresInSeconds: 0 }),
      answer: refusal('token_expired'),
    },
    {
      name: 'refuses a revoked token on an optional route (BEARER-04)',
      request: minted({ claims: { asked: 'true' } }, { target: '/optional' }),
      answer: refusal('token_revoked'),
    },
    {
      name: 'lets nobody in as anonymous on an optional route when it cannot be told (BEARER-04)',
      request: minted({ claims: { asked: 'an error it throws' } }, { target: '/optional' }),
      answer: unanswered,
    },
    {
      name: 'lets in with a good token on an optional route, as whom it names (BEARER-04)',
      request: minted({ claims: { asked: 'false' } }, { target: '/optional' }),
      answer: passes({ clientId: 'test-client' }),
    },
    {
      name: 'is nothing that a public route asks for (BCP-01)',
      request: minted({ claims: { asked: 'an error it throws' } }, { target: '/public' }),
      answer: passes(null),
    },
    {
      name: 'tells operators that it threw, and nothing of what it threw (BCP-02)',
      request: minted({ claims: { asked: 'an error it throws' } }),
      answer: unanswered,
      also: ({ events, main }) => {
        const reported = { type: 'unavailable', code: 'revocation_unavailable', issuer: main.issuer }
        for (const event of events)
          expect(event).toMatchObject({ ...reported, message: 'revoked() threw Error' })
      },
    },
  ],
  { options: { revoked } },
)

/** What `revoked` says in the stories, and how often it was asked. */
const hook = { says: false as unknown, asked: 0 }
const asking = (dpop: object) => () => {
  Object.assign(hook, { says: false, asked: 0 })
  return {
    clockToleranceSeconds: 0,
    ...dpop,
    revoked: () => {
      hook.asked++
      if (hook.says instanceof Error) throw hook.says
      return hook.says as boolean
    },
  }
}

/** A step before which the application changes its mind; `asked`: how often it was asked until then, and in this one. */
const says = (answer: unknown, asked: number, request: Row['request'], expected: Step['answer']): Step => ({
  before: () => {
    hook.says = answer
  },
  request,
  answer: expected,
  also: () => expect(hook.asked).toBe(asked),
})

const token = once(minted())
const proof = once(proven())
const opaque = once(async ({ main }) => bearer(await main.mintOpaque()))

stories('C. Whether a token was revoked', [
  {
    name: 'is asked on every request, for the very same token, too (BEARER-19)',
    options: asking({}),
    steps: [
      says(false, 1, token, passes()),
      says(false, 2, token, passes()),
      says(true, 3, token, refusal('token_revoked')),
      says(new Error('down'), 4, token, unanswered),
      says(false, 5, token, passes()),
    ],
  },
  {
    name: 'is asked on every request, also where the answer of the issuer is remembered (BEARER-19)',
    options: asking({}),
    issuers: (kit) => [
      ...issuersOf(kit),
      introspectionIssuer({
        issuer: kit.main.issuer,
        endpoint: kit.main.introspectionEndpoint,
        client: kit.main.introspectionClient,
      }),
    ],
    steps: [
      says(false, 1, opaque, passes()),
      says(true, 2, opaque, refusal('token_revoked')),
      {
        ...says(false, 3, opaque, passes()),
        also: ({ main }) => expect([hook.asked, main.count('introspection')]).toEqual([3, 1]),
      },
    ],
  },
  {
    name: 'is not asked where something else is wrong (BEARER-22)',
    options: asking({}),
    steps: [
      says(true, 0, minted({ expiresInSeconds: 0 }), refusal('token_expired')),
      says(true, 0, minted({ audience: 'https://another.example' }), refusal('token_audience_mismatch')),
      says(true, 0, () => ({}), refusal('credential_missing')),
    ],
  },
])

stories('D. Whether a token was revoked, with DPoP', [
  {
    name: 'is asked before its proof is used up: that is good afterwards, and once (DPOP-45, BEARER-19)',
    options: asking({ dpop: {} }),
    steps: [
      says(true, 1, proof, both.dpop('token_revoked')),
      says(new Error('down'), 2, proof, unanswered),
      says(false, 3, proof, passes({ scheme: 'DPoP' })),
      says(false, 4, proof, both.dpop('proof_replayed')),
      says(true, 5, proof, both.dpop('token_revoked')),
    ],
  },
  {
    name: 'is not asked where the proof is bad (BEARER-22)',
    options: asking({ dpop: {} }),
    steps: [says(true, 0, proven({ proof: { method: 'POST' } }), both.dpop('proof_method_mismatch'))],
  },
])
