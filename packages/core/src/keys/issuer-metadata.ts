import { isSafeUrl } from '../configuration.js'
import { isJsonObject } from '../jws/strict-json.js'
import { quote } from '../rejection.js'
import { FetchFailure, fetchJson } from './bounded-fetch.js'
import type { HttpLimits } from './http-options.js'

/** What is taken from the metadata of an authorization server (RFC 8414 §2): two URLs, and nothing else. */
export interface IssuerMetadata {
  /** Undefined when there is none, or none that may be used. */
  readonly jwksUri: string | undefined
  /** Undefined when there is none, or none that may be used. */
  readonly introspectionEndpoint: string | undefined
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

/**
 * Reads the issuer's metadata. RFC 8414 is asked first, and OpenID Connect Discovery for what that does not yield: everything,
 * or the `jwks_uri`. A document whose `issuer` is not identical is not used (RFC 8414 §3.3).
 *
 * @throws FetchFailure when neither yields metadata of this issuer
 */
export async function fetchIssuerMetadata(
  issuer: string,
  limits: HttpLimits,
  signal?: AbortSignal,
): Promise<IssuerMetadata> {
  const [oauth, openid] = metadataUrls(issuer)
  const read = (url: string) => readDocument(url, issuer, limits, signal)
  const first = await read(oauth).catch((failure: FetchFailure) => failure)
  if (first instanceof FetchFailure && !first.timedOut) return await orBoth(first, oauth, read(openid))
  if (first instanceof Error) throw first
  if (first.jwksUri !== undefined) return first
  const second = await read(openid).catch(() => undefined)
  return {
    jwksUri: second?.jwksUri,
    introspectionEndpoint: first.introspectionEndpoint ?? second?.introspectionEndpoint,
  }
}

/** Tells of both failures when there are two. */
async function orBoth(
  first: FetchFailure,
  firstUrl: string,
  reading: Promise<IssuerMetadata>,
): Promise<IssuerMetadata> {
  try {
    return await reading
  } catch (second) {
    const reasons = `${first.message.slice(firstUrl.length + 2)}; ${(second as FetchFailure).message}`
    throw new FetchFailure(firstUrl, reasons, { cause: second })
  }
}

async function readDocument(
  url: string,
  issuer: string,
  limits: HttpLimits,
  signal: AbortSignal | undefined,
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
  return {
    jwksUri: usable(document['jwks_uri']),
    introspectionEndpoint: usable(document['introspection_endpoint']),
  }
}
