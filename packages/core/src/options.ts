import type { KnownNames } from './authorization/kinds/kind.js'
import { readKnownNames } from './authorization/known-names.js'
import {
  checkOptionNames,
  checkPresent,
  ifGiven,
  misconfigured,
  readSeconds,
  readStrings,
  readUrl,
} from './configuration.js'
import {
  type CertificateOption,
  type CertificatePolicy,
  readCertificateOption,
} from './confirmation/client-certificate.js'
import { type DpopOptions, readDpopOptions } from './confirmation/dpop-options.js'
import { memoryReplayStore } from './confirmation/memory-replay-store.js'
import { normalizedUri } from './confirmation/normalized-uri.js'
import type { ReplayStore } from './confirmation/replay-store.js'
import type { ProtectionEvent } from './events.js'
import { type Described, type MetadataOptions, readMetadataOptions } from './metadata/metadata-options.js'
import type { Principal } from './principal.js'
import { readResource } from './resource-identifier.js'
import type { IssuerResolver } from './token/issuer-resolver.js'
import { type IssuersOption, readIssuers } from './token/issuers-option.js'
import type { TrustedIssuer } from './token/trusted-issuer.js'
import { readTokenCache, type TokenCacheOptions } from './token/verified-tokens.js'

/** What is protected, whom it trusts, and how strictly. */
export interface ProtectedResourceOptions<
  Issuers extends IssuersOption = readonly TrustedIssuer[],
  Scope extends string = string,
> {
  /**
   * The resource identifier (RFC 9728 §1.2): an https URL without fragment. It is the audience that tokens must name,
   * unless an issuer says otherwise, and the realm of challenges.
   */
  readonly resource: string
  /** The authorization servers whose tokens are trusted; a preset may stand for several, and a resolver for many tenants. */
  readonly issuers: Issuers
  /**
   * Where clients reach the root of this application: what `htu` in DPoP proofs is compared with, never Host or X-Forwarded-Host. A gateway
   * that strips a prefix: the URL with the prefix. Default: the origin of `resource`.
   */
  readonly publicUrls?: readonly string[]
  /** Proofs of possession by DPoP. Default: off. Each issuer may have settings of its own. A bound token never passes as Bearer. */
  readonly dpop?: DpopOptions
  /** Where client certificates come from, for tokens that are bound to one. Default: such tokens are refused. */
  readonly certificate?: CertificateOption
  /** Every scope that the resource knows. A requirement with another one is a mistake. Default: any scope. */
  readonly scopes?: readonly Scope[]
  /**
   * Every type of authorization details (RFC 9396) that the resource knows. A requirement with another one is a mistake. Default: any.
   */
  readonly authorizationDetailsTypes?: readonly string[]
  /**
   * Whether a token was revoked: asked on every request once the token and its sender are good, before the DPoP proof is used up and before
   * requirements are looked at. Only `false` lets it pass; when it throws, takes longer than 5 s or says anything else than true or false,
   * the request is a 503. Default: nobody is asked.
   */
  readonly revoked?: (principal: Principal) => boolean | Promise<boolean>
  /**
   * Remembers the JWTs that were found good, by a hash of each, so that the next request with the same token costs no signature. Times,
   * revocation, the sender's key and requirements are checked each time, and a token whose issuer publishes other keys is verified again;
   * a schema for claims and `extend` are asked once per remembered token. Default: 10,000 tokens. `false`: none.
   */
  readonly tokenCache?: boolean | TokenCacheOptions
  /**
   * Publishes what is configured here, so that clients find the authorization servers by themselves (RFC 9728): every challenge then
   * names its URL, and adapters serve it. An object tells people more. Default: false.
   */
  readonly publishMetadata?: boolean | MetadataOptions
  /** For `exp` and `nbf`, for clocks that differ. In seconds; default 5, at most 60. */
  readonly clockToleranceSeconds?: number
  /** The clock, in milliseconds since the epoch. Default `Date.now`. */
  readonly now?: () => number
  /** Hears what happened, for logs and metrics. Default: the first refusal of each code is warned of outside production, warnings about the configuration everywhere. */
  readonly onEvent?: (event: ProtectionEvent) => unknown
}

