import {
  type ClaimsOf,
  type ClaimsSchema,
  type Explain,
  type IssuerOptions,
  introspectionIssuer,
  jwtIssuer,
  type SignatureAlgorithm,
  type TrustedIssuer,
} from '@portcullis/core'
import { causes } from './causes.js'
import { claimsOf, type PresetSchema } from './claims-of.js'
import { checkNames, definePreset, text } from './define-preset.js'
import {
  type LoginRadiusClaims,
  type LoginRadiusExtras,
  loginRadiusClaims,
  loginRadiusExtras,
  tellingClaims,
} from './login-radius-claims.js'
import { type PresetOptions, passedOn, requiring } from './preset-options.js'

/** How an API trusts LoginRadius. One of `jwksUri`, `jwks` and `introspection` is needed: nothing is derived from the issuer. */
export interface LoginRadiusOptions<
  Issuer extends string = string,
  Schema extends ClaimsSchema = ClaimsSchema,
> extends Omit<PresetOptions<Issuer, Schema>, 'issuer'> {
  /** Exactly as tokens write it: its own descriptions disagree about the path and the slash at the end. */
  readonly issuer: Issuer
  /** What clients name as `audience` when they ask for a token. */
  readonly audience: string | readonly string[]
  /** Default RS256. */
  readonly algorithms?: readonly SignatureAlgorithm[]
  /** Asks LoginRadius about each token, instead of verifying it. */
  readonly introspection?: LoginRadiusIntrospection
}

/** How an API asks LoginRadius about tokens: its endpoint takes JSON, and the credentials in it. */
export interface LoginRadiusIntrospection {
  /** Such as `https://<app>.hub.loginradius.com/service/oauth/introspect`. */
  readonly endpoint: string
  readonly client: { readonly id: string; readonly secret: string }
  /** Whether an opaque token may be one of its own: needed where another issuer is asked about opaque tokens, too. */
  readonly accepts?: (token: string) => boolean
  /** As for `introspectionIssuer`: for how long an answer is relied on. In seconds; default 60. */
  readonly cacheSeconds?: number
}

/**
 * Trusts LoginRadius, for machine-to-machine tokens. What is known of these is second-hand and contradictory: try it with tokens of a
 * tenant before relying on it.
 *
 * @experimental
 * @throws TypeError when an option is wrong; nothing is fetched yet.
 * @example loginRadius({ issuer: 'https://acme.hub.loginradius.com/', jwksUri, audience: 'https://api.example.com' })
 */
export function loginRadius<const Issuer extends string, Schema extends ClaimsSchema = never>(
  options: LoginRadiusOptions<Issuer, Schema>,
): TrustedIssuer<
  Issuer,
  ClaimsOf<PresetSchema<LoginRadiusClaims, Schema, typeof tellingClaims>>,
  LoginRadiusExtras
> {
  return definePreset('loginRadius', options, own, () => {
    const { introspection, jwksUri, jwks, http } = options
    if (introspection !== undefined) {
      refuseKeys(options)
      return introspectionIssuer({
        ...commonOptions(options),
        ...asked(introspection),
        ...(http && { http }),
      })
    }
    if (jwksUri === undefined && jwks === undefined) {
      throw new TypeError('loginRadius: expected jwksUri, jwks or introspection: no place of keys is known')
    }
    const { algorithms = ['RS256'] } = options
    // It is not known what `typ` these tokens have.
    return jwtIssuer({
      ...commonOptions(options),
      ...passedOn(options),
      profile: 'jwt',
      algorithms,
      explain,
    })
  })
}

const own = ['audience', 'algorithms', 'introspection']

function commonOptions<Issuer extends string, Schema extends ClaimsSchema>(
  options: LoginRadiusOptions<Issuer, Schema>,
): IssuerOptions<Issuer, PresetSchema<LoginRadiusClaims, Schema, typeof tellingClaims>, LoginRadiusExtras> {
  const { audience } = options
  text('loginRadius.issuer', options.issuer)
  if (typeof audience !== 'string' && !Array.isArray(audience)) {
    throw new TypeError(
      `loginRadius.audience: expected a string or a list of strings, got ${typeof audience}`,
    )
  }
  return {
    issuer: options.issuer,
    audience,
    scopeClaims: ['scp'],
    clientIdClaims: ['azp', 'cid'],
    claims: claimsOf(loginRadiusClaims, options.claims, tellingClaims),
    extend: loginRadiusExtras,
    ...requiring(options.requires),
    ...(options.dpop !== undefined && { dpop: options.dpop }),
  }
}

function refuseKeys(options: LoginRadiusOptions): void {
  const useless = (['jwksUri', 'jwks', 'algorithms'] as const).find((name) => options[name] !== undefined)
  if (useless === undefined) return
  throw new TypeError(`loginRadius.${useless}: is of no use with introspection, whose answers are not signed`)
}

const ofIntrospection = ['endpoint', 'client', 'accepts', 'cacheSeconds']

function asked(given: LoginRadiusIntrospection) {
  checkNames('loginRadius.introspection', given, ofIntrospection)
  checkNames('loginRadius.introspection.client', given.client, ['id', 'secret'])
  const endpoint = text('loginRadius.introspection.endpoint', given.endpoint)
  const client = { ...given.client, method: 'client_secret_post' } as const
  return { ...given, endpoint, client, requestFormat: 'json' } as const
}

/** Where tokens are verified here. */
const explain: Explain = causes(
  [
    ({ code, header }) => code === 'token_algorithm_refused' && String(header?.['alg']).startsWith('HS'),
    'who could verify it could also make such tokens, as its key is a shared secret; have LoginRadius sign with RS256, or ask it: loginRadius({ introspection })',
  ],
  [
    ({ code, header }) => code === 'token_malformed' && !header,
    'LoginRadius can be asked about tokens that are no JWTs: loginRadius({ introspection })',
  ],
)
