import type { ServerResponse } from 'node:http'
import { pipeline, Readable } from 'node:stream'
import type { Endpoint } from './documents.js'
import { type HttpAnswer, jsonAnswer, send } from './http-answer.js'

/** What a server can do wrong at one endpoint. The README has a line on each. */
export type EndpointFault =
  | 'reset'
  | 'hang'
  | 'hanging-body'
  | 'garbage'
  | 'html'
  | 'huge'
  | 'error'
  | { slowSeconds: number }
  | { redirectTo: string; status?: 302 | 307 }

/** What a server can do wrong as a whole, or with the content of one document. */
export type Fault = EndpointFault | 'down' | 'empty' | 'wrong-issuer'

/** How one request is answered, given what a healthy server would send. */
export type Answer = (response: ServerResponse, right: HttpAnswer) => void

export const healthy: Answer = send

export const withoutKeys: Answer = (response, right) => send(response, { ...right, body: '{"keys":[]}' })

export const ofAnotherIssuer: Answer = (response, { body }) =>
  send(response, jsonAnswer({ ...JSON.parse(body), issuer: 'https://another-issuer.example' }))

const page = '<!doctype html><title>Sign in</title>'

const named: Record<Extract<EndpointFault, string>, Answer> = {
  reset: (response) => response.socket?.resetAndDestroy(),
  hang: () => {},
  'hanging-body': stopHalfWay,
  garbage: (response, right) => send(response, { ...right, status: 200, body: '{"keys":[{"kty":' }),
  html: (response) => send(response, { status: 200, contentType: 'text/html', body: page }),
  huge: (response, { contentType }) => sendHuge(response, contentType, '{"keys":[', ']}'),
  error: (response) => send(response, { ...jsonAnswer({ error: 'server_error' }), status: 500 }),
}

const hugeIntrospection: Answer = (response, { contentType, body }) =>
  sendHuge(response, contentType, '', body)

/** The answers of a server with this fault at this endpoint. */
export function faulty(fault: EndpointFault, endpoint: Endpoint): Answer {
  if (fault === 'huge' && endpoint === 'introspection') return hugeIntrospection
  if (typeof fault === 'string') return named[fault]
  if ('redirectTo' in fault) {
    return (response) => response.writeHead(fault.status ?? 302, { location: fault.redirectTo }).end()
  }
  return (response, right) => {
    const timer = setTimeout(() => send(response, right), fault.slowSeconds * 1000)
    response.once('close', () => clearTimeout(timer))
  }
}

function stopHalfWay(response: ServerResponse, { status, contentType, body }: HttpAnswer): void {
  response.writeHead(status, { 'content-type': contentType, 'content-length': Buffer.byteLength(body) })
  response.write(body.slice(0, body.length / 2))
}

function sendHuge(response: ServerResponse, contentType: string, start: string, end: string): void {
  response.writeHead(200, { 'content-type': contentType })
  pipeline(Readable.from(hugeDocument(start, end)), response, () => {
    // The client hangs up before the end, as it should: no error here.
  })
}

/** Well-formed, so that its size alone is wrong. It ends, so that a client without a limit fails its test, too. */
function* hugeDocument(start: string, end: string): Generator<string> {
  const megabyte = ' '.repeat(2 ** 20)
  yield start
  for (let sent = 0; sent < 50; sent += 1) yield megabyte
  yield end
}
