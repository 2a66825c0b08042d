import { once } from 'node:events'
import { parseArgs } from 'node:util'
import { makeCalls } from './calls.js'
import { curlCommands } from './curl-commands.js'
import { type Demo, startDemo } from './demo.js'
import { areAllAsExpected, summary, table } from './table.js'
import { attemptThefts } from './thefts.js'
import { fetchTokens } from './tokens.js'

const { values: flags } = parseArgs({ options: { serve: { type: 'boolean', default: false } } })
const colours = process.stdout.isTTY && process.env['NO_COLOR'] === undefined

const demo = await startDemo()
console.log(`${introduction(demo)}\n`)

const tokens = await fetchTokens(demo)
const { reports, orders } = demo.clients
const rows = [...(await makeCalls(reports, tokens)), ...(await attemptThefts(orders, tokens))]
console.log(`${table(rows, colours)}\n\n${summary(rows, process.uptime())}`)
if (!areAllAsExpected(rows)) process.exitCode = 1

if (flags.serve) {
  console.log(
    `\nEverything goes on running. To call the APIs yourself, paste:\n\n${curlCommands(demo)}\n\nCtrl-C ends it.`,
  )
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
}
await demo.close()

function introduction({ issuer, apis }: Demo): string {
  const places = [['oidc-provider', issuer], ...apis.map(({ framework, resource }) => [framework, resource])]
  return [
    ...places.map(([name = '', url]) => `${name.padEnd(15)}${url}`),
    '',
    'GET /accounts takes scope read, POST /accounts scope write. The clients get their tokens by client credentials.',
    'The Fastify API wants DPoP: a proof with each call, made with the key that the token is bound to, with its nonce in it.',
  ].join('\n')
}
