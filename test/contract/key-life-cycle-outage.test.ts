import { type JwtIssuerOptions, jwtIssuer } from '@portcullis/core'
import { expect } from 'vitest'
import { unavailable } from './answers.js'
import { passes } from './contract.js'
import { cannotTell, good, settled, showing } from './key-life-cycle.js'
import type { Kit } from './kit.js'
import { addKey, lasting } from './load.js'
import { type Story, stories } from './stories.js'

const minutes = 60
const hours = 60 * minutes

/** How long keys serve that are fresh for ten minutes, and not fetched anew. */
const bounds: readonly (readonly [name: string, options: Partial<JwtIssuerOptions>, seconds: number])[] = [
  ['4 hours and 10 minutes', {}, 4 * hours + 10 * minutes],
  ['11 minutes by configuration', { staleSeconds: 60 }, 11 * minutes],
  ['10 minutes by configuration', { staleSeconds: 0 }, 10 * minutes],
]

stories('The life of keys while their server fails', [
  ...bounds.map(([name, options, seconds]) => serveFor(name, options, seconds)),
  {
    name: 'fetches nothing and answers public routes when it starts without its server, and lets in when that is there (META-06)',
    before: ({ main }) => main.fail('down'),
    steps: [
      { request: () => ({ target: '/public' }), answer: passes(null) },
      ({ keyEvents }) => expect(keyEvents).toEqual([]),
      showing(async ({ main, clock }, show) => {
        const token = await lasting(main)
        await show(token, unavailable('metadata_unavailable'))
        clock.advance(0.1)
        await show(token, unavailable('metadata_unavailable'))
        await main.recover()
        await show(token, unavailable('metadata_unavailable'))
        clock.advance(0.9)
        await show(token, good)
      }),
    ],
  },
  {
    name: 'waits longer after each failure, a minute at most, and says for how long (META-06, JOSE-33)',
    before: ({ main }) => main.fail('error', 'jwks'),
    steps: [
      showing(async (kit, show) => {
        const { main, clock, events } = kit
        const token = await lasting(main)
        const told: number[] = []
        for (let failures = 1; failures <= 9; failures++) {
          await show(token, cannotTell)
          await settled(kit, failures)
          const last = events.at(-1)
          told.push(last?.type === 'unavailable' ? last.retryAfterSeconds : 0)
          clock.advance(told.at(-1) as number)
        }
        for (const [at, seconds] of told.entries()) {
          expect(seconds).toBeLessThanOrEqual(Math.min(60, 2 ** at))
          expect(seconds).toBeGreaterThanOrEqual(Math.min(60, 2 ** at) / 2)
        }
      }),
    ],
  },
  {
    name: 'serves with keys of the configuration while nobody listens where they are published (META-06)',
    issuers: hydrated,
    before: ({ main }) => main.fail('down'),
    steps: [
      showing(async ({ main, clock }, show) => {
        const token = await lasting(main)
        const other = await lasting(main, addKey(main))
        await show(token, good)
        await show(other, cannotTell)
        clock.advance(3 * hours)
        await show(token, good)
        await main.recover()
        clock.advance(60)
        await show(other, good)
        await show(token, good)
      }),
    ],
  },
  {
    name: 'learns the keys that are published beside those of the configuration on first need (JOSE-31)',
    issuers: hydrated,
    steps: [
      showing(async (kit, show) => {
        const { main } = kit
        const token = await lasting(main)
        const other = await lasting(main, addKey(main))
        await show(other, good)
        await settled(kit, 1)
        await show(token, good)
        await settled(kit, 1)
      }),
    ],
  },
])

function serveFor(name: string, options: Partial<JwtIssuerOptions>, seconds: number): Story {
  return {
    name: `serves with the last good keys for ${name} while refreshes bring garbage, then answers 503, and recovers (META-07, JOSE-33)`,
    issuers: ({ main }: Kit) => [jwtIssuer({ issuer: main.issuer, ...options })],
    steps: [
      showing(async (kit, show) => {
        const { main, clock } = kit
        const token = await lasting(main)
        await show(token, good)
        await main.fail('garbage')
        clock.advance(seconds)
        await show(token, good)
        await settled(kit, 2)
        clock.advance(0.001)
        await show(token, cannotTell)
        clock.advance(100)
        await show(token, cannotTell)
        await main.recover()
        clock.advance(2)
        await show(token, good)
        clock.advance(seconds)
        await show(token, good)
      }),
    ],
  }
}

/** The keys stand in the configuration, and where they are published. */
function hydrated({ main }: Kit) {
  return [jwtIssuer({ issuer: main.issuer, jwksUri: main.jwksUri, jwks: main.jwks })]
}
