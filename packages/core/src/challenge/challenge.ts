import type { Rejection, Unavailable } from '../rejection.js'
import type { Scheme } from '../rejection-codes.js'
import { wwwAuthenticate } from './www-authenticate.js'

/** The answer to a refused request; a `Response` takes it as its second argument. */
export interface Challenge {
  readonly status: 400 | 401 | 403 | 503
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** `application/problem+json`, serialised: RFC 9457. Send it as it is. */
  readonly body: string
}

/** What a challenge offers: RFC 6750 §3, RFC 9449 §7.1. */
export interface Offer {
  readonly realm: string
  readonly schemes: readonly Scheme[]
  /** The algorithms that DPoP proofs may be signed with. */
  readonly proofAlgorithms: readonly string[]
}

const titles = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  503: 'Service Unavailable',
} as const

/** Turns a refusal into an answer. Nothing in it comes from the request. */
export function challengeOf(refusal: Rejection | Unavailable, offer: Offer): Challenge {
  return {
    status: refusal.status,
    headers: {
      'content-type': 'application/problem+json; charset=utf-8',
      'cache-control': 'no-store',
      ...('retryAfterSeconds' in refusal
        ? { 'retry-after': String(refusal.retryAfterSeconds) }
        : { 'www-authenticate': challenges(refusal, offer), ...nonceField(refusal) }),
    },
    body: problem(refusal),
  }
}

/** RFC 9449 §9. */
function nonceField({ nonce }: Rejection): Record<string, string> {
  return nonce === undefined ? {} : { 'dpop-nonce': nonce }
}

/** The error stands with the scheme that the client used, and with all of them when that one is not on offer. */
function challenges(rejection: Rejection, { realm, schemes, proofAlgorithms }: Offer): string {
  const concerned = rejection.scheme && schemes.includes(rejection.scheme) ? [rejection.scheme] : schemes
  return wwwAuthenticate(
    schemes.map((scheme) => ({
      scheme,
      parameters: [
        ['realm', realm],
        ...(concerned.includes(scheme) ? errorParameters(rejection) : []),
        ...(scheme === 'DPoP' ? [['algs', proofAlgorithms.join(' ')] as const] : []),
      ],
    })),
  )
}

/** Without credentials there is nothing to say about them: RFC 6750 §3.1. */
function errorParameters({ error, description, neededScopes }: Rejection): [string, string][] {
  if (!error) return []
  const parameters: [string, string][] = [
    ['error', error],
    ['error_description', description],
  ]
  if (neededScopes.length > 0) parameters.push(['scope', neededScopes.join(' ')])
  return parameters
}

function problem(refusal: Rejection | Unavailable): string {
  const { status, code, description: detail } = refusal
  const error = 'error' in refusal ? refusal.error : undefined
  return JSON.stringify({ title: titles[status], status, detail, code, error })
}
