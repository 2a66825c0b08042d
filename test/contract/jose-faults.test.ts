import { type JwkSet, jwtIssuer } from '@portcullis/core'
import type { EndpointFault } from '@portcullis/testing'
import { expect } from 'vitest'
import { refusal, unavailable } from './answers.js'
import { passes } from './contract.js'
import type { Kit } from './kit.js'
import { mint } from './published-keys.js'
import { minted } from './requests.js'
import { type Step, type Story, stories } from './stories.js'

/** What the authorization server does instead of answering with its document. */
const faults: Readonly<Record<string, (kit: Kit) => EndpointFault>> = {
  'resets the connection': () => 'reset',
  'never answers': () => 'hang',
  'never ends its answer': () => 'hanging-body',
  'answers too late': () => ({ slowSeconds: 0.5 }),
  'answers with 50 MB': () => 'huge',
  'answers 500': () => 'error',
  'answers with HTML': () => 'html',
  'answers with half of the JSON': () => 'garbage',
  'redirects to another host': ({ canary }) => ({ redirectTo: canary.url }),
  'redirects to the keys of another issuer': ({ other }) => ({ redirectTo: other.jwksUri }),
  'redirects to a good document': ({ main }) => ({ redirectTo: main.jwksUri }),
}

const codes = { metadata: 'metadata_unavailable', jwks: 'keys_unavailable' } as const

/** Bodies with status 200 that are JSON, and no JWK Set with a key that is of use, though they may hold good keys. */
const noKeySets: Readonly<Record<string, (keys: readonly object[]) => unknown>> = {
  null: () => null,
  'a string': (keys) => JSON.stringify({ keys }),
  'an empty object': () => ({}),
  'an empty list': () => [],
  'a list of keys': (keys) => keys,
  'a list of key sets': (keys) => [{ keys }],
  'a single key': ([key]) => key,
  'keys that are no list': (keys) => ({ keys: Object.fromEntries(Object.entries(keys)) }),
  'keys that are null': () => ({ keys: null }),
  'keys under another name': (keys) => ({ Keys: keys }),
  'an empty list of keys': () => ({ keys: [] }),
  'keys for encryption alone': (keys) => ({ keys: keys.map((key) => ({ ...key, use: 'enc' })) }),
  'a hundred and one keys': (keys) => ({ keys: Array.from({ length: 101 }, () => keys[0]) }),
}

/** What a `fetch` of the application's own may do wrong, though it knows the keys. */
const brokenFetches: Readonly<Record<string, (set: JwkSet) => Response | Promise<Response>>> = {
  'fails at once': () => {
    throw new Error('no network')
  },
  'fails later': async () => Promise.reject(new TypeError('fetch failed')),
  'gives no response': () => undefined as unknown as Response,
  'gives no body': () => new Response(null),
  'never answers and ignores its signal': () => new Promise(() => undefined),
  'answers 201': (set) => Response.json(set, { status: 201 }),
  'answers 203': (set) => Response.json(set, { status: 203 }),
  'answers 204': () => new Response(null, { status: 204 }),
  'answers 302 towards plain http': (set) => redirect(set, 302),
  'answers 308 towards plain http': (set) => redirect(set, 308),
  'answers 404': (set) => Response.json(set, { status: 404 }),
  'answers 503': (set) => Response.json(set, { status: 503 }),
}

const recovered: Step = mint(
  {},
  {
    before: async ({ main, clock }) => {
      await main.recover()
      clock.advance(1)
    },
    answer: passes(),
  },
)

