import type { ResourceRequest } from './resource-request.js'

/** What the Fetch API does not tell of a connection; the server may. */
export interface FetchConnection {
  /** The address of the peer. */
  readonly peerAddress?: string | undefined
  /** The client's certificate, in DER. */
  readonly certificate?: Uint8Array | undefined
}

/**
 * Reads a request of the Fetch API, as Hono, Next.js and others hand it over. `Headers` joins repeated fields with a comma, so
 * there is one line for each name.
 */
export function fromFetch(request: Request, connection: FetchConnection = {}): ResourceRequest {
  return {
    method: request.method,
    target: targetOf(request.url),
    header: (name) => {
      const value = request.headers.get(name)
      return value === null ? [] : [value]
    },
    peerAddress: connection.peerAddress,
    certificate: connection.certificate,
    raw: request,
  }
}

const afterAuthority = /^[^:/?#]+:\/\/[^/?#]*([^#]*)/

/** Path and query, as they stand there. A `Request` has its URL in normal form; what only looks like one may have no path. */
function targetOf(url: string): string {
  const [, target = ''] = afterAuthority.exec(url) ?? []
  return target.startsWith('/') ? target : `/${target}`
}
