import type { ServerResponse } from 'node:http'

/** An answer as it goes over the wire. */
export interface HttpAnswer {
  readonly status: number
  readonly contentType: string
  readonly body: string
  /** More header fields. */
  readonly headers?: Readonly<Record<string, string>>
}

/** A document as JSON, under status 200. */
export function jsonAnswer(document: unknown, headers: Readonly<Record<string, string>> = {}): HttpAnswer {
  return { status: 200, contentType: 'application/json', body: JSON.stringify(document) ?? '', headers }
}

export function send(response: ServerResponse, { status, contentType, body, headers }: HttpAnswer): void {
  response.writeHead(status, { ...headers, 'content-type': contentType }).end(body)
}
