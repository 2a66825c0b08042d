import type { INestApplication, WebSocketAdapter } from '@nestjs/common'
import { ApplicationConfig } from '@nestjs/core'
import type { ProtectedResource } from '@portcullis/core'
import { Gates, gatesOf, rememberGates } from './gates.js'
import { HandshakeGate, type Hooks } from './handshake-gate.js'
import { handshakePolicy, type ProtectWebSocketsOptions } from './protect-web-sockets-options.js'
import { watch } from './socket-servers.js'
import type { UpgradeOptions } from './unanswered-upgrades.js'

interface SocketOptions extends Hooks, UpgradeOptions {
  readonly path?: string
  readonly [option: string]: unknown
}

type Adapter = WebSocketAdapter<unknown, unknown, SocketOptions>

/**
 * Protects the gateways of an application, on ws and on socket.io: who opens a WebSocket has to send a token, in header fields,
 * and is answered 401, 403 or 503 instead of 101. The connection is closed when the token expires.
 *
 * Nest asks no guard when a client connects, and its adapters make their servers when the application starts. So the adapter is
 * given the servers' own hooks, `verifyClient` and `allowRequest`: they are asked first, on every port and for every transport.
 *
 * @throws TypeError when it comes too early or too late, and for a wrong option
 * @example
 * app.useWebSocketAdapter(new WsAdapter(app))
 * protectWebSockets(app, api)
 */
export function protectWebSockets(
  app: INestApplication,
  api: ProtectedResource,
  options: ProtectWebSocketsOptions = {},
): void {
  const policy = handshakePolicy(api, options)
  const config = app.get(ApplicationConfig)
  const adapter: Adapter | null = config.getIoAdapter()
  if (!adapter) throw misplaced('call app.useWebSocketAdapter() before it, with a WsAdapter or an IoAdapter')
  if ((app as { isInitialized?: boolean }).isInitialized)
    throw misplaced('call it before the application starts')
  const gates = gatesOf(adapter) ?? protect(adapter, config)
  const { path } = options
  if (gates.add(path, new HandshakeGate(api, policy))) return
  throw misplaced(`called twice${path === undefined ? '' : ` for ${gates.pathOf(path)}`}`)
}

/** From now on every server that the adapter makes asks a gate. Another adapter would make servers that ask nobody. */
function protect(adapter: Adapter, config: ApplicationConfig): Gates {
  const gates = new Gates(adapter)
  const create = adapter.create.bind(adapter)
  adapter.create = (port, options = {}) => {
    const gate = gates.at(options.path)
    if (!gate) throw misplaced(`nothing protects the gateways at ${gates.pathOf(options.path)}`)
    const hooks = gate.hooks(options)
    const server = create(port, { ...options, ...hooks, destroyUpgrade: false })
    watch(server, hooks, options)
    return server
  }
  config.setIoAdapter = () => {
    throw misplaced('call app.useWebSocketAdapter() before it')
  }
  rememberGates(adapter, gates)
  return gates
}

function misplaced(problem: string): TypeError {
  return new TypeError(`protectWebSockets(): ${problem}`)
}
