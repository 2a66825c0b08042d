import { FetchFailure, failureOf, isReset } from './fetch-failure.js'
import type { HttpLimits } from './http-options.js'

/** What is sent. */
export interface BoundedRequest {
  readonly method?: 'GET' | 'POST'
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  /**
   * Whether it is sent once more, in the same time, when the connection was reset before an answer came: a server may close one that was
   * kept open just when it is used again.
   */
  readonly againWhenReset?: boolean
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
    throw failureOf(cause, url, limits)
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
  return { content: parseJson(url, body), cacheControl: headers.get('cache-control') }
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
    const expire = () => reject(new FetchFailure(url, `no answer in ${seconds} s`))
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

async function exchange(
  url: string,
  request: BoundedRequest,
  { maxBytes, fetch }: HttpLimits,
  signal: AbortSignal,
): Promise<BoundedResponse> {
  const { againWhenReset = false, ...sent } = request
  const send = async () => (fetch ?? globalThis.fetch)(url, { ...sent, redirect: 'manual', signal })
  const response = await send().catch((error: unknown) => {
    if (againWhenReset && isReset(error) && !signal.aborted) return send()
    throw error
  })
  if (response.redirected)
    throw new FetchFailure(url, 'expected an answer from there, but a redirect was followed')
  const { status } = response
  // A `fetch` of the application's own may answer without header fields, or with those of another class.
  const headers = new Headers(response.headers)
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