stories('An authorization server that does not answer as it should', [
  ...Object.entries(faults).flatMap(([name, faultOf]) =>
    (['metadata', 'jwks'] as const).map((endpoint) =>
      fault(`${name} when asked for ${endpoint}`, endpoint, faultOf),
    ),
  ),
  ...Object.entries(noKeySets).map(([name, document]) =>
    throughFetch(`answers with ${name} when asked for jwks`, ({ keys }) => Response.json(document(keys))),
  ),
  ...Object.entries(brokenFetches).map(([name, answer]) =>
    throughFetch(`is asked by a fetch that ${name}`, answer),
  ),
  {
    name: 'lets in when the server is slow, and within the limit (JOSE-32)',
    issuers: impatient,
    before: ({ main }) => main.fail({ slowSeconds: 0.02 }),
    steps: [mint({}, { answer: passes() })],
  },
  {
    name: 'answers 503 when a document is larger than what is configured (JOSE-32)',
    issuers: ({ main }) => [
      jwtIssuer({ issuer: main.issuer, jwksUri: main.jwksUri, http: { maxBytes: 100 } }),
    ],
    steps: [mint({}, { answer: unavailable('keys_unavailable') })],
  },
  {
    name: 'answers 503 with a cold cache when nobody listens, and lets in afterwards (JOSE-33)',
    before: ({ main }) => main.fail('down'),
    steps: [
      mint({}, { answer: unavailable('metadata_unavailable') }),
      { request: minted({}, { target: '/optional' }), answer: unavailable('metadata_unavailable') },
      recovered,
    ],
  },
  {
    name: 'answers 503 with a cold cache when nobody listens where the keys are configured to be (JOSE-33)',
    issuers: ({ main }) => [jwtIssuer({ issuer: main.issuer, jwksUri: main.jwksUri })],
    before: ({ main }) => main.fail('down'),
    steps: [mint({}, { answer: unavailable('keys_unavailable') }), recovered],
  },
  {
    name: 'still refuses what is wrong without a look at the keys when nobody listens (JOSE-33)',
    before: ({ main }) => main.fail('down'),
    steps: [
      mint({ header: { alg: 'none' } }, { answer: refusal('token_algorithm_refused') }),
      mint({ header: { typ: 'JWT' } }, { answer: refusal('token_type_unexpected') }),
      mint({ claims: { iss: 'https://stranger.example' } }, { answer: refusal('token_issuer_untrusted') }),
    ],
  },
  {
    name: 'asks a failing server once in a second, whoever calls (JOSE-32)',
    before: ({ main }) => main.fail('error', 'jwks'),
    steps: [
      mint({}, { answer: unavailable('keys_unavailable') }),
      mint(
        {},
        { before: ({ main }) => main.recover(), answer: unavailable('keys_unavailable'), also: askedOnce },
      ),
      { ...recovered, also: ({ main }) => expect(main.count('jwks')).toBe(2) },
    ],
  },
])

function fault(name: string, endpoint: keyof typeof codes, faultOf: (kit: Kit) => EndpointFault): Story {
  return {
    name: `answers 503 when the server ${name}, and lets in when it recovered (JOSE-32)`,
    issuers: impatient,
    before: (kit) => kit.main.fail(faultOf(kit), endpoint),
    steps: [mint({}, { answer: unavailable(codes[endpoint]) }), recovered],
  }
}

/** The keys are asked for through a fetch that does this until the clock moves on. */
function throughFetch(name: string, answer: (set: JwkSet) => Response | Promise<Response>): Story {
  return {
    name: `answers 503 when the server ${name}, and lets in when it recovered (JOSE-32)`,
    issuers: ({ main, clock }) => {
      const since = clock.now()
      const fetch: typeof globalThis.fetch = async (...request) =>
        clock.now() === since ? answer(main.jwks) : globalThis.fetch(...request)
      return [jwtIssuer({ issuer: main.issuer, jwksUri: main.jwksUri, http: { fetch, timeoutSeconds: 0.2 } })]
    },
    steps: [mint({}, { answer: unavailable('keys_unavailable') }), recovered],
  }
}

function redirect(set: JwkSet, status: number): Response {
  return Response.json(set, { status, headers: { location: 'http://as.example.com/jwks' } })
}

function impatient({ main }: Kit) {
  return [jwtIssuer({ issuer: main.issuer, http: { timeoutSeconds: 0.2 } })]
}

function askedOnce({ main }: Kit): void {
  expect(main.count('jwks')).toBe(1)
}
