import type { ActsFor, JwtIssuerOptions } from '@portcullis/core'
import type { StandardSchemaV1 } from '@standard-schema/spec'
import * as v from 'valibot'

/** The versions of access tokens. The registration of the API decides which it gets, whatever endpoint a client asks. */
export type EntraIdVersion = '1.0' | '2.0'

/** What an access token of Microsoft Entra ID says, of either version. */
export interface EntraIdClaims {
  /** The tenant: a GUID. */
  readonly tid: string
  /** The object in the tenant: of a user, or of the service principal of an application. */
  readonly oid: string
  readonly ver: EntraIdVersion
  /** The client, in version 2.0. */
  readonly azp?: string | undefined
  /** The client, in version 1.0. */
  readonly appid?: string | undefined
  /** How the client authenticated, in version 2.0: `0` not at all, `1` by a secret, `2` by a certificate. */
  readonly azpacr?: string | undefined
  /** The same in version 1.0. */
  readonly appidacr?: string | undefined
  /** `app` in tokens of applications; an optional claim. */
  readonly idtyp?: string | undefined
  /** Of applications, and of users: app roles. */
  readonly roles?: readonly string[] | undefined
  /** Only in tokens of users: scopes with spaces between. */
  readonly scp?: string | undefined
  /** The id of the token; there is no `jti`. */
  readonly uti?: string | undefined
}

/** What the principal of a token of Microsoft Entra ID says beside its claims. */
export interface EntraIdExtras<Tenant extends string = string> {
  readonly tenantId: Tenant
  /** The object in the tenant (`oid`): of a user, or of the service principal of an application. */
  readonly objectId: string
  readonly tokenVersion: EntraIdVersion
  /** How the client authenticated; undefined where the token does not say. */
  readonly clientAuthentication: 'none' | 'secret' | 'certificate' | undefined
}

/** Of this tenant and version: `tid` and `ver` say the same as `iss`. */
export function entraIdClaims(
  tenant: string,
  version: EntraIdVersion,
): StandardSchemaV1<unknown, EntraIdClaims> {
  return v.looseObject({
    tid: v.literal(tenant),
    oid: v.string(),
    ver: v.literal(version),
    azp: v.optional(v.string()),
    appid: v.optional(v.string()),
    azpacr: v.optional(v.string()),
    appidacr: v.optional(v.string()),
    idtyp: v.optional(v.string()),
    roles: v.optional(v.array(v.string())),
    scp: v.optional(v.string()),
    uti: v.optional(v.string()),
  })
}

/** `ver` and the claim for the client tell the versions apart; ID tokens have no such claim. */
export const entraIdClientClaims: Readonly<
  Record<EntraIdVersion, Pick<JwtIssuerOptions, 'requiredClaims' | 'clientIdClaims'>>
> = {
  '2.0': { requiredClaims: ['iat', 'nbf', 'sub', 'oid', 'tid', 'ver', 'azp'], clientIdClaims: ['azp'] },
  '1.0': { requiredClaims: ['iat', 'nbf', 'sub', 'oid', 'tid', 'ver', 'appid'], clientIdClaims: ['appid'] },
}

/** Those by which one can tell who calls, and from where. */
export const entraIdTellingClaims = [
  'tid',
  'oid',
  'sub',
  'ver',
  'idtyp',
  'scp',
  'azpacr',
  'appidacr',
] as const

/**
 * Tokens of users have `scp`. Those of applications have none, and say so (`idtyp`) or have the service principal as their subject.
 * What says both is neither.
 */
export function whomEntraIdTokenActsFor(claims: EntraIdClaims & { readonly sub?: string }): ActsFor {
  const { idtyp, oid, sub, scp } = claims
  const isOfApplication = idtyp === undefined ? oid === sub : idtyp === 'app'
  if (scp === undefined) return isOfApplication ? 'client' : 'unknown'
  return isOfApplication ? 'unknown' : 'user'
}

const authentications: Readonly<Record<string, 'none' | 'secret' | 'certificate'>> = {
  '0': 'none',
  '1': 'secret',
  '2': 'certificate',
}

/** What stands on the principal. */
export function entraIdExtras<Tenant extends string>(
  tenant: Tenant,
  { oid, ver, azpacr, appidacr }: EntraIdClaims,
): EntraIdExtras<Tenant> {
  const acr = azpacr ?? appidacr ?? ''
  return {
    tenantId: tenant,
    objectId: oid,
    tokenVersion: ver,
    clientAuthentication: Object.hasOwn(authentications, acr) ? authentications[acr] : undefined,
  }
}
