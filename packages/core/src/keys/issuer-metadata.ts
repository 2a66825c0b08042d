import { isSafeUrl } from '../configuration.js'
import { isJsonObject } from '../jws/strict-json.js'
import { quote } from '../rejection.js'
import { FetchFailure, fetchJson, type HttpLimits } from './bounded-fetch.js'

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
 * Finds the issuer's `jwks_uri`. RFC 8414 is asked first, and OpenID Connect Discovery when that yields no metadata of this
 * issuer. A document whose `issuer` is not identical is not used (RFC 8414 §3.3).
 *
 * @throws FetchFailure when neither yields a `jwks_uri` that may be used
 */
export async function discoverJwksUri(issuer: string, limits: HttpLimits): Promise<string> {
  const [oauth, openid] = metadataUrls(issuer)
  try {
    return await readJwksUri(oauth, issuer, limits)
  } catch (first) {
    if (!(first instanceof FetchFailure) || first.timedOut) throw first
    return readJwksUri(openid, issuer, limits).catch((second: FetchFailure) => {
      throw new FetchFailure(oauth, `${first.message.slice(oauth.length + 2)}; ${second.message}`, {
        cause: second,
      })
    })
  }
}

async function readJwksUri(url: string, issuer: string, limits: HttpLimits): Promise<string> {
  const document = await fetchJson(url, limits)
  if (!isJsonObject(document)) throw new FetchFailure(url, 'expected a JSON object')
  if (document['issuer'] !== issuer) {
    throw new FetchFailure(
      url,
      `expected issuer "${issuer}", the document names ${quote(document['issuer'])}`,
    )
  }
  const { jwks_uri: jwksUri } = document
  // A URL that was learned is https, unless the issuer itself was configured on http, which is loopback only.
  if (isSafeUrl(jwksUri, new URL(issuer).protocol === 'http:')) return jwksUri
  throw new FetchFailure(url, 'expected jwks_uri to be an https URL')
}
