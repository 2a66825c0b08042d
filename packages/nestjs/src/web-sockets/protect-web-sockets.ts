import type { INestApplication, WebSocketAdapter } from '@nestjs/common'
import { ApplicationConfig } from '@nestjs/core'
import type { ProtectedResource, RouteRequirement } from '@portcullis/core'
import { HandshakeGate, type Hooks } from './handshake-gate.js'
import { watch } from './socket-servers.js'
import type { UpgradeOptions } from './unanswered-upgrades.js'

/** @see protectWebSockets */
export interface ProtectWebSocketsOptions {
  /** What opening a WebSocket requires. Default: any valid token. */
  readonly requires?: Exclude<RouteRequirement, 'nothing'>
  /** Which gateways are meant, by their `path`. Default: all those whose path no other call names. */
  readonly path?: string
}

interface SocketOptions extends Hooks, UpgradeOptions {
  readonly path?: string
  readonly [option: string]: unknown
}

type Adapter = WebSocketAdapter<unknown, unknown, SocketOptions>

/** By path; `undefined` stands for every other one. */
type Gates = Map<string | undefined, HandshakeGate>

const protectedAdapters = new WeakMap<Adapter, Gates>()

/**
 * Protects the gateways of an application, on ws and on socket.io: who opens a WebSocket has to send a token, in header fields,
 * and is answered 401, 403 or 503 instead of 101. The connection is closed when the token expires.
 *
 * Nest asks no guard when a client connects, and its adapters make their servers when the application starts. So the adapter is
 * given the servers' own hooks, `verifyClient` and `allowRequest`: they are asked first, on every port and for every transport.
 *
 * @throws TypeError when it comes too early or too late, and when `requires` is none of this resource
 * @example
 * app.useWebSocketAdapter(new WsAdapter(app))
 * protectWebSockets(app, api)
 */
export function protectWebSockets(
  app: INestApplication,
  api: ProtectedResource,
  options: ProtectWebSocketsOptions = {},
): void {
  const config = app.get(ApplicationConfig)
  const adapter: Adapter | null = config.getIoAdapter()
  if (!adapter) throw misplaced('call app.useWebSocketAdapter() before it, with a WsAdapter or an IoAdapter')
  if ((app as { isInitialized?: boolean }).isInitialized)
    throw misplaced('call it before the application starts')
  const gates = protectedAdapters.get(adapter) ?? protect(adapter, config)
  const path = pathOf(options)
  if (gates.has(path)) throw misplaced(`called twice${path === undefined ? '' : ` for ${path}`}`)
  gates.set(path, new HandshakeGate(api, policyOf(api, options)))
}

function policyOf(api: ProtectedResource, options: ProtectWebSocketsOptions) {
  const policy = api.routePolicy('requires' in options ? [options.requires] : [])
  if (policy.access === 'nothing') throw misplaced("requires cannot be 'nothing'; 'optional' lets anybody in")
  return policy
}

/** From now on every server that the adapter makes asks a gate. Another adapter would make servers that ask nobody. */
function protect(adapter: Adapter, config: ApplicationConfig): Gates {
  const gates: Gates = new Map()
  const create = adapter.create.bind(adapter)
  adapter.create = (port, options = {}) => {
    const gate = gates.get(pathOf(options)) ?? gates.get(undefined)
    if (!gate) throw misplaced(`nothing protects the gateways at ${pathOf(options) ?? 'no path'}`)
    const hooks = gate.hooks(options)
    const server = create(port, { ...options, ...hooks, destroyUpgrade: false })
    watch(server, hooks, options)
    return server
  }
  config.setIoAdapter = () => {
    throw misplaced('call app.useWebSocketAdapter() before it')
  }
  protectedAdapters.set(adapter, gates)
  return gates
}

function pathOf({ path }: SocketOptions | ProtectWebSocketsOptions): string | undefined {
  return path === undefined ? undefined : `/${path.replaceAll(/^\/+|\/+$/g, '')}`
}

function misplaced(problem: string): TypeError {
  return new TypeError(`protectWebSockets(): ${problem}`)
}
