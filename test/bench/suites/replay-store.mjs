// The memory of this process as replay store, with a million live proofs: run with --expose-gc, prints JSON.
import { hash } from 'node:crypto'
import { PerformanceObserver, performance } from 'node:perf_hooks'
import { memoryReplayStore } from '../../../packages/core/dist/index.js'
import { profiler } from '../profile.mjs'

const live = 1_000_000
const lifetime = 70
const owners = Number(process.argv[2] ?? 10_000)
const profile = process.argv[3] === 'profile' ? await profiler() : undefined
const start = 1_800_000_000

let longestCollection = 0
new PerformanceObserver((list) => {
  for (const { duration } of list.getEntries()) longestCollection = Math.max(longestCollection, duration)
}).observe({ entryTypes: ['gc'] })

const collect = /** @type {() => void} */ (globalThis.gc)
collect()
const { heapUsed, arrayBuffers } = process.memoryUsage()
const store = memoryReplayStore({ maxEntries: live * 1.2 })
/** @type {number[]} */
const durations = []

/** @param {number} number @param {number} now */
function insert(number, now) {
  const id = hash('sha256', `proof ${number}`, 'base64url')
  const owner = hash('sha256', `client ${number % owners}`, 'base64url')
  const before = performance.now()
  if (!store.firstUse({ id, owner, until: now + lifetime - 10, now }))
    throw new Error('a first use was refused')
  durations.push(performance.now() - before)
}

/** Proofs arrive at a steady rate; a breath now and then, as a server has. @param {number} from @param {number} count */
async function arrive(from, count) {
  for (let number = from; number < from + count; number++) {
    insert(number, start + (number * lifetime) / live)
    if (number % 1000 === 0) await new Promise((resolve) => setImmediate(resolve))
  }
}

await arrive(0, live)
collect()
const after = process.memoryUsage()
const megabytes = (after.heapUsed - heapUsed + after.arrayBuffers - arrayBuffers) / 1e6
longestCollection = 0
durations.length = 0
await profile?.start()
await arrive(live, live / 2)
await profile?.stop()
durations.sort((a, b) => a - b)
console.log(
  JSON.stringify({
    megabytes,
    microseconds: (durations[durations.length >> 1] ?? 0) * 1000,
    longestInsert: durations.at(-1),
    longestCollection,
    ...(profile && { profile: profile.result() }),
  }),
)
