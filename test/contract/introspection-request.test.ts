import { randomUUID } from 'node:crypto'
import { introspectionIssuer } from '@portcullis/core'
import { afterAll, describe, expect, it } from 'vitest'
import { refusal } from './answers.js'
import type { Trusted } from './api.js'
import { contract, passes, type Row } from './contract.js'
import { asking, opaque } from './introspection-api.js'
import { clientStories, relay } from './introspection-client.js'
import { endpointStories } from './introspection-endpoint.js'
import { bearer, dpop } from './requests.js'
import { stories } from './stories.js'

afterAll(() => relay.close())

const issuers = ({ main }: Trusted) => [asking(main, { endpoint: relay.before(main) })]

/** The token stands in the form, and nowhere else. */
const inFormAlone: NonNullable<Row['also']> = () => {
  const { method, target, fields, form } = relay.last()
  expect({ method, target, type: fields.get('content-type') }).toEqual({
    method: 'POST',
    target: '/introspect',
    type: 'application/x-www-form-urlencoded',
  })
  const [[name, token] = [], ...others] = form
  expect(name).toBe('token')
  expect(others).toEqual([['token_type_hint', 'access_token']])
  expect([...fields.values()].join('\n')).not.toContain(token)
}

const notPassedOn = ['dpop', 'cookie', 'x-forwarded-for', 'x-request-id', 'origin', 'referer']
const extra = notPassedOn.map((name) => [name, `${name}-of-the-caller`] as const)

contract(
  'What an authorization server is asked (RFC 7662 §2.1)',
  [
    {
      name: 'asks by POST, with the token in a form and nowhere else (INTRO-01)',
      request: opaque(),
      answer: passes({ subject: 'test-client' }),
      also: inFormAlone,
    },
    {
      name: 'asks about a token with every character that one may have (INTRO-01)',
      request: async ({ main }) => bearer(await main.mintOpaque({ prefix: 'aZ09-._~+/' })),
      answer: passes(),
      also: inFormAlone,
    },
    {
      name: 'asks about a token that ends in equals signs, with all of them (INTRO-01)',
      request: () => bearer(`${randomUUID()}==`),
      answer: refusal('token_inactive'),
      also: () => expect(relay.last().form[0]).toEqual(['token', expect.stringMatching(/^[\da-f-]{36}==$/)]),
    },
    {
      name: 'asks for JSON where no signature is demanded (INTRO-11)',
      request: opaque(),
      answer: passes(),
      also: () => expect(relay.last().fields.get('accept')).toBe('application/json'),
    },
    {
      name: "passes on neither the caller's other fields nor its query (INTRO-01, DPOP-47)",
      request: opaque({}, { target: '/any?access=1', headers: extra }),
      answer: passes(),
      also: (...seen) => {
        const { fields } = relay.last()
        expect(notPassedOn.filter((name) => fields.has(name))).toEqual([])
        expect([...fields.values()].join('\n')).not.toContain('of-the-caller')
        return inFormAlone(...seen)
      },
    },
    {
      name: "passes on neither the method of the caller's request nor its body (INTRO-01)",
      request: opaque(
        {},
        {
          method: 'POST',
          body: 'token=x&client_id=y',
          headers: [['Content-Type', 'application/x-www-form-urlencoded']],
        },
      ),
      answer: passes(),
      also: inFormAlone,
    },
  ],
  { issuers },
)

stories('What an authorization server is asked about nothing', [
  {
    name: 'asks nothing where no token came, where the field is malformed, or where nothing is required (INTRO-01)',
    issuers,
    steps: [
      { request: () => ({}), answer: refusal('credential_missing') },
      {
        request: () => ({ headers: [['Authorization', 'Basic eDp5']] }),
        answer: refusal('credential_missing'),
      },
      { request: () => bearer('a b'), answer: refusal('credential_malformed') },
      { request: () => dpop('abc', 'x'), answer: refusal('credential_missing') },
      { request: opaque({}, { target: '/public' }), answer: passes(null) },
      { request: () => ({ target: '/optional' }), answer: passes(null) },
    ].map((step) => ({ ...step, also: () => expect(relay.seen).toEqual([]) })),
  },
])

stories('As whom an authorization server is asked (RFC 7662 §2.1)', clientStories)

stories('Where an authorization server is asked (RFC 8414 §2)', endpointStories)

describe('An endpoint in the configuration', () => {
  const at =
    (endpoint: string, issuer = 'https://as.example.com') =>
    () =>
      introspectionIssuer({ issuer, endpoint, client: { id: 'api', secret: 'secret' } })

  it.each([
    'http://as.example.com/introspect',
    'http://127.0.0.1.example.com/introspect',
    'http://localhost.example.com/introspect',
    'http://192.168.0.1/introspect',
    '//as.example.com/introspect',
    '/introspect',
    'ftp://as.example.com/introspect',
  ])('is refused while the application starts: %s (INTRO-03)', (endpoint) => {
    expect(at(endpoint)).toThrow(TypeError)
    expect(at(endpoint)).toThrow('introspectionIssuer.endpoint: expected an https URL')
  })

  it.each([
    'https://as.example.com/introspect',
    'http://127.0.0.1:8080/introspect',
    'http://localhost/introspect',
  ])('is accepted: %s (INTRO-03)', (endpoint) => expect(at(endpoint)).not.toThrow())

  it('is not to be found for an issuer on plain http (INTRO-03)', () => {
    const client = { id: 'api', secret: 'secret' }
    const build = () => introspectionIssuer({ issuer: 'http://as.example.com', client })
    expect(build).toThrow(/^introspectionIssuer.issuer: expected an https URL/)
  })
})
