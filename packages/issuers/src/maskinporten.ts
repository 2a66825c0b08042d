import {
  type AudienceOption,
  type ClaimsOf,
  type ClaimsSchema,
  type Explain,
  jwtIssuer,
  type TrustedIssuer,
} from '@portcullis/core'
import { causes } from './causes.js'
import { claimsOf, type PresetSchema } from './claims-of.js'
import { definePreset, oneOf, text } from './define-preset.js'
import { type MaskinportenClaims, maskinportenClaims, tellingClaims } from './maskinporten-claims.js'
import { type MaskinportenExtras, maskinportenExtras } from './maskinporten-extras.js'
import { type Delegation, ofDelegation, ofSystemUsers } from './maskinporten-requirements.js'
import { otherIssuers } from './other-issuers.js'
import { type PresetOptions, passedOn, requiring } from './preset-options.js'

const issuers = {
  production: 'https://maskinporten.no/',
  test: 'https://test.maskinporten.no/',
} as const

/** The issuers of Maskinporten, with the slash at the end that its tokens write. */
export type MaskinportenIssuer = (typeof issuers)[keyof typeof issuers]

/** How an API trusts Maskinporten. */
export interface MaskinportenOptions<
  Issuer extends string = string,
  Schema extends ClaimsSchema = ClaimsSchema,
> extends PresetOptions<Issuer, Schema> {
  readonly environment: 'production' | 'test'
  /**
   * What clients name as `resource` when they ask for a token (RFC 8707): the tokens are then for this API alone. Default: tokens name
   * no audience, or `unspecified`, and pass only where a scope is required.
   */
  readonly resource?: string
  /**
   * Suppliers to which a customer delegated its access: `allow` (default, for whether a scope can be delegated is decided where it is
   * registered), `deny`, or those whose `delegation_source` is one of these, exactly as it stands there. Others are a 403.
   */
  readonly delegation?: Delegation
  /**
   * System users of Altinn. Default `deny`, a 403: the token alone does not say what one may do for the customer. `allow` is for
   * an API that asks Altinn about that (PDP).
   */
  readonly systemUsers?: 'allow' | 'deny'
}

/**
 * Trusts Maskinporten: bearer tokens of organisations. `principal.customer` is always the organisation whose business it is,
 * `principal.access` tells who calls for it: the customer, a supplier or a system user.
 *
 * @throws TypeError when an option is wrong; nothing is fetched yet.
 * @example maskinporten({ environment: 'production' })
 */
export function maskinporten<
  const Issuer extends string = MaskinportenIssuer,
  Schema extends ClaimsSchema = never,
>(
  options: MaskinportenOptions<Issuer, Schema>,
): TrustedIssuer<
  NoInfer<Issuer>,
  ClaimsOf<PresetSchema<MaskinportenClaims, Schema, typeof tellingClaims>>,
  MaskinportenExtras
> {
  return definePreset('maskinporten', options, own, () => {
    const environment = oneOf('maskinporten.environment', options.environment, ['production', 'test'])
    return jwtIssuer({
      issuer: (options.issuer ?? issuers[environment]) as Issuer,
      audience: audienceOf(options.resource),
      profile: 'jwt',
      types: ['absent', 'JWT', 'at+jwt'],
      requiredClaims: ['iat', 'scope', 'consumer'],
      algorithms: ['RS256', 'RS384', 'RS512'],
      clientIdClaims: ['client_id'],
      claims: claimsOf(maskinportenClaims, options.claims, tellingClaims),
      extend: ({ claims }) => maskinportenExtras(claims),
      ...requiring(ofDelegation(options.delegation), ofSystemUsers(options.systemUsers), options.requires),
      explain: explained(environment, options.resource),
      ...(options.dpop !== undefined && { dpop: options.dpop }),
      ...passedOn(options),
    })
  })
}

const own = ['environment', 'resource', 'delegation', 'systemUsers']

function audienceOf(resource: string | undefined): AudienceOption {
  if (resource === undefined) return { absent: 'allowed', absentValues: ['unspecified'] }
  return { only: text('maskinporten.resource', resource) }
}

function explained(environment: keyof typeof issuers, resource: string | undefined): Explain {
  return causes(
    ...otherIssuers(`the ${environment} environment of Maskinporten`, [
      [issuers.production, 'the production environment of Maskinporten'],
      [issuers.test, 'the test environment of Maskinporten'],
      [/^https:\/\/(?:test\.)?sky\.maskinporten\.no\/?$/, 'Skyporten'],
      [/^https:\/\/(?:test\.)?idporten\.no\/?$/, 'ID-porten, whose tokens are those of users'],
    ]),
    resource !== undefined && [
      ({ code, claims }) =>
        ['token_claim_missing', 'token_audience_mismatch'].includes(code) &&
        [undefined, 'unspecified'].includes(claims?.['aud'] as undefined),
      'the client has to name this API as resource when it asks for a token (RFC 8707)',
    ],
    [
      ({ code, claims }) => code === 'token_claim_invalid' && hasCapital(claims?.['consumer']),
      'consumer has "Authority", as a sample in the documentation of Maskinporten has; real tokens have "authority"',
    ],
  )
}

function hasCapital(organisation: unknown): boolean {
  return typeof organisation === 'object' && organisation !== null && Object.hasOwn(organisation, 'Authority')
}
