// End to end: each server on one core, the load on the other, and the bare framework as the ceiling.
import { bearers, holders, mint, path, proven } from '../authority.mjs'
import { population, zipf } from '../draw.mjs'
import { apps } from '../http/apps.mjs'
import { once, origin, repeat } from '../http/load.mjs'
import { takeTurns, withServers } from '../http/measure.mjs'
import { bearerSamples, proofSamples } from '../verify.mjs'

/**
 * @typedef {import('../suite.mjs').Suite} Suite
 * @typedef {import('../suite.mjs').Given} Given
 */

const connections = 32
const planFor = (/** @type {{ quick: boolean }} */ { quick }) =>
  quick ? { rounds: 2, seconds: 0.3 } : { rounds: 15, seconds: 1 }

/** @type {Suite} */
export const httpExpress = bearerSuite(
  'http-express',
  (name) => name.startsWith('Express') && !name.includes('DPoP'),
)
/** @type {Suite} */
export const httpFastify = bearerSuite('http-fastify', (name) => name.startsWith('Fastify'))
/** @type {Suite} */
export const httpNest = bearerSuite('http-nest', (name) => name.startsWith('Nest'))

/** @param {string} id @param {(name: string) => boolean} which @returns {Suite} */
function bearerSuite(id, which) {
  return async ({ authority, options }) => {
    const { rounds, seconds } = planFor(options)
    const sent = { token: await mint(authority) }
    const names = Object.keys(apps).filter(which)
    const load = (/** @type {number} */ port) => repeat(port, sent, { connections, seconds })
    const samples = await bearerSamples(authority)
    if (options.profile) return profileOurs(authority, names, samples, load)
    const orders = names.map((name) => ({ name, facts: authority.facts }))
    return { [id]: await withServers(orders, samples, (servers) => takeTurns(servers, rounds, load)) }
  }
}

/** @type {Suite} */
export async function httpDpop({ authority, options }) {
  const { rounds, seconds } = planFor(options)
  const names = ['Express 5', 'Express 5, DPoP, portcullis', 'Express 5, DPoP, express-oauth2-jwt-bearer']
  const [holder] = await holders(authority, 1)
  if (!holder) throw new Error('nobody holds a key')
  /** How many requests fill a turn, by the port of the server. @type {Map<number, number>} */
  const counts = new Map()
  const load = async (/** @type {number} */ port) => {
    const sent = Array.from({ length: counts.get(port) ?? 640 }, () => proven(holder, origin + path))
    const result = await once(port, sent, { connections })
    counts.set(port, Math.max(320, Math.min(20_000, Math.ceil((result.requests / result.seconds) * seconds))))
    return result
  }
  const samples = await proofSamples(authority, origin + path)
  if (options.profile) return profileOurs(authority, names, samples, load)
  const orders = names.map((name) => ({ name, facts: authority.facts }))
  return { 'http-dpop': await withServers(orders, samples, (servers) => takeTurns(servers, rounds, load)) }
}

/** Ten thousand clients call, by Zipf's law. @type {Suite} */
export async function httpZipf({ authority, options }) {
  const { rounds, seconds } = planFor(options)
  const names = ['Fastify 5', 'Fastify 5, portcullis', 'Fastify 5, @fastify/jwt + get-jwks, cached']
  const draw = zipf(await bearers(authority, population(options)))
  const count = Math.ceil((options.quick ? 5000 : 10_000) * seconds)
  const load = (/** @type {number} */ port, round = 0) => once(port, draw(count, round), { connections })
  const samples = await bearerSamples(authority)
  if (options.profile) return profileOurs(authority, names, samples, load)
  const orders = names.map((name) => ({ name, facts: authority.facts }))
  return { 'http-zipf': await withServers(orders, samples, (servers) => takeTurns(servers, rounds, load)) }
}

/**
 * Where the servers of ours spend their time.
 *
 * @param {Given['authority']} authority
 * @param {readonly string[]} names
 * @param {Awaited<ReturnType<typeof bearerSamples>>} samples
 * @param {(port: number) => Promise<unknown>} load
 */
async function profileOurs({ facts }, names, samples, load) {
  /** @type {Record<string, import('../profile.mjs').Profile>} */
  const profiles = {}
  const orders = names.filter((name) => name.endsWith('portcullis')).map((name) => ({ name, facts }))
  await withServers(orders, samples, async (servers) => {
    for (const server of servers) {
      for (let warm = 0; warm < 3; warm++) await load(server.port)
      await server.startProfile()
      for (let turn = 0; turn < 3; turn++) await load(server.port)
      profiles[server.name] = await server.stopProfile()
    }
  })
  return { profiles }
}
