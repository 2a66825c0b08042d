import { introspectionIssuer } from '@portcullis/core'
import { expect } from 'vitest'
import { unavailable } from './answers.js'
import { resource } from './api.js'
import { passes, type Row } from './contract.js'
import { asked, asking, askingMain, opaque } from './introspection-api.js'
import type { Kit } from './kit.js'
import { bearer } from './requests.js'
import type { Step, Story } from './stories.js'

const noMetadata = unavailable('metadata_unavailable')
/** The metadata is there and does not name the endpoint. That changes less soon. */
const notNamed = unavailable('metadata_unavailable', 10)

/** How often the main authorization server was asked for its metadata, and about tokens. */
function counts(metadata: number, introspection: number): NonNullable<Row['also']> {
  return ({ main }) =>
    expect([main.count('metadata'), main.count('introspection')]).toEqual([metadata, introspection])
}

const good: Step = { request: opaque(), answer: passes() }
const explicit: Story['issuers'] = ({ main }) => [asking(main, { endpoint: main.introspectionEndpoint })]
const later =
  (seconds: number, then: (kit: Kit) => void | Promise<void>): NonNullable<Step['before']> =>
  (kit) => {
    kit.clock.advance(seconds)
    return then(kit)
  }
const failing = ({ main }: Kit) => main.fail('error', 'metadata')
const recovered = ({ main }: Kit) => main.recover()
const without = { main: { audience: resource, introspection: { inMetadata: false } } }

/** What `introspection_endpoint` of an issuer on https may not be. */
const unusable: Readonly<Record<string, unknown>> = {
  'is on plain http': 'http://as.example.com/introspect',
  'is a path': '/introspect',
  'is of another scheme': 'file:///etc/passwd',
  'has a name and a password': 'https://user:password@as.example.com/introspect',
  'is null': null,
}

/** An issuer on https, whose metadata names this endpoint; and what is fetched from it. */
function named(name: string, endpoint: unknown): Story {
  const issuer = 'https://as.example.com'
  const fetched: string[] = []
  const answer: typeof fetch = async (input) => {
    fetched.push(input instanceof Request ? input.url : input.toString())
    return Response.json({ issuer, jwks_uri: `${issuer}/jwks`, introspection_endpoint: endpoint })
  }
  return {
    name: `answers 503 when the endpoint in the metadata ${name}, and asks nobody there (INTRO-03, META-03)`,
    issuers: () => {
      fetched.length = 0
      return [introspectionIssuer({ issuer, client: { id: 'api', secret: 's' }, http: { fetch: answer } })]
    },
    steps: [
      {
        request: () => bearer('opaque'),
        answer: notNamed,
        also: () => expect(fetched.filter((url) => !url.includes('/.well-known/'))).toEqual([]),
      },
    ],
  }
}

/** Where an authorization server is asked: RFC 8414 §2. */
export const endpointStories: readonly Story[] = [
  {
    name: 'asks where the metadata says, which it fetches once (INTRO-01, META-02)',
    issuers: askingMain(),
    steps: [
      { ...good, also: counts(1, 1) },
      { ...good, also: counts(1, 2) },
    ],
  },
  {
    name: 'finds the endpoint in the metadata of OpenID Connect Discovery (INTRO-01, META-02)',
    servers: { main: { audience: resource, metadata: 'openid' } },
    issuers: askingMain(),
    steps: [good],
  },
  {
    name: 'finds the endpoint of an issuer that has a path (INTRO-01, META-02)',
    issuers: ({ other }) => [asking(other, { audience: 'accounts' })],
    steps: [
      {
        request: async ({ other }) => bearer(await other.mintOpaque()),
        answer: ({ other }) => passes({ issuer: other.issuer }),
      },
    ],
  },
  {
    name: 'asks where it is configured to, and looks at no metadata (INTRO-01)',
    servers: without,
    issuers: explicit,
    before: failing,
    steps: [{ ...good, also: counts(0, 1) }],
  },
  {
    name: 'asks any issuer whose endpoint is configured, whatever its name is (INTRO-01)',
    issuers: ({ main: { introspectionEndpoint: endpoint, introspectionClient: client } }) => [
      introspectionIssuer({ issuer: 'urn:legacy', endpoint, client }),
    ],
    steps: [
      { request: opaque({ claims: { iss: undefined } }), answer: passes({ issuer: 'urn:legacy' }) },
      { request: opaque({ claims: { iss: 'urn:legacy' } }), answer: passes({ issuer: 'urn:legacy' }) },
    ],
  },
  {
    name: 'answers 503 when the metadata names no endpoint, and asks nothing (INTRO-05)',
    servers: without,
    issuers: askingMain(),
    steps: [{ request: opaque(), answer: notNamed, also: asked(0) }],
  },
  {
    name: 'answers 503 when the metadata cannot be had, and lets in when it can (INTRO-05, META-06)',
    issuers: askingMain(),
    before: failing,
    steps: [
      { request: opaque(), answer: noMetadata, also: asked(0) },
      { ...good, before: later(1, recovered) },
    ],
  },
  {
    name: 'answers 503 when the metadata is that of another issuer, and asks nothing (INTRO-05, META-01)',
    issuers: askingMain(),
    before: ({ main }) => main.fail('wrong-issuer'),
    steps: [
      { request: opaque(), answer: noMetadata, also: asked(0) },
      { ...good, before: later(1, recovered) },
    ],
  },
  {
    name: 'goes on asking where the metadata said while it cannot be had anew (INTRO-05, META-07)',
    issuers: askingMain(),
    steps: [
      good,
      {
        ...good,
        before: later(3601, failing),
        also: ({ main }) => expect(main.count('metadata')).toBeGreaterThan(1),
      },
    ],
  },
  {
    name: 'answers 503 when an answer is larger than what is configured (INTRO-05)',
    issuers: ({ main }) => [asking(main, { endpoint: main.introspectionEndpoint, http: { maxBytes: 100 } })],
    steps: [{ request: opaque(), answer: unavailable('introspection_unavailable') }],
  },
  ...Object.entries(unusable).map(([name, endpoint]) => named(name, endpoint)),
]
