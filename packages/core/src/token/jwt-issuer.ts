import { checkOptionNames, checkPresent, misconfigured, readUrl } from '../configuration.js'
import { type HttpLimits, type HttpOptions, readHttpOptions } from '../keys/bounded-fetch.js'
import { type JwkSet, readInlineJwks } from '../keys/verification-key.js'
import { type AudienceOption, type AudiencePolicy, readAudience } from './checks/audience.js'
import { type Profile, type ProfileName, profiles } from './profiles.js'
import type { ScopeClaim } from './scope-set.js'
import { readAlgorithms, type SignatureAlgorithm } from './signature-algorithms.js'

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
   * Claims from which scopes are read, as a string or as a list each. Default: `scope` as a string (RFC 9068 §2.2.3).
   */
  readonly scopeClaims?: readonly ScopeClaim[]
  /** Where its keys are. Default: `jwks_uri` of its metadata (RFC 8414, else OpenID Connect Discovery). */
  readonly jwksUri?: string
  /** Its keys, inline. Alone they are all there is, with `jwksUri` a start value that the first refresh replaces. */
  readonly jwks?: JwkSet
  /** Limits for every call to it. */
  readonly http?: HttpOptions
}

/** An authorization server whose tokens are trusted: inert data, made by `jwtIssuer`. */
export interface TrustedIssuer<Issuer extends string = string> {
  readonly kind: 'jwt'
  readonly issuer: Issuer
  readonly profileName: ProfileName
  readonly profile: Profile
  readonly audience: Partial<AudiencePolicy>
  readonly algorithms: readonly SignatureAlgorithm[]
  readonly scopeClaims: readonly ScopeClaim[] | undefined
  readonly jwksUri: string | undefined
  readonly jwks: JwkSet | undefined
  readonly http: HttpLimits
}

const optionNames = [
  'issuer',
  'audience',
  'profile',
  'algorithms',
  'scopeClaims',
  'jwksUri',
  'jwks',
  'http',
] as const
const scopeClaimNames: readonly ScopeClaim[] = ['scope', 'scp', 'roles', 'permissions']

/**
 * Trusts the JWT access tokens of one authorization server.
 *
 * @throws TypeError when an option is wrong; nothing is fetched yet.
 * @example jwtIssuer({ issuer: 'https://as.example.com' })
 */
export function jwtIssuer<const Issuer extends string>(
  options: JwtIssuerOptions<Issuer>,
): TrustedIssuer<Issuer> {
  checkOptionNames('jwtIssuer', options, optionNames)
  checkPresent('jwtIssuer', options, optionNames)
  const { profile: profileName = 'rfc9068', jwksUri, jwks } = options
  if (!Object.hasOwn(profiles, profileName)) {
    throw misconfigured('jwtIssuer.profile', Object.keys(profiles).join(' or '), profileName)
  }
  const algorithms = readAlgorithms('jwtIssuer.algorithms', options.algorithms)
  return Object.freeze({
    kind: 'jwt',
    issuer: readIssuer(options),
    profileName,
    profile: profiles[profileName],
    audience: options.audience === undefined ? {} : readAudience('jwtIssuer.audience', options.audience),
    algorithms,
    scopeClaims: readScopeClaims(options.scopeClaims),
    jwksUri: jwksUri === undefined ? undefined : readUrl('jwtIssuer.jwksUri', jwksUri),
    jwks: jwks === undefined ? undefined : readInlineJwks('jwtIssuer.jwks', jwks, algorithms),
    http: readHttpOptions('jwtIssuer.http', options.http),
  })
}

function readIssuer<Issuer extends string>({ issuer, jwksUri, jwks }: JwtIssuerOptions<Issuer>): Issuer {
  if (jwksUri === undefined && jwks === undefined) {
    readUrl('jwtIssuer.issuer', issuer)
    if (issuer.includes('?'))
      throw misconfigured('jwtIssuer.issuer', 'a URL without query (RFC 8414 §2)', issuer)
  } else if (typeof issuer !== 'string' || issuer === '') {
    throw misconfigured('jwtIssuer.issuer', 'the issuer that its tokens name in iss', issuer)
  }
  return issuer
}

function readScopeClaims(given: readonly ScopeClaim[] | undefined): readonly ScopeClaim[] | undefined {
  if (given === undefined) return undefined
  if (Array.isArray(given) && given.length > 0 && given.every((name) => scopeClaimNames.includes(name))) {
    return Object.freeze([...given])
  }
  throw misconfigured('jwtIssuer.scopeClaims', `a list out of ${scopeClaimNames.join(', ')}`, given)
}
