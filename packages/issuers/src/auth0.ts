import {
  type ClaimsOf,
  type ClaimsSchema,
  check,
  type JwtIssuerOptions,
  jwtIssuer,
  type Requirement,
  type TrustedIssuer,
} from '@portcullis/core'
import { actingFor } from './acting-for.js'
import { auth0Causes } from './auth0-causes.js'
import {
  type Auth0Claims,
  type Auth0Extras,
  type Auth0Profile,
  auth0Claims,
  auth0Extras,
  auth0TellingClaims,
  whomAuth0TokenActsFor,
} from './auth0-claims.js'
import type { Auth0Issuer, Auth0Options } from './auth0-options.js'
import { claimsOf, type PresetSchema } from './claims-of.js'
import { definePreset, flag, listOf, oneOf } from './define-preset.js'
import { oneOrMore } from './one-or-more.js'
import { type PresetOptions, passedOn, requiring } from './preset-options.js'

type Auth0Trusted<Issuer extends string, Schema> = TrustedIssuer<
  Issuer,
  ClaimsOf<PresetSchema<Auth0Claims, Schema, typeof auth0TellingClaims>>,
  Auth0Extras
>

/**
 * Trusts Auth0: one issuer for each domain.
 *
 * @throws TypeError when an option is wrong; nothing is fetched yet. `issuer` is for one domain; `jwksUri` and `jwks` are for all.
 * @example auth0({ domain: 'example.eu.auth0.com', audience: 'https://api.example.com' })
 */
export function auth0<
  const Domain extends string,
  const Issuer extends string = Auth0Issuer<Domain>,
  Schema extends ClaimsSchema = never,
>(options: Auth0Options<Domain, Issuer, Schema>): readonly Auth0Trusted<NoInfer<Issuer>, Schema>[] {
  return definePreset('auth0', options, own, () => {
    const domains = oneOrMore('auth0', ['domain', 'domains'], [options.domain, options.domains])
    refuseOneNameForSeveral(options, domains.length)
    const common = commonOptions(options)
    return domains.map(readDomain).map((domain) =>
      jwtIssuer({
        issuer: (options.issuer ?? `https://${domain}/`) as Issuer,
        ...common,
        claims: claimsOf<Auth0Claims, Schema, typeof auth0TellingClaims>(
          auth0Claims,
          options.claims,
          auth0TellingClaims,
        ),
        extend: ({ claims }) => {
          const known = claims as unknown as Auth0Claims
          return { actsFor: whomAuth0TokenActsFor(known), ...auth0Extras(known) }
        },
      }),
    )
  })
}

const own = [
  'domain',
  'domains',
  'audience',
  'profile',
  'mode',
  'organisations',
  'permissionsAreScopes',
  'algorithms',
]

function readDomain<Domain extends string>(domain: Domain): Domain {
  if (/^[a-z\d-]+(?:\.[a-z\d-]+)+$/.test(domain)) return domain
  throw new TypeError(
    `auth0: expected a domain in lower case, such as example.eu.auth0.com, without https:// and slash, got "${domain}"`,
  )
}

function refuseOneNameForSeveral({ issuer }: PresetOptions, several: number): void {
  if (issuer === undefined || several === 1) return
  throw new TypeError('auth0.issuer: expected one domain beside it')
}

type Common = Omit<JwtIssuerOptions, 'issuer' | 'claims' | 'extend'>

function commonOptions(options: Auth0Options): Common {
  const { dpop, organisations } = options
  const profile = oneOf('auth0.profile', options.profile ?? 'auth0', ['auth0', 'rfc9068', 'either'])
  const mode = oneOf('auth0.mode', options.mode ?? 'm2m', ['m2m', 'user', 'any'])
  const isWide = flag('auth0.permissionsAreScopes', options.permissionsAreScopes)
  const algorithms = listOf('auth0.algorithms', options.algorithms ?? ['RS256'])
  return {
    audience: listOf('auth0.audience', options.audience),
    ...profiles[profile],
    clientIdClaims: ['client_id', 'azp'],
    scopeClaims: isWide ? ['scope', 'permissions'] : ['scope'],
    algorithms: algorithms.map((one) => oneOf('auth0.algorithms', one, ['RS256', 'PS256'])),
    explain: auth0Causes({ profile, mode, isListed: organisations !== undefined }),
    ...requiring(
      actingFor(mode),
      organisations === undefined ? undefined : withOrganisation(organisations),
      options.requires,
    ),
    ...(dpop !== undefined && { dpop }),
    ...passedOn(options),
  }
}

/** Neither `jti` nor `nbf` stands in tokens of the first; the second demands what RFC 9068 does. */
const profiles: Readonly<
  Record<Auth0Profile, Pick<JwtIssuerOptions, 'profile' | 'types' | 'requiredClaims'>>
> = {
  auth0: { profile: 'jwt', types: ['JWT'], requiredClaims: ['iat', 'sub', 'azp'] },
  rfc9068: { profile: 'rfc9068' },
  either: { profile: 'jwt', types: ['JWT', 'at+jwt'], requiredClaims: ['iat', 'sub'] },
}

function withOrganisation(given: readonly string[]): Requirement {
  const ids = listOf('auth0.organisations', given)
  return check('an organisation that is let in', ({ claims }) => ids.includes(claims['org_id'] as string))
}
