import {
  allOf,
  anyOf,
  type DpopOptions,
  type IssuersOption,
  jwtIssuer,
  type PrincipalOf,
  type ProtectedResourceOptions,
  protectedResource,
  scope,
  type TrustedIssuer,
} from '@portcullis/core'
import type { TestAuthorizationServer } from '@portcullis/testing'

export const resource = 'https://api.example.com'

/** The scopes of the resource, and what its routes require: the same in all four servers. */
export const requirements = {
  read: scope('accounts:read'),
  write: scope('accounts:write'),
  both: scope('accounts:read', 'accounts:write'),
  allOf: allOf(scope('accounts:read'), scope('accounts:write')),
  anyOf: anyOf(scope('accounts:read'), scope('accounts:write')),
} as const

/** The authorization servers that the resource trusts. */
export interface Trusted {
  /** Follows RFC 9068. */
  readonly main: TestAuthorizationServer
  /** Follows RFC 9068, too, and shares nothing with the first. */
  readonly other: TestAuthorizationServer
  /** Does not follow RFC 9068. */
  readonly legacy: TestAuthorizationServer
}

/** @param dpop - how DPoP proofs are checked for the tokens of one issuer, where it is not as for the resource */
export function issuersOf(
  { main, other, legacy }: Trusted,
  dpop: Partial<Record<keyof Trusted, DpopOptions>> = {},
): readonly TrustedIssuer[] {
  const dpopOf = (name: keyof Trusted) => (dpop[name] ? { dpop: dpop[name] } : {})
  return [
    jwtIssuer({ ...dpopOf('main'), issuer: main.issuer }),
    jwtIssuer({
      ...dpopOf('other'),
      issuer: other.issuer,
      audience: ['accounts', 'https://accounts.example.com'],
    }),
    jwtIssuer({
      ...dpopOf('legacy'),
      issuer: legacy.issuer,
      profile: 'jwt',
      audience: { absent: 'allowed' },
      scopeClaims: ['scope', 'scp', 'roles', 'permissions'],
    }),
  ]
}

export type ApiOptions = Pick<
  ProtectedResourceOptions,
  | 'authorizationDetailsTypes'
  | 'certificate'
  | 'clockToleranceSeconds'
  | 'dpop'
  | 'now'
  | 'onEvent'
  | 'publicUrls'
  | 'publishMetadata'
  | 'revoked'
> & {
  /** Scopes that issuers require beside those of the routes. */
  readonly moreScopes?: readonly string[]
}

export function testApi(issuers: IssuersOption, { moreScopes = [], ...options }: ApiOptions) {
  const scopes = ['accounts:read', 'accounts:write', ...(moreScopes as readonly never[])] as const
  return protectedResource({ resource, scopes, issuers, ...options })
}

export type TestApi = ReturnType<typeof testApi>

/** What a route answers: who calls, as JSON and without the claims. `null` when nobody was let in as anybody. */
export function describePrincipal(principal: PrincipalOf<TestApi> | undefined): object | null {
  if (!principal) return null
  const { claims: _, ...shown } = principal
  return shown
}
