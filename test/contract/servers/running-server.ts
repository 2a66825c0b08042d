import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestApi } from '../api.js'

/** One of the servers of the contract. */
export interface RunningServer {
  readonly port: number
  /** How many requests reached a handler that found the principal it asked for. */
  handled(): number
  close(): Promise<void>
}

/** Builds and starts a server; its handlers call `onHandled`. */
export type StartServer = (api: TestApi) => Promise<RunningServer>

/** Serves on a free port. */
export async function serve(listener: RequestListener, handled: () => number): Promise<RunningServer> {
  const server = createServer(listener).listen(0, '127.0.0.1')
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
