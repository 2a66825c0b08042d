import type { StandardSchemaV1 } from '@standard-schema/spec'
import * as v from 'valibot'

/** What a token of Duende IdentityServer says, whether it is a JWT or was asked about. */
export interface DuendeClaims {
  readonly client_id: string
  /** In tokens of users: `local`, or the scheme by which they signed in elsewhere. */
  readonly idp?: string | undefined
  readonly sid?: string | undefined
}

export const duendeClaims: StandardSchemaV1<unknown, DuendeClaims> = v.looseObject({
  client_id: v.string(),
  idp: v.optional(v.string()),
  sid: v.optional(v.string()),
})

/** Those that only tokens of users have, beside those of RFC 9068. */
export const tellingClaims = ['idp', 'sid'] as const

/** What the principal of such a token says beside its claims. */
export interface DuendeExtras {
  /**
   * What IdentityServer knows of the client and puts into its tokens, by name and without the prefix `client_`. Values are texts, or what
   * the type of the claim makes of them there. A schema of one's own (`claims`) may make others of them. It has no prototype.
   */
  readonly clientClaims: Readonly<Record<string, unknown>>
}

const prefix = 'client_'
/** Those that do not come from the list of claims of the client. */
const notOfClient = new Set(['client_id'])

export function clientClaimsOf(claims: object): Readonly<Record<string, unknown>> {
  const found = Object.entries(claims).flatMap(([name, value]: [string, unknown]) =>
    name.startsWith(prefix) && !notOfClient.has(name) ? [[name.slice(prefix.length), value] as const] : [],
  )
  return Object.assign(Object.create(null) as Record<string, unknown>, Object.fromEntries<unknown>(found))
}
