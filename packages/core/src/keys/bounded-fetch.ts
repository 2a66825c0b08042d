import { checkOptionNames, checkPresent, misconfigured } from '../configuration.js'

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

const optionNames = ['timeoutSeconds', 'maxBytes', 'fetch']

/** @throws TypeError */
export function readHttpOptions(option: string, given: HttpOptions = {}): HttpLimits {
  checkOptionNames(option, given, optionNames)
  checkPresent(option, given, optionNames)
  const { maxBytes = 512 * 1024, fetch } = given
  const { timeoutSeconds = 5 } = given
  if (typeof timeoutSeconds !== 'number' || !(timeoutSeconds > 0 && timeoutSeconds <= 60)) {
    throw misconfigured(`${option}.timeoutSeconds`, 'more than 0 and at most 60 seconds', timeoutSeconds)
  }
  if (!Number.isInteger(maxBytes) || maxBytes < 1) {
    throw misconfigured(`${option}.maxBytes`, 'a whole number of bytes, 1 or more', maxBytes)
  }
  if (fetch !== undefined && typeof fetch !== 'function') {
    throw misconfigured(`${option}.fetch`, 'a function like the global fetch', fetch)
  }
  return { timeoutSeconds, maxBytes, fetch }
}

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

/**
 * Gets a JSON document. The only place that opens a connection: it follows no redirect (a redirect could lead to plain
 * http or to another host), and stops at the limits of time and size.
 *
 * @throws FetchFailure
 */
export async function fetchJson(url: string, limits: HttpLimits): Promise<unknown> {
  const abort = new AbortController()
  const { expiry, clear } = expiryOf(url, limits.timeoutSeconds)
  try {
    // Raced, because a `fetch` of the application's own may ignore the signal.
    return await Promise.race([getJson(url, limits, abort.signal), expiry])
  } catch (cause) {
    throw cause instanceof FetchFailure ? cause : new FetchFailure(url, reasonOf(cause), { cause })
  } finally {
    clear()
    abort.abort()
  }
}

function expiryOf(url: string, seconds: number): { expiry: Promise<never>; clear: () => void } {
  let timer: NodeJS.Timeout
  const expiry = new Promise<never>((_, reject) => {
    const expire = () => reject(new FetchFailure(url, `no answer in ${seconds} s`, { timedOut: true }))
    timer = setTimeout(expire, seconds * 1000)
  })
  return { expiry, clear: () => clearTimeout(timer) }
}

/** Node's fetch says only "fetch failed" and hides the reason in its cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'the fetch function threw something that is no error'
  const { cause } = error
  if (!(cause instanceof Error)) return error.message
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.message
}

async function getJson(url: string, { maxBytes, fetch }: HttpLimits, signal: AbortSignal): Promise<unknown> {
  const request = { headers: { accept: 'application/json' }, redirect: 'manual', signal } as const
  const response = await (fetch ?? globalThis.fetch)(url, request)
  if (response.redirected)
    throw new FetchFailure(url, 'expected an answer from there, but a redirect was followed')
  if (response.status !== 200) {
    throw new FetchFailure(url, `expected status 200, got ${response.status || 'a redirect'}`)
  }
  const bytes = await readBody(url, response, maxBytes, signal)
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    throw new FetchFailure(url, 'expected JSON')
  }
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
