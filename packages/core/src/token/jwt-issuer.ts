import { checkOptionNames, checkPresent, ifGiven, misconfigured, readUrl } from '../configuration.js'
import { type DpopOptions, readDpopOptions } from '../confirmation/dpop-options.js'
import { readAlgorithms, type SignatureAlgorithm } from '../jws/signature-algorithms.js'
import { type HttpLimits, type HttpOptions, readHttpOptions } from '../keys/bounded-fetch.js'
import { type JwkSet, readInlineJwks, type VerificationKey } from '../keys/verification-key.js'
import { type AudienceOption, type AudiencePolicy, readAudience } from './checks/audience.js'
import { type Profile, type ProfileName, profiles } from './profiles.js'
import type { ScopeClaim } from './scope-set.js'

/** What to trust in an authorization server that issues JWT access tokens. */
export interface JwtIssuerOptions<Issuer extends string = string> {
  /**
   * The issuer, exactly as its tokens write it in `iss`, slash at the end included. An https URL; any string when
   * `jwksUri` or `jwks` is given.
   */
  readonly issuer: Issuer
  /** Whom its tokens are meant for. Default: the `resource` of the protected resource. */
  readonly audience?: AudienceOption
  /** Default `rfc9068`. `jwt` for issuers that do not follow RFC 9068: `typ` JWT or none, no `client_id`, … */
  readonly profile?: ProfileName
  /** Accepted signature algorithms. Default RS256, PS256, ES256, Ed25519, EdDSA. */
  readonly algorithms?: readonly SignatureAlgorithm[]
  /**
   * Claims from which scopes are read: `scope` and `scp` as a string or as a list, `roles` and `permissions` as a list.
   * Default: `scope` as a string (RFC 9068 §2.2.3).
   */
  readonly scopeClaims?: readonly ScopeClaim[]
  /** Where its keys are. Default: `jwks_uri` of its metadata (RFC 8414, else OpenID Connect Discovery). */
  readonly jwksUri?: string
  /** Its keys, inline. Alone they are all there is, with `jwksUri` a start value that the first refresh replaces. */
  readonly jwks?: JwkSet
  /** Limits for every call to it. */
  readonly http?: HttpOptions
  /** What is different for the DPoP proofs that come with its tokens. Default: the `dpop` of the protected resource. */
  readonly dpop?: DpopOptions
}

/** An authorization server whose tokens are trusted: inert and opaque, made by `jwtIssuer`. */
export interface TrustedIssuer<Issuer extends string = string> {
  readonly issuer: Issuer
}

/** {@link JwtIssuerOptions}, read and checked. */
export interface IssuerSettings extends TrustedIssuer {
  readonly profileName: ProfileName
  readonly profile: Profile
  readonly audience: Partial<AudiencePolicy>
  readonly algorithms: readonly SignatureAlgorithm[]
  readonly scopeClaims: readonly ScopeClaim[] | undefined
  readonly jwksUri: string | undefined
  readonly inlineKeys: readonly VerificationKey[] | undefined
  readonly http: HttpLimits
  readonly dpop: DpopOptions | undefined
}

/** Kept aside, so that nothing can be changed after it was checked. */
const settings = new WeakMap<object, IssuerSettings>()

export function isTrustedIssuer(value: unknown): value is TrustedIssuer {
  return typeof value === 'object' && value !== null && settings.has(value)
}

export function settingsOf(trusted: TrustedIssuer): IssuerSettings {
  return settings.get(trusted) as IssuerSettings
}

const where = 'jwtIssuer'
const optionNames = [
  'issuer',
  'audience',
  'profile',
  'algorithms',
  'scopeClaims',
  'jwksUri',
  'jwks',
  'http',
  'dpop',
]

/**
 * Trusts the JWT access tokens of one authorization server.
 *
 * @throws TypeError when an option is wrong; nothing is fetched yet.
 * @example jwtIssuer({ issuer: 'https://as.example.com' })
 */
export function jwtIssuer<const Issuer extends string>(
  options: JwtIssuerOptions<Issuer>,
): TrustedIssuer<Issuer> {
  checkOptionNames(where, options, optionNames)
  checkPresent(where, options, optionNames.slice(1))
  const trusted = Object.freeze({ issuer: readIssuer(options) })
  settings.set(trusted, readIssuerSettings(options))
  return trusted
}

function readIssuerSettings(options: JwtIssuerOptions): IssuerSettings {
  const { issuer, audience, profile = 'rfc9068', jwksUri, jwks, scopeClaims } = options
  if (typeof profile !== 'string' || !Object.hasOwn(profiles, profile)) {
    throw misconfigured(`${where}.profile`, Object.keys(profiles).join(' or '), profile)
  }
  const algorithms = readAlgorithms(`${where}.algorithms`, options.algorithms)
  return {
    issuer,
    profileName: profile,
    profile: profiles[profile],
    audience: ifGiven(audience, (given) => readAudience(`${where}.audience`, given)) ?? {},
    algorithms,
    scopeClaims: ifGiven(scopeClaims, readScopeClaims),
    jwksUri: ifGiven(jwksUri, (given) => readUrl(`${where}.jwksUri`, given)),
    inlineKeys: ifGiven(jwks, (given) => readInlineJwks(`${where}.jwks`, given, algorithms)),
    http: readHttpOptions(`${where}.http`, options.http),
    dpop: ifGiven(options.dpop, (given) => readDpopOptions(`${where}.dpop`, given)),
  }
}

function readIssuer<Issuer extends string>({ issuer, jwksUri, jwks }: JwtIssuerOptions<Issuer>): Issuer {
  const option = `${where}.issuer`
  if (jwksUri === undefined && jwks === undefined) {
    readUrl(option, issuer)
    if (issuer.includes('?')) throw misconfigured(option, 'a URL without query (RFC 8414 §2)', issuer)
    if (issuer.includes('/.well-known/'))
      throw misconfigured(option, 'the issuer, not the URL of its metadata', issuer)
  } else if (typeof issuer !== 'string' || issuer === '') {
    throw misconfigured(option, 'the issuer that its tokens name in iss', issuer)
  }
  return issuer
}

const scopeClaimNames: readonly ScopeClaim[] = ['scope', 'scp', 'roles', 'permissions']

function readScopeClaims(given: readonly ScopeClaim[]): readonly ScopeClaim[] {
  if (Array.isArray(given) && given.length > 0 && given.every((name) => scopeClaimNames.includes(name))) {
    return Object.freeze([...given])
  }
  throw misconfigured(`${where}.scopeClaims`, `a list out of ${scopeClaimNames.join(', ')}`, given)
}
