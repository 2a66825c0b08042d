import { Unavailable } from '../rejection.js'
import { fetchJson, type HttpLimits } from './bounded-fetch.js'
import { discoverJwksUri } from './issuer-metadata.js'
import { type KeySet, RemoteKeySet, staticKeySet } from './key-set.js'
import { asJwkSet, type JwkSet, usableKeys, type VerificationKey } from './verification-key.js'

/** What is known of an issuer's keys from its configuration. */
export interface KeySource {
  readonly issuer: string
  readonly jwksUri: string | undefined
  readonly jwks: JwkSet | undefined
  readonly algorithms: readonly string[]
  readonly http: HttpLimits
}

/**
 * The keys of an issuer: inline, from its `jwks_uri`, or from wherever its metadata says.
 *
 * @param now - in milliseconds since the epoch
 */
export function issuerKeys(source: KeySource, now: () => number): KeySet {
  const { jwks, jwksUri, algorithms } = source
  const inline = jwks && (() => usableKeys(jwks, algorithms))
  if (inline && jwksUri === undefined) return staticKeySet(inline)
  return new RemoteKeySet(fetchKeys(source), now, inline)
}

function fetchKeys(source: KeySource): () => Promise<VerificationKey[]> {
  const { issuer, algorithms, http } = source
  let discovered: string | undefined
  return async () => {
    const jwksUri = (discovered ??= source.jwksUri ?? (await whileReading(source, 'metadata_unavailable', () => discoverJwksUri(issuer, http))))
    try {
      return await whileReading(source, 'keys_unavailable', () => fetchUsableKeys(jwksUri, algorithms, http))
    } catch (error) {
      // The keys may have moved: the next attempt asks the metadata again.
      discovered = undefined
      throw error
    }
  }
}

async function fetchUsableKeys(jwksUri: string, algorithms: readonly string[], http: HttpLimits): Promise<VerificationKey[]> {
  const set = asJwkSet(await fetchJson(jwksUri, http))
  if (!set) throw new Error(`${jwksUri}: expected a JWK Set`)
  const keys = await usableKeys(set, algorithms)
  if (keys.length === 0) throw new Error(`${jwksUri}: no key is usable for ${algorithms.join(', ')}`)
  return keys
}

async function whileReading<T>({ issuer }: KeySource, code: Unavailable['code'], read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (cause) {
    const unavailable = new Unavailable(code, (cause as Error).message, { cause, retryAfterSeconds: 1 })
    unavailable.issuer = issuer
    throw unavailable
  }
}
