import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import { text } from 'node:stream/consumers'
import { portOf } from './servers/running-server.js'

/** What came, complete. */
export interface Asked {
  readonly method: string
  /** The request target, with its query. */
  readonly target: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** What is answered. */
export interface Told {
  readonly status?: number
  readonly type: string
  readonly body: string
}

/** A server that speaks a dialect of introspection which the test authorization server does not. */
export interface Double {
  /** Its origin. */
  readonly url: string
  readonly asked: readonly Asked[]
  close(): void
}

/** @param answer - one that throws is a 500 */
export async function startDouble(answer: (asked: Asked) => Told | Promise<Told>): Promise<Double> {
  const asked: Asked[] = []
  const server = createServer((request, response) => {
    const tell = async (): Promise<Told> => {
      const { method = '', url = '', headers } = request
      const question = { method, target: url, headers, body: await text(request) }
      asked.push(question)
      return await answer(question)
    }
    const failed = { status: 500, type: 'text/plain', body: 'failed' }
    void tell()
      .catch((): Told => failed)
      .then(({ status = 200, type, body }) => response.writeHead(status, { 'content-type': type }).end(body))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${portOf(server)}`,
    asked,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

export function json(members: unknown, status = 200): Told {
  return { status, type: 'application/json; charset=utf-8', body: JSON.stringify(members) }
}
