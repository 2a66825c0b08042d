import { ifGiven, misconfigured, readSeconds, readStrings, readUrl } from '../configuration.js'
import type { JsonObject } from '../jws/strict-json.js'
import { defaultStaleSeconds } from '../keys/issuer-keys.js'
import { type JwkSet, readInlineJwks } from '../keys/verification-key.js'
import type { ClaimsOf, ClaimsSchema } from './claims-schema.js'
import { readIssuerIdentifier } from './issuer-identifier.js'
import { checkIssuerOptionNames, type IssuerOptions, readIssuerOptions } from './issuer-options.js'
import type { JwtIssuerSettings } from './issuer-settings.js'
import { type Profile, type ProfileName, profiles, readTypes } from './profiles.js'
import { type TrustedIssuer, trustedIssuer } from './trusted-issuer.js'

/** What to trust in an authorization server that issues JWT access tokens. */
export interface JwtIssuerOptions<
  Issuer extends string = string,
  Schema extends ClaimsSchema = ClaimsSchema,
  Extras extends object = object,
> extends IssuerOptions<Issuer, Schema, Extras> {
  /** Default `rfc9068`. `jwt` for issuers that do not follow RFC 9068: `typ` JWT or none, no `client_id`, … */
  readonly profile?: ProfileName
  /**
   * Accepted `typ` of tokens, without regard to case and to `application/`; `absent`: it may be missing. Default: those of the profile.
   * Types of other kinds of token, such as `dpop+jwt`, are refused.
   */
  readonly types?: readonly string[]
  /** Claims that tokens must have, beside those of the profile. Default: none. */
  readonly requiredClaims?: readonly string[]
  /** Its keys, inline. Alone they are all there is, with `jwksUri` a start value that the first refresh replaces. */
  readonly jwks?: JwkSet
  /** Whether a key (JWK) may verify its tokens, for sets that hold keys of other issuers too. Default: each may. */
  readonly acceptsKey?: (jwk: JsonObject) => boolean
  /** How long keys serve on that are not fresh any more, while no refresh succeeds. In seconds; default 14,400 (4 hours), from 0 to 86,400. */
  readonly staleSeconds?: number
}

const where = 'jwtIssuer'
const optional = ['profile', 'types', 'requiredClaims', 'jwks', 'acceptsKey', 'staleSeconds']

/**
 * Trusts the JWT access tokens of one authorization server.
 *
 * @throws TypeError when an option is wrong; nothing is fetched yet.
 * @example jwtIssuer({ issuer: 'https://as.example.com' })
 */
export function jwtIssuer<
  const Issuer extends string,
  Schema extends ClaimsSchema = never,
  Extras extends object = object,
>(options: JwtIssuerOptions<Issuer, Schema, Extras>): TrustedIssuer<Issuer, ClaimsOf<Schema>, Extras> {
  checkIssuerOptionNames(where, options, ['issuer'], optional)
  const { issuer, jwksUri, jwks } = options
  const needsMetadata = jwksUri === undefined && jwks === undefined
  return trustedIssuer(
    readIssuerIdentifier(`${where}.issuer`, issuer, needsMetadata),
    readIssuerSettings(options as JwtIssuerOptions),
  )
}

function readIssuerSettings(options: JwtIssuerOptions): JwtIssuerSettings {
  const { profile = 'rfc9068', jwksUri, jwks, acceptsKey } = options
  if (acceptsKey !== undefined && typeof acceptsKey !== 'function') {
    throw misconfigured(`${where}.acceptsKey`, 'a function', acceptsKey)
  }
  const common = readIssuerOptions(where, options)
  const { algorithms } = common
  return {
    kind: 'jwt',
    ...common,
    profileName: profile,
    profile: readProfile(options, profile),
    jwksUri: ifGiven(jwksUri, (given) => readUrl(`${where}.jwksUri`, given)),
    inlineKeys: ifGiven(jwks, (given) => readInlineJwks(`${where}.jwks`, given, algorithms, acceptsKey)),
    acceptsKey,
    staleSeconds: readSeconds(`${where}.staleSeconds`, options.staleSeconds, defaultStaleSeconds, 86_400),
  }
}

function readProfile({ types, requiredClaims }: JwtIssuerOptions, name: ProfileName): Profile {
  if (typeof name !== 'string' || !Object.hasOwn(profiles, name)) {
    throw misconfigured(`${where}.profile`, Object.keys(profiles).join(' or '), name)
  }
  const profile = profiles[name]
  const more = ifGiven(requiredClaims, (given) => readStrings(`${where}.requiredClaims`, given)) ?? []
  return {
    ...profile,
    ...ifGiven(types, (given) => readTypes(`${where}.types`, given)),
    requiredClaims: [...new Set([...profile.requiredClaims, ...more])],
  }
}
