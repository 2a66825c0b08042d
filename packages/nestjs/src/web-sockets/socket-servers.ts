import type { IncomingMessage, Server } from 'node:http'
import { closeWhenExpired } from './close-when-expired.js'
import type { Hooks } from './handshake-gate.js'
import { type Handshake, handshakeOf, rememberHandshake } from './handshakes.js'
import { endUnansweredUpgrades, type UpgradeOptions } from './unanswered-upgrades.js'

/** The part of a server of ws that is used. */
interface WsServer {
  readonly options: { readonly verifyClient?: unknown }
  on(event: 'headers', listener: (lines: string[], request: IncomingMessage) => void): unknown
  on(event: 'connection', listener: (client: WsClient, request: IncomingMessage) => void): unknown
}

interface WsClient extends Client {
  close(code: number, reason: string): void
  terminate(): void
}

/** The part of a server of socket.io, or of one of its namespaces, that is used. */
interface IoServer {
  readonly server?: IoServer
  readonly engine?: Engine
  readonly httpServer?: Server
}

interface Engine {
  readonly opts: { readonly allowRequest?: unknown }
  on(event: 'initial_headers', listener: (headers: Headers, request: IncomingMessage) => void): unknown
  on(event: 'connection', listener: (client: EngineClient) => void): unknown
}

interface EngineClient extends Client {
  readonly request: IncomingMessage
  close(): void
}

interface Client {
  emit(event: string, ...given: unknown[]): boolean
  once(event: 'close', listener: () => void): unknown
}

type Headers = Record<string, string>

/** Policy violation: RFC 6455 §7.4.1. */
const policyViolation = 1008

const watched = new WeakSet<object>()

/**
 * Watches over the connections of a new server. One without a handshake that was let in is closed before anything is sent.
 *
 * @param given - by the application
 * @throws TypeError when the server does not ask the hooks
 */
export function watch(server: unknown, hooks: Hooks, given: UpgradeOptions): void {
  const { options } = server as Partial<WsServer>
  if (options?.verifyClient === hooks.verifyClient) return watchWs(server as WsServer)
  const { engine, server: parent, httpServer = parent?.httpServer } = server as IoServer
  const opened = engine ?? parent?.engine
  // A namespace, whose server is there already.
  if (opened && watched.has(opened)) return
  if (!opened || opened.opts.allowRequest !== hooks.allowRequest) {
    throw new TypeError(
      'protectWebSockets(): expected an adapter for ws or socket.io that passes its options on to the server',
    )
  }
  watched.add(opened)
  watchEngine(opened)
  endUnansweredUpgrades(httpServer, given)
}

function watchWs(server: WsServer): void {
  server.on('headers', (lines, request) => {
    for (const [name, value] of Object.entries(handshakeOf(request)?.headers ?? {}))
      lines.push(`${name}: ${value}`)
  })
  server.on('connection', (client, request) => {
    const handshake = handshakeOf(request)
    if (!handshake) return client.terminate()
    rememberHandshake(client, handshake)
    watchConnection(handshake, client, () => client.close(policyViolation, 'The token has expired'))
  })
}

function watchEngine(engine: Engine): void {
  engine.on('initial_headers', (headers, request) => {
    Object.assign(headers, handshakeOf(request)?.headers)
  })
  engine.on('connection', (client) => {
    const handshake = handshakeOf(client.request)
    if (!handshake) return client.close()
    watchConnection(handshake, client, () => client.close())
  })
}

function watchConnection(handshake: Handshake, client: Client, close: () => void): void {
  handshake.close = close
  client.once('close', closeWhenExpired(handshake))
  dropWhatComesLate(handshake, client)
}

/** The events by which ws and engine.io hand on what a client sent. */
const messages = new Set(['message', 'data'])

/** Timers fire late, and a client need not mind that it is told to close: what it sends afterwards reaches no handler. */
function dropWhatComesLate(handshake: Handshake, client: Client): void {
  const emit = client.emit.bind(client)
  client.emit = (event, ...given) => {
    if (!messages.has(event) || !handshake.hasExpired()) return emit(event, ...given)
    handshake.close()
    return false
  }
}
