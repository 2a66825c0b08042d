import type { Scheme } from '../rejection-codes.js'

/** An access token as the client presented it: RFC 6750 §2.1, RFC 9449 §7.1. */
export type Credential = BearerCredential | DpopCredential

/** A token, and the scheme in which it came. */
export interface PresentedToken {
  readonly scheme: Scheme
  readonly token: string
}

interface BearerCredential {
  readonly scheme: 'Bearer'
  readonly token: string
}

interface DpopCredential {
  readonly scheme: 'DPoP'
  readonly token: string
  /** The value of the DPoP field. */
  readonly proof: string
}
