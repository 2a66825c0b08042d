import { once } from 'node:events'
import { parseArgs } from 'node:util'
import { callsOfAllFour } from './calls/all-four.js'
import { makeCalls } from './calls/call.js'
import { failServers, revokeToken } from './calls/changes.js'
import { callsOfExpress } from './calls/express.js'
import { callsOfFastify } from './calls/fastify.js'
import { callsOfNest } from './calls/nest.js'
import { attemptThefts } from './calls/thefts.js'
import { fetchTokens } from './calls/tokens.js'
import { curlCommands } from './curl-commands.js'
import { type Demo, startDemo } from './demo.js'
import { areAllAsExpected, type Row, summary, table } from './table.js'

const { values: flags } = parseArgs({ options: { serve: { type: 'boolean', default: false } } })
const colours = process.stdout.isTTY && process.env['NO_COLOR'] === undefined

const demo = await startDemo()
console.log(`${introduction(demo)}\n`)

const rows = await allCalls(demo)
console.log(`${table(rows, colours)}\n\n${summary(rows, process.uptime())}`)
if (!areAllAsExpected(rows)) process.exitCode = 1

if (flags.serve) {
  console.log(
    `\nEverything goes on running. To call the APIs yourself, paste:\n\n${curlCommands(demo)}\n\nCtrl-C ends it.`,
  )
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
}
await demo.close()

async function allCalls(demo: Demo): Promise<Row[]> {
  const { express, fastify, nest, all } = demo.apis
  const tokens = await fetchTokens(demo)
  return [
    ...(await makeCalls(express, callsOfExpress, tokens)),
    ...(await makeCalls(fastify, callsOfFastify, tokens)),
    ...(await attemptThefts(fastify, tokens.helseId.stolen, demo.clients.manyClinics.forNobody)),
    ...(await makeCalls(nest, callsOfNest, tokens)),
    ...(await makeCalls(all, callsOfAllFour, tokens)),
    ...(await revokeToken(demo, tokens)),
    ...(await failServers(demo, tokens)),
  ]
}

function introduction({ issuers, apis }: Demo): string {
  const { helseId, maskinporten, entraId, boruta } = issuers
  const lines = [
    ['HelseID', 'client assertion, DPoP', helseId],
    ['Maskinporten', 'JWT-bearer grant', maskinporten],
    ['Entra ID', 'shared secret, roles', entraId],
    ['Boruta', 'shared secret, opaque tokens', boruta],
    ...Object.values(apis).map(({ name, trusts, resource }) => [name, `API that trusts ${trusts}`, resource]),
  ]
  const places = lines.map(([name = '', what = '', url]) => `${name.padEnd(14)}${what.padEnd(30)}${url}`)
  return [
    ...places,
    '',
    'Each authorization server is an imitation that runs here and speaks the dialect of its model. Every client uses openid-client.',
    'GET /accounts takes a scope or a role to read, POST one to write.',
  ].join('\n')
}
