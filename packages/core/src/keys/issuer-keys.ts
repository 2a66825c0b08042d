import type { UnavailableCode } from '../rejection-codes.js'
import { FetchFailure, fetchJson, type HttpLimits } from './bounded-fetch.js'
import { discoverJwksUri } from './issuer-metadata.js'
import { type KeySet, LoadFailure, RemoteKeySet, staticKeySet } from './key-set.js'
import { asJwkSet, maxKeys, usableKeys, type VerificationKey } from './verification-key.js'

/** What is known of an issuer's keys from its configuration. */
export interface KeySource {
  readonly issuer: string
  readonly jwksUri: string | undefined
  readonly inlineKeys: readonly VerificationKey[] | undefined
  readonly algorithms: readonly string[]
  readonly http: HttpLimits
}

/**
 * The keys of an issuer: inline, from its `jwks_uri`, or from wherever its metadata says.
 *
 * @param now - in milliseconds since the epoch
 */
export function issuerKeys(source: KeySource, now: () => number): KeySet {
  const { inlineKeys, jwksUri } = source
  if (inlineKeys && jwksUri === undefined) return staticKeySet(inlineKeys)
  return new RemoteKeySet(fetchKeys(source, now), now, inlineKeys)
}

/** How long it is relied on what the metadata said, in milliseconds. */
const metadataFreshFor = 60 * 60_000

function fetchKeys(source: KeySource, now: () => number): () => Promise<VerificationKey[]> {
  const { issuer, algorithms, http } = source
  const discover = discovery(() => orFail('metadata_unavailable', discoverJwksUri(issuer, http)), now)
  return async () => {
    const jwksUri = source.jwksUri ?? (await discover.jwksUri())
    try {
      return await orFail('keys_unavailable', fetchUsableKeys(jwksUri, algorithms, http))
    } catch (error) {
      // The keys may have moved.
      discover.forget()
      throw error
    }
  }
}

/** Remembers what the metadata said, and goes on with it while the metadata cannot be had anew. */
function discovery(
  discover: () => Promise<string>,
  now: () => number,
): { jwksUri(): Promise<string>; forget(): void } {
  let known: { readonly jwksUri: string; readonly at: number } | undefined
  return {
    async jwksUri() {
      if (known && Math.abs(now() - known.at) < metadataFreshFor) return known.jwksUri
      const at = now()
      const jwksUri = await discover().catch((error: unknown) => {
        if (known) return known.jwksUri
        throw error
      })
      known = { jwksUri, at }
      return jwksUri
    },
    forget() {
      known = undefined
    },
  }
}

async function fetchUsableKeys(
  jwksUri: string,
  algorithms: readonly string[],
  http: HttpLimits,
): Promise<VerificationKey[]> {
  const set = asJwkSet(await fetchJson(jwksUri, http))
  if (!set) throw new FetchFailure(jwksUri, `expected a JWK Set with at most ${maxKeys} keys`)
  const keys = usableKeys(set, algorithms)
  if (keys.length === 0) throw new FetchFailure(jwksUri, `no key is usable for ${algorithms.join(', ')}`)
  return keys
}

async function orFail<T>(code: UnavailableCode, reading: Promise<T>): Promise<T> {
  try {
    return await reading
  } catch (cause) {
    throw new LoadFailure(code, (cause as FetchFailure).message, { cause })
  }
}
