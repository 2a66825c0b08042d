import type { TellNews } from '../issuer-events.js'
import { isRefusal, quote, type Unavailable } from '../rejection.js'
import { LoadFailure } from './attempts.js'
import { fetchJson } from './bounded-fetch.js'
import { FetchFailure } from './fetch-failure.js'
import { freshForSeconds } from './freshness.js'
import type { HttpLimits } from './http-options.js'
import { type KeySet, staticKeySet } from './key-set.js'
import { MetadataSource } from './metadata-source.js'
import { RemoteKeySet } from './remote-key-set.js'
import type { LoadedKeys } from './remote-key-set-options.js'
import { type AcceptsKey, asJwkSet, maxKeys, usableKeys, type VerificationKey } from './verification-key.js'

/** How long keys serve on that are not fresh any more, where nothing else is configured. */
export const defaultStaleSeconds: number = 4 * 3600

/** Metadata that is younger than this, in milliseconds, is not asked for again because of a `kid` that is unknown. */
const doubtAfter = 5 * 60_000

/** What is known of an issuer's keys from its configuration. */
export interface KeySource {
  readonly issuer: string
  readonly jwksUri: string | undefined
  readonly inlineKeys: readonly VerificationKey[] | undefined
  readonly algorithms: readonly string[]
  /** Undefined: each key is accepted. */
  readonly acceptsKey?: AcceptsKey | undefined
  readonly http: HttpLimits
  /** How long keys serve on that are not fresh any more. */
  readonly staleSeconds: number
}

/** What an issuer's keys work with. */
export interface KeyContext {
  /** In milliseconds since the epoch. */
  readonly now: () => number
  /** Shared with others who need the metadata of this issuer; whoever passes it closes it. */
  readonly metadata?: MetadataSource | undefined
  readonly tell?: TellNews | undefined
  /** From 0 to 1. */
  readonly random?: (() => number) | undefined
}

/** The keys of an issuer: inline, from its `jwks_uri`, or from wherever its metadata says. */
export function issuerKeys(source: KeySource, { now, metadata, tell, random }: KeyContext): KeySet {
  const { issuer, inlineKeys, jwksUri, http, staleSeconds } = source
  if (inlineKeys && jwksUri === undefined) return staticKeySet(inlineKeys)
  const loadFrom = (uri: string, signal: AbortSignal) => fetchUsableKeys(uri, source, signal)
  const common = { now, staleSeconds, start: inlineKeys, tell, random }
  if (jwksUri !== undefined)
    return new RemoteKeySet({ ...common, load: (signal) => loadFrom(jwksUri, signal) })
  const places = metadata ?? new MetadataSource({ issuer, http, needed: ['jwksUri'], now, tell, random })
  return new RemoteKeySet({
    ...common,
    load: discovering(places, issuer, loadFrom),
    onUnknown: () => places.doubt(doubtAfter),
    onClose: () => metadata ?? places.close(),
  })
}

type Load = (signal: AbortSignal) => Promise<LoadedKeys>
type LoadFrom = (jwksUri: string, signal: AbortSignal) => Promise<LoadedKeys>

/**
 * Loads keys from where the metadata says. Where that is known, it is asked for anew beside them, and the keys are loaded from where
 * they moved, should they have: an outage of the metadata does no harm, nor does one of the place that they left.
 */
function discovering(metadata: MetadataSource, issuer: string, loadFrom: LoadFrom): Load {
  let last: string | undefined
  return async (signal) => {
    const known = metadata.known?.jwksUri ?? last
    const renewed = placeOf(metadata, issuer, signal)
    const loading = known === undefined ? undefined : loadFrom(known, signal)
    // Nobody waits for it when they moved.
    loading?.catch(() => undefined)
    const place = await renewed.catch((failure: unknown) => {
      if (known === undefined) throw failure
      return known
    })
    last = place
    try {
      return await (loading && place === known ? loading : loadFrom(place, signal))
    } catch (failure) {
      // They may have moved a moment ago.
      if (!signal.aborted) metadata.doubt()
      throw failure
    }
  }
}

/** @throws LoadFailure */
async function placeOf(metadata: MetadataSource, issuer: string, signal: AbortSignal): Promise<string> {
  const { jwksUri, refused } = await givenUpWith(signal, metadata.getFresh()).catch((error: unknown) => {
    throw failureOf(error, metadata.pause)
  })
  if (jwksUri !== undefined) return jwksUri
  metadata.doubt()
  const message = `jwks_uri of the metadata of ${issuer} is ${quote(refused.jwks_uri)}, expected an https URL`
  throw new LoadFailure('metadata_unavailable', message)
}

/** There is no point in asking for keys again before the metadata is. */
function failureOf(error: unknown, retryIn: number): LoadFailure {
  const { message } = error as Error
  if (!isRefusal(error)) return new LoadFailure('keys_unavailable', message, { cause: error })
  return new LoadFailure((error as Unavailable).code, message, { cause: error, retryIn })
}

/** The metadata may be shared: it is not given up with the keys, only nobody waits for it here any more. */
function givenUpWith<T>(signal: AbortSignal, waiting: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(new Error('given up'))
    signal.addEventListener('abort', giveUp)
    waiting.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp))
  })
}

async function fetchUsableKeys(
  jwksUri: string,
  { algorithms, acceptsKey, http }: Pick<KeySource, 'algorithms' | 'acceptsKey' | 'http'>,
  signal: AbortSignal,
): Promise<LoadedKeys> {
  try {
    const { content, cacheControl } = await fetchJson(jwksUri, http, signal)
    const set = asJwkSet(content)
    if (!set) throw new FetchFailure(jwksUri, `expected a JWK Set with at most ${maxKeys} keys`)
    const usable = set.keys
      .map((jwk) => usableKeys({ keys: [jwk] }, algorithms, acceptsKey))
      .filter((keys) => keys.length > 0)
    if (usable.length === 0) throw new FetchFailure(jwksUri, `no key is usable for ${algorithms.join(', ')}`)
    return { keys: usable.flat(), count: usable.length, freshForSeconds: freshForSeconds(cacheControl) }
  } catch (cause) {
    throw new LoadFailure('keys_unavailable', (cause as Error).message, { cause })
  }
}
