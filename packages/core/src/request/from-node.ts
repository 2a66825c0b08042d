import type { ResourceRequest } from './resource-request.js'

/** The part of `http.IncomingMessage` (and of its HTTP/2 twin) that is read. */
export interface NodeRequest {
  readonly method?: string | undefined
  /** Set by `method-override`: the method before a header field of the client changed it. */
  readonly originalMethod?: string | undefined
  readonly url?: string | undefined
  /** Set by Express and Connect: the target before a mount point was cut off. */
  readonly originalUrl?: string | undefined
  readonly rawHeaders: readonly string[]
  /** Read only where `rawHeaders` is empty, as in requests that were made by hand (serverless functions). */
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>>
  /** Absent in requests that were made by hand. */
  readonly socket?: NodeSocket | null | undefined
}

/** The part of `net.Socket` and `tls.TLSSocket` that is read. */
interface NodeSocket {
  readonly remoteAddress?: string | undefined
  readonly getPeerX509Certificate?: () => { readonly raw: Uint8Array } | undefined
}

/**
 * Reads a request of Node's HTTP server.
 *
 * Field lines come from `rawHeaders`: `headers` keeps the first of two Authorization fields and says nothing.
 *
 * @param target - the target as received; default `originalUrl`, else `url`.
 */
export function fromNode(request: NodeRequest, target?: string): ResourceRequest {
  return new RequestOfNode(request, target ?? request.originalUrl ?? request.url ?? '')
}

/** A class, because one is made for each request: what is in its prototype costs nothing. */
class RequestOfNode implements ResourceRequest {
  readonly raw: NodeRequest
  readonly target: string
  /** No method: whoever takes it apart may call it alone. */
  readonly header = (name: string): readonly string[] => {
    const { rawHeaders } = this.raw
    return rawHeaders.length > 0 ? fieldLines(rawHeaders, name) : fields(this.raw, name)
  }

  constructor(raw: NodeRequest, target: string) {
    this.raw = raw
    this.target = target
  }

  get method(): string {
    return this.raw.originalMethod ?? this.raw.method ?? ''
  }

  get peerAddress(): string | undefined {
    return onSocket(this.raw, (socket) => socket.remoteAddress)
  }

  get certificate(): Uint8Array | undefined {
    return onSocket(this.raw, (socket) => socket.getPeerX509Certificate?.()?.raw)
  }
}

/** The socket of an HTTP/2 session throws when the session is over. */
function onSocket<T>(request: NodeRequest, read: (socket: NodeSocket) => T): T | undefined {
  try {
    return request.socket ? read(request.socket) : undefined
  } catch {
    return undefined
  }
}

function fields({ headers }: NodeRequest, name: string): readonly string[] {
  const value = headers?.[name]
  return typeof value === 'string' ? [value] : (value ?? [])
}

function fieldLines(rawHeaders: readonly string[], name: string): string[] {
  const lines: string[] = []
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const field = rawHeaders[at] ?? ''
    if (field.length === name.length && field.toLowerCase() === name) lines.push(rawHeaders[at + 1] ?? '')
  }
  return lines
}
