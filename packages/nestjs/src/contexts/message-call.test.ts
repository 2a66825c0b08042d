import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js'
import { expect, it } from 'vitest'
import { messageCall } from './message-call.js'

// Where protectWebSockets is missing the application does not start; this is for adapters of which Nest does not know.
it.each([
  ['a client of ws', {}],
  ['a client of socket.io', { request: {} }],
  ['nothing', undefined],
])('refuses a message on a connection whose handshake nobody judged: %s', (_, client) => {
  const context = new ExecutionContextHost([client, {}])
  expect(() => messageCall(context, undefined)).toThrow(
    'nobody asked for a token when this WebSocket was opened',
  )
})
