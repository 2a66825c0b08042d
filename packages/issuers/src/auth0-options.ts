import type { ClaimsSchema } from '@portcullis/core'
import type { Auth0Profile } from './auth0-claims.js'
import type { PresetOptions } from './preset-options.js'

/** The issuer of a domain, with a slash at the end. */
export type Auth0Issuer<Domain extends string = string> = `https://${Domain}/`

/** How an API trusts Auth0. */
export type Auth0Options<
  Domain extends string = string,
  Issuer extends string = string,
  Schema extends ClaimsSchema = ClaimsSchema,
> = Auth0Settings<Issuer, Schema> &
  (
    | {
        /** The domain of the tenant, such as `example.eu.auth0.com`, or a custom one. */
        readonly domain: Domain
        readonly domains?: never
      }
    | { readonly domain?: never /** Several domains. */; readonly domains: readonly Domain[] }
  )

/** What is the same for all domains. */
export interface Auth0Settings<Issuer extends string = string, Schema extends ClaimsSchema = ClaimsSchema>
  extends PresetOptions<Issuer, Schema> {
  /** The API, as its settings at Auth0 name it (Identifier). Tokens name it, and may name the userinfo endpoint beside it. */
  readonly audience: string | readonly string[]
  /**
   * The profile of tokens in the settings of the API: `auth0` (default, as at Auth0), `rfc9068`, or `either` for an API that moves from
   * one to the other.
   */
  readonly profile?: Auth0Profile
  /** Whose tokens are let in: `m2m` (default) those of clients that act for themselves, `user` those of users, `any` both. */
  readonly mode?: 'm2m' | 'user' | 'any'
  /** The only organisations that are let in, by their ids (`org_id`): 403 for others, and without one. Default: whatever it is. */
  readonly organisations?: readonly string[]
  /** Whether `permissions` are scopes too. Default false. */
  readonly permissionsAreScopes?: boolean
  /** Default RS256, as at Auth0. With HS256, whoever verifies tokens can also make them. */
  readonly algorithms?: readonly ('RS256' | 'PS256')[]
}
