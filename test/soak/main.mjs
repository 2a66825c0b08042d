// @ts-check
// Minutes of everything at once against an Express server: prints a report in Markdown, and fails when memory is not flat, when an
// answer is not the expected one, or when a promise was rejected with nobody listening.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { startAuthorizationServer } from '@portcullis/testing'
import { drive, kinds } from './load.mjs'
import { report } from './report.mjs'
import { rotatingTokens } from './tokens.mjs'

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '10' }, rate: { type: 'string', default: '300' } },
})
const minutes = Number(values.minutes)
const rate = Number(values.rate)
if (!(minutes > 0 && rate > 0)) throw new TypeError('--minutes and --rate are positive numbers')

const resource = 'https://api.example'
const server = await startAuthorizationServer({ audience: resource })
const program = fileURLToPath(new URL('app.mjs', import.meta.url))
const child = spawn(process.execPath, ['--expose-gc', program, server.issuer, resource], {
  stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
})
const ended = once(child, 'exit').then(([code]) => {
  throw new Error(`the application ended with ${code}`)
})
const answer = async () => (await Promise.race([once(child, 'message'), ended]))[0]
const { origin } = await answer()
const url = `${origin}/accounts`

/** @type {import('./report.mjs').Sample[]} */
const samples = []
const start = Date.now()
async function sample() {
  child.send('sample')
  samples.push({ seconds: (Date.now() - start) / 1000, ...(await answer()) })
}

const tokens = await rotatingTokens(server)
/** @type {unknown[]} */
const failures = []
tokens.keepGoing((error) => failures.push(error))
const sampling = setInterval(
  () => void sample().catch((error) => failures.push(error)),
  Math.max(1000, minutes * 1000),
)
const tallies = await drive(kinds(tokens, server, url), url, { rate, milliseconds: minutes * 60_000 })
clearInterval(sampling)
await sample()

const { text, faults } = report(samples, tallies, { minutes, rotations: tokens.rotations() })
console.log(text)
ended.catch(() => {})
child.disconnect()
await server.close()
for (const failure of failures) console.error(failure)
process.exit(faults.length > 0 || failures.length > 0 ? 1 : 0)
