import {
  type AudienceOption,
  type ClaimsOf,
  type ClaimsSchema,
  introspectionIssuer,
  type TrustedIssuer,
} from '@portcullis/core'
import { whomSubjectTells } from './acting-for.js'
import { type BorutaClaims, type BorutaExtras, borutaClaims, tellingClaims } from './boruta-claims.js'
import { explainBoruta } from './boruta-explain.js'
import { claimsOf, type PresetSchema } from './claims-of.js'
import { definePreset, oneOf, text } from './define-preset.js'
import { type PresetOptions, requiring } from './preset-options.js'

/** How an API trusts Boruta. */
export interface BorutaOptions<Issuer extends string = string, Schema extends ClaimsSchema = ClaimsSchema>
  extends Omit<PresetOptions<Issuer, Schema>, 'issuer' | 'jwks' | 'dpop'> {
  /** Exactly as its answers write it. Any string: Boruta calls itself `boruta` unless it is told a URL. */
  readonly issuer: Issuer
  /** Where Boruta is. Default: the issuer, when that is a URL. */
  readonly baseUrl?: string
  /** Where it is asked. Default `/oauth/introspect` at the base URL, which its metadata does not name. */
  readonly endpoint?: string
  /** Where the keys of signed answers are. Default `/openid/jwks` at the base URL. */
  readonly jwksUri?: string
  /** A client of Boruta that has the grant `introspect`. Its secret stands in the form unless `method` says otherwise. */
  readonly client: BorutaClient
  /**
   * `json` (default): answers name no audience, so that tokens pass only where a scope is required. `jwt`: signed answers, which do;
   * tokens for no audience are then refused.
   */
  readonly answers?: 'json' | 'jwt'
  /** Whom tokens are meant for, with `answers: 'jwt'` only. Default: the `resource` of the protected resource. */
  readonly audience?: AudienceOption
  /** Whether a token may be one of its own. Default: 86 letters and digits, as Boruta makes them. */
  readonly accepts?: (token: string) => boolean
  /** For how long an answer is relied on, never past `exp`. In seconds; default and at most 60. */
  readonly cacheSeconds?: number
}

/** A client of Boruta. */
export interface BorutaClient {
  readonly id: string
  readonly secret: string
  /** Where the secret stands. Default `client_secret_post`. */
  readonly method?: 'client_secret_basic' | 'client_secret_post'
}

/**
 * Trusts Boruta, whose access tokens are opaque: it is asked about each.
 *
 * @throws TypeError when an option is wrong; nothing is fetched yet.
 * @example boruta({ issuer: 'https://auth.example.com', client: { id, secret } })
 */
export function boruta<const Issuer extends string, Schema extends ClaimsSchema = never>(
  options: BorutaOptions<Issuer, Schema>,
): TrustedIssuer<Issuer, ClaimsOf<PresetSchema<BorutaClaims, Schema, typeof tellingClaims>>, BorutaExtras> {
  return definePreset('boruta', options, own, () => {
    text('boruta.issuer', options.issuer)
    refuseUseless(options)
    const { client, http, accepts = looksLikeBoruta, endpoint = at(options, '/oauth/introspect') } = options
    return introspectionIssuer({
      issuer: options.issuer,
      endpoint,
      client: typeof client === 'object' ? { method: 'client_secret_post', ...client } : client,
      accepts,
      opaqueOnly: true,
      ...audienceIn(options),
      cacheSeconds: readCacheSeconds(options.cacheSeconds),
      claims: claimsOf(borutaClaims, options.claims, tellingClaims),
      extend: (token) => {
        const { username } = token.claims
        return { actsFor: whomSubjectTells(token, username !== undefined), username }
      },
      ...requiring(options.requires),
      explain: explainBoruta,
      ...(http && { http }),
    })
  })
}

const own = ['baseUrl', 'endpoint', 'client', 'answers', 'audience', 'accepts', 'cacheSeconds']

function refuseUseless(options: BorutaOptions): void {
  if ('dpop' in options) {
    throw new TypeError(
      'boruta.dpop: Boruta does not tell what key a token is bound to, so no proof can be asked for',
    )
  }
  if ('jwks' in options)
    throw new TypeError('boruta.jwks: expected jwksUri, as clients of Boruta have keys of their own')
}

/** What the answers tell of whom a token is meant for. */
function audienceIn(options: BorutaOptions) {
  const { audience, jwksUri } = options
  if (oneOf('boruta.answers', options.answers ?? 'json', ['json', 'jwt']) === 'jwt') {
    return {
      signed: 'application/jwt',
      algorithms: ['RS512'],
      jwksUri: jwksUri ?? at(options, '/openid/jwks'),
      ...(audience !== undefined && { audience }),
    } as const
  }
  const useless = Object.entries({ audience, jwksUri }).find(([, given]) => given !== undefined)
  if (!useless) return { audience: { absent: 'allowed' } } as const
  throw new TypeError(
    `boruta.${useless[0]}: answers in JSON are not signed and name no audience; add answers: 'jwt'`,
  )
}

/** A place at the server: concatenated, never resolved. */
function at({ baseUrl, issuer }: BorutaOptions, path: string): string {
  const base = baseUrl ?? issuer
  if (/^https?:\/\//.test(base)) return base.replace(/\/$/, '') + path
  const given = baseUrl === undefined ? `, since the issuer "${issuer}" is none` : ''
  throw new TypeError(`boruta.baseUrl: expected the URL of Boruta${given}`)
}

function looksLikeBoruta(token: string): boolean {
  return /^[A-Za-z0-9]{86}$/.test(token)
}

function readCacheSeconds(given: number = 60): number {
  if (typeof given === 'number' && given >= 0 && given <= 60) return given
  throw new TypeError('boruta.cacheSeconds: expected a number of seconds, from 0 to 60')
}
