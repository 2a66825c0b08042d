import type { ClaimsSchema } from '@portcullis/core'
import { listOf, oneOf } from './define-preset.js'
import type { EntraIdVersion } from './entra-id-claims.js'
import type { PresetOptions } from './preset-options.js'

/** The issuers of a tenant, by version: with a slash at the end, and without. */
export type EntraIdIssuer<
  Tenant extends string = string,
  Version extends EntraIdVersion = EntraIdVersion,
> = Version extends '2.0'
  ? `https://login.microsoftonline.com/${Tenant}/v2.0`
  : `https://sts.windows.net/${Tenant}/`

/** How an API trusts Microsoft Entra ID. */
export type EntraIdOptions<
  Tenant extends string = string,
  Version extends EntraIdVersion = EntraIdVersion,
  Issuer extends string = string,
  Schema extends ClaimsSchema = ClaimsSchema,
> = EntraIdSettings<Version, Issuer, Schema> &
  (
    | {
        /** The tenant, by its id: a GUID in lower case. */ readonly tenant: Tenant
        readonly tenants?: never
      }
    | { readonly tenant?: never /** Several tenants. */; readonly tenants: readonly Tenant[] }
  )

/** What is the same for all tenants. */
export interface EntraIdSettings<
  Version extends EntraIdVersion = EntraIdVersion,
  Issuer extends string = string,
  Schema extends ClaimsSchema = ClaimsSchema,
> extends PresetOptions<Issuer, Schema> {
  /**
   * The API, as tokens name it: one of these. Those of version 2.0 name its client id; those of version 1.0 its client id or its App
   * ID URI, with a slash at the end or without, just as the client asked for it.
   */
  readonly audience: string | readonly string[]
  /** The versions of tokens that are accepted. Default: both. */
  readonly versions?: readonly Version[]
  /** Whose tokens are let in: `app` (default) those of applications that act for themselves, `user` those of users, `any` both. */
  readonly mode?: 'app' | 'user' | 'any'
  /**
   * The only clients that are let in, by client id (`azp`, `appid`); applications on this list need no role. Default: any client, and
   * an application needs a role, since Entra ID gives tokens without roles to every application of the tenant.
   */
  readonly clients?: readonly string[]
}

const guid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/

/**
 * Without a tenant, anyone can have a token: the names for many tenants are no issuers, and no token carries them.
 *
 * @throws TypeError
 */
export function readTenant<Tenant extends string>(tenant: Tenant): Tenant {
  if (guid.test(tenant)) return tenant
  throw new TypeError(
    `entraId: expected the id of a tenant, a GUID in lower case, got "${tenant}"; an API for any tenant has a resolver`,
  )
}

/** @throws TypeError */
export function readVersions({ versions }: Pick<EntraIdSettings, 'versions'>): readonly EntraIdVersion[] {
  const all = ['2.0', '1.0'] as const
  if (versions === undefined) return all
  return listOf('entraId.versions', versions).map((version) => oneOf('entraId.versions', version, all))
}

/** As tokens of the version write it. */
export function issuerOf(tenant: string, version: EntraIdVersion): EntraIdIssuer {
  return version === '2.0'
    ? `https://login.microsoftonline.com/${tenant}/v2.0`
    : `https://sts.windows.net/${tenant}/`
}
