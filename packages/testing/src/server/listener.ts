import { once } from 'node:events'
import type { Server } from 'node:http'

/** Listens on 127.0.0.1, on this port or on a free one, and tells which. */
export async function listen(server: Server, port = 0): Promise<number> {
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || !address) throw new Error('not listening on TCP')
  return address.port
}

/** Refuses connections from now on and destroys those that are open, idle or not. */
export async function stopListening(server: Server): Promise<void> {
  if (!server.listening) return
  const closed = once(server, 'close')
  server.close()
  server.closeAllConnections()
  await closed
}
