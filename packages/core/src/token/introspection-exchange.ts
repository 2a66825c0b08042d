import { type BoundedResponse, boundedFetch } from '../keys/bounded-fetch.js'
import { acceptedType } from './introspection-answer.js'
import type { IntrospectionIssuerSettings } from './issuer-settings.js'

/** Who asks, and how. */
export interface Asker
  extends Pick<IntrospectionIssuerSettings, 'authenticate' | 'http' | 'requestFormat' | 'signed'> {
  /** In seconds since the epoch. */
  readonly now: () => number
}

/** Asks about a token: RFC 7662 §2.1. @throws FetchFailure; Unavailable */
export async function exchange(url: string, token: string, asker: Asker): Promise<BoundedResponse> {
  const { headers, parameters } = await asker.authenticate(asker.now())
  const all = { token, token_type_hint: 'access_token', ...parameters }
  const [type, body] =
    asker.requestFormat === 'json'
      ? ['application/json', JSON.stringify(all)]
      : ['application/x-www-form-urlencoded', new URLSearchParams(all).toString()]
  const request = {
    method: 'POST',
    headers: { accept: acceptedType(asker), 'content-type': type, ...headers },
    body,
    againWhenReset: true,
  } as const
  return boundedFetch(url, request, asker.http)
}
