import { Rejection } from '@portcullis/core'
import { type MaskinportenClaims, type SystemUserDetail, systemUsersIn } from './maskinporten-claims.js'
import { type OrganisationId, organisationId } from './organisation-id.js'

/** What the principal of a Maskinporten token says beside its claims: who the customer is, and by whom it calls. */
export type MaskinportenExtras = DirectAccess | DelegatedAccess | SystemUserAccess

interface Access {
  /** Whose business it is, however the token says that. Give access to what is this organisation's. */
  readonly customer: OrganisationId
  /** The national identity number of the one person whom the token is about; undefined where it is about nobody in particular. */
  readonly pid: string | undefined
}

/** The customer calls. */
export interface DirectAccess extends Access {
  readonly access: 'direct'
  readonly supplier: undefined
  readonly delegationSource: undefined
  readonly systemUser: undefined
}

/** A supplier calls, to which the customer delegated that. */
export interface DelegatedAccess extends Access {
  readonly access: 'delegated'
  readonly supplier: OrganisationId
  /** Where it was delegated: `https://www.altinn.no`, or `https://tt02.altinn.no/` in test. */
  readonly delegationSource: string
  readonly systemUser: undefined
}

/** A system user calls: the system of a vendor, with the rights that the customer gave to it in Altinn, and that Altinn has to be asked for. */
export interface SystemUserAccess extends Access {
  readonly access: 'system-user'
  /** The vendor of the system. */
  readonly supplier: OrganisationId
  readonly delegationSource: undefined
  readonly systemUser: {
    readonly ids: readonly [string, ...string[]]
    readonly systemId: string | undefined
  }
}

/**
 * Where a system user calls, `consumer` is the vendor, and the customer stands in `authorization_details`: the opposite of delegation,
 * where `consumer` is the customer. What would be both at once says not clearly whose business it is, and is refused.
 *
 * @throws Rejection token_claim_missing, token_claim_invalid
 */
export function maskinportenExtras(claims: MaskinportenClaims): MaskinportenExtras {
  const { consumer, supplier, delegation_source: delegationSource, pid } = claims
  const [detail, ...more] = systemUsersIn(claims)
  if (more.length > 0)
    throw new Rejection('token_claim_invalid', 'authorization_details has several system users')
  if ((supplier === undefined) !== (delegationSource === undefined)) {
    const [found, missing] = supplier ? ['supplier', 'delegation_source'] : ['delegation_source', 'supplier']
    throw new Rejection('token_claim_missing', `the token has ${found}, but no ${missing}`)
  }
  if (detail && supplier)
    throw new Rejection('token_claim_invalid', 'the token has a system user and a supplier')
  const consuming = organisationId(consumer)
  if (detail) return ofSystemUser(detail, consuming, pid)
  const common = { customer: consuming, pid, systemUser: undefined }
  return supplier && delegationSource !== undefined
    ? { ...common, access: 'delegated', supplier: organisationId(supplier), delegationSource }
    : { ...common, access: 'direct', supplier: undefined, delegationSource: undefined }
}

function ofSystemUser(
  { systemuser_id: ids, systemuser_org: customer, system_id: systemId }: SystemUserDetail,
  vendor: OrganisationId,
  pid: string | undefined,
): SystemUserAccess {
  return {
    access: 'system-user',
    customer: organisationId(customer),
    supplier: vendor,
    delegationSource: undefined,
    systemUser: { ids, systemId },
    pid,
  }
}
