import type { ExecutionContext } from '@nestjs/common'
import type { ProtectedResource } from '@portcullis/core'
import { handshakeOf } from '../web-sockets/handshakes.js'
import type { Call } from './call.js'

/**
 * A message over a WebSocket stands on the handshake of its connection.
 *
 * @throws TypeError where the handshake was not let in by this protected resource
 */
export function messageCall(context: ExecutionContext, api: ProtectedResource | undefined): Call {
  const client: unknown = context.getArgByIndex(0)
  const handshake = handshakeOf(client)
  if (!handshake) {
    throw new TypeError(
      '@portcullis/nestjs: nobody asked for a token when this WebSocket was opened; call protectWebSockets(app, api)',
    )
  }
  if (api && api !== handshake.api) {
    throw new TypeError(
      '@portcullis/nestjs: another protected resource let this WebSocket in; call protectWebSockets(app, api, { path })',
    )
  }
  return {
    request: handshake.request,
    target: undefined,
    repeats: true,
    // The response was the handshake's.
    setHeaders: () => undefined,
    refusal: ({ body }, cause) => messageRefusal(body, cause),
    principal: () => handshake.api.admitted(handshake.request),
  }
}

/** Nest sends it as an event `exception`; the socket stays open. */
async function messageRefusal(body: string, cause: unknown): Promise<Error> {
  const { WsException } = await import('@nestjs/websockets')
  return Object.assign(new WsException(JSON.parse(body) as object), { cause })
}
