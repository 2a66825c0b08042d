import { performance } from 'node:perf_hooks'
import { median, spread } from './statistics.mjs'

/**
 * @typedef {import('./authority.mjs').Sent} Sent
 * @typedef {(prepared: unknown) => unknown} Call
 * @typedef {{ name: string, prepare: (sent: Sent) => unknown, call: Call }} Contender
 * `prepare` makes of what a client sends what a server hands over; neither that nor the client is measured. `call` verifies
 * it, and throws or rejects when it is bad.
 * @typedef {{ wall: number, cpu: number }} Turn in microseconds a request
 * @typedef {{ name: string, wall: number, cpu: number, spread: number, rounds: readonly Turn[] }} Result the medians of its rounds
 * @typedef {(count: number, round: number) => Sent[] | Promise<Sent[]>} Feed
 * @typedef {{ rounds: number, milliseconds: number, most: number, concurrency: number }} Plan
 */

/** How long suites may take. @param {{ quick: boolean }} options */
export function planFor({ quick }) {
  return quick
    ? { rounds: 3, milliseconds: 20, most: 20_000 }
    : { rounds: 11, milliseconds: 150, most: 100_000 }
}

/**
 * Lets the contenders take turns, so that a slow moment of the machine hits all of them, and gives the medians of the rounds.
 *
 * @param {readonly Contender[]} contenders
 * @param {Feed} feed
 * @param {Plan} plan
 * @returns {Promise<Result[]>}
 */
export async function measure(contenders, feed, plan) {
  const entries = []
  for (const contender of contenders) {
    /** @type {Turn[]} */
    const taken = []
    entries.push({ contender, taken, count: await enough(contender, feed, plan) })
  }
  // The first round warms up.
  for (let round = 0; round <= plan.rounds; round++) {
    for (const entry of entries) {
      const result = await turn(entry.contender, await feed(entry.count, round), plan.concurrency)
      if (round > 0) entry.taken.push(result)
      else entry.count = fill(result.wall, plan)
    }
  }
  return entries.map(({ contender, taken }) => {
    const walls = taken.map(({ wall }) => wall)
    return {
      name: contender.name,
      wall: median(walls),
      cpu: median(taken.map(({ cpu }) => cpu)),
      spread: spread(walls),
      rounds: taken,
    }
  })
}

/** How many requests fill a turn of this contender, as far as it is warm. @param {Contender} contender @param {Feed} feed @param {Plan} plan */
async function enough(contender, feed, plan) {
  await turn(contender, await feed(200, -2), plan.concurrency)
  const { wall } = await turn(contender, await feed(200, -1), plan.concurrency)
  return fill(wall, plan)
}

/** @param {number} wall @param {Plan} plan */
function fill(wall, { milliseconds, most }) {
  return Math.max(200, Math.min(most, Math.ceil((milliseconds * 1000) / wall)))
}

/** Told by whoever wants to know more of the measured time than its length. */
export const observer = { start: async () => {}, stop: async () => {} }

/** @param {Contender} contender @param {Sent[]} sent @param {number} concurrency */
async function turn({ prepare, call }, sent, concurrency) {
  // So that nobody pays for the garbage of those before.
  globalThis.gc?.()
  const spent = { wall: 0, cpu: 0 }
  for (let at = 0; at < sent.length; at += batchSize) {
    const prepared = sent.slice(at, at + batchSize).map((request) => prepare(request))
    await observer.start()
    const { wall, cpu } = await timed(prepared, call, concurrency)
    await observer.stop()
    spent.wall += wall
    spent.cpu += cpu
  }
  return { wall: spent.wall / sent.length, cpu: spent.cpu / sent.length }
}

/** Requests come and go: a server never has a hundred thousand of them in its memory. */
const batchSize = 2000

/** In microseconds. @param {readonly unknown[]} prepared @param {Call} call @param {number} concurrency */
async function timed(prepared, call, concurrency) {
  let next = 0
  async function worker() {
    while (next < prepared.length) {
      const answer = call(prepared[next++])
      if (answer instanceof Promise) await answer
    }
  }
  const cpuBefore = process.cpuUsage()
  const before = performance.now()
  await Promise.all(Array.from({ length: concurrency }, worker))
  const wall = (performance.now() - before) * 1000
  const { user, system } = process.cpuUsage(cpuBefore)
  return { wall, cpu: user + system }
}
