import type { ActsFor } from '@portcullis/core'
import type { StandardSchemaV1 } from '@standard-schema/spec'
import * as v from 'valibot'

/** The dialects of tokens. */
export type Auth0Profile = 'auth0' | 'rfc9068' | 'either'

/** What an access token of Auth0 says, in either dialect. */
export interface Auth0Claims {
  readonly sub: string
  /** The client, in the dialect of Auth0. */
  readonly azp?: string | undefined
  /** The client, in the dialect of RFC 9068. */
  readonly client_id?: string | undefined
  readonly scope?: string | undefined
  /** With RBAC alone, and a dialect that has them. */
  readonly permissions?: readonly string[] | undefined
  /** The grant, in the dialect of Auth0: `client-credentials` where no user takes part. */
  readonly gty?: string | readonly string[] | undefined
  /** The organisation that a token is for. */
  readonly org_id?: string | undefined
  readonly org_name?: string | undefined
}

/** What the principal of a token of Auth0 says beside its claims. */
export interface Auth0Extras {
  /** The organisation that the token is for; undefined where it names none. */
  readonly organisation: { readonly id: string; readonly name: string | undefined } | undefined
}

const suffix = '@clients'

/** A token names its client, and a subject that is a client is that one. */
export const auth0Claims: StandardSchemaV1<unknown, Auth0Claims> = v.pipe(
  v.looseObject({
    sub: v.string(),
    azp: v.optional(v.string()),
    client_id: v.optional(v.string()),
    scope: v.optional(v.string()),
    permissions: v.optional(v.array(v.string())),
    gty: v.optional(v.union([v.string(), v.array(v.string())])),
    org_id: v.optional(v.string()),
    org_name: v.optional(v.string()),
  }),
  v.forward(
    v.check(({ azp, client_id }) => (client_id ?? azp) !== undefined),
    ['azp'],
  ),
  v.forward(
    v.check(({ sub, ...claims }) => !sub.endsWith(suffix) || sub === `${clientOf(claims)}${suffix}`),
    ['sub'],
  ),
)

/** Those by which one can tell who calls, and for whom. */
export const auth0TellingClaims = ['sub', 'azp', 'client_id', 'gty', 'org_id', 'org_name'] as const

/**
 * The subject of a client is the client, with a suffix or without. With another subject it may still be a client's, and then an agent's,
 * where the grant says so; users have a `|` in theirs.
 */
export function whomAuth0TokenActsFor(claims: Auth0Claims): ActsFor {
  const { sub, gty } = claims
  const client = clientOf(claims)
  const isOfUser = sub.includes('|')
  if (gty !== undefined && gty !== 'client-credentials') return isOfUser ? 'user' : 'unknown'
  if (sub === client || sub === `${client}${suffix}`) return 'client'
  if (gty === undefined) return isOfUser ? 'user' : 'unknown'
  return isOfUser ? 'unknown' : 'client'
}

function clientOf({ client_id, azp }: Pick<Auth0Claims, 'client_id' | 'azp'>): string | undefined {
  return client_id ?? azp
}

/** What stands on the principal. */
export function auth0Extras({ org_id: id, org_name: name }: Auth0Claims): Auth0Extras {
  return { organisation: id === undefined ? undefined : { id, name } }
}
