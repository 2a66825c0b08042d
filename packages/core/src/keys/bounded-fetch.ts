import { checkOptionNames, misconfigured, readSeconds } from '../configuration.js'

/** How calls to an authorization server are made and limited. */
export interface HttpOptions {
  /** Time for a whole exchange, from the connection to the last byte of the body. Default 5, at most 60. */
  readonly timeoutSeconds?: number
  /** Size of a body, decompressed. Default 524,288 (512 KB). */
  readonly maxBytes?: number
  /** The hook for proxies and private certificate authorities. Default: the global `fetch`. */
  readonly fetch?: typeof fetch
}

/** {@link HttpOptions}, read. */
export interface HttpLimits {
  readonly timeoutSeconds: number
  readonly maxBytes: number
  /** Undefined: the global `fetch` as it is at the time of the call. */
  readonly fetch: typeof fetch | undefined
}

/** @throws TypeError */
export function readHttpOptions(option: string, given: HttpOptions = {}): HttpLimits {
  checkOptionNames(option, given, ['timeoutSeconds', 'maxBytes', 'fetch'])
  const { maxBytes = 512 * 1024, fetch } = given
  const timeoutSeconds = readSeconds(`${option}.timeoutSeconds`, given.timeoutSeconds, 5, 60)
  if (timeoutSeconds === 0) throw misconfigured(`${option}.timeoutSeconds`, 'more than 0 seconds', 0)
  if (!Number.isInteger(maxBytes) || maxBytes < 1) {
    throw misconfigured(`${option}.maxBytes`, 'a whole number of bytes, 1 or more', maxBytes)
  }
  if (fetch !== undefined && typeof fetch !== 'function') {
    throw misconfigured(`${option}.fetch`, 'a function like the global fetch', fetch)
  }
  return { timeoutSeconds, maxBytes, fetch }
}

/** A server answered, but not with what was asked for; `status` tells which answer it was. */
export class UnexpectedAnswer extends Error {
  override readonly name = 'UnexpectedAnswer'
}

/**
 * Gets a JSON document. The only place that opens a connection: it follows no redirect (a redirect could lead to plain
 * http or to another host), and stops at the limits of time and size.
 *
 * @throws UnexpectedAnswer when the server answered something else; any other error when it did not answer in time.
 */
export async function fetchJson(url: string, limits: HttpLimits): Promise<unknown> {
  const abort = new AbortController()
  const timeout = afterSeconds(
    limits.timeoutSeconds,
    () => new Error(`${url}: no answer in ${limits.timeoutSeconds} s`),
  )
  try {
    // Raced, because a `fetch` of the application's own may ignore the signal.
    return await Promise.race([getJson(url, limits, abort.signal), timeout.expiry])
  } finally {
    timeout.clear()
    abort.abort()
  }
}

function afterSeconds(seconds: number, error: () => Error): { expiry: Promise<never>; clear(): void } {
  let timer: NodeJS.Timeout
  const expiry = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(error()), seconds * 1000)
  })
  return { expiry, clear: () => clearTimeout(timer) }
}

async function getJson(url: string, { maxBytes, fetch }: HttpLimits, signal: AbortSignal): Promise<unknown> {
  const request = { headers: { accept: 'application/json' }, redirect: 'manual', signal } as const
  const response = await (fetch ?? globalThis.fetch)(url, request)
  if (response.status !== 200) {
    throw new UnexpectedAnswer(`${url}: expected status 200, got ${response.status || 'a redirect'}`)
  }
  const bytes = await readBody(url, response, maxBytes)
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    throw new UnexpectedAnswer(`${url}: expected JSON`)
  }
}

async function readBody(url: string, response: Response, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength
    if (size > maxBytes) throw new UnexpectedAnswer(`${url}: expected at most ${maxBytes} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
