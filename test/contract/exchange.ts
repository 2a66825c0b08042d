import { connect } from 'node:net'
import type { Duplex } from 'node:stream'

/** A request as a client writes it. Values are sent byte for byte (Latin-1), whatever they contain. */
export interface Exchange {
  readonly method?: string
  readonly target?: string
  /** The value of Host. Default: the address of the socket. */
  readonly host?: string
  readonly headers?: readonly (readonly [name: string, value: string])[]
  readonly body?: string
}

export interface Answer {
  readonly status: number
  /** Names in lower case; several fields with one name stay several. */
  readonly headers: ReadonlyMap<string, readonly string[]>
  readonly body: string
}

/** Opens a connection to a server of the contract. */
export type Open = (port: number) => Duplex

const overTcp: Open = (port) => connect(port, '127.0.0.1')

/** Writes the request over a raw socket and reads until the server closes: nothing in between corrects anything. */
export async function exchange(port: number, request: Exchange, open: Open = overTcp): Promise<Answer> {
  const socket = open(port)
  socket.write(Buffer.from(serialise(port, request), 'latin1'))
  const chunks: Buffer[] = []
  for await (const chunk of socket) chunks.push(chunk as Buffer)
  return parse(Buffer.concat(chunks).toString('latin1'))
}

function serialise(
  port: number,
  { method = 'GET', target = '/any', host = `127.0.0.1:${port}`, headers = [], body = '' }: Exchange,
): string {
  const fields: (readonly [string, string])[] = [['Host', host], ['Connection', 'close'], ...headers]
  if (body !== '') fields.push(['Content-Length', String(Buffer.byteLength(body, 'latin1'))])
  const lines = fields.map(([name, value]) => `${name}: ${value}`)
  return [`${method} ${target} HTTP/1.1`, ...lines, '', body].join('\r\n')
}

function parse(text: string): Answer {
  const end = text.indexOf('\r\n\r\n')
  const [statusLine = '', ...lines] = text.slice(0, end).split('\r\n')
  const headers = new Map<string, string[]>()
  for (const line of lines) {
    const [, name = '', value = ''] = /^([^:]+): ?(.*)$/.exec(line) ?? []
    headers.set(name.toLowerCase(), [...(headers.get(name.toLowerCase()) ?? []), value])
  }
  const rest = text.slice(end + 4)
  const chunked = headers.get('transfer-encoding')?.includes('chunked')
  return { status: Number(statusLine.split(' ')[1]), headers, body: chunked ? unchunk(rest) : rest }
}

function unchunk(text: string): string {
  const size = Number.parseInt(text, 16)
  if (!size) return ''
  const start = text.indexOf('\r\n') + 2
  return text.slice(start, start + size) + unchunk(text.slice(start + size + 2))
}
