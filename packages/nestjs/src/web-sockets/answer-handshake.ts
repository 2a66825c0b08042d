import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http'

/** socket.io adds the response of a request that does not upgrade. */
export interface HandshakeRequest extends IncomingMessage {
  readonly res?: ServerResponse
}

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Answers instead of the WebSocket server. An upgrade has no response: it is written as RFC 9112 wants it, and the connection ends. */
export function answerHandshake({ res, socket }: HandshakeRequest, { status, headers, body }: Answer): void {
  if (res) {
    res.writeHead(status, { ...headers }).end(body)
    return
  }
  const fields = { ...headers, connection: 'close', 'content-length': Buffer.byteLength(body) }
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}`)
  const head = [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...lines].join('\r\n')
  socket.end(`${head}\r\n\r\n${body}`, () => socket.destroy())
}
