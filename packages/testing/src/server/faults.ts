import type { ServerResponse } from 'node:http'
import { pipeline, Readable } from 'node:stream'

/** What a server can do wrong where a document is asked for. The README has a line on each. */
export type EndpointFault =
  | 'reset'
  | 'hang'
  | 'hanging-body'
  | 'garbage'
  | 'html'
  | 'huge'
  | 'error'
  | { slowSeconds: number }
  | { redirectTo: string }

/** What a server can do wrong as a whole, or with the content of one document. */
export type Fault = EndpointFault | 'down' | 'empty' | 'wrong-issuer'

/** How one request is answered, given the document that a healthy server would send. */
export type Answer = (response: ServerResponse, document: object) => void

export const healthy: Answer = (response, document) =>
  send(response, 200, 'application/json', JSON.stringify(document))

export const withoutKeys: Answer = (response) => healthy(response, { keys: [] })

export const ofAnotherIssuer: Answer = (response, document) =>
  healthy(response, { ...document, issuer: 'https://another-issuer.example' })

const named: Record<Extract<EndpointFault, string>, Answer> = {
  reset: (response) => response.socket?.resetAndDestroy(),
  hang: () => {},
  'hanging-body': stopHalfWay,
  garbage: (response) => send(response, 200, 'application/json', '{"keys":[{"kty":'),
  html: (response) => send(response, 200, 'text/html', '<!doctype html><title>Sign in</title>'),
  huge: sendHugeDocument,
  error: (response) => send(response, 500, 'application/json', '{"error":"server_error"}'),
}

/** The answers of a server with this fault. */
export function faulty(fault: EndpointFault): Answer {
  if (typeof fault === 'string') return named[fault]
  if ('redirectTo' in fault) {
    return (response) => response.writeHead(302, { location: fault.redirectTo }).end()
  }
  return (response, document) => {
    const timer = setTimeout(() => healthy(response, document), fault.slowSeconds * 1000)
    response.once('close', () => clearTimeout(timer))
  }
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { 'content-type': type }).end(body)
}

function stopHalfWay(response: ServerResponse, document: object): void {
  const body = JSON.stringify(document)
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
  response.write(body.slice(0, body.length / 2))
}

function sendHugeDocument(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' })
  pipeline(Readable.from(hugeDocument()), response, () => {
    // The client hangs up before the end, as it should: no error here.
  })
}

/** Well-formed JSON, so that its size alone is wrong. It ends, so that a client without a limit fails its test, too. */
function* hugeDocument(): Generator<string> {
  const megabyte = ' '.repeat(2 ** 20)
  yield '{"keys":['
  for (let sent = 0; sent < 50; sent += 1) yield megabyte
  yield ']}'
}
