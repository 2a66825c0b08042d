import type { Principal } from '@portcullis/core'
import type { HelseIdExtras, MaskinportenExtras } from '@portcullis/issuers'

/** Whom a client of HelseID acts for. */
export function organisationOf({ organisation: { parent, child } }: HelseIdExtras): string {
  return `organisation ${parent}${child ? `, unit ${child}` : ''}`
}

/** Whose business it is at Maskinporten, and who calls for it. */
export function customerOf({ customer, access, supplier }: MaskinportenExtras): string {
  const name = `customer ${customer.organisationNumber}`
  if (access === 'direct') return name
  return `${name}, by ${access === 'delegated' ? 'supplier' : 'system of'} ${supplier.organisationNumber}`
}

/** An application at Entra ID, and its roles. */
export function applicationOf({ clientId = '', roles }: Pick<Principal, 'clientId' | 'roles'>): string {
  return `application ${clientId.slice(0, 8)}: ${roles.join(' ')}`
}

/** A client of Boruta, and its scopes. */
export function clientOf({ clientId = '', scopes }: Pick<Principal, 'clientId' | 'scopes'>): string {
  return `client ${clientId.slice(0, 8)}: ${[...scopes].join(' ')}`
}
