// One suite in a process of its own, so that none inherits the heap or the compiled code of another. Sends its results to its
// parent. Run by main.mjs.
import { startAuthority } from './authority.mjs'
import { observer } from './measure.mjs'
import { profiler } from './profile.mjs'
import { suites } from './suites.mjs'

/**
 * @typedef {import('./measure.mjs').Contender} Contender
 * @typedef {{ quick: boolean, profile: boolean }} Options
 * @typedef {{ authority: import('./authority.mjs').Authority, options: Options, pick: <T extends { name: string }>(all: T[]) => T[] }} Given
 * `pick` leaves us alone where the question is what we do with the time.
 * @typedef {(given: Given) => Promise<Record<string, unknown>>} Suite
 */

const [name = '', text = '{}'] = process.argv.slice(2)
/** @type {Options} */
const options = JSON.parse(text)
const suite = suites[name]
if (!suite) throw new Error(`no such suite: ${name}`)

const authority = await startAuthority()
/** @type {Given['pick']} */
const pick = (all) => (options.profile ? all.filter((one) => one.name.startsWith('portcullis')) : all)
try {
  const profile = options.profile && !suite.http ? await profiler() : undefined
  Object.assign(observer, profile)
  const measured = await suite.run({ authority, options, pick })
  const result = profile ? { profile: profile.result() } : measured
  await new Promise((resolve) => process.send?.(result, resolve))
} finally {
  await authority.close()
}
// Peers may keep timers and connections.
process.exit()
