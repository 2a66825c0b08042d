import type { KeyObject } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LoadFailure } from './attempts.js'
import { RemoteKeySet } from './remote-key-set.js'

const [seconds, minutes, hours] = [1000, 60_000, 3_600_000]

/** A server that publishes one key at a time, and a key set that is asked about it. */
class World {
  now = 0
  up = true
  /** Since when it answers; a failure that is remembered spares waits for 90 s. */
  #answersSince = -Infinity
  /** When each key, by its number, was withdrawn. The last one is published. */
  readonly #withdrawnAt: number[] = []
  #publishedAt = 0
  readonly #attempts: { readonly at: number; readonly good: boolean }[] = []
  /** Fetches that should not have been made; what throws in one would only look like an outage. */
  readonly tooSoon: number[] = []
  readonly keys: RemoteKeySet

  constructor(freshForSeconds: number, random: number) {
    const load = async () => {
      const { at, good } = this.#attempts.at(-1) ?? { at: -Infinity, good: true }
      // Never a fetch per request: a pause after a failure, a cooldown after a success.
      if (this.now - at < (good ? 10 * seconds : 0.5 * seconds)) this.tooSoon.push(this.now)
      this.#attempts.push({ at: this.now, good: this.up })
      await Promise.resolve()
      if (!this.up) throw new LoadFailure('keys_unavailable', 'down')
      const kid = this.#published
      const key = { kid, equals: (other: { kid: string }) => other.kid === kid }
      const keys = [{ kid, algorithm: 'ES256', key: key as unknown as KeyObject }]
      return { keys, count: 1, freshForSeconds }
    }
    const options = { issuer: 'https://as.example', now: () => this.now, staleSeconds: 4 * 3600 }
    this.keys = new RemoteKeySet({ ...options, load, random: () => random })
  }

  get #published(): string {
    return `k${this.#withdrawnAt.length}`
  }

  switchTo(up: boolean): void {
    if (up && !this.up) this.#answersSince = this.now + 90 * seconds
    if (!up) this.#answersSince = Infinity
    this.up = up
  }

  rotate(): void {
    this.#withdrawnAt.push(this.now)
    this.#publishedAt = this.now
  }

  async askPublished(): Promise<void> {
    const found = await this.#find(this.#published)
    const last = this.#attempts.at(-1)
    if (found === 'unavailable') expect(last?.good).toBe(false)
    const fetchedSince = this.#attempts.some(({ at, good }) => good && at > this.#publishedAt)
    if (found === 0) expect(fetchedSince || this.now - (last?.at ?? 0) > 10 * seconds).toBe(false)
  }

  async askWithdrawn(): Promise<void> {
    for (const [number, withdrawnAt] of this.#withdrawnAt.entries()) {
      if ((await this.#find(`k${number}`)) !== 1) continue
      const answered = this.#answersSince <= withdrawnAt + hours
      expect(this.now - withdrawnAt).toBeLessThanOrEqual((answered ? 1 : 5) * hours)
    }
  }

  async askJunk(): Promise<void> {
    const found = await Promise.all(Array.from({ length: 20 }, (_, at) => this.#find(`junk-${at}`)))
    expect(found).not.toContain(1)
  }

  async #find(kid: string): Promise<number | 'unavailable'> {
    const found = Promise.resolve(this.keys.find('ES256', kid)).then(
      ({ length }) => length,
      (error: Error) => {
        expect(error.name).toBe('Unavailable')
        return 'unavailable' as const
      },
    )
    const answer = await found
    await new Promise(setImmediate)
    return answer
  }
}

const duration = fc.oneof(
  fc.integer({ min: 0, max: 12 * seconds }),
  fc.integer({ min: 0, max: 20 * minutes }),
  fc.integer({ min: 0, max: 3 * hours }),
)
const step = fc.oneof(
  duration.map((by) => async (world: World) => void (world.now += by)),
  fc.boolean().map((up) => async (world: World) => world.switchTo(up)),
  fc.constant(async (world: World) => world.rotate()),
  fc.constant((world: World) => world.askPublished()),
  fc.constant((world: World) => world.askWithdrawn()),
  fc.constant((world: World) => world.askJunk()),
)

test('whatever happens, fetches are bounded, good keys are found and withdrawn keys die (JOSE-30, JOSE-31, META-07)', async () => {
  const steps = fc.array(step, { minLength: 5, maxLength: 60 })
  const freshFor = fc.integer({ min: 300, max: 3600 })
  const random = fc.double({ min: 0, max: 1, noNaN: true })
  await fc.assert(
    fc.asyncProperty(steps, freshFor, random, async (taken, freshForSeconds, chance) => {
      const world = new World(freshForSeconds, chance)
      for (const take of taken) await take(world)
      world.keys.close()
      expect(world.tooSoon).toEqual([])
    }),
    { numRuns: 500 },
  )
})
