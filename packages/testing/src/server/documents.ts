/** The two documents of an authorization server that a resource server asks for. */
export type Endpoint = (typeof endpoints)[number]

export const endpoints = ['metadata', 'jwks'] as const

/** Which forms of the metadata exist: RFC 8414, OpenID Connect Discovery, or both. */
export type MetadataForm = 'oauth' | 'openid'

/** Where the documents of this issuer stand: path to endpoint. */
export function endpointPaths(issuer: string, forms: readonly MetadataForm[]): ReadonlyMap<string, Endpoint> {
  const path = new URL(issuer).pathname.replace(/\/$/, '')
  const metadata = {
    oauth: `/.well-known/oauth-authorization-server${path}`, // RFC 8414 §3.1: between host and path
    openid: `${path}/.well-known/openid-configuration`, // OpenID Connect Discovery 1.0 §4: after the path
  }
  return new Map<string, Endpoint>([
    ['/jwks', 'jwks'],
    ...forms.map((form) => [metadata[form], 'metadata'] as const),
  ])
}

/**
 * The metadata of RFC 8414 §2 and OpenID Connect Discovery 1.0 §3, as far as a resource server is concerned.
 *
 * There is no token endpoint: tokens come from `mint()`. The algorithms of ID tokens include two that a resource server
 * must not take over for access tokens.
 */
export function metadataDocument(issuer: string): Record<string, unknown> {
  return {
    issuer,
    jwks_uri: jwksUri(issuer),
    response_types_supported: [],
    grant_types_supported: [],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256', 'HS256', 'none'],
  }
}

export function jwksUri(issuer: string): string {
  return `${new URL(issuer).origin}/jwks`
}
