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
export async function repeat(port, sent, { connections, seconds }) {
  return outcome(await autocannon({ ...target(port, sent), connections, duration: seconds }))
}

/**
 * Each of these once.
 *
 * @param {number} port
 * @param {readonly Sent[]} all
 * @param {{ connections: number }} options
 */
export async function once(port, all, { connections }) {
  const each = Math.floor(all.length / connections)
  let next = 0
  const result = await autocannon({
    ...target(port, { token: '' }),
    connections,
    amount: each * connections,
    setupClient(client) {
      const own = all.slice(next, (next += each))
      client.setRequests(own.map((sent) => ({ method: 'GET', path, headers: fields(sent) })))
    },
  })
  return outcome(result)
}

/** @param {number} port @param {Sent} sent */
function target(port, sent) {
  return { url: `http://127.0.0.1:${port}${path}`, headers: fields(sent) }
}

/** @param {import('autocannon').Result} result @returns {Load} */
function outcome({ requests, errors, non2xx, duration, start, finish, latency }) {
  if (errors > 0 || non2xx > 0) throw new Error(`${non2xx} requests were refused, ${errors} failed`)
  // Of a run by amount, `duration` is rounded up to the next sample.
  const seconds = Math.min(duration, (finish.getTime() - start.getTime()) / 1000)
  return { requests: requests.total, seconds, p99: latency.p99 }
}
