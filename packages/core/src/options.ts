import { isScopeToken } from './authorization/requirement.js'
import {
  checkOptionNames,
  checkPresent,
  misconfigured,
  readSeconds,
  readStrings,
  readUrl,
} from './configuration.js'
import type { ProtectionEvent } from './events.js'
import type { TrustedIssuer } from './token/jwt-issuer.js'

/** What is protected, whom it trusts, and how strictly. */
export interface ProtectedResourceOptions<
  Issuers extends readonly (TrustedIssuer | readonly TrustedIssuer[])[] = readonly TrustedIssuer[],
  Scope extends string = string,
> {
  /**
   * The resource identifier (RFC 9728 §1.2): an https URL without fragment. It is the audience that tokens must name,
   * unless an issuer says otherwise, and the realm of challenges.
   */
  readonly resource: string
  /** The authorization servers whose tokens are trusted; a preset may stand for several. */
  readonly issuers: Issuers
  /** Every scope that the resource knows. A requirement with another one is a mistake. Default: any scope. */
  readonly scopes?: readonly Scope[]
  /** For `exp` and `nbf`, for clocks that differ. In seconds; default 5, at most 60. */
  readonly clockToleranceSeconds?: number
  /** The clock, in milliseconds since the epoch. Default `Date.now`. */
  readonly now?: () => number
  /** Hears what happened, for logs and metrics. Default: outside production, the first refusal of each code is warned of. */
  readonly onEvent?: (event: ProtectionEvent) => void
}

/** {@link ProtectedResourceOptions}, read and checked. */
export interface Settings {
  readonly resource: string
  readonly issuers: readonly TrustedIssuer[]
  readonly scopes: readonly string[] | undefined
  readonly clockToleranceSeconds: number
  readonly now: () => number
  readonly onEvent: ((event: ProtectionEvent) => void) | undefined
}

const where = 'protectedResource'
const optionNames = ['resource', 'issuers', 'scopes', 'clockToleranceSeconds', 'now', 'onEvent']

/** @throws TypeError */
export function readOptions(
  options: ProtectedResourceOptions<readonly (TrustedIssuer | readonly TrustedIssuer[])[]>,
): Settings {
  checkOptionNames(where, options, optionNames)
  checkPresent(where, options, ['resource', 'issuers', 'scopes', 'clockToleranceSeconds'])
  const { now = Date.now, onEvent } = options
  const resource = readUrl(`${where}.resource`, options.resource)
  if (typeof now !== 'function') throw misconfigured(`${where}.now`, 'a function', now)
  if (onEvent !== undefined && typeof onEvent !== 'function') {
    throw misconfigured(`${where}.onEvent`, 'a function', onEvent)
  }
  return {
    resource,
    issuers: readIssuers(options.issuers),
    scopes: readScopeNames(options.scopes),
    clockToleranceSeconds: readSeconds(
      `${where}.clockToleranceSeconds`,
      options.clockToleranceSeconds,
      5,
      60,
    ),
    now,
    onEvent,
  }
}

function readIssuers(given: unknown): readonly TrustedIssuer[] {
  const issuers: unknown[] = Array.isArray(given) ? given.flat() : []
  if (issuers.length === 0)
    throw misconfigured(`${where}.issuers`, 'a list with at least one trusted issuer', given)
  const names = new Set<string>()
  for (const issuer of issuers) {
    if (!isTrustedIssuer(issuer))
      throw misconfigured(`${where}.issuers`, 'issuers made by jwtIssuer()', issuer)
    if (names.has(issuer.issuer)) throw misconfigured(`${where}.issuers`, 'each issuer once', issuer.issuer)
    names.add(issuer.issuer)
  }
  return issuers as TrustedIssuer[]
}

function isTrustedIssuer(value: unknown): value is TrustedIssuer {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'jwt'
}

function readScopeNames(given: unknown): readonly string[] | undefined {
  if (given === undefined) return undefined
  const scopes = readStrings(`${where}.scopes`, given, true)
  const wrong = scopes.find((scope) => !isScopeToken(scope))
  if (wrong) throw misconfigured(`${where}.scopes`, 'scopes without spaces, quotes and backslashes', wrong)
  return scopes
}
