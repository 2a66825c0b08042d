import { isSafeUrl } from '../configuration.js'
import { isJsonObject } from '../jws/strict-json.js'
import { quote } from '../rejection.js'
import { fetchJson } from './bounded-fetch.js'
import { FetchFailure } from './fetch-failure.js'
import type { HttpLimits } from './http-options.js'

/** What is taken from the metadata of an authorization server (RFC 8414 §2): two URLs, and nothing else. */
export interface IssuerMetadata {
  /** Undefined when there is none, or none that may be used. */
  readonly jwksUri: string | undefined
  /** Undefined when there is none, or none that may be used. */
  readonly introspectionEndpoint: string | undefined
  /** Whether one of two documents could not be read: what is missing here may stand there. */
  readonly partial?: boolean
  /** What stands there instead, for operators. */
  readonly refused: { readonly jwks_uri?: unknown; readonly introspection_endpoint?: unknown }
}

/** The two well-known documents of an issuer: RFC 8414 §3.1, then OpenID Connect Discovery 1.0 §4. */
export function metadataUrls(issuer: string): readonly [oauth: string, openid: string] {
  const { origin, pathname } = new URL(issuer)
  const path = pathname.replace(/\/$/, '')
  return [
    `${origin}/.well-known/oauth-authorization-server${path}`,
    `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`,
  ]
}

/** The members that somebody needs. */
export type NeededMetadata = readonly ('jwksUri' | 'introspectionEndpoint')[]

interface MetadataRequest {
  readonly issuer: string
  readonly http: HttpLimits
  readonly needed: NeededMetadata
  readonly signal?: AbortSignal | undefined
}

type Reading = Promise<IssuerMetadata | FetchFailure>

/**
 * Reads the issuer's metadata. RFC 8414 is asked first, and OpenID Connect Discovery for what that does not yield, or not within a tenth
 * of the time; both together take no longer than one exchange may. A document whose `issuer` is not identical is not used (RFC 8414 §3.3).
 *
 * @throws FetchFailure when neither yields metadata of this issuer
 */
export async function fetchIssuerMetadata(request: MetadataRequest): Promise<IssuerMetadata> {
  const { issuer, http, signal } = request
  const [oauth, openid] = metadataUrls(issuer)
  const since = performance.now()
  const enough = new AbortController()
  const either = signal ? AbortSignal.any([signal, enough.signal]) : enough.signal
  const read = (url: string): Reading => {
    const left = Math.round(http.timeoutSeconds * 1000 - (performance.now() - since))
    const timeoutSeconds = Math.max(1, left) / 1000
    return readDocument(url, issuer, { ...http, timeoutSeconds }, either).catch(
      (error: FetchFailure) => error,
    )
  }
  try {
    const first = read(oauth)
    const early = await within(first, http.timeoutSeconds / 10)
    if (early && isComplete(early, request)) return early
    return await firstComplete([first, read(openid)], request)
  } finally {
    enough.abort()
  }
}

/** Undefined when it takes longer. */
async function within<T>(promise: Promise<T>, seconds: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined
  const expiry = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), seconds * 1000)
  })
  try {
    return await Promise.race([promise, expiry])
  } finally {
    clearTimeout(timer)
  }
}

function isComplete(
  read: IssuerMetadata | FetchFailure,
  { needed }: MetadataRequest,
): read is IssuerMetadata {
  return !(read instanceof Error) && needed.every((name) => read[name] !== undefined)
}

/** The first one that has all that is needed; else what both have. */
async function firstComplete(
  readings: readonly [oauth: Reading, openid: Reading],
  request: MetadataRequest,
): Promise<IssuerMetadata> {
  const complete = readings.map(async (reading) => {
    const read = await reading
    if (!isComplete(read, request)) throw new Error('incomplete')
    return read
  })
  try {
    return await Promise.any(complete)
  } catch {
    const [first, second] = await Promise.all(readings)
    return together(first, second, request)
  }
}

/** Tells of both failures when there are two. */
function together(
  first: IssuerMetadata | FetchFailure,
  second: IssuerMetadata | FetchFailure,
  { issuer }: MetadataRequest,
): IssuerMetadata {
  if (!(first instanceof Error) && !(second instanceof Error)) {
    return {
      jwksUri: first.jwksUri ?? second.jwksUri,
      introspectionEndpoint: first.introspectionEndpoint ?? second.introspectionEndpoint,
      refused: { ...second.refused, ...first.refused },
    }
  }
  if (!(first instanceof Error)) return { ...first, partial: true }
  if (!(second instanceof Error)) return { ...second, partial: true }
  const [oauth] = metadataUrls(issuer)
  const reasons = `${first.message.slice(oauth.length + 2)}; ${second.message}`
  throw new FetchFailure(oauth, reasons, { cause: second })
}

async function readDocument(
  url: string,
  issuer: string,
  limits: HttpLimits,
  signal: AbortSignal,
): Promise<IssuerMetadata> {
  const { content: document } = await fetchJson(url, limits, signal)
  if (!isJsonObject(document)) throw new FetchFailure(url, 'expected a JSON object')
  if (document['issuer'] !== issuer) {
    throw new FetchFailure(
      url,
      `expected issuer "${issuer}", the document names ${quote(document['issuer'])}`,
    )
  }
  // A URL that was learned is https, unless the issuer itself was configured on http, which is loopback only.
  const httpOnLoopback = new URL(issuer).protocol === 'http:'
  const usable = (learned: unknown) => (isSafeUrl(learned, httpOnLoopback) ? learned : undefined)
  const { jwks_uri, introspection_endpoint } = document
  const [jwksUri, introspectionEndpoint] = [usable(jwks_uri), usable(introspection_endpoint)]
  return {
    jwksUri,
    introspectionEndpoint,
    refused: {
      ...(jwksUri === undefined && { jwks_uri }),
      ...(introspectionEndpoint === undefined && { introspection_endpoint }),
    },
  }
}
