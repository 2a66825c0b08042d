// Prints a report in Markdown. Ratios are what lasts; the times are those of one machine at one moment.
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parseArgs, promisify } from 'node:util'
import { dpop } from './suites/dpop.mjs'

const { values: options } = parseArgs({ options: { quick: { type: 'boolean', default: false } } })
const fixed = (/** @type {number} */ value) => value.toFixed(1)

const results = await dpop(options)
const [ours] = results
console.log('## A DPoP request, in process: RS256 token and ES256 key seen before, 16 at a time\n')
console.log('| | CPU, µs | time, µs | CPU, relative to ours |\n|---|---|---|---|')
for (const { name, cpu, wall } of results) {
  console.log(`| ${name} | ${fixed(cpu)} | ${fixed(wall)} | ${fixed(cpu / (ours?.cpu ?? Number.NaN))} |`)
}

console.log('\n## The replay store in memory, 1,000,000 live proofs\n')
console.log(
  '| clients | MB | an insert, µs | longest insert, ms | longest garbage collection, ms |\n|---|---|---|---|---|',
)
const suite = fileURLToPath(new URL('suites/replay-store.mjs', import.meta.url))
for (const clients of [10_000, 1_000_000]) {
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', suite, String(clients)])
  const { megabytes, microseconds, longestInsert, longestCollection } = JSON.parse(stdout)
  console.log(
    `| ${clients} | ${[megabytes, microseconds, longestInsert, longestCollection].map(fixed).join(' | ')} |`,
  )
}
