import { FetchFailure } from '../keys/fetch-failure.js'
import { isRefusal, Rejection, Unavailable } from '../rejection.js'
import type { RejectionCode, UnavailableCode } from '../rejection-codes.js'
import type { AccessToken } from './access-token.js'

/** What was found out about a token; an error is made of it for each request anew. */
export type Verdict = Good | Bad

export interface Good {
  readonly token: AccessToken
  /** The size of the answer. */
  readonly bytes: number
}

export type Bad = { readonly rejected: RejectionCode; readonly message: string } | Outage

export interface Outage {
  readonly unavailable: UnavailableCode
  readonly message: string
  readonly retryAfterSeconds: number
  readonly cause?: unknown
}

export function outage(message: string, retryAfterSeconds: number = 1, cause?: unknown): Outage {
  return { unavailable: 'introspection_unavailable', message, retryAfterSeconds, cause }
}

/** What a question came to that found no good token. */
export function badVerdict(error: unknown): Bad {
  if (error instanceof FetchFailure) return outage(error.message, 1, error)
  // Code of the application's own may throw anything, of which nothing is told.
  if (!isRefusal(error)) return outage('the answer could not be read', 1, error)
  const { message } = error
  if (error instanceof Rejection) return { rejected: error.code, message }
  const { code, retryAfterSeconds, cause } = error
  return { unavailable: code, message, retryAfterSeconds, cause }
}

/** An error of its own for each request. */
export function errorOf(verdict: Bad): Rejection | Unavailable {
  if ('rejected' in verdict) return new Rejection(verdict.rejected, verdict.message)
  const { unavailable, message, retryAfterSeconds, cause } = verdict
  return new Unavailable(unavailable, message, { retryAfterSeconds, cause })
}
