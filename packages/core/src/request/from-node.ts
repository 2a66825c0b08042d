import type { ResourceRequest } from './resource-request.js'

/** The part of `http.IncomingMessage` (and of its HTTP/2 twin) that is read. */
export interface NodeRequest {
  readonly method?: string | undefined
  readonly url?: string | undefined
  /** Set by Express and Connect: the target before a mount point was cut off. */
  readonly originalUrl?: string | undefined
  readonly rawHeaders: readonly string[]
  /** Read only where `rawHeaders` is empty, as in requests that were made by hand (serverless functions). */
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>>
}

/**
 * Reads a request of Node's HTTP server.
 *
 * Field lines come from `rawHeaders`: `headers` keeps the first of two Authorization fields and says nothing.
 *
 * @param target - the target as received; default `originalUrl`, else `url`.
 */
export function fromNode(request: NodeRequest, target?: string): ResourceRequest {
  return {
    method: request.method ?? '',
    target: target ?? request.originalUrl ?? request.url ?? '',
    header: (name) =>
      request.rawHeaders.length > 0 ? fieldLines(request.rawHeaders, name) : fields(request, name),
    raw: request,
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
