import type { StandardSchemaV1 } from '@standard-schema/spec'
import * as v from 'valibot'
import { type OrganisationClaim, organisationClaim } from './organisation-id.js'

/** What a token of Maskinporten says. Who the customer is stands on the principal: `consumer` is not always it. */
export interface MaskinportenClaims {
  /** With a space between. */
  readonly scope: string
  /** Who got the token: mostly the customer, but the vendor where a system user acts for its customer. */
  readonly consumer: OrganisationClaim
  /** Who calls for the consumer, which delegated that to it. */
  readonly supplier?: OrganisationClaim | undefined
  /** Where it did so. */
  readonly delegation_source?: string | undefined
  /** RFC 9396. */
  readonly authorization_details?: readonly MaskinportenDetail[] | undefined
  /** The national identity number of the one person whom the token is about. That person has not logged in. */
  readonly pid?: string | undefined
  /** Not to be used for access control. */
  readonly client_id?: string | undefined
  readonly client_amr?: string | undefined
}

/** One member of `authorization_details`. */
export interface MaskinportenDetail {
  readonly type: string
}

/** The one that says that a system user calls: Altinn's right of a vendor's system to act for a customer. */
export interface SystemUserDetail extends MaskinportenDetail {
  readonly type: 'urn:altinn:systemuser'
  readonly systemuser_id: readonly [string, ...string[]]
  /** The customer. */
  readonly systemuser_org: OrganisationClaim
  readonly system_id?: string | undefined
}

const systemUser = 'urn:altinn:systemuser'
const text = v.pipe(v.string(), v.nonEmpty())

const systemUserDetail: v.GenericSchema<unknown, SystemUserDetail> = v.looseObject({
  type: v.literal(systemUser),
  systemuser_id: v.tupleWithRest([text], text),
  systemuser_org: organisationClaim,
  system_id: v.optional(text),
})

/** A customer under another type is refused as well: whoever overlooks it takes the vendor for the customer. */
const detail: v.GenericSchema<unknown, MaskinportenDetail> = v.lazy((given) =>
  isSystemUser(given) || namesCustomer(given) ? systemUserDetail : v.looseObject({ type: text }),
)

export const maskinportenClaims: StandardSchemaV1<unknown, MaskinportenClaims> = v.looseObject({
  scope: v.string(),
  consumer: organisationClaim,
  supplier: v.optional(organisationClaim),
  delegation_source: v.optional(text),
  authorization_details: v.optional(v.array(detail)),
  pid: v.optional(text),
  client_id: v.optional(v.string()),
  client_amr: v.optional(v.string()),
})

/** Those by which one can tell who the customer is, and by whom it calls. */
export const tellingClaims = [
  'consumer',
  'supplier',
  'delegation_source',
  'authorization_details',
  'pid',
] as const

export function systemUsersIn({
  authorization_details: details = [],
}: MaskinportenClaims): SystemUserDetail[] {
  return details.filter((one): one is SystemUserDetail => isSystemUser(one))
}

function isSystemUser(detail: unknown): boolean {
  return (detail as { type?: unknown } | null)?.type === systemUser
}

function namesCustomer(detail: unknown): boolean {
  return typeof detail === 'object' && detail !== null && Object.hasOwn(detail, 'systemuser_org')
}
