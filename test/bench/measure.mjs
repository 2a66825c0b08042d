import { performance } from 'node:perf_hooks'

/**
 * @typedef {{ name: string, prepare: (count: number) => Promise<(() => Promise<unknown>)[]> }} Contender
 * `prepare` makes that many requests, ready to be sent: what clients do is not measured.
 * @typedef {{ name: string, wall: number, cpu: number }} Result in microseconds a request
 */

/**
 * Lets the contenders take turns, so that a slow moment of the machine hits all of them, and gives the medians of the rounds.
 *
 * @param {readonly Contender[]} contenders
 * @param {{ rounds: number, requests: number, concurrency: number }} options
 * @returns {Promise<Result[]>}
 */
export async function measure(contenders, { rounds, requests, concurrency }) {
  /** @type {Map<string, { wall: number, cpu: number }[]>} */
  const taken = new Map(contenders.map(({ name }) => [name, []]))
  for (let round = -1; round < rounds; round++) {
    for (const { name, prepare } of contenders) {
      const result = await timed(await prepare(requests), concurrency)
      // The first round warms up.
      if (round >= 0) taken.get(name)?.push(result)
    }
  }
  return contenders.map(({ name }) => {
    const results = taken.get(name) ?? []
    return { name, wall: median(results.map(({ wall }) => wall)), cpu: median(results.map(({ cpu }) => cpu)) }
  })
}

/**
 * @param {(() => Promise<unknown>)[]} calls
 * @param {number} concurrency
 */
async function timed(calls, concurrency) {
  let next = 0
  const cpuBefore = process.cpuUsage()
  const before = performance.now()
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      for (let call = calls[next++]; call; call = calls[next++]) await call()
    }),
  )
  const wall = performance.now() - before
  const { user, system } = process.cpuUsage(cpuBefore)
  return { wall: (wall * 1000) / calls.length, cpu: (user + system) / calls.length }
}

/** @param {readonly number[]} values */
export function median(values) {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
