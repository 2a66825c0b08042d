// What more clients at once change, and what more processes do that share a Redis for their proofs.
import { holders, mint, path, proven } from '../authority.mjs'
import { once, origin, repeat } from '../http/load.mjs'
import { takeTurns, withServers } from '../http/measure.mjs'
import { startRedisServer } from '../redis.mjs'
import { bearerSamples, proofSamples } from '../verify.mjs'

/** @typedef {import('../suite.mjs').Suite} Suite */

/** @type {Suite} */
export async function scaling({ authority, options }) {
  const { facts } = authority
  const sent = { token: await mint(authority) }
  const [rounds, seconds] = options.quick ? [1, 0.4] : [5, 1.5]
  const orders = ['Express 5', 'Express 5, portcullis', 'Fastify 5', 'Fastify 5, portcullis'].map((name) => ({
    name,
    facts,
  }))
  const results = await withServers(orders, await bearerSamples(authority), async (servers) => {
    /** @type {Record<string, unknown>} */
    const all = {}
    for (const connections of options.quick ? [1, 64] : [1, 4, 16, 64, 256]) {
      const load = (/** @type {number} */ port) => repeat(port, sent, { connections, seconds })
      all[`scaling-${connections}`] = await takeTurns(servers, rounds, load)
    }
    return all
  })
  return results
}

/** @type {Suite} */
export async function processes({ authority, options }) {
  const redis = await startRedisServer()
  if (!redis) return {}
  try {
    const facts = { ...authority.facts, redis: redis.path }
    const [holder] = await holders(authority, 1)
    if (!holder) throw new Error('nobody holds a key')
    const load = (/** @type {number} */ port) => {
      const sent = Array.from({ length: options.quick ? 800 : 6400 }, () => proven(holder, origin + path))
      return once(port, sent, { connections: 32 })
    }
    /** @type {Record<string, unknown>} */
    const all = {}
    for (const workers of [1, 2]) {
      const orders = [{ name: 'Express 5, DPoP, portcullis', facts, workers }]
      const samples = await proofSamples(authority, origin + path)
      all[`processes-${workers}`] = await withServers(orders, samples, (servers) =>
        takeTurns(servers, options.quick ? 2 : 5, load),
      )
    }
    return all
  } finally {
    await redis.stop()
  }
}
