import {
  type ClaimsOf,
  type ClaimsSchema,
  check,
  type DpopOptions,
  jwtIssuer,
  type Requirement,
  type SignatureAlgorithm,
  type TrustedIssuer,
} from '@portcullis/core'
import type { StandardSchemaV1 } from '@standard-schema/spec'
import * as v from 'valibot'
import { claimsOf, type PresetSchema } from './claims-of.js'
import { definePreset, flag, oneOf, text } from './define-preset.js'
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

/** What a token of HelseID says. Which of it stands there is decided by how the API is registered. */
export interface HelseIdClaims {
  readonly client_id: string
  readonly client_amr?: string | undefined
  readonly 'helseid://claims/client/client_name'?: string | undefined
  /** `single-tenant` or `multi-tenant`. */
  readonly 'helseid://claims/client/claims/client_tenancy'?: string | undefined
  readonly 'helseid://claims/client/claims/orgnr_parent'?: string | undefined
  readonly 'helseid://claims/client/claims/orgnr_child'?: string | undefined
  readonly 'helseid://claims/client/claims/orgnr_supplier'?: string | undefined
  /** The national identity number of the user; in tokens of users. */
  readonly 'helseid://claims/identity/pid'?: string | undefined
  readonly 'helseid://claims/identity/security_level'?: string | undefined
}

const organisationNumber = v.pipe(v.string(), v.regex(/^\d{9}$/))

const knownClaims: StandardSchemaV1<unknown, HelseIdClaims> = v.looseObject({
  client_id: v.string(),
  client_amr: v.optional(v.string()),
  'helseid://claims/client/client_name': v.optional(v.string()),
  'helseid://claims/client/claims/client_tenancy': v.optional(v.string()),
  'helseid://claims/client/claims/orgnr_parent': v.optional(organisationNumber),
  'helseid://claims/client/claims/orgnr_child': v.optional(organisationNumber),
  'helseid://claims/client/claims/orgnr_supplier': v.optional(organisationNumber),
  'helseid://claims/identity/pid': v.optional(v.string()),
  'helseid://claims/identity/security_level': v.optional(v.string()),
})

/** What the principal of a HelseID token says beside its claims. */
export interface HelseIdExtras {
  /** Whom the client acts for, by organisation numbers of nine digits; undefined where the token names none. */
  readonly organisation: {
    /** Which HelseID vouches for. */
    readonly parent: string | undefined
    /** As the client says it: for clients of many tenants, HelseID does not check it. */
    readonly child: string | undefined
    /** Who runs the client for them. */
    readonly supplier: string | undefined
  }
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
): TrustedIssuer<Issuer, ClaimsOf<PresetSchema<HelseIdClaims, Schema>>, HelseIdExtras> {
  return definePreset('helseId', options, own, () => {
    const environment = oneOf('helseId.environment', options.environment, ['production', 'test'])
    const mode = oneOf('helseId.mode', options.mode ?? 'm2m', ['m2m', 'user', 'any'])
    const isDemanded = flag('helseId.organisationRequired', options.organisationRequired)
    return jwtIssuer({
      issuer: (options.issuer ?? issuers[environment]) as Issuer,
      audience: { only: text('helseId.audience', options.audience) },
      profile: 'jwt',
      types: ['at+jwt', 'JWT'],
      requiredClaims: ['iat', 'nbf', 'jti', 'client_id'],
      algorithms: options.algorithms ?? ['RS256'],
      scopeClaims: ['scope'],
      claims: claimsOf(knownClaims, options.claims),
      extend: ({ claims, actsFor }) => ({
        actsFor: isOfUser(claims) ? 'user' : actsFor,
        organisation: {
          parent: claims['helseid://claims/client/claims/orgnr_parent'],
          child: claims['helseid://claims/client/claims/orgnr_child'],
          supplier: claims['helseid://claims/client/claims/orgnr_supplier'],
        },
      }),
      ...requiring(modes[mode], isDemanded ? withOrganisation : undefined, options.requires),
      dpop: { ...proofs, ...options.dpop, required: true },
      ...passedOn(options),
    })
  })
}

const own = ['environment', 'audience', 'mode', 'organisationRequired', 'algorithms']

/** Symmetric algorithms aside, those that HelseID approves of; an API that accepts older proofs makes replays easier. */
const proofs: DpopOptions = {
  algorithms: ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512'],
  proofMaxAgeSeconds: 10,
  futureSkewSeconds: 5,
}

const modes: Readonly<Record<'m2m' | 'user' | 'any', Requirement | undefined>> = {
  m2m: check('a token of a client that acts for itself', ({ actsFor }) => actsFor === 'client'),
  user: check('a token of a user', ({ actsFor }) => actsFor === 'user'),
  any: undefined,
}

const withOrganisation = check('a token with an organisation number', ({ claims }) =>
  Object.hasOwn(claims, 'helseid://claims/client/claims/orgnr_parent'),
)

/** Which of them stand there is decided by how the API is registered. */
const ofUsers = [
  'helseid://claims/identity/pid',
  'helseid://claims/identity/security_level',
  'idp',
  'sid',
  'amr',
]

function isOfUser(claims: object): boolean {
  return ofUsers.some((name) => Object.hasOwn(claims, name))
}
