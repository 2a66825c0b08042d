import type { StandardSchemaV1 } from '@standard-schema/spec'
import * as v from 'valibot'

/** What Boruta says of a token. Members that are null are left out. */
export interface BorutaClaims {
  readonly client_id: string
  /** Of the resource owner; in tokens of users. */
  readonly username?: string | undefined
  /** In signed answers. */
  readonly resource?: string | readonly string[] | undefined
}

export const borutaClaims: StandardSchemaV1<unknown, BorutaClaims> = v.looseObject({
  client_id: v.string(),
  username: v.optional(v.string()),
  resource: v.optional(v.union([v.string(), v.array(v.string())])),
})

/** Those by which one can tell who calls. */
export const tellingClaims = ['username'] as const

/** What the principal of such a token says beside its claims. */
export interface BorutaExtras {
  /** Of the resource owner; undefined for a client that acts for itself. */
  readonly username: string | undefined
}
