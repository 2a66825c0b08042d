import { path } from '../authority.mjs'
import { median, spread } from '../statistics.mjs'
import { mustVerify } from '../verify.mjs'
import { fields } from './load.mjs'
import { start } from './start.mjs'

/**
 * @typedef {import('./start.mjs').Server} Server
 * @typedef {import('./load.mjs').Load} Load
 * @typedef {{ rate: number, cpu: number }} Turn `rate` in requests a second, `cpu` in microseconds of the server's time a request
 * @typedef {{ name: string, rate: number, cpu: number, busy: number, p99: number, spread: number, rounds: readonly Turn[] }} Result
 * The medians of its rounds; `busy` as a share of one core.
 * @typedef {(port: number, round: number) => Promise<Load>} Drive
 */

/**
 * Starts these applications, lets each show that it verifies, and then lets them take turns.
 *
 * @param {readonly import('./server.mjs').Order[]} orders those named without a guard let everybody in
 * @param {Parameters<typeof mustVerify>[1]} samples
 * @param {(servers: readonly Server[]) => Promise<T>} work
 * @template T
 * @returns {Promise<T>}
 */
export async function withServers(orders, samples, work) {
  /** @type {Server[]} */
  const servers = []
  try {
    for (const order of orders) servers.push(await start(order))
    for (const server of servers) await mustGuard(server, samples)
    return await work(servers)
  } finally {
    for (const server of servers) await server.stop()
  }
}

/** @param {Server} server @param {Parameters<typeof mustVerify>[1]} samples */
async function mustGuard({ name, port }, samples) {
  const call = async (/** @type {unknown} */ headers) => {
    const { authorization, dpop } = /** @type {Record<string, string>} */ (headers)
    const status = await statusWith(port, { authorization: authorization ?? '', ...(dpop && { dpop }) })
    if (status !== 200) throw new Error(`${name} answered ${status}`)
  }
  const bad = name.includes(',') ? samples.bad : {}
  await mustVerify([{ name, prepare: fields, call }], { good: samples.good, bad })
}

/** With a Host that names no port, as the load has it, which `fetch` cannot send. @param {number} port @param {Record<string, string>} headers */
async function statusWith(port, headers) {
  const { request } = await import('node:http')
  return new Promise((resolve, reject) => {
    const all = { ...headers, host: '127.0.0.1' }
    request({ host: '127.0.0.1', port, path, headers: all, agent: false }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode))
    })
      .on('error', reject)
      .end()
  })
}

/**
 * @param {readonly Server[]} servers
 * @param {number} rounds
 * @param {Drive} drive
 * @returns {Promise<Result[]>}
 */
export async function takeTurns(servers, rounds, drive) {
  const taken = servers.map((server) => ({ server, loads: /** @type {(Load & { cpu: number })[]} */ ([]) }))
  // The first round warms up.
  for (let round = 0; round <= rounds; round++) {
    for (const { server, loads } of taken) {
      const before = await server.cpu()
      const load = await drive(server.port, round)
      const cpu = (await server.cpu()) - before
      if (round > 0) loads.push({ ...load, cpu })
    }
  }
  return taken.map(({ server, loads }) => summary(server.name, loads))
}

/** @param {string} name @param {readonly (Load & { cpu: number })[]} loads @returns {Result} */
function summary(name, loads) {
  const rounds = loads.map(({ cpu, requests, seconds }) => ({
    rate: requests / seconds,
    cpu: cpu / requests,
  }))
  const rates = rounds.map(({ rate }) => rate)
  return {
    name,
    rounds,
    rate: median(rates),
    cpu: median(rounds.map(({ cpu }) => cpu)),
    busy: median(loads.map(({ cpu, seconds }) => cpu / 1e6 / seconds)),
    p99: median(loads.map(({ p99 }) => p99)),
    spread: spread(rates),
  }
}
