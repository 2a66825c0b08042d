import { expect } from 'vitest'
import { unavailable } from './answers.js'
import { resource } from './api.js'
import { passes } from './contract.js'
import { asked, asking, askingMain, opaque } from './introspection-api.js'
import type { Step, Story } from './stories.js'

const untrusted = unavailable('introspection_unavailable')
const noKeys = unavailable('keys_unavailable')
const signed: Story['issuers'] = askingMain({ signed: true })
const good: Step = { request: opaque(), answer: passes() }
const recovered: Step = {
  ...good,
  before: async ({ main, clock }) => {
    await main.recover()
    clock.advance(1)
  },
}

/** Signed answers and their keys: RFC 9701. */
export const signedKeyStories: readonly Story[] = [
  {
    name: 'answers 503 when the server does not sign, though it was asked to (INTRO-11)',
    servers: { main: { audience: resource, introspection: { signed: false } } },
    issuers: signed,
    steps: [{ request: opaque(), answer: untrusted, also: asked(1) }],
  },
  {
    name: 'lets in on plain JSON where no signature is demanded (INTRO-11)',
    servers: { main: { audience: resource, introspection: { signed: false } } },
    issuers: askingMain(),
    steps: [good],
  },
  {
    name: 'fetches keys once for many answers (INTRO-12)',
    issuers: signed,
    steps: [good, good, { ...good, also: ({ main }) => expect(main.count('jwks')).toBe(1) }],
  },
  {
    name: 'lets in at once when the server signs with a new key (INTRO-12)',
    issuers: signed,
    steps: [
      good,
      {
        ...good,
        before: async ({ main, clock }) => {
          clock.advance(11)
          await main.rotate()
        },
      },
    ],
  },
  {
    name: 'finds the keys where they are configured to be, with no metadata at all (INTRO-12)',
    issuers: ({ main }) => [
      asking(main, { signed: true, endpoint: main.introspectionEndpoint, jwksUri: main.jwksUri }),
    ],
    before: ({ main }) => main.fail('error', 'metadata'),
    steps: [{ ...good, also: ({ main }) => expect(main.count('metadata')).toBe(0) }],
  },
  {
    name: 'answers 503 while the keys cannot be had, and lets in when they can (INTRO-05, INTRO-12)',
    issuers: signed,
    before: ({ main }) => main.fail('error', 'jwks'),
    steps: [{ request: opaque(), answer: noKeys }, recovered],
  },
  {
    name: 'goes on with the keys that it knows while they cannot be had anew (INTRO-12)',
    issuers: signed,
    steps: [
      good,
      {
        ...good,
        before: async ({ main, clock }) => {
          await main.fail('error', 'jwks')
          clock.advance(3000)
        },
      },
    ],
  },
  {
    name: 'accepts the algorithms that are configured, and no other (INTRO-12)',
    issuers: askingMain({ signed: true, algorithms: ['PS256'] }),
    steps: [
      { request: opaque(), answer: untrusted },
      { ...good, before: ({ main }) => main.signIntrospection({ alg: 'PS256' }) },
    ],
  },
  {
    name: 'trusts no key of another authorization server (INTRO-12)',
    issuers: signed,
    before: ({ main, other }) =>
      main.signIntrospection({ key: other.keys.ES256.privateKey, header: { kid: other.keys.ES256.kid } }),
    steps: [{ request: opaque(), answer: untrusted }],
  },
]
