import type { StandardSchemaV1 } from '@standard-schema/spec'
import * as v from 'valibot'
import { isNamed } from './claims-of.js'

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

export const helseIdClaims: StandardSchemaV1<unknown, HelseIdClaims> = v.looseObject({
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

/** Claims that only tokens of users have, here all that begin so. Which of them stand there is decided by how the API is registered. */
const ofUsers = [
  'helseid://claims/identity/',
  'helseid://claims/hpr/',
  'idp',
  'sid',
  'amr',
  'auth_time',
] as const

const ofOrganisations = [
  'helseid://claims/client/claims/orgnr_parent',
  'helseid://claims/client/claims/orgnr_child',
  'helseid://claims/client/claims/orgnr_supplier',
] as const

/** Those by which one can tell who calls, and for whom. */
export const tellingClaims: readonly [...typeof ofOrganisations, ...typeof ofUsers] = [
  ...ofOrganisations,
  ...ofUsers,
]

export function organisationOf(claims: HelseIdClaims): HelseIdExtras['organisation'] {
  return {
    parent: claims['helseid://claims/client/claims/orgnr_parent'],
    child: claims['helseid://claims/client/claims/orgnr_child'],
    supplier: claims['helseid://claims/client/claims/orgnr_supplier'],
  }
}

/** A claim that is null tells of nothing. */
export function isOfUser(claims: object): boolean {
  return Object.entries(claims).some(([name, value]) => value !== null && isNamed(name, ofUsers))
}
