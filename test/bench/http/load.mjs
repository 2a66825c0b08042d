import { performance } from 'node:perf_hooks'
import autocannon from 'autocannon'
import { path } from '../authority.mjs'

/**
 * @typedef {import('../authority.mjs').Sent} Sent
 * @typedef {{ requests: number, seconds: number, p99: number }} Load `p99` in milliseconds
 */

/** Proofs name this origin, whichever port a server has. */
export const origin = 'http://127.0.0.1'

/** @param {Sent} sent */
export function fields({ token, proof }) {
  const scheme = proof ? 'DPoP' : 'Bearer'
  return { host: '127.0.0.1', authorization: `${scheme} ${token}`, ...(proof && { dpop: proof }) }
}

/**
 * The same request over and over.
 *
 * @param {number} port
 * @param {Sent} sent
 * @param {{ connections: number, seconds: number }} options
 */
export function repeat(port, sent, { connections, seconds }) {
  return run({ ...target(port, sent), connections, duration: seconds })
}

/**
 * Each of these once.
 *
 * @param {number} port
 * @param {readonly Sent[]} all
 * @param {{ connections: number }} options
 */
export function once(port, all, { connections }) {
  const each = Math.floor(all.length / connections)
  let next = 0
  return run({
    ...target(port, { token: '' }),
    connections,
    amount: each * connections,
    setupClient(client) {
      const own = all.slice(next, (next += each))
      client.setRequests(own.map((sent) => ({ method: 'GET', path, headers: fields(sent) })))
    },
  })
}

/** @param {number} port @param {Sent} sent */
function target(port, sent) {
  return { url: `http://127.0.0.1:${port}${path}`, headers: fields(sent) }
}

/**
 * Times by the clock from the moment when all requests are made to the last answer: autocannon itself knows the length of a run
 * only in samples, and counts the making of requests as a part of it.
 *
 * @param {import('autocannon').Options} options
 * @returns {Promise<Load>}
 */
async function run(options) {
  let first = Number.NaN
  let last = Number.NaN
  let requests = 0
  const running = autocannon({ ...options, sampleInt: 100 })
  // It is both, which its types do not know.
  const tracker = /** @type {import('autocannon').Instance} */ (/** @type {unknown} */ (running))
  tracker.on('start', () => {
    first = performance.now()
  })
  tracker.on('response', () => {
    last = performance.now()
    requests++
  })
  const { errors, non2xx, latency } = await running
  if (errors > 0 || non2xx > 0) throw new Error(`${non2xx} requests were refused, ${errors} failed`)
  return { requests, seconds: (last - first) / 1000, p99: latency.p99 }
}