/** {@link ProtectedResourceOptions}, read and checked. */
export interface Settings {
  readonly resource: string
  readonly issuers: readonly TrustedIssuer[]
  readonly resolver: IssuerResolver | undefined
  readonly publicUrls: readonly string[]
  readonly dpop: DpopOptions | undefined
  /** Remembers the proofs for which no other store is named. */
  readonly localStore: () => ReplayStore
  readonly certificate: CertificatePolicy | undefined
  readonly known: KnownNames
  /** Undefined: no metadata is published. */
  readonly described: Described | undefined
  readonly revoked: ((principal: Principal) => unknown) | undefined
  /** How many verified tokens are remembered; 0: none. */
  readonly rememberedTokens: number
  readonly clockToleranceSeconds: number
  readonly now: () => number
  readonly onEvent: ((event: ProtectionEvent) => unknown) | undefined
}

const where = 'protectedResource'
/** Without them, less would be enforced than was meant. */
const neverUndefined = [
  'publicUrls',
  'dpop',
  'certificate',
  'scopes',
  'authorizationDetailsTypes',
  'revoked',
  'tokenCache',
  'publishMetadata',
  'clockToleranceSeconds',
]
const optionNames = ['resource', 'issuers', ...neverUndefined, 'now', 'onEvent']

/** @throws TypeError */
export function readOptions(options: ProtectedResourceOptions<IssuersOption>): Settings {
  checkOptionNames(where, options, optionNames)
  checkPresent(where, options, neverUndefined)
  const { onEvent, revoked } = options
  if (onEvent !== undefined && typeof onEvent !== 'function') {
    throw misconfigured(`${where}.onEvent`, 'a function', onEvent)
  }
  if (revoked !== undefined && typeof revoked !== 'function') {
    throw misconfigured(`${where}.revoked`, 'a function', revoked)
  }
  return {
    resource: readResource(`${where}.resource`, options.resource),
    ...readIssuers(`${where}.issuers`, options.issuers),
    publicUrls: readPublicUrls(options.publicUrls, options.resource),
    dpop: ifGiven(options.dpop, (given) => readDpopOptions(`${where}.dpop`, given)),
    localStore: once(memoryReplayStore),
    certificate: ifGiven(options.certificate, (given) =>
      readCertificateOption(`${where}.certificate`, given),
    ),
    known: readKnownNames(where, options),
    described: readMetadataOptions(`${where}.publishMetadata`, options.publishMetadata),
    revoked,
    rememberedTokens: readTokenCache(`${where}.tokenCache`, options.tokenCache),
    clockToleranceSeconds: readSeconds(
      `${where}.clockToleranceSeconds`,
      options.clockToleranceSeconds,
      5,
      60,
    ),
    now: readClock(options.now),
    onEvent,
  }
}

function readPublicUrls(given: readonly string[] | undefined, resource: string): readonly string[] {
  if (given === undefined) return [new URL(resource).origin]
  const option = `${where}.publicUrls`
  const roots = readStrings(option, given).map((url) => {
    const normalized = normalizedUri(readUrl(option, url))
    if (normalized === undefined || url.includes('?'))
      throw misconfigured(option, 'URLs by RFC 3986, without query', url)
    return normalized.replace(/\/$/, '')
  })
  return readStrings(option, roots)
}

function once<T>(make: () => T): () => T {
  let made: T | undefined
  return () => (made ??= make())
}

/** In March 1973. */
const earliestPlausible = 1e11

/** Catches clocks that count seconds, or from another moment. */
function readClock(given: (() => number) | undefined = Date.now): () => number {
  const moment: unknown = typeof given === 'function' ? given() : given
  if (typeof moment === 'number' && moment > earliestPlausible && Number.isFinite(moment)) return given
  throw misconfigured(`${where}.now`, 'a function like Date.now, in milliseconds since the epoch', moment)
}
