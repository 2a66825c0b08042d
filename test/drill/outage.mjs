// How long known tokens wait while their authorization server is well, and while it fails in each way: an Express server in this
// process, 20 requests at a time. Prints a table in Markdown; nothing is asserted but that every answer is 200.
import { once } from 'node:events'
import { performance } from 'node:perf_hooks'
import { jwtIssuer, protectedResource } from '@portcullis/core'
import { expressProtection } from '@portcullis/express'
import { startAuthorizationServer } from '@portcullis/testing'
import express from 'express'

const resource = 'https://api.example'
const requests = 4000
const concurrency = 20
const faults = [
  'down',
  'error',
  'hang',
  'hanging-body',
  'garbage',
  'empty',
  { redirectTo: 'https://a.example' },
  'huge',
]

let moment = Date.now()
const now = () => moment
const server = await startAuthorizationServer({ audience: resource, now })
const issuers = [jwtIssuer({ issuer: server.issuer, http: { timeoutSeconds: 0.3 } })]
const api = protectedResource({ resource, issuers, now, onEvent: () => {} })
const { requires } = expressProtection(api)
const app = express().get('/', requires(), (_request, response) => void response.send('ok'))
const listener = app.listen(0, '127.0.0.1')
await once(listener, 'listening')
const url = `http://127.0.0.1:${/** @type {import('node:net').AddressInfo} */ (listener.address()).port}/`

/** Half of the time also with tokens whose key is unknown, which a refetch has to be tried for. */
async function load() {
  const tokens = await Promise.all(
    Array.from({ length: 10 }, () => server.mint({ expiresInSeconds: 86_400 })),
  )
  const unknown = await server.mint({ header: { kid: 'unknown' }, expiresInSeconds: 86_400 })
  /** @type {number[]} */
  const waits = []
  let wrong = 0
  let left = requests
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      while (left-- > 0) {
        if (left % 10 === 0) void ask(unknown)
        const before = performance.now()
        if ((await ask(tokens[left % tokens.length] ?? '')) !== 200) wrong++
        waits.push(performance.now() - before)
      }
    }),
  )
  waits.sort((a, b) => a - b)
  const at = (/** @type {number} */ share) => (waits[Math.floor(waits.length * share)] ?? 0).toFixed(1)
  return { wrong, row: `${at(0.5)} | ${at(0.99)} | ${wrong}` }
}

async function ask(/** @type {string} */ token) {
  const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } })
  await response.arrayBuffer()
  return response.status
}

await load()
console.log('| authorization server | median, ms | p99, ms | not 200 |\n|---|---|---|---|')
const calm = await load()
console.log(`| is well | ${calm.row} |`)
let wrong = calm.wrong
for (const fault of faults) {
  // @ts-expect-error -- each fault has an overload of its own
  await server.fail(fault)
  moment += 20 * 60_000
  const result = await load()
  wrong += result.wrong
  console.log(`| ${typeof fault === 'string' ? fault : 'redirect'} | ${result.row} |`)
  await server.recover()
  moment += 61_000
  await load()
}
listener.close()
listener.closeAllConnections()
api.close()
await server.close()
if (wrong > 0) process.exitCode = 1
