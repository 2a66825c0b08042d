import type { HttpLimits } from './http-options.js'

/** A document could not be had. The message names its URL, without the query, and the reason. */
export class FetchFailure extends Error {
  override readonly name = 'FetchFailure'
  /** Whether the next request would fare no better, whatever it asks: nothing could be sent, or the server wants to be left alone. */
  readonly outage: boolean
  /** When the server wants to be asked again; undefined when it does not say. */
  readonly retryAfterSeconds: number | undefined

  constructor(url: string, reason: string, options: FetchFailureOptions = {}) {
    super(`${withoutQuery(url)}: ${reason}`, options)
    this.outage = options.outage ?? false
    this.retryAfterSeconds = options.retryAfterSeconds
  }
}

interface FetchFailureOptions extends ErrorOptions {
  readonly outage?: boolean
  readonly retryAfterSeconds?: number | undefined
}

/** A key may stand in it, and messages end up in logs. */
function withoutQuery(url: string): string {
  return url.replace(/\?.*$/s, '')
}

/** What `fetch` threw, told as a failure of the exchange with this URL. */
export function failureOf(cause: unknown, url: string, limits: HttpLimits): FetchFailure {
  if (cause instanceof FetchFailure) return cause
  return new FetchFailure(url, reasonOf(cause, limits), {
    cause,
    outage: unreachable.test(causeCodeOf(cause)),
  })
}

/**
 * Node's fetch says only "fetch failed" and hides the reason in its cause. Of the application's own `fetch` only names and codes are
 * told: its messages may quote the request, and with that a secret.
 */
function reasonOf(error: unknown, { fetch }: HttpLimits): string {
  if (!(error instanceof Error)) return 'the fetch function threw something that is no error'
  const reasons = [error.cause, error].filter((one) => one instanceof Error)
  const code = reasons.map((one) => ('code' in one ? one.code : undefined)).find(isErrorCode)
  return code ?? (fetch ? error.name : (reasons[0] as Error).message)
}

/** As those of Node are written. */
function isErrorCode(code: unknown): code is string {
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,50}$/.test(code)
}

/** Of Node and of its fetch: before anything was sent. */
const unreachable =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH|UND_ERR_CONNECT_TIMEOUT|.*CERT.*|UNABLE_TO_.*)$/

const resets = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'])

/** Whether the connection was reset, as Node's fetch tells it. */
export function isReset(error: unknown): boolean {
  return resets.has(causeCodeOf(error))
}

/** Empty when there is none. */
function causeCodeOf(error: unknown): string {
  const { cause } = (error ?? {}) as { cause?: unknown }
  return cause instanceof Error && 'code' in cause ? String(cause.code) : ''
}
