import { expect } from 'vitest'
import { refusal } from './answers.js'
import { passes, type Row } from './contract.js'
import type { Exchange } from './exchange.js'
import { answered } from './introspection-api.js'
import { bearer } from './requests.js'

const inactive = refusal('token_inactive')

/** What is not the value true of JSON, but would be taken for it by a careless reader. */
const notTrue: Readonly<Record<string, unknown>> = {
  'the text "true"': 'true',
  'the number 1': 1,
  'the number 0': 0,
  null: null,
  'an object': {},
  'a list': [true],
}

const without = (answer: Record<string, unknown>) => {
  const { active: _, ...others } = answer
  return others
}

const absent: Readonly<Record<string, (answer: Record<string, unknown>) => unknown>> = {
  'says nothing of it': without,
  'says it in another case': (answer) => ({ ...without(answer), Active: true, ACTIVE: true }),
  'says it of something else': (answer) => ({ ...without(answer), token: { active: true } }),
  'is an empty object': () => ({}),
}

const routes: readonly Exchange[] = [
  { target: '/any' },
  { target: '/any', method: 'POST' },
  { target: '/optional' },
  { target: '/read' },
]

/** It is the fault of the server, and operators can see what it said. */
const serverBlamed: NonNullable<Row['also']> = ({ events }) =>
  expect(events.at(-1)).toMatchObject({ message: expect.stringContaining('expected true or false') })

const all = { scope: 'accounts:read accounts:write' }

/** Tokens that their authorization server calls active, or does not: RFC 7662 §2.2. */
export const activeRows: readonly Row[] = [
  ...routes.flatMap((route): Row[] => {
    const place = `${route.method ?? 'GET'} ${route.target}`
    return [
      {
        name: `lets in a token that is active, on ${place} (INTRO-04)`,
        request: answered(undefined, all, route),
        answer: ({ main }) => passes({ issuer: main.issuer, subject: 'test-client', scheme: 'Bearer' }),
      },
      {
        name: `refuses a token that is not active, on ${place} (INTRO-04)`,
        request: answered(() => ({ active: false }), all, route),
        answer: inactive,
      },
    ]
  }),
  {
    name: 'tells who calls, from the members of the answer (INTRO-04)',
    request: answered(undefined, { scope: 'accounts:read', claims: { sub: 'user-1', client_id: 'app' } }),
    answer: ({ main, clock }) =>
      passes({
        issuer: main.issuer,
        subject: 'user-1',
        clientId: 'app',
        audience: ['https://api.example.com'],
        scopes: ['accounts:read'],
        expiresAt: clock.now() / 1000 + 300,
        scheme: 'Bearer',
      }),
  },
  {
    name: 'refuses a token that is not active, whatever else is said of it (INTRO-04)',
    request: answered((answer) => ({ ...answer, active: false })),
    answer: inactive,
  },
  ...Object.entries(notTrue).map(
    ([name, active]): Row => ({
      name: `refuses a token whose active is ${name}, and blames its server (INTRO-04)`,
      request: answered((answer) => ({ ...answer, active })),
      answer: inactive,
      also: serverBlamed,
    }),
  ),
  ...Object.entries(absent).map(
    ([name, hook]): Row => ({
      name: `refuses a token when the answer ${name}, and blames its server (INTRO-04)`,
      request: answered(hook),
      answer: inactive,
      also: serverBlamed,
    }),
  ),
  {
    name: 'refuses a token that the server does not know (INTRO-04)',
    request: (kit) => {
      kit.main.answerIntrospection()
      return bearer('2YotnFZFEjr1zCsicMWpAA')
    },
    answer: inactive,
  },
  {
    name: 'refuses a token of another authorization server, as one that is not known (INTRO-04)',
    request: async ({ main, other }) => {
      main.answerIntrospection()
      return bearer(await other.mintOpaque())
    },
    answer: inactive,
  },
]
