import {
  checkOptionNames,
  checkPresent,
  ifGiven,
  misconfigured,
  readSeconds,
  readUrl,
} from '../configuration.js'
import { type DpopOptions, readDpopOptions } from '../confirmation/dpop-options.js'
import { readAlgorithms, type SignatureAlgorithm } from '../jws/signature-algorithms.js'
import { type HttpOptions, readHttpOptions } from '../keys/http-options.js'
import { defaultStaleSeconds } from '../keys/issuer-keys.js'
import { type JwkSet, readInlineJwks } from '../keys/verification-key.js'
import { type AudienceOption, readAudience } from './checks/audience.js'
import { type ClaimsOf, type ClaimsSchema, readClaimsSchema } from './claims-schema.js'
import { readIssuerIdentifier } from './issuer-identifier.js'
import type { JwtIssuerSettings } from './issuer-settings.js'
import { type ProfileName, profiles } from './profiles.js'
import { readScopeClaims, type ScopeClaim } from './scope-set.js'
import { type TrustedIssuer, trustedIssuer } from './trusted-issuer.js'

/** What to trust in an authorization server that issues JWT access tokens. */
export interface JwtIssuerOptions<
  Issuer extends string = string,
  Schema extends ClaimsSchema = ClaimsSchema,
> {
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
  /**
   * What else its tokens have to say: any schema by Standard Schema (Zod, Valibot, ArkType, …), which types `principal.claims`.
   * It sees the verified claims. Default: whatever they say.
   */
  readonly claims?: Schema
  /** Where its keys are. Default: `jwks_uri` of its metadata (RFC 8414, else OpenID Connect Discovery). */
  readonly jwksUri?: string
  /** Its keys, inline. Alone they are all there is, with `jwksUri` a start value that the first refresh replaces. */
  readonly jwks?: JwkSet
  /** How long keys serve on that are not fresh any more, while no refresh succeeds. In seconds; default 14,400 (4 hours), from 0 to 86,400. */
  readonly staleSeconds?: number
  /** Limits for every call to it. */
  readonly http?: HttpOptions
  /** What is different for the DPoP proofs that come with its tokens. Default: the `dpop` of the protected resource. */
  readonly dpop?: DpopOptions
}

const where = 'jwtIssuer'
const optionNames = [
  'issuer',
  'audience',
  'profile',
  'algorithms',
  'scopeClaims',
  'claims',
  'jwksUri',
  'jwks',
  'staleSeconds',
  'http',
  'dpop',
]

/**
 * Trusts the JWT access tokens of one authorization server.
 *
 * @throws TypeError when an option is wrong; nothing is fetched yet.
 * @example jwtIssuer({ issuer: 'https://as.example.com' })
 */
export function jwtIssuer<const Issuer extends string, Schema extends ClaimsSchema = never>(
  options: JwtIssuerOptions<Issuer, Schema>,
): TrustedIssuer<Issuer, ClaimsOf<Schema>> {
  checkOptionNames(where, options, optionNames)
  checkPresent(where, options, optionNames.slice(1))
  return trustedIssuer(readIssuer(options), readIssuerSettings(options))
}

function readIssuerSettings(options: JwtIssuerOptions): JwtIssuerSettings {
  const { issuer, audience, profile = 'rfc9068', jwksUri, jwks, scopeClaims } = options
  if (typeof profile !== 'string' || !Object.hasOwn(profiles, profile)) {
    throw misconfigured(`${where}.profile`, Object.keys(profiles).join(' or '), profile)
  }
  const algorithms = readAlgorithms(`${where}.algorithms`, options.algorithms)
  return {
    kind: 'jwt',
    issuer,
    profileName: profile,
    profile: profiles[profile],
    audience: ifGiven(audience, (given) => readAudience(`${where}.audience`, given)) ?? {},
    algorithms,
    scopeClaims: ifGiven(scopeClaims, (given) => readScopeClaims(`${where}.scopeClaims`, given)),
    claimsSchema: ifGiven(options.claims, (given) => readClaimsSchema(`${where}.claims`, given)),
    jwksUri: ifGiven(jwksUri, (given) => readUrl(`${where}.jwksUri`, given)),
    inlineKeys: ifGiven(jwks, (given) => readInlineJwks(`${where}.jwks`, given, algorithms)),
    staleSeconds: readSeconds(`${where}.staleSeconds`, options.staleSeconds, defaultStaleSeconds, 86_400),
    http: readHttpOptions(`${where}.http`, options.http),
    dpop: ifGiven(options.dpop, (given) => readDpopOptions(`${where}.dpop`, given)),
  }
}

function readIssuer<Issuer extends string>({ issuer, jwksUri, jwks }: JwtIssuerOptions<Issuer>): Issuer {
  return readIssuerIdentifier(`${where}.issuer`, issuer, jwksUri === undefined && jwks === undefined)
}
