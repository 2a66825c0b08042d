import type { HttpLimits } from './http-options.js'

/** A document could not be had. The message names its URL and the reason. */
export class FetchFailure extends Error {
  override readonly name = 'FetchFailure'
  /** Whether the time ran out, so that another attempt would only take as long again. */
  readonly timedOut: boolean

  constructor(url: string, reason: string, options: ErrorOptions & { timedOut?: boolean } = {}) {
    super(`${url}: ${reason}`, options)
    this.timedOut = options.timedOut ?? false
  }
}

/** What is sent. */
export interface BoundedRequest {
  readonly method?: 'GET' | 'POST'
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

/** What came back, whole. */
export interface BoundedResponse {
  readonly status: number
  readonly headers: Headers
  readonly body: Uint8Array
}

/**
 * Makes one exchange. The only place that opens a connection: it follows no redirect (a redirect could lead to plain
 * http or to another host), and stops at the limits of time and size.
 *
 * @param outer - gives the exchange up, whatever `fetch` makes of it
 * @throws FetchFailure
 */
export async function boundedFetch(
  url: string,
  request: BoundedRequest,
  limits: HttpLimits,
  outer?: AbortSignal,
): Promise<BoundedResponse> {
  if (outer?.aborted) throw new FetchFailure(url, 'given up')
  const abort = new AbortController()
  const { expiry, clear } = expiryOf(url, limits.timeoutSeconds, outer)
  try {
    // Raced, because a `fetch` of the application's own may ignore the signal.
    return await Promise.race([exchange(url, request, limits, abort.signal), expiry])
  } catch (cause) {
    throw cause instanceof FetchFailure ? cause : new FetchFailure(url, reasonOf(cause), { cause })
  } finally {
    clear()
    abort.abort()
  }
}

/** A JSON document, and what its server says of how long it is good. */
export interface JsonDocument {
  readonly content: unknown
  /** The value of Cache-Control: RFC 9111 §5.2. */
  readonly cacheControl: string | null
}

/** Gets a JSON document, answered with 200. @throws FetchFailure */
export async function fetchJson(url: string, limits: HttpLimits, outer?: AbortSignal): Promise<JsonDocument> {
  const { status, headers, body } = await boundedFetch(
    url,
    { headers: { accept: 'application/json' } },
    limits,
    outer,
  )
  if (status !== 200) throw new FetchFailure(url, `expected status 200, got ${status || 'a redirect'}`)
  // A `fetch` of the application's own may answer without header fields.
  return { content: parseJson(url, body), cacheControl: headers?.get('cache-control') ?? null }
}

/** @throws FetchFailure */
function parseJson(url: string, body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch {
    throw new FetchFailure(url, 'expected JSON')
  }
}

function expiryOf(
  url: string,
  seconds: number,
  outer: AbortSignal | undefined,
): { expiry: Promise<never>; clear: () => void } {
  let clear: (() => void) | undefined
  const expiry = new Promise<never>((_, reject) => {
    const expire = () => reject(new FetchFailure(url, `no answer in ${seconds} s`, { timedOut: true }))
    const giveUp = () => reject(new FetchFailure(url, 'given up'))
    const timer = setTimeout(expire, seconds * 1000)
    outer?.addEventListener('abort', giveUp)
    clear = () => {
      clearTimeout(timer)
      outer?.removeEventListener('abort', giveUp)
    }
  })
  return { expiry, clear: () => clear?.() }
}

/** Node's fetch says only "fetch failed" and hides the reason in its cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'the fetch function threw something that is no error'
  const { cause } = error
  if (!(cause instanceof Error)) return error.message
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.message
}

async function exchange(
  url: string,
  request: BoundedRequest,
  { maxBytes, fetch }: HttpLimits,
  signal: AbortSignal,
): Promise<BoundedResponse> {
  const response = await (fetch ?? globalThis.fetch)(url, { ...request, redirect: 'manual', signal })
  if (response.redirected)
    throw new FetchFailure(url, 'expected an answer from there, but a redirect was followed')
  const { status, headers } = response
  return { status, headers, body: await readBody(url, response, maxBytes, signal) }
}

async function readBody(
  url: string,
  response: Response,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    signal.throwIfAborted()
    if (!(chunk instanceof Uint8Array)) throw new FetchFailure(url, 'expected a body of bytes')
    size += chunk.byteLength
    if (size > maxBytes) throw new FetchFailure(url, `expected at most ${maxBytes} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
