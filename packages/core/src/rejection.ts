import {
  answers,
  type OAuthError,
  type RejectionCode,
  type Scheme,
  type UnavailableCode,
} from './rejection-codes.js'

const brand = Symbol.for('@portcullis/core/refusal')

interface RejectionOptions extends ErrorOptions {
  readonly scheme?: Scheme
  readonly issuer?: string
  readonly neededScopes?: readonly string[]
  readonly neededAuthentication?: NeededAuthentication
  readonly unmetChecks?: readonly string[]
}

/** How a user has to authenticate: RFC 9470 §3. */
export interface NeededAuthentication {
  /** Any one of these values of `acr`, the preferred first; undefined: any. */
  readonly acrValues: readonly string[] | undefined
  /** At most so many seconds ago; undefined: whenever. */
  readonly maxAge: number | undefined
}

/**
 * A refused request. `message` is for operators: it names what was expected and what came, never the token.
 * Clients are told `description`.
 */
export class Rejection extends Error {
  override readonly name = 'Rejection'
  readonly code: RejectionCode
  /** The scheme that the client used; undefined when it used none that is known here, or more than one. */
  scheme: Scheme | undefined
  /** The trusted issuer that the token names; undefined while none was recognised. */
  issuer: string | undefined
  /** A fresh nonce for the next DPoP proof of the client (RFC 9449 §9); undefined when this resource asks for none. */
  nonce: string | undefined
  /** The scopes that would have been enough; empty when too little scope is not the reason. */
  readonly neededScopes: readonly string[]
  /** How the user would have to authenticate; undefined when that is not the reason. */
  readonly neededAuthentication: NeededAuthentication | undefined
  /** The names of the rules of the application's own (`check`) that said no. Clients are told them. */
  readonly unmetChecks: readonly string[]

  constructor(code: RejectionCode, message: string, options: RejectionOptions = {}) {
    super(message, options)
    Object.defineProperty(this, brand, { value: true })
    this.code = code
    this.scheme = options.scheme
    this.issuer = options.issuer
    this.neededScopes = options.neededScopes ?? []
    this.neededAuthentication = options.neededAuthentication
    this.unmetChecks = options.unmetChecks ?? []
  }

  get status(): 400 | 401 | 403 {
    return answers[this.code].status
  }

  get error(): OAuthError | undefined {
    return answers[this.code].error
  }

  get description(): string {
    return answers[this.code].description
  }
}

/** A request that cannot be decided now, because something this resource depends on does not answer. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable'
  readonly code: UnavailableCode
  readonly status = 503
  readonly description: string = 'The access token cannot be checked at the moment. Try again later.'
  /** When a new attempt makes sense, in seconds from now; at least 1. */
  readonly retryAfterSeconds: number
  /** The trusted issuer that the token names; whether it is what failed, `code` says. */
  issuer: string | undefined

  constructor(code: UnavailableCode, message: string, options: ErrorOptions & { retryAfterSeconds: number }) {
    super(message, options)
    Object.defineProperty(this, brand, { value: true })
    this.code = code
    this.retryAfterSeconds = Math.max(1, Math.ceil(options.retryAfterSeconds))
  }
}

/** Tells our refusals from every other error, also across two installed copies of this package. */
export function isRefusal(error: unknown): error is Rejection | Unavailable {
  return typeof error === 'object' && error !== null && brand in error
}

/** A hostile value made safe to print in an operator's message: JSON in printable ASCII, cut short. */
export function quote(value: unknown): string {
  return quoteAtLength(value, 80)
}

/** @param atMost - how many characters are printed */
export function quoteAtLength(value: unknown, atMost: number): string {
  const ascii = jsonOf(value).replace(/[^\x20-\x7e]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
  return ascii.length > atMost ? `${ascii.slice(0, atMost)}...` : ascii
}

/** Code of the application's own makes values that JSON does not know, and such as throw when they are looked at. */
function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value)
  } catch {
    return typeof value === 'bigint' ? `${value}n` : `what is of type ${typeof value} and no JSON`
  }
}

/** What kind of value it is, where the value itself is not for every eye. */
export function kindOfValue(value: unknown): string {
  if (Array.isArray(value)) return 'list'
  return value === null ? 'null' : typeof value
}
