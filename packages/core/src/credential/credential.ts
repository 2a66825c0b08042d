import type { Scheme } from '../rejection.js'

/** An access token as the client presented it: RFC 6750 §2.1. */
export interface Credential {
  readonly scheme: Scheme
  readonly token: string
}
