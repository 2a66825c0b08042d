import { assertionAlgorithms } from '../introspection/client-assertion.js'

/** What a resource server asks an authorization server for: two documents, and a judgement of one token (RFC 7662). */
export type Endpoint = (typeof endpoints)[number]

export const endpoints = ['metadata', 'jwks', 'introspection'] as const

/** Which forms of the metadata exist: RFC 8414, OpenID Connect Discovery, or both. */
export type MetadataForm = 'oauth' | 'openid'

/** Where the endpoints of this issuer are: path to endpoint. */
export function endpointPaths(issuer: string, forms: readonly MetadataForm[]): ReadonlyMap<string, Endpoint> {
  const path = new URL(issuer).pathname.replace(/\/$/, '')
  const metadata = {
    oauth: `/.well-known/oauth-authorization-server${path}`, // RFC 8414 §3.1: between host and path
    openid: `${path}/.well-known/openid-configuration`, // OpenID Connect Discovery 1.0 §4: after the path
  }
  return new Map<string, Endpoint>([
    ['/jwks', 'jwks'],
    ['/introspect', 'introspection'],
    ...forms.map((form) => [metadata[form], 'metadata'] as const),
  ])
}

/** What the metadata says of the introspection endpoint. */
export interface IntrospectionMetadata {
  /** Whether it is named at all. */
  readonly inMetadata: boolean
  /** Whether it signs its answers when asked to. */
  readonly signed: boolean
}

/**
 * The metadata of RFC 8414 §2 and OpenID Connect Discovery 1.0 §3, as far as a resource server is concerned.
 *
 * There is no token endpoint: tokens come from `mint()`. The algorithms of ID tokens include two that a resource server
 * must not take over for access tokens.
 */
export function metadataDocument(
  issuer: string,
  introspection: IntrospectionMetadata,
): Record<string, unknown> {
  return {
    issuer,
    jwks_uri: jwksUri(issuer),
    response_types_supported: [],
    grant_types_supported: [],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256', 'HS256', 'none'],
    ...(introspection.inMetadata && introspectionMetadata(issuer, introspection.signed)),
  }
}

export function jwksUri(issuer: string): string {
  return `${new URL(issuer).origin}/jwks`
}

export function introspectionEndpoint(issuer: string): string {
  return `${new URL(issuer).origin}/introspect`
}

function introspectionMetadata(issuer: string, signed: boolean): Record<string, unknown> {
  return {
    introspection_endpoint: introspectionEndpoint(issuer),
    introspection_endpoint_auth_methods_supported: [
      'client_secret_basic',
      'client_secret_post',
      'private_key_jwt',
    ],
    introspection_endpoint_auth_signing_alg_values_supported: assertionAlgorithms,
    ...(signed && { introspection_signing_alg_values_supported: ['ES256'] }), // RFC 9701 §7
  }
}
