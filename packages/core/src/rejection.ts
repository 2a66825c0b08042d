/** An error code that a challenge may carry: RFC 6750 §3.1. */
export type OAuthError = 'invalid_request' | 'invalid_token' | 'insufficient_scope'

/** An authentication scheme in which this resource accepts access tokens. */
export type Scheme = 'Bearer'

/** Why a request was refused. The codes are stable: match on them, never on messages. */
export type RejectionCode =
  | 'credential_missing'
  | 'credential_malformed'
  | 'credential_ambiguous'
  | 'token_malformed'
  | 'token_type_unexpected'
  | 'token_algorithm_refused'
  | 'token_key_unknown'
  | 'token_signature_invalid'
  | 'token_issuer_untrusted'
  | 'token_audience_mismatch'
  | 'token_expired'
  | 'token_not_yet_valid'
  | 'token_claim_missing'
  | 'token_claim_invalid'
  | 'confirmation_unsupported'
  | 'scope_insufficient'

/** Why a request could not be decided: the caller is not to blame. */
export type UnavailableCode = 'keys_unavailable' | 'metadata_unavailable'

interface Answer {
  readonly status: 400 | 401 | 403
  readonly error: OAuthError | undefined
  /** The one sentence that a client is told. It never contains anything from the request. */
  readonly description: string
}

const invalidRequest = (description: string): Answer => ({
  status: 400,
  error: 'invalid_request',
  description,
})
const invalidToken = (description: string): Answer => ({ status: 401, error: 'invalid_token', description })

const answers: Readonly<Record<RejectionCode, Answer>> = {
  credential_missing: { status: 401, error: undefined, description: 'This resource needs an access token.' },
  credential_malformed: invalidRequest('The Authorization field is malformed.'),
  credential_ambiguous: invalidRequest('The request carries more than one credential.'),
  token_malformed: invalidToken('The access token is malformed.'),
  token_type_unexpected: invalidToken('The token is not of a type that is accepted here.'),
  token_algorithm_refused: invalidToken(
    'The access token is signed with an algorithm that is not accepted here.',
  ),
  token_key_unknown: invalidToken('The access token is signed with an unknown key.'),
  token_signature_invalid: invalidToken('The signature of the access token is invalid.'),
  token_issuer_untrusted: invalidToken('The access token comes from an issuer that is not trusted here.'),
  token_audience_mismatch: invalidToken('The access token is meant for another resource.'),
  token_expired: invalidToken('The access token expired.'),
  token_not_yet_valid: invalidToken('The access token is not valid yet.'),
  token_claim_missing: invalidToken('The access token lacks a claim that is demanded here.'),
  token_claim_invalid: invalidToken('A claim of the access token is invalid.'),
  confirmation_unsupported: invalidToken(
    'The access token is bound to a key in a way that is not supported here.',
  ),
  scope_insufficient: {
    status: 403,
    error: 'insufficient_scope',
    description: 'The access token does not carry the scope that is needed.',
  },
}

const brand = Symbol.for('@portcullis/core/refusal')

interface RejectionOptions extends ErrorOptions {
  readonly scheme?: Scheme
  readonly issuer?: string
  readonly neededScopes?: readonly string[]
}

/**
 * A refused request. `message` is for operators: it names what was expected and what came, never the token.
 * Clients are told `description`.
 */
export class Rejection extends Error {
  override readonly name = 'Rejection'
  readonly code: RejectionCode
  /** The scheme that the client used; undefined when it used none that is on offer, or more than one. */
  scheme: Scheme | undefined
  /** The trusted issuer that the token names; undefined while none was recognised. */
  issuer: string | undefined
  /** The scopes that would have been enough; empty when too little scope is not the reason. */
  readonly neededScopes: readonly string[]

  constructor(code: RejectionCode, message: string, options: RejectionOptions = {}) {
    super(message, options)
    Object.defineProperty(this, brand, { value: true })
    this.code = code
    this.scheme = options.scheme
    this.issuer = options.issuer
    this.neededScopes = options.neededScopes ?? []
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
  /** The trusted issuer that does not answer. */
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

const printedCharacters = 80

/** A hostile value made safe to print in an operator's message: JSON in printable ASCII, cut short. */
export function quote(value: unknown): string {
  const json = JSON.stringify(value) ?? String(value)
  const ascii = json.replace(/[^\x20-\x7e]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
  return ascii.length > printedCharacters ? `${ascii.slice(0, printedCharacters)}...` : ascii
}
