import { misconfigured, readStrings } from '../configuration.js'
import { isMediaType } from '../jws/media-type.js'

/** What an issuer's tokens have to look like. Data: a profile cannot lose a check, it only fills checks in. */
export interface Profile {
  /** Accepted `typ` values, in lower case and without `application/`. */
  readonly types: readonly string[]
  /** Whether a token without `typ` passes. */
  readonly typeMayBeAbsent: boolean
  /** Claims that every token must carry. `aud` is left to the audience policy, which demands it too. */
  readonly requiredClaims: readonly string[]
  /** Claims that only other kinds of token have: with one of them, it is no access token. */
  readonly foreignClaims: readonly string[]
  /** What an operator may have to change when a token does not fit. */
  readonly hint: string
  /** Claims that name the client, in order of preference. */
  readonly clientIdClaims: readonly string[]
}

/** `rfc9068`: the JWT profile for access tokens. `jwt`: issuers that sign JWTs but do not follow that profile. */
export type ProfileName = 'rfc9068' | 'jwt'

export const profiles: Readonly<Record<ProfileName, Profile>> = {
  /** RFC 9068 §2.2 and §4. */
  rfc9068: {
    types: ['at+jwt'],
    typeMayBeAbsent: false,
    requiredClaims: ['iss', 'exp', 'sub', 'client_id', 'iat', 'jti'],
    foreignClaims: [],
    hint: "; an issuer that does not follow RFC 9068 needs profile: 'jwt'",
    clientIdClaims: ['client_id'],
  },
  /**
   * RFC 7519, with what no resource server can do without. ID and logout tokens have the same `typ`: their own claims and
   * their audience, which is a client, tell them apart (OpenID Connect Core §2, §3.1.3.6; Back-Channel Logout §2.4).
   */
  jwt: {
    types: ['at+jwt', 'jwt'],
    typeMayBeAbsent: true,
    requiredClaims: ['iss', 'exp'],
    hint: '',
    foreignClaims: ['nonce', 'at_hash', 'c_hash', 's_hash', 'events'],
    clientIdClaims: ['client_id', 'azp'],
  },
}

/** Types of tokens that are no access tokens: RFC 9449 §4.2, RFC 9701 §5, OpenID Connect Back-Channel Logout §2.4, RFC 8417 §2.3, RFC 9101 §4. */
const foreignTypes = [
  'dpop+jwt',
  'token-introspection+jwt',
  'logout+jwt',
  'secevent+jwt',
  'oauth-authz-req+jwt',
  'client-authentication+jwt',
]

/** @throws TypeError */
export function readTypes(option: string, given: unknown): Pick<Profile, 'types' | 'typeMayBeAbsent'> {
  const types = readStrings(option, given)
  const foreign = types.find((type) => isMediaType(type, ...foreignTypes))
  if (foreign !== undefined) throw misconfigured(option, 'types of access tokens', foreign)
  return {
    types: types
      .filter((type) => type !== 'absent')
      .map((type) => type.toLowerCase().replace(/^application\//, '')),
    typeMayBeAbsent: types.includes('absent'),
  }
}
