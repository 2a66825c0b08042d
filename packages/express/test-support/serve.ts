import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import express5 from 'express'
import { onTestFinished } from 'vitest'

// Express 4 brings no types of its own; what is used of it here has not changed.
const express4: typeof express5 = createRequire(import.meta.url)('express4')

/** For `describe.each`. */
export const versions: readonly (readonly [name: string, express: typeof express5])[] = [
  ['Express 5', express5],
  ['Express 4', express4],
]

type Get = (path: string, init?: RequestInit) => Promise<Response>

/** Serves until the test ends. */
export async function serve(application: RequestListener): Promise<Get> {
  const server = createServer(application).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(async () => {
    server.close()
    server.closeAllConnections()
    await once(server, 'close')
  })
  const { port } = server.address() as AddressInfo
  return (path, init) => fetch(`http://127.0.0.1:${port}${path}`, init)
}
