import type { Challenge, NodeRequest, Principal } from '@portcullis/core'

/** A call of a handler, as far as guards have to know it, from whatever context it comes. */
export interface Call {
  /** The server's own request object. */
  readonly request: NodeRequest
  /** The request target as it came. */
  readonly target: string | undefined
  /** One of many calls that the request stands for: it was authenticated long ago. */
  readonly repeats?: true
  /** Who calls, where that is settled before any guard is asked. */
  principal?(): Principal | undefined
  /** Header fields for the response, names in lower case. */
  setHeaders(headers: Readonly<Record<string, string>>): void
  /** What to throw, in the manner of the context. */
  refusal(challenge: Challenge, cause: unknown): Error | Promise<Error>
}
