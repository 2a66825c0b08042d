import type { IncomingMessage } from 'node:http'
import { closeWhenExpired } from './close-when-expired.js'
import type { Hooks } from './handshake-gate.js'
import { type Handshake, handshakeOf, rememberHandshake } from './handshakes.js'

/** The part of a server of ws that is used. */
interface WsServer {
  readonly options: { readonly verifyClient?: unknown }
  on(event: 'headers', listener: (lines: string[], request: IncomingMessage) => void): unknown
  on(event: 'connection', listener: (client: WsClient, request: IncomingMessage) => void): unknown
}

interface WsClient {
  close(code: number, reason: string): void
  terminate(): void
  once(event: 'close', listener: () => void): unknown
}

/** The part of a server of socket.io, or of one of its namespaces, that is used. */
interface IoServer {
  readonly server?: IoServer
  readonly engine?: Engine
}

interface Engine {
  readonly opts: { readonly allowRequest?: unknown }
  on(event: 'initial_headers', listener: (headers: Headers, request: IncomingMessage) => void): unknown
  on(event: 'connection', listener: (client: EngineClient) => void): unknown
}

interface EngineClient {
  readonly request: IncomingMessage
  close(): void
  once(event: 'close', listener: () => void): unknown
}

type Headers = Record<string, string>

/** Policy violation: RFC 6455 §7.4.1. */
const policyViolation = 1008

const watched = new WeakSet<object>()

/**
 * Watches over the connections of a new server. One without a handshake that was let in is closed before anything is sent.
 *
 * @throws TypeError when the server does not ask the hooks
 */
export function watch(server: unknown, hooks: Hooks): void {
  const { options } = server as Partial<WsServer>
  if (options?.verifyClient === hooks.verifyClient) return watchWs(server as WsServer)
  const { engine, server: parent } = server as IoServer
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

function watchConnection(
  handshake: Handshake,
  client: { once(event: 'close', listener: () => void): unknown },
  close: () => void,
): void {
  handshake.close = close
  client.once('close', closeWhenExpired(handshake))
}
