import { memoryReplayStore, type ReplayStore, Unavailable } from '@portcullis/core'
import { dpopClient } from '@portcullis/testing'
import { expect } from 'vitest'
import { both, type RefusalCode, unavailable } from './answers.js'
import type { ApiOptions } from './api.js'
import { passes, type Row } from './contract.js'
import type { Exchange } from './exchange.js'
import { once, type Proven, proven } from './requests.js'
import { type Step, stories } from './stories.js'

const jti = 'e1j3V_bKic8-LAEB-the-same-every-time'
const replayed = both.dpop('proof_replayed')
const fresh: ApiOptions = { clockToleranceSeconds: 0, dpop: {} }

/** A request whose proof always has the same `jti`. */
function same(special: Proven = {}, request: Exchange = {}): Row['request'] {
  const { proof } = special
  return proven({ ...special, proof: { ...proof, claims: { jti, ...proof?.claims } } }, request)
}

const step = (request: Row['request'], answer: Step['answer'], more: Partial<Step> = {}): Step => ({
  ...more,
  request,
  answer,
})
const at = (seconds: number): Partial<Step> => ({ before: ({ clock }) => clock.advance(seconds) })

/** The proof of the first request, with something else around it. */
const again: Readonly<Record<string, (first: Exchange) => Exchange>> = {
  'the very same request': (first) => first,
  'another query': (first) => ({ ...first, target: '/any?page=2' }),
  'another field': (first) => ({ ...first, headers: [...(first.headers ?? []), ['X-Request-Id', '2']] }),
  'the scheme in lower case': ({ headers = [] }) => ({
    headers: headers.map(([name, value]) => [name, value.replace(/^DPoP /, 'dpop ')] as const),
  }),
}

/** The same `jti` in another proof of the same client, for the same target. */
const sameUse: Readonly<Record<string, readonly [special: Proven, request?: Exchange]>> = {
  'another token': [{ token: { clientId: 'test-client', scope: 'accounts:read' } }],
  'another iat': [{ proof: { claims: { iat: Date.UTC(2026, 0, 1) / 1000 - 7 } } }],
  'htu written otherwise': [{ proof: { claims: { htu: 'HTTPS://API.example.com:443/%61ny?x' } } }],
  'another method': [{}, { method: 'POST' }],
}

const otherUse: Readonly<Record<string, readonly [special: () => Proven, request?: Exchange]>> = {
  'another key': [() => ({ client: dpopClient({ now: () => Date.UTC(2026, 0, 1) }) })],
  'another target': [() => ({}), { target: '/optional' }],
  'another jti': [() => ({ proof: { claims: { jti: `${jti}-2` } } })],
  'the jti in another case': [() => ({ proof: { claims: { jti: jti.toUpperCase() } } })],
}

const failures: readonly (readonly [code: RefusalCode, Proven])[] = [
  ['proof_method_mismatch', { proof: { method: 'POST' } }],
  ['proof_target_mismatch', { proof: { url: 'https://evil.example/any' } }],
  ['proof_token_mismatch', { proof: { token: 'another' } }],
  ['proof_stale', { proof: { claims: { iat: 1 } } }],
  ['proof_signature_invalid', { proof: { key: dpopClient().privateKey } }],
  ['token_expired', { token: { expiresInSeconds: 0 } }],
  ['token_audience_mismatch', { token: { audience: 'https://other.example' } }],
  ['confirmation_mismatch', { token: { claims: { cnf: { jkt: 'x' } } } }],
]

stories('D. A proof works once (RFC 9449 §11.1)', [
  ...Object.entries(again).map(([name, repeat]) => {
    const first = once(proven())
    return {
      name: `refuses a proof for the second time: ${name} (DPOP-41)`,
      options: fresh,
      steps: [
        step(first, passes({ scheme: 'DPoP' })),
        step(async (kit) => repeat(await first(kit)), replayed),
        step(async (kit) => repeat(await first(kit)), replayed),
      ],
    }
  }),
  ...Object.entries(sameUse).map(([name, [special, request]]) => ({
    name: `refuses the same jti for the second time, with ${name} (DPOP-41)`,
    options: fresh,
    steps: [step(same(), passes()), step(same(special, request), replayed)],
  })),
  ...Object.entries(otherUse).map(([name, [special, request]]) => ({
    name: `lets in the same jti with ${name} (DPOP-43)`,
    options: fresh,
    steps: [
      step(same(), passes()),
      step((kit) => same(special(), request)(kit), passes()),
      step(same(), replayed),
    ],
  })),
  ...failures.map(([code, special]) => ({
    name: `does not take a request for a use that failed with ${code} (DPOP-44)`,
    options: fresh,
    steps: [step(same(special), both.dpop(code)), step(same(), passes()), step(same(), replayed)],
  })),
  {
    name: 'takes a request with too little scope for a use: the proof was good (DPOP-44)',
    options: fresh,
    steps: [
      step(same({}, { target: '/read' }), both.dpop('scope_insufficient', 'accounts:read')),
      step(same({ token: { scope: 'accounts:read' } }, { target: '/read' }), replayed),
    ],
  },
  ...[-60, -30, 0, 10].flatMap((ahead) => {
    const first = once(proven({ proof: { claims: { iat: Date.UTC(2026, 0, 1) / 1000 + ahead } } }))
    return {
      name: `refuses a proof of ${ahead} s ahead as used until its last moment, and then as too old (DPOP-20, DPOP-44)`,
      options: fresh,
      steps: [
        step(first, passes()),
        step(first, replayed, at((60 + ahead) / 2)),
        step(first, replayed, at((60 + ahead) / 2)),
        step(first, both.dpop('proof_stale'), at(0.001)),
        step(first, both.dpop('proof_stale'), at(10)),
        step(first, both.dpop('proof_stale'), at(200)),
      ],
    }
  }),
  {
    name: 'lets no second use pass while others come in between (DPOP-41, DPOP-45)',
    options: fresh,
    steps: [
      step(same(), passes()),
      ...Array.from({ length: 20 }, () => step(proven(), passes(), at(2))),
      step(same({ proof: { claims: { iat: Date.UTC(2026, 0, 1) / 1000 } } }), replayed),
    ],
  },
  ...sharedStore(),
])

