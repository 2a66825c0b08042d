// @ts-check
// The application under load, in a process of its own: whatever its heap holds was put there by serving.
import { once } from 'node:events'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { jwtIssuer, protectedResource } from '@portcullis/core'
import { expressProtection } from '@portcullis/express'
import express from 'express'

const [, , issuer = '', resource = ''] = process.argv
const counts = { unhandledRejections: 0, uncaughtExceptions: 0, listenerWarnings: 0 }
process.on('unhandledRejection', (reason) => {
  counts.unhandledRejections++
  console.error(reason)
})
process.on('uncaughtException', (error) => {
  counts.uncaughtExceptions++
  console.error(error)
})
process.on('warning', ({ name }) => {
  if (name === 'MaxListenersExceededWarning') counts.listenerWarnings++
})

const app = express()
const server = app.listen(0, '127.0.0.1')
await once(server, 'listening')
const origin = `http://127.0.0.1:${/** @type {import('node:net').AddressInfo} */ (server.address()).port}`

/** How often each kind of event came. @type {Record<string, number>} */
const events = {}
const api = protectedResource({
  resource,
  publicUrls: [origin],
  issuers: [jwtIssuer({ issuer })],
  dpop: {},
  onEvent: ({ type }) => {
    events[type] = (events[type] ?? 0) + 1
  },
})
app.get('/accounts', expressProtection(api).requires(), (_request, response) => {
  response.json({ ok: true })
})

const delay = monitorEventLoopDelay({ resolution: 10 })
delay.enable()
process.on('message', () => {
  // Before the collection, whose pause is ours and not that of serving.
  const delayP99 = delay.percentile(99) / 1e6
  globalThis.gc?.()
  const { heapUsed, rss } = process.memoryUsage()
  delay.reset()
  process.send?.({ heapUsed, rss, delayP99, ...counts, events })
})
process.on('disconnect', () => process.exit())
process.send?.({ origin })
