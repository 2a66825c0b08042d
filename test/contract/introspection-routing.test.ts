import { type IntrospectionIssuerOptions, introspectionIssuer, jwtIssuer } from '@portcullis/core'
import { describe, expect, it } from 'vitest'
import { refusal, unavailable } from './answers.js'
import { testApi } from './api.js'
import { contract, passes, type Row } from './contract.js'
import { asked, asking, askingMain, opaque } from './introspection-api.js'
import { jwtRows } from './introspection-jwt.js'
import { sideBySideStories } from './introspection-side-by-side.js'
import { bearer } from './requests.js'
import { type Story, stories } from './stories.js'

const [inactive, malformed] = [refusal('token_inactive'), refusal('token_malformed')]

/** How often each of the servers was asked about tokens. */
function questions(main: number, other: number): NonNullable<Row['also']> {
  return (kit) =>
    expect([kit.main, kit.other].map((one) => one.count('introspection'))).toEqual([main, other])
}

const startsWith = (prefix: string) => (token: string) => token.startsWith(prefix)

/** Two servers are asked, each about what its `accepts` takes. */
function two(
  main: NonNullable<IntrospectionIssuerOptions['accepts']>,
  other: NonNullable<IntrospectionIssuerOptions['accepts']>,
): NonNullable<Story['issuers']> {
  return (kit) => [
    asking(kit.main, { accepts: main }),
    asking(kit.other, { accepts: other, audience: 'accounts' }),
  ]
}

const ofOther =
  (prefix: string): Row['request'] =>
  async ({ other }) =>
    bearer(await other.mintOpaque({ prefix }))

const fails = () => {
  throw new Error('no idea')
}

/** What is not true, but would do for a careless reader. */
const almostTrue: Readonly<Record<string, unknown>> = {
  'a number': 1,
  'a text': 'true',
  nothing: undefined,
}

stories('Which authorization server is asked about an opaque token', [
  {
    name: 'asks exactly the one whose accepts takes the token (INTRO-10)',
    issuers: two(startsWith('m_'), startsWith('o_')),
    steps: [
      {
        request: opaque({ prefix: 'm_' }),
        answer: ({ main }) => passes({ issuer: main.issuer }),
        also: questions(1, 0),
      },
      {
        request: ofOther('o_'),
        answer: ({ other }) => passes({ issuer: other.issuer }),
        also: questions(1, 1),
      },
    ],
  },
  {
    name: 'refuses a token that no accepts takes, and asks nobody (INTRO-10)',
    issuers: two(startsWith('m_'), startsWith('o_')),
    steps: [{ request: opaque({ prefix: 'x_' }), answer: malformed, also: questions(0, 0) }],
  },
  {
    name: 'asks the first that takes the token, and no other when that does not know it (INTRO-10)',
    issuers: two(() => true, startsWith('o_')),
    steps: [
      { request: ofOther('o_'), answer: inactive, also: questions(1, 0) },
      { request: opaque(), answer: passes(), also: questions(2, 0) },
    ],
  },
  {
    name: 'asks no other when the first that takes the token does not answer (INTRO-05, INTRO-10)',
    issuers: two(
      () => true,
      () => true,
    ),
    before: ({ main }) => main.fail('error', 'introspection'),
    steps: [
      { request: ofOther(''), answer: unavailable('introspection_unavailable'), also: questions(1, 0) },
    ],
  },
  {
    name: 'answers 503 when accepts throws, and asks nobody (INTRO-10)',
    issuers: two(fails, () => true),
    steps: [{ request: opaque(), answer: unavailable('issuer_unavailable'), also: questions(0, 0) }],
  },
  {
    name: 'answers 503 when accepts answers with a promise, and asks nobody (INTRO-10)',
    issuers: two((() => Promise.resolve(true)) as never, startsWith('o_')),
    steps: [{ request: opaque(), answer: unavailable('issuer_unavailable'), also: questions(0, 0) }],
  },
  ...Object.entries(almostTrue).map(
    ([name, value]): Story => ({
      name: `takes ${name} from accepts for a no (INTRO-10)`,
      issuers: two((() => value) as never, startsWith('o_')),
      steps: [
        { request: opaque(), answer: malformed, also: questions(0, 0) },
        { request: ofOther('o_'), answer: passes(), also: questions(0, 1) },
      ],
    }),
  ),
  {
    name: 'asks about an encrypted token as about any other that it cannot read (INTRO-10)',
    issuers: askingMain(),
    steps: [
      {
        request: () =>
          bearer(`${Buffer.from('{"alg":"dir","enc":"A256GCM"}').toString('base64url')}..aXY.eA.dA`),
        answer: inactive,
        also: asked(1),
      },
    ],
  },
])

stories('JWTs and opaque tokens beside each other', sideBySideStories)

contract('JWTs, where an authorization server is asked about tokens', jwtRows, { issuers: askingMain() })

describe('Who could be asked about one token', () => {
  const client = { id: 'api', secret: 'secret' }
  const issuer = (name: string, options = {}) =>
    introspectionIssuer({ issuer: `https://${name}.example`, client, ...options })
  const accepts = () => true
  const build =
    (...issuers: Parameters<typeof testApi>[0]) =>
    () =>
      testApi(issuers, { onEvent: () => undefined })

  it('has to be told by accepts when there are several (INTRO-10)', () => {
    const options = 'introspectionIssuer.accepts: expected a function for "https://b.example"'
    expect(build(issuer('a', { accepts }), issuer('b'))).toThrow(TypeError)
    expect(build(issuer('a', { accepts }), issuer('b'))).toThrow(options)
    expect(build(issuer('b'), [issuer('a', { accepts })])).toThrow(options)
    expect(build(issuer('a', { accepts }), issuer('b', { accepts }))).not.toThrow()
  })

  it('need not be told when there is one, beside any number of issuers of JWTs (INTRO-10)', () => {
    const jwts = ['a', 'b', 'c'].map((name) => jwtIssuer({ issuer: `https://${name}.example` }))
    expect(build(issuer('a'), jwts)).not.toThrow()
  })

  it('is each listed once (INTRO-10, META-08)', () => {
    expect(build(issuer('a', { accepts }), issuer('a', { accepts }))).toThrow(
      'issuers: expected each issuer once',
    )
  })
})
