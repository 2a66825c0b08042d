// Measures us beside our peers. Without options it writes docs/benchmarks.md and its chart; with --quick it prints.
import { mkdirSync, writeFileSync } from 'node:fs'
import { performance } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import { missedSuites } from './report/bars.mjs'
import { chart } from './report/chart.mjs'
import { machine } from './report/machine.mjs'
import { profileTables } from './report/markdown.mjs'
import { report } from './report/report.mjs'
import { profileReplayStore, runReplayStore, runSuite } from './run-suite.mjs'
import { suites } from './suites.mjs'

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    /** Also after --quick or --only: write the files instead of printing. */
    write: { type: 'boolean', default: false },
    /** Names of suites, with commas between. */
    only: { type: 'string' },
    /** Where the time of ours goes in this suite, instead of how much it is. */
    profile: { type: 'string' },
  },
})
const names = [...Object.keys(suites), 'replay-store']
const wanted = options.only?.split(',') ?? names
for (const name of [...wanted, ...(options.profile ? [options.profile] : [])]) {
  if (!names.includes(name)) throw new Error(`no such suite: ${name}; there are ${names.join(', ')}`)
}

if (options.profile) console.log(profileTables(await profile(options.profile), 30).join('\n\n'))
else await measureAll()

async function measureAll() {
  const before = machine()
  const start = performance.now()
  /** @type {Record<string, unknown>} */
  const results = {}
  for (const name of names.filter((name) => wanted.includes(name))) {
    console.error(`${((performance.now() - start) / 1000).toFixed(0)} s: ${name}`)
    if (name === 'replay-store') results[name] = await runReplayStore(options)
    else Object.assign(results, await runSuite(name, { quick: options.quick, profile: false }))
  }
  /** @type {Profiles} */
  const profiles = {}
  for (const name of options.quick ? [] : missedSuites(results)) {
    console.error(`${((performance.now() - start) / 1000).toFixed(0)} s: profile of ${name}`)
    Object.assign(profiles, await profile(name))
  }
  const minutes = (performance.now() - start) / 60_000
  const given = [...(options.quick ? ['--quick'] : []), ...(options.only ? ['--only', options.only] : [])]
  const command = ['npm run bench', ...(given.length > 0 ? ['--', ...given] : [])].join(' ')
  const writes = options.write || (!options.quick && !options.only)
  const text = report(results, profiles, { before, command, minutes, chart: writes, quick: options.quick })
  if (!writes) {
    console.log(text)
    return
  }
  const docs = new URL('../../docs/', import.meta.url)
  mkdirSync(docs, { recursive: true })
  writeFileSync(new URL('benchmarks.md', docs), text)
  writeFileSync(new URL('benchmarks.svg', docs), chart(results))
  console.log('Wrote docs/benchmarks.md and docs/benchmarks.svg')
}

/** @typedef {Record<string, import('./profile.mjs').Profile>} Profiles */

/** @param {string} name @returns {Promise<Profiles>} */
async function profile(name) {
  if (name === 'replay-store') return { [name]: await profileReplayStore() }
  const result = await runSuite(name, { quick: options.quick, profile: true })
  return /** @type {Profiles} */ (result['profiles'] ?? { [name]: result['profile'] })
}
