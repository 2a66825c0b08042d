import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { createServer as createSecureServer, request as secureRequest } from 'node:https'
import { text } from 'node:stream/consumers'
import type { TestAuthorizationServer } from '@portcullis/testing'
import { portOf, type Tls } from './servers/running-server.js'

/** What came to an authorization server, complete. */
interface Asked {
  readonly method: string
  /** The request target, with its query. */
  readonly target: string
  readonly fields: ReadonlyMap<string, string>
  readonly form: readonly (readonly [name: string, value: string])[]
}

/** Stands before the introspection endpoint of an authorization server, and writes down what is asked, secrets included. */
export interface Relay {
  /** Where it listens; from now on it stands before this server, and has seen nothing. */
  before(server: TestAuthorizationServer): string
  readonly seen: readonly Asked[]
  /** The last of these. */
  last(): Asked
  close(): void
}

/** @param tls - makes it one of HTTPS */
export async function startRelay(tls?: Pick<Tls, 'cert' | 'key'>): Promise<Relay> {
  const seen: Asked[] = []
  let target = ''
  const listener: RequestListener = (request, response) => void pass(request, response)
  const pass = async (request: IncomingMessage, response: ServerResponse) => {
    const fields = new Map(Object.entries(request.headers).map(([name, value]) => [name, String(value)]))
    const body = await text(request)
    const { method = '', url = '' } = request
    seen.push({ method, target: url, fields, form: [...new URLSearchParams(body)] })
    await forward(target, { method, fields, body }, response)
  }
  const server = tls ? createSecureServer(tls, listener) : createServer(listener)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    seen,
    before({ introspectionEndpoint }) {
      target = introspectionEndpoint
      seen.length = 0
      return `${tls ? 'https' : 'http'}://127.0.0.1:${portOf(server)}/introspect`
    },
    last() {
      const asked = seen.at(-1)
      if (!asked) throw new Error('nobody asked anything')
      return asked
    },
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

const forwarded: ReadonlySet<string> = new Set(['accept', 'authorization', 'content-type'])

async function forward(
  url: string,
  { method, fields, body }: { method: string; fields: ReadonlyMap<string, string>; body: string },
  response: ServerResponse,
): Promise<void> {
  const headers = [...fields].filter(([name]) => forwarded.has(name))
  const answer = await fetch(url, { method, headers, body })
  const type = answer.headers.get('content-type') ?? ''
  response.writeHead(answer.status, { 'content-type': type }).end(await answer.text())
}

/** The `fetch` of an application that has a certificate authority of its own. */
export function fetchTrusting(ca: string): typeof fetch {
  return async (input, { method = 'GET', headers, body } = {}) => {
    const url = input instanceof Request ? input.url : input
    const sending = secureRequest(url, { method, headers: Object.fromEntries(new Headers(headers)), ca })
    sending.end(body)
    const [answer] = (await once(sending, 'response')) as [IncomingMessage]
    const type = answer.headers['content-type'] ?? ''
    const options = { status: answer.statusCode ?? 0, headers: { 'content-type': type } }
    return new Response(await text(answer), options)
  }
}
