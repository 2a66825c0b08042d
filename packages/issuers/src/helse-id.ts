import {
  type ClaimsOf,
  type ClaimsSchema,
  check,
  type DpopOptions,
  type Explain,
  jwtIssuer,
  type SignatureAlgorithm,
  type TrustedIssuer,
} from '@portcullis/core'
import { actingFor } from './acting-for.js'
import { causes } from './causes.js'
import { claimsOf, type PresetSchema } from './claims-of.js'
import { definePreset, flag, oneOf, text } from './define-preset.js'
import {
  type HelseIdClaims,
  type HelseIdExtras,
  helseIdClaims,
  isOfUser,
  organisationOf,
  tellingClaims,
} from './helse-id-claims.js'
import { otherIssuers } from './other-issuers.js'
import { type PresetOptions, passedOn, requiring } from './preset-options.js'

const issuers = {
  production: 'https://helseid-sts.nhn.no',
  test: 'https://helseid-sts.test.nhn.no',
} as const

/** The issuers of HelseID. */
export type HelseIdIssuer = (typeof issuers)[keyof typeof issuers]

/** How an API trusts HelseID. */
export interface HelseIdOptions<Issuer extends string = string, Schema extends ClaimsSchema = ClaimsSchema>
  extends PresetOptions<Issuer, Schema> {
  readonly environment: 'production' | 'test'
  /** The name of the API at HelseID, such as `nhn:helsenorge.eksternapi`. Tokens name it, and no other beside it. */
  readonly audience: string
  /** Whose tokens are let in: `m2m` (default) those of clients that act for themselves, `user` those of persons, `any` both. */
  readonly mode?: 'm2m' | 'user' | 'any'
  /** Tokens without the number of the client's organisation (`orgnr_parent`) are a 403. Default false. */
  readonly organisationRequired?: boolean
  /** Default RS256, which HelseID was seen to use. */
  readonly algorithms?: readonly SignatureAlgorithm[]
}

/**
 * Trusts HelseID: tokens for this API alone, bound to a key that every request proves to hold (DPoP). A proof is good for 10
 * seconds, and 5 for clocks that differ.
 *
 * @throws TypeError when an option is wrong; nothing is fetched yet.
 * @example helseId({ environment: 'production', audience: 'nhn:accounts' })
 */
export function helseId<const Issuer extends string = HelseIdIssuer, Schema extends ClaimsSchema = never>(
  options: HelseIdOptions<Issuer, Schema>,
): TrustedIssuer<
  NoInfer<Issuer>,
  ClaimsOf<PresetSchema<HelseIdClaims, Schema, typeof tellingClaims>>,
  HelseIdExtras
> {
  return definePreset('helseId', options, own, () => {
    const environment = oneOf('helseId.environment', options.environment, ['production', 'test'])
    const mode = oneOf('helseId.mode', options.mode ?? 'm2m', ['m2m', 'user', 'any'])
    const isDemanded = flag('helseId.organisationRequired', options.organisationRequired)
    const audience = text('helseId.audience', options.audience)
    return jwtIssuer({
      issuer: (options.issuer ?? issuers[environment]) as Issuer,
      audience: { only: audience },
      profile: 'jwt',
      types: ['at+jwt', 'JWT'],
      requiredClaims: ['iat', 'nbf', 'jti', 'client_id'],
      algorithms: options.algorithms ?? ['RS256'],
      scopeClaims: ['scope'],
      claims: claimsOf(helseIdClaims, options.claims, tellingClaims),
      extend: ({ claims, actsFor }) => ({
        actsFor: isOfUser(claims) ? 'user' : actsFor,
        organisation: organisationOf(claims),
      }),
      ...requiring(actingFor(mode), isDemanded ? withOrganisation : undefined, options.requires),
      explain: explained(environment, audience),
      dpop: proofsOf(options.dpop),
      ...passedOn(options),
    })
  })
}

const own = ['environment', 'audience', 'mode', 'organisationRequired', 'algorithms']

/** Symmetric algorithms aside, those that HelseID approves of; an API that accepts older proofs makes replays easier. */
const proofs: DpopOptions = {
  required: true,
  algorithms: ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512'],
  proofMaxAgeSeconds: 10,
  futureSkewSeconds: 5,
}

function proofsOf(given: DpopOptions = {}): DpopOptions {
  if (!(given.required ?? true)) {
    throw new TypeError('helseId.dpop.required: expected true (or leave the option out), got false')
  }
  return { ...proofs, ...given }
}

const withOrganisation = check('a token with an organisation number', ({ claims }) =>
  Object.hasOwn(claims, 'helseid://claims/client/claims/orgnr_parent'),
)

function explained(environment: keyof typeof issuers, audience: string): Explain {
  return causes(
    ...otherIssuers(`the ${environment} environment of HelseID`, [
      [issuers.production, 'the production environment of HelseID'],
      [issuers.test, 'the test environment of HelseID'],
      ['https://helseid-sts.qa.nhn.no', 'the QA environment of HelseID'],
      [
        /^https:\/\/samsvarstesting-sts-test\.helseid\.sky\.nhn\.no\//,
        "a session of HelseID's conformity test",
      ],
    ]),
    [
      ({ code, claims }) => {
        const aud = claims?.['aud']
        return code === 'token_audience_mismatch' && Array.isArray(aud) && aud.includes(audience)
      },
      'the client asked for scopes of several APIs at once, where HelseID wants one token for each API',
    ],
    [
      ({ code }) => code === 'proof_stale',
      'compare the clocks of the client and of this API with another one',
    ],
  )
}
