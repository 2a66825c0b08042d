import type { NeededAuthentication, Rejection, Unavailable } from '../rejection.js'
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
  /** The URL of the metadata of the resource: RFC 9728 §5.1. */
  readonly metadataUrl?: string | undefined
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
function challenges(rejection: Rejection, { realm, schemes, proofAlgorithms, metadataUrl }: Offer): string {
  const concerned = rejection.scheme && schemes.includes(rejection.scheme) ? [rejection.scheme] : schemes
  return wwwAuthenticate(
    schemes.map((scheme) => ({
      scheme,
      parameters: [
        ['realm', realm],
        ...(concerned.includes(scheme) ? errorParameters(rejection) : []),
        ...(scheme === 'DPoP' ? [['algs', proofAlgorithms.join(' ')] as const] : []),
        ...(metadataUrl === undefined ? [] : [['resource_metadata', metadataUrl] as const]),
      ],
    })),
  )
}

/** Without credentials there is nothing to say about them: RFC 6750 §3.1. */
function errorParameters(rejection: Rejection): [string, string][] {
  const { error, description, neededScopes, neededAuthentication } = rejection
  if (!error) return []
  const parameters: [string, string][] = [
    ['error', error],
    ['error_description', description],
  ]
  if (neededScopes.length > 0) parameters.push(['scope', neededScopes.join(' ')])
  return neededAuthentication ? [...parameters, ...stepUp(neededAuthentication)] : parameters
}

/** RFC 9470 §3. */
function stepUp({ acrValues, maxAge }: NeededAuthentication): [string, string][] {
  const parameters: [string, string][] = []
  if (acrValues) parameters.push(['acr_values', acrValues.join(' ')])
  if (maxAge !== undefined) parameters.push(['max_age', String(maxAge)])
  return parameters
}

function problem(refusal: Rejection | Unavailable): string {
  const { status, code, description: detail } = refusal
  const rejection = 'error' in refusal ? refusal : undefined
  const unmet = rejection && rejection.unmetChecks.length > 0 ? rejection.unmetChecks : undefined
  return JSON.stringify({ title: titles[status], status, detail, code, error: rejection?.error, unmet })
}
