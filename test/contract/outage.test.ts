import { performance } from 'node:perf_hooks'
import { jwtIssuer } from '@portcullis/core'
import { expect } from 'vitest'
import type { Kit } from './kit.js'
import { addKey, askAll, goodTokens, lasting, tally } from './load.js'
import { type Drill, drills } from './stories.js'

/** The longest that one exchange with the authorization server may take. */
const timeoutSeconds = 0.3

/** Each way of failing, at all that the authorization server answers. */
const faults: Readonly<Record<string, (kit: Kit) => Promise<void>>> = {
  'refuses connections': ({ main }) => main.fail('down'),
  'answers 500': ({ main }) => main.fail('error'),
  'never answers': ({ main }) => main.fail('hang'),
  'never ends its answer': ({ main }) => main.fail('hanging-body'),
  'answers with garbage': ({ main }) => main.fail('garbage'),
  'publishes no keys': ({ main }) => main.fail('empty'),
  'redirects to another host': ({ main, canary }) => main.fail({ redirectTo: canary.url }),
  'answers with 50 MB': ({ main }) => main.fail('huge'),
}

interface Round {
  /** By how much the clock moves on before it. */
  readonly seconds: number
  /** How a token is answered whose key was not known before the outage. */
  readonly unknown: string
  /** How many attempts to fetch keys have failed when it is over. */
  readonly failures: number
}

const unavailable = '503 keys_unavailable'

const rounds: readonly Round[] = [
  // The keys are less than a cooldown old: that the server published no other one is as good as known.
  { seconds: 5, unknown: '401 token_key_unknown', failures: 0 },
  { seconds: 6, unknown: unavailable, failures: 1 },
  // The first pause is half a second at least.
  { seconds: 0.4, unknown: unavailable, failures: 1 },
  // The keys are stale, and so old that requests wait for the attempt to have them anew.
  { seconds: 14_000, unknown: unavailable, failures: 2 },
]

drills(
  'Outage drill: 200 requests, 20 at a time, while the authorization server fails',
  Object.entries(faults).map(([name, fail]) => ({
    name: `lets in every known token while the server ${name}, and recovers within one back-off (JOSE-32, JOSE-33, META-07)`,
    issuers: ({ main }: Kit) => [jwtIssuer({ issuer: main.issuer, http: { timeoutSeconds } })],
    drill: drill(fail),
  })),
)

function drill(fail: (kit: Kit) => Promise<void>): Drill['drill'] {
  return async (kit) => {
    const { main, clock } = kit
    const known = await goodTokens(main, 50)
    expect(tally(await askAll(kit, known))).toEqual({ 200: 50 })
    const unknown = await lasting(main, addKey(main))
    await fail(kit)
    main.resetRequests()

    let retryAfter = Number.NaN
    for (const round of rounds) {
      clock.advance(round.seconds)
      const began = performance.now()
      const [ofKnown, ofUnknown] = await Promise.all([
        askAll(kit, known),
        askAll(kit, Array.from<string>({ length: 4 }).fill(unknown)),
      ])
      const took = performance.now() - began
      expect(tally(ofKnown), `known tokens after ${round.seconds} s`).toEqual({ 200: 50 })
      expect(tally(ofUnknown), `unknown tokens after ${round.seconds} s`).toEqual({ [round.unknown]: 4 })
      expect(failures(kit)).toHaveLength(round.failures)
      // Two exchanges at most, one after the other; the rest is what a busy machine may need.
      expect(took, 'milliseconds').toBeLessThan(8 * timeoutSeconds * 1000)
      retryAfter = Number(ofUnknown[0]?.headers.get('retry-after')?.[0])
    }
    expect(main.count('jwks')).toBeLessThanOrEqual(2)
    expect(main.count('metadata')).toBeLessThanOrEqual(4)

    await main.recover()
    clock.advance(retryAfter)
    expect(tally(await askAll(kit, [unknown, ...known, unknown]))).toEqual({ 200: 52 })
    expect(failures(kit)).toHaveLength(2)

    expect(kit.canary.connections()).toBe(0)
    const heard = JSON.stringify([...kit.events, ...kit.keyEvents])
    for (const token of [unknown, ...known]) expect(heard).not.toContain(token)
  }
}

function failures({ keyEvents, main }: Kit) {
  return keyEvents.filter((event) => event.type === 'keys_refresh_failed' && event.issuer === main.issuer)
}
