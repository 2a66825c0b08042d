import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { TestApi } from '../api.js'

/** One of the servers of the contract. */
export interface RunningServer {
  readonly port: number
  /** How many requests reached a handler that found the principal it asked for. */
  handled(): number
  close(): Promise<void>
}

/** What makes a server one of HTTPS. */
export interface Tls {
  readonly cert: string
  readonly key: string
  readonly requestCert: boolean
  readonly rejectUnauthorized: boolean
  readonly ticketKeys?: Buffer
}

/** Builds and starts a server. @param tls - makes it one of HTTPS, in the manner of its framework */
export type StartServer = (api: TestApi, tls?: Tls) => Promise<RunningServer>

/** Serves on a free port. */
export async function serve(
  listener: RequestListener,
  handled: () => number,
  tls?: Tls,
): Promise<RunningServer> {
  const server = tls ? createSecureServer(tls, listener) : createServer(listener)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: portOf(server),
    handled,
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

export function portOf(server: { address(): AddressInfo | string | null }): number {
  return (server.address() as AddressInfo).port
}