/** Two instances that remember in the same place. */
function sharedStore(): Parameters<typeof stories>[1] {
  const first = once(proven())
  const shared: ApiOptions = { dpop: { replayStore: memoryReplayStore() } }
  return [
    {
      name: 'refuses at one instance what another one let in, when they share a store (DPOP-41)',
      options: shared,
      steps: [step(first, passes()), step(first, replayed, { instance: shared }), step(proven(), passes())],
    },
  ]
}

const hidden = 'redis://user:internal-text@10.0.0.1'
const down = unavailable('replay_store_unavailable')

/** What a store does instead of answering with true or false. */
const broken: Readonly<Record<string, () => unknown>> = {
  throws: () => {
    throw new Error(hidden)
  },
  'throws no error': () => {
    throw hidden
  },
  'fails later': async () => Promise.reject(new Error(hidden)),
  'fails later with nothing': async () => Promise.reject(undefined),
  'answers with undefined': () => undefined,
  'answers with null': async () => null,
  'answers with 1': () => 1,
  'answers with 0': () => 0,
  'answers with OK': async () => 'OK',
  'answers with the word true': () => 'true',
  'answers with an object': () => ({ first: true }),
}

const internals: NonNullable<Row['also']> = (_, { headers, body }) => {
  expect(JSON.stringify([...headers]) + body).not.toContain('internal-text')
  expect(JSON.stringify([...headers]) + body).not.toContain('redis')
}

stories('D. A replay store that does not answer as it should', [
  ...Object.entries(broken).map(([name, answer]) => ({
    name: `answers 503 when it ${name}, and lets nobody in (DPOP-45)`,
    options: { dpop: { replayStore: { firstUse: answer } as unknown as ReplayStore } },
    steps: [
      { ...step(proven(), down), also: internals },
      { ...step(proven({}, { target: '/optional' }), down), also: internals },
      step(proven({ proof: { method: 'POST' } }), both.dpop('proof_method_mismatch')),
      step(proven({}, { target: '/public' }), passes(null)),
    ],
  })),
  {
    name: 'answers with the time that the store names, and tells operators why (DPOP-45)',
    options: {
      dpop: {
        replayStore: {
          firstUse: () => {
            throw new Unavailable('replay_store_unavailable', `no answer: ${hidden}`, {
              retryAfterSeconds: 7,
            })
          },
        },
      },
    },
    steps: [
      {
        ...step(proven(), unavailable('replay_store_unavailable', 7)),
        also: async (...seen) => {
          await internals(...seen)
          const [{ events }] = seen
          expect(events.at(-1)).toMatchObject({ type: 'unavailable', code: 'replay_store_unavailable' })
        },
      },
    ],
  },
  recovering(),
  {
    name: 'answers 503 when it is full, forgets nothing that lives, and lets in again afterwards (DPOP-45)',
    options: () => ({ dpop: { replayStore: memoryReplayStore({ maxEntries: 1 }) } }),
    steps: [
      step(same(), passes()),
      step(proven(), unavailable('replay_store_full', 10)),
      step(proven({ token: { clientId: 'another' } }), unavailable('replay_store_full', 10)),
      step(same(), replayed),
      step(proven(), passes(), at(81)),
    ],
  },
  {
    name: 'answers 503 to the one client that fills a quarter of it, whatever its keys, and to no other (DPOP-45)',
    options: () => ({ dpop: { replayStore: memoryReplayStore({ maxEntries: 8 }) } }),
    steps: [
      step(proven(), passes()),
      step(proven(), passes()),
      step(proven(), unavailable('replay_store_full', 10)),
      step(
        (kit) => proven({ client: dpopClient({ now: kit.clock.now }) })(kit),
        unavailable('replay_store_full', 10),
      ),
      step(proven({ token: { clientId: 'another' } }), passes()),
    ],
  },
])

/** Its answers decide again as soon as it answers again; what failed was no use. */
function recovering(): Parameters<typeof stories>[1][number] {
  let working = false
  const store = () => {
    const memory = memoryReplayStore()
    return {
      firstUse: async (use: Parameters<ReplayStore['firstUse']>[0]) => {
        if (!working) throw new Error(hidden)
        return memory.firstUse(use)
      },
    }
  }
  return {
    name: 'answers 503 while it is down, and lets in when it is up again (DPOP-45)',
    options: () => ({ dpop: { replayStore: store() } }),
    before: () => {
      working = false
    },
    steps: [
      step(same(), down),
      step(same(), passes(), {
        before: () => {
          working = true
        },
      }),
      step(same(), replayed),
    ],
  }
}
