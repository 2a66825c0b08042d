import {
  type ClaimsOf,
  type ClaimsSchema,
  check,
  client,
  type JwtIssuerOptions,
  jwtIssuer,
  type Requirement,
  type TrustedIssuer,
} from '@portcullis/core'
import { actingFor } from './acting-for.js'
import { claimsOf, type PresetSchema } from './claims-of.js'
import { definePreset, listOf, oneOf } from './define-preset.js'
import { entraIdCauses } from './entra-id-causes.js'
import {
  type EntraIdClaims,
  type EntraIdExtras,
  type EntraIdVersion,
  entraIdClaims,
  entraIdClientClaims,
  entraIdExtras,
  entraIdTellingClaims,
  whomEntraIdTokenActsFor,
} from './entra-id-claims.js'
import {
  type EntraIdIssuer,
  type EntraIdOptions,
  issuerOf,
  readTenant,
  readVersions,
} from './entra-id-options.js'
import { oneOrMore } from './one-or-more.js'
import { type PresetOptions, passedOn, requiring } from './preset-options.js'

type EntraIdTrusted<Tenant extends string, Issuer extends string, Schema> = TrustedIssuer<
  Issuer,
  ClaimsOf<PresetSchema<EntraIdClaims, Schema, typeof entraIdTellingClaims>>,
  EntraIdExtras<Tenant>
>

/**
 * Trusts Microsoft Entra ID: one issuer for each tenant and version of tokens.
 *
 * @throws TypeError when an option is wrong; nothing is fetched yet. `issuer` is for one tenant and one version; `jwksUri` and `jwks` are
 * for all.
 * @example entraId({ tenant: '8eaef023-2b34-4da1-9baa-8bc8c9d6a490', audience: '00001111-aaaa-2222-bbbb-3333cccc4444' })
 */
export function entraId<
  const Tenant extends string,
  const Version extends EntraIdVersion = EntraIdVersion,
  const Issuer extends string = EntraIdIssuer<Tenant, Version>,
  Schema extends ClaimsSchema = never,
>(
  options: EntraIdOptions<Tenant, Version, Issuer, Schema>,
): readonly EntraIdTrusted<Tenant, NoInfer<Issuer>, Schema>[] {
  return definePreset('entraId', options, own, () => {
    const tenants = oneOrMore('entraId', ['tenant', 'tenants'], [options.tenant, options.tenants])
    const versions = readVersions(options)
    refuseOneNameForSeveral(options, tenants.length * versions.length)
    const common = commonOptions(options, tenants, versions)
    return tenants.map(readTenant).flatMap((tenant) =>
      versions.map((version) =>
        jwtIssuer({
          issuer: (options.issuer ?? issuerOf(tenant, version)) as Issuer,
          ...common,
          ...entraIdClientClaims[version],
          ...keysOf(tenant, version, options),
          claims: claimsOf<EntraIdClaims, Schema, typeof entraIdTellingClaims>(
            entraIdClaims(tenant, version),
            options.claims,
            entraIdTellingClaims,
          ),
          extend: ({ claims }) => {
            const known = claims as EntraIdClaims
            return { actsFor: whomEntraIdTokenActsFor(known), ...entraIdExtras(tenant, known) }
          },
        }),
      ),
    )
  })
}

const own = ['tenant', 'tenants', 'audience', 'versions', 'mode', 'clients']

function refuseOneNameForSeveral({ issuer }: PresetOptions, several: number): void {
  if (issuer === undefined || several === 1) return
  throw new TypeError('entraId.issuer: expected one tenant and one of the versions beside it')
}

type Common = Omit<JwtIssuerOptions, 'issuer' | 'claims' | 'extend'>

function commonOptions(
  options: EntraIdOptions,
  tenants: readonly string[],
  versions: readonly EntraIdVersion[],
): Common {
  const { dpop, clients } = options
  const mode = oneOf('entraId.mode', options.mode ?? 'app', ['app', 'user', 'any'])
  const isListed = clients !== undefined
  return {
    audience: listOf('entraId.audience', options.audience),
    profile: 'jwt',
    types: ['JWT'],
    algorithms: ['RS256'],
    scopeClaims: ['scp'],
    explain: entraIdCauses({ tenants, versions, mode, isListed }),
    ...requiring(
      actingFor(mode),
      isListed ? oneOfClients(clients) : undefined,
      granting(isListed),
      options.requires,
    ),
    ...(dpop !== undefined && { dpop }),
    ...passedOn(options),
  }
}

function oneOfClients(clients: readonly string[]): Requirement {
  const [first, ...more] = listOf('entraId.clients', clients) as [string, ...string[]]
  return client(first, ...more)
}

/** A list of clients stands for a role of theirs, and of nobody else: a user is not on it. */
function granting(isListed: boolean): Requirement {
  return check('a role or a scope', ({ actsFor, roles, scopes }) => {
    return roles.length > 0 || scopes.size > 0 || (isListed && actsFor === 'client')
  })
}

/**
 * The metadata of version 1.0 stands on another host than its issuer, so that its keys are named here. All tenants share a set of keys,
 * in which a key may be for one tenant alone. Those of version 1.0 say nothing of an issuer, or name that of version 2.0.
 */
function keysOf(
  tenant: string,
  version: EntraIdVersion,
  { issuer, jwksUri, jwks }: PresetOptions,
): Pick<JwtIssuerOptions, 'jwksUri' | 'acceptsKey'> {
  const accepted = new Set([issuer ?? issuerOf(tenant, version), issuerOf(tenant, '2.0')])
  const isElsewhere = version === '2.0' || [issuer, jwksUri, jwks].some((given) => given !== undefined)
  return {
    ...(!isElsewhere && { jwksUri: `https://login.microsoftonline.com/${tenant}/discovery/keys` }),
    acceptsKey: ({ issuer: of }) =>
      of === undefined || (typeof of === 'string' && accepted.has(of.replace('{tenantid}', tenant))),
  }
}
