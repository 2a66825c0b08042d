import type { ActsFor, VerifiedToken } from '@portcullis/core'
import type { StandardSchemaV1 } from '@standard-schema/spec'
import * as v from 'valibot'

/** What a machine-to-machine token of LoginRadius says. No claim is in all of its descriptions but `sub`. */
export interface LoginRadiusClaims {
  /** Its scopes, mostly as a list. */
  readonly scp?: string | readonly string[] | undefined
  /** `client_credentials`. */
  readonly gty?: string | undefined
  readonly azp?: string | undefined
  readonly cid?: string | undefined
  readonly sid?: string | undefined
}

export const loginRadiusClaims: StandardSchemaV1<unknown, LoginRadiusClaims> = v.looseObject({
  scp: v.optional(v.union([v.string(), v.array(v.string())])),
  gty: v.optional(v.string()),
  azp: v.optional(v.string()),
  cid: v.optional(v.string()),
  sid: v.optional(v.string()),
})

/** Those by which one can tell who calls. */
export const tellingClaims = ['azp', 'cid', 'gty'] as const

/** What the principal of such a token says beside its claims. */
export interface LoginRadiusExtras {
  /** The names that LoginRadius has for one client, which need not be the same. `principal.clientId` is the first of them. */
  readonly client: {
    /** `azp`: the id of the client, as it is said. */
    readonly id: string | undefined
    /** `cid`: as one description has it, an internal id. */
    readonly internalId: string | undefined
    /** `sub` without `@client`: as one description has it, the API key. */
    readonly subject: string | undefined
  }
}

const suffix = '@client'

export function loginRadiusExtras({
  claims,
  subject = '',
  actsFor,
}: VerifiedToken<LoginRadiusClaims>): LoginRadiusExtras & { readonly actsFor: ActsFor } {
  const { azp, cid, gty = 'client_credentials' } = claims
  const isClient = subject.endsWith(suffix) && gty === 'client_credentials'
  return {
    actsFor: isClient && actsFor === 'unknown' ? 'client' : actsFor,
    client: {
      id: azp,
      internalId: cid,
      subject: subject.endsWith(suffix) ? subject.slice(0, -suffix.length) : undefined,
    },
  }
}
