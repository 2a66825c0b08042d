import { execFile, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { onCore } from './http/start.mjs'
import { suites } from './suites.mjs'

const program = fileURLToPath(new URL('suite.mjs', import.meta.url))

/**
 * @param {string} name
 * @param {import('./suite.mjs').Options} options
 * @returns {Promise<Record<string, unknown>>}
 */
export async function runSuite(name, options) {
  // The load of those over HTTP comes from the first core; the others may use all that there are, as their users do.
  const [command, ...words] = [...(suites[name]?.http ? onCore(0) : []), process.execPath]
  const child = spawn(command, [...words, '--expose-gc', program, name, JSON.stringify(options)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  /** @type {Record<string, unknown>} */
  let result = {}
  child.on('message', (message) => {
    result = /** @type {Record<string, unknown>} */ (message)
  })
  const code = await new Promise((resolve) => child.on('exit', resolve))
  if (code !== 0) throw new Error(`suite ${name} ended with ${code}`)
  return result
}

/** @typedef {{ clients: number, megabytes: number, microseconds: number, longestInsert: number, longestCollection: number }} StoreResult */

const replayStore = fileURLToPath(new URL('suites/replay-store.mjs', import.meta.url))

/** The replay store in memory, with a million live proofs. @param {{ quick: boolean }} options @returns {Promise<StoreResult[]>} */
export async function runReplayStore({ quick }) {
  const results = []
  for (const clients of quick ? [10_000] : [10_000, 1_000_000]) {
    results.push({ clients, ...(await inAProcess(replayStore, [String(clients)])) })
  }
  return results
}

/** Where its time goes, with a client for each proof. @returns {Promise<import('./profile.mjs').Profile>} */
export async function profileReplayStore() {
  return (await inAProcess(replayStore, ['1000000', 'profile'])).profile
}

/** @param {string} program prints JSON @param {readonly string[]} words */
async function inAProcess(program, words) {
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', program, ...words])
  return JSON.parse(stdout)
}
