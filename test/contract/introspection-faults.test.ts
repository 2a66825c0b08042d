import type { EndpointFault } from '@portcullis/testing'
import { expect } from 'vitest'
import { unavailable } from './answers.js'
import { passes, type Row } from './contract.js'
import type { Exchange } from './exchange.js'
import { asked, asking, askingMain, once, opaque } from './introspection-api.js'
import type { Kit } from './kit.js'
import { type Step, type Story, stories } from './stories.js'

const unanswered = unavailable('introspection_unavailable')
const noMetadata = unavailable('metadata_unavailable')
const routes: readonly Exchange[] = [{ target: '/optional' }, { target: '/any', method: 'POST' }]

/** What the authorization server does instead of answering a question. */
const faults: Readonly<Record<string, (kit: Kit) => EndpointFault>> = {
  'resets the connection': () => 'reset',
  'answers with 50 MB': () => 'huge',
  'answers 500': () => 'error',
  'answers with HTML': () => 'html',
  'answers with half of the JSON': () => 'garbage',
  'redirects to another host': ({ canary }) => ({ redirectTo: canary.url }),
  'redirects the question to another host': ({ canary }) => ({ redirectTo: canary.url, status: 307 }),
  'redirects the question to another server': ({ other }) => ({
    redirectTo: other.introspectionEndpoint,
    status: 307,
  }),
}

const slowFaults: Readonly<Record<string, EndpointFault>> = {
  'never answers': 'hang',
  'never ends its answer': 'hanging-body',
}

const othersNotAsked: NonNullable<Row['also']> = ({ other, legacy }) =>
  expect([other, legacy].flatMap(({ requests }) => requests)).toEqual([])

const recover = ({ main }: Kit) => main.recover()
const recovered = async ({ main, clock }: Kit) => {
  await main.recover()
  clock.advance(1)
}

/** The very same token, before and after. That it had no answer is remembered for a second; a connection that is reset is tried twice. */
function fault(name: string, faultOf: (kit: Kit) => EndpointFault, timeoutSeconds?: number): Story {
  const token = once(opaque())
  return {
    name: `answers 503 when the server ${name}, and lets in when it recovered (INTRO-05)`,
    issuers: askingMain(timeoutSeconds === undefined ? {} : { http: { timeoutSeconds } }),
    before: (kit) => kit.main.fail(faultOf(kit), 'introspection'),
    steps: [
      { request: token, answer: unanswered, also: othersNotAsked },
      { request: token, answer: unanswered },
      {
        before: recovered,
        request: token,
        answer: passes(),
        also: asked(name === 'resets the connection' ? 3 : 2),
      },
    ],
  }
}

const startingAgain: Step = {
  before: recovered,
  request: opaque(),
  answer: passes(),
}

stories('An authorization server that does not answer questions as it should (RFC 7662 §2.3)', [
  ...Object.entries(faults).map(([name, faultOf]) => fault(name, faultOf)),
  ...Object.entries(slowFaults).map(([name, slow]) => fault(name, () => slow, 0.2)),
  {
    name: 'lets in when the server is slow, and within the limit (INTRO-05)',
    issuers: askingMain(),
    before: ({ main }) => main.fail({ slowSeconds: 0.02 }, 'introspection'),
    steps: [{ request: opaque(), answer: passes() }],
  },
  {
    name: 'answers 503 on every route that looks at the token, and asks each time (INTRO-05)',
    issuers: askingMain(),
    before: ({ main }) => main.fail('error', 'introspection'),
    steps: [
      ...routes.map((route, at): Step => {
        return { request: opaque({}, route), answer: unanswered, also: asked(at + 1) }
      }),
      { request: opaque({}, { target: '/public' }), answer: passes(null), also: asked(routes.length) },
    ],
  },
  {
    name: 'tells operators what failed, and no token (INTRO-05)',
    issuers: askingMain(),
    before: ({ main }) => main.fail('error', 'introspection'),
    steps: [
      {
        request: opaque(),
        answer: unanswered,
        also: ({ events, main: { issuer, introspectionEndpoint } }) => {
          const message = `${introspectionEndpoint}: expected status 200, got 500 and "server_error"; see introspectionIssuer({ client })`
          const facts = { type: 'unavailable', code: 'introspection_unavailable', issuer, message }
          expect(events.at(-1)).toMatchObject(facts)
        },
      },
    ],
  },
  {
    name: 'answers 503 when nobody listens where it is to ask, and lets in afterwards (INTRO-05)',
    issuers: ({ main }) => [asking(main, { endpoint: main.introspectionEndpoint })],
    before: ({ main }) => main.fail('down'),
    steps: [
      { request: opaque(), answer: unanswered },
      { before: recover, request: opaque(), answer: passes() },
    ],
  },
  {
    name: 'answers 503 when nobody listens from the beginning, and lets in afterwards (INTRO-05, META-06)',
    issuers: askingMain(),
    before: ({ main }) => main.fail('down'),
    steps: [{ request: opaque(), answer: noMetadata }, startingAgain],
  },
  {
    name: 'answers 503 when nobody listens any more, and lets in when somebody does again (INTRO-05)',
    issuers: askingMain(),
    steps: [
      { request: opaque(), answer: passes() },
      { before: ({ main }) => main.fail('down'), request: opaque(), answer: unanswered },
      { before: recover, request: opaque(), answer: passes() },
    ],
  },
])
