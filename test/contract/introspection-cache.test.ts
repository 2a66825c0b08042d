import type { IntrospectionIssuerOptions } from '@portcullis/core'
import type { AnswerHook, MintOpaqueOptions } from '@portcullis/testing'
import { refusal, unavailable } from './answers.js'
import type { ApiOptions } from './api.js'
import { passes } from './contract.js'
import { asked, askingMain, once, opaque, tokenIn } from './introspection-api.js'
import { memoryStories } from './introspection-memory.js'
import { type Kit, start } from './kit.js'
import { type Step, type Story, stories } from './stories.js'

type Happening = (kit: Kit) => void | Promise<void>
/** What happens before a request, how it is answered, and how often the server has been asked by then. */
type Moment = readonly [happening: Happening, answer: Step['answer'], questions: number, target?: string]

interface Memory {
  readonly issuer?: Partial<IntrospectionIssuerOptions>
  readonly options?: ApiOptions
  readonly mint?: MintOpaqueOptions
  /** How the server answers at first. */
  readonly hook?: AnswerHook
  /** One token, again and again. */
  readonly moments: (revoke: Happening) => readonly Moment[]
}

const inactive = refusal('token_inactive')
const nothing: Happening = () => undefined
const after =
  (seconds: number, then: Happening = nothing): Happening =>
  (kit) => {
    kit.clock.advance(seconds)
    return then(kit)
  }
const answersRightly: Happening = ({ main }) => main.answerIntrospection()
const first: Moment = [nothing, passes(), 1]

function remembering(name: string, { issuer, options, mint, hook, moments }: Memory): Story {
  const token = once(opaque(mint))
  const revoke: Happening = async (kit) => kit.main.revoke(tokenIn(await token(kit)))
  return {
    name,
    issuers: askingMain(issuer),
    ...(options && { options }),
    before: ({ main }) => main.answerIntrospection(hook),
    steps: moments(revoke).map(([before, answer, questions, target = '/any']): Step => {
      const request = async (kit: Kit) => ({ ...(await token(kit)), target })
      return { before, request, answer, also: asked(questions) }
    }),
  }
}

const inFiveSeconds: MintOpaqueOptions = { expiresInSeconds: 5 }
const saysNo: AnswerHook = () => ({ active: false })

stories('An answer that is remembered (RFC 7662 §4)', [
  remembering('relies on an answer for 60 s, and then asks again (INTRO-07)', {
    moments: () => [first, [after(59.999), passes(), 1], [after(0.001), passes(), 2]],
  }),
  remembering('relies on an answer for cacheSeconds, and then asks again (INTRO-07)', {
    issuer: { cacheSeconds: 10 },
    moments: () => [first, [after(9.999), passes(), 1], [after(0.001), passes(), 2]],
  }),
  remembering('asks each time where cacheSeconds is 0 (INTRO-07)', {
    issuer: { cacheSeconds: 0 },
    moments: (revoke) => [first, [nothing, passes(), 2], [revoke, inactive, 3], [nothing, inactive, 4]],
  }),
  remembering('asks again when a token expires in 5 s, and not after 60 s (INTRO-07)', {
    mint: inFiveSeconds,
    moments: () => [first, [after(4.999), passes(), 1], [after(0.001), inactive, 2]],
  }),
  remembering(
    'refuses a token that has expired, though its server goes on calling it active (INTRO-06, INTRO-07)',
    {
      hook: (answer) => ({ ...answer, active: true, aud: 'https://api.example.com', exp: start / 1000 + 5 }),
      moments: () => [first, [after(4.999), passes(), 1], [after(0.001), refusal('token_expired'), 2]],
    },
  ),
  remembering('relies on no answer past exp, whatever the clock tolerance (INTRO-07)', {
    options: { clockToleranceSeconds: 10 },
    hook: (answer) => ({ ...answer, active: true, aud: 'https://api.example.com', exp: start / 1000 + 5 }),
    moments: () => [
      first,
      [after(4.999), passes(), 1],
      [after(0.001), passes(), 2],
      [nothing, passes(), 3],
      [after(10), refusal('token_expired'), 4],
    ],
  }),
  remembering('relies on an answer without exp for cacheSeconds, too (INTRO-07)', {
    issuer: { expiry: { absent: 'allowed' } },
    mint: { claims: { exp: undefined } },
    moments: () => [first, [after(59.999), passes(), 1], [after(0.001), passes(), 2]],
  }),
  remembering('relies on an answer no longer when the clock was set back meanwhile (INTRO-07)', {
    moments: () => [first, [after(30), passes(), 1], [after(-30), passes(), 1], [after(30), passes(), 2]],
  }),
  remembering('accepts a revoked token until 60 s are over, and refuses it then (INTRO-07)', {
    moments: (revoke) => [
      first,
      [revoke, passes(), 1],
      [after(59.999), passes(), 1],
      [after(0.001), inactive, 2],
      [nothing, inactive, 2],
    ],
  }),
  remembering('accepts a revoked token until cacheSeconds are over, and refuses it then (INTRO-07)', {
    issuer: { cacheSeconds: 2.5 },
    moments: (revoke) => [
      first,
      [after(1, revoke), passes(), 1],
      [after(1.499), passes(), 1],
      [after(0.001), inactive, 2],
    ],
  }),
  remembering('refuses from memory for 5 s, and then asks again (INTRO-09)', {
    hook: saysNo,
    moments: () => [
      [nothing, inactive, 1],
      [after(4.999, answersRightly), inactive, 1],
      [after(0.001), passes(), 2],
    ],
  }),
  remembering('refuses from memory for cacheSeconds where these are less than 5 s (INTRO-09)', {
    issuer: { cacheSeconds: 2 },
    hook: saysNo,
    moments: () => [
      [nothing, inactive, 1],
      [after(1.999, answersRightly), inactive, 1],
      [after(0.001), passes(), 2],
    ],
  }),
  remembering('refuses a token for another resource from memory for 5 s, too (INTRO-06, INTRO-09)', {
    hook: (answer) => ({ ...answer, aud: 'https://other.example' }),
    moments: () => [
      [nothing, refusal('token_audience_mismatch'), 1],
      [after(4.999, answersRightly), refusal('token_audience_mismatch'), 1],
      [after(0.001), passes(), 2],
    ],
  }),
  remembering('checks scopes for each request, from one answer (INTRO-06, INTRO-07)', {
    mint: { scope: 'accounts:read' },
    moments: () => [
      [nothing, passes(), 1, '/read'],
      [nothing, refusal('scope_insufficient', 'accounts:read accounts:write'), 1, '/both'],
      [nothing, passes(), 1, '/optional'],
    ],
  }),
  remembering(
    'goes on relying on what it knows while nobody answers, and no longer than otherwise (INTRO-05, INTRO-07)',
    {
      moments: () => [
        first,
        [after(1, ({ main }) => main.fail('down')), passes(), 1],
        [after(58.999), passes(), 1],
        [nothing, passes(), 1],
        [after(0.001), unavailable('introspection_unavailable'), 1],
        [after(1, ({ main }) => main.recover()), passes(), 2],
      ],
    },
  ),
  ...memoryStories,
])
