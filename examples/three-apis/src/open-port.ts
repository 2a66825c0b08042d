import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Listener = (request: IncomingMessage, response: ServerResponse) => unknown

/** A free port of this machine. Its URL is known before anything answers there: issuers and resources are named by it. */
export interface OpenPort {
  readonly origin: string
  readonly serve: (listener: Listener) => void
  /** While it is down, it breaks off every connection that is used. */
  readonly setDown: (isDown: boolean) => void
  readonly close: () => Promise<void>
}

export async function openPort(): Promise<OpenPort> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  let down = false
  return {
    origin: `http://127.0.0.1:${port}`,
    serve(listener) {
      server.on('request', (request, response) =>
        down ? request.socket.destroy() : listener(request, response),
      )
    },
    setDown(isDown) {
      down = isDown
    },
    close: async () => {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
