import type { IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import type { Listener } from '../open-port.js'

/** Answers a form that was posted (an empty one to GET) with a JSON object. */
export type Endpoint = (form: URLSearchParams, request: IncomingMessage) => object | Promise<object>

/** What a client did wrong: RFC 6749 §5.2. */
export class OAuthError extends Error {
  constructor(readonly code: 'invalid_request' | 'invalid_client' | 'invalid_grant' | 'invalid_scope') {
    super(code)
  }
}

/** The endpoints of an authorization server, by their paths. */
export function endpoints(byPath: Readonly<Record<string, Endpoint>>): Listener {
  return async (request, response) => {
    const send = (status: number, body: object) =>
      response
        .writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
        .end(JSON.stringify(body))
    const endpoint = byPath[request.url ?? '']
    if (!endpoint) return send(404, { error: 'not_found' })
    try {
      send(200, await endpoint(new URLSearchParams(await text(request)), request))
    } catch (error) {
      if (!(error instanceof OAuthError)) console.error(error)
      const { code } = error instanceof OAuthError ? error : { code: 'server_error' }
      send(code === 'server_error' ? 500 : code === 'invalid_client' ? 401 : 400, { error: code })
    }
  }
}

/** @throws OAuthError */
export function checkGrantType(form: URLSearchParams, expected: string): void {
  if (form.get('grant_type') !== expected) throw new OAuthError('invalid_request')
}
