import { isLoopbackHost } from '../configuration.js'
import { isJsonObject, type JsonObject } from '../jws/strict-json.js'
import { fetchJson, type HttpLimits, UnexpectedAnswer } from './bounded-fetch.js'

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
 * Finds the issuer's `jwks_uri`. RFC 8414 is asked first; when the answer is not a metadata document of this issuer,
 * OpenID Connect Discovery is. A document whose `issuer` is not identical is not used (RFC 8414 §3.3).
 *
 * @throws Error when neither yields a `jwks_uri` that may be used.
 */
export async function discoverJwksUri(issuer: string, limits: HttpLimits): Promise<string> {
  const [oauth, openid] = metadataUrls(issuer)
  try {
    return await readJwksUri(oauth, issuer, limits)
  } catch (first) {
    if (!(first instanceof UnexpectedAnswer)) throw first
    try {
      return await readJwksUri(openid, issuer, limits)
    } catch (second) {
      throw new Error(`${first.message}; ${(second as Error).message}`, { cause: second })
    }
  }
}

async function readJwksUri(url: string, issuer: string, limits: HttpLimits): Promise<string> {
  const document = await fetchJson(url, limits)
  if (!isJsonObject(document)) throw new UnexpectedAnswer(`${url}: expected a JSON object`)
  checkDocumentIssuer(url, document, issuer)
  const { jwks_uri: jwksUri } = document
  if (typeof jwksUri === 'string' && isAllowed(jwksUri, issuer)) return jwksUri
  throw new UnexpectedAnswer(`${url}: expected jwks_uri to be an https URL`)
}

function checkDocumentIssuer(url: string, document: JsonObject, issuer: string): void {
  if (document['issuer'] === issuer) return
  throw new UnexpectedAnswer(`${url}: expected issuer "${issuer}", the document names another`)
}

/** A URL that was learned is https; http on loopback only when the issuer was configured so. */
function isAllowed(url: string, issuer: string): boolean {
  if (!URL.canParse(url)) return false
  const { protocol, hostname } = new URL(url)
  if (protocol === 'https:') return true
  return protocol === 'http:' && isLoopbackHost(hostname) && new URL(issuer).protocol === 'http:'
}
