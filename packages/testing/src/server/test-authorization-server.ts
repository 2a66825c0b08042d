import type { JSONWebKeySet } from 'jose'
import type { IntrospectionControls, IntrospectionOptions } from '../introspection/introspection-options.js'
import type { MintOptions, TokenDraft } from './access-token.js'
import type { Endpoint, MetadataForm } from './documents.js'
import type { EndpointFault } from './faults.js'
import type { SigningKeys } from './signing-keys.js'

/** How to start a test authorization server. */
export interface AuthorizationServerOptions {
  /** The claim `aud` of tokens, unless `mint()` is told otherwise. Default: none, and `mint()` must be told. */
  audience?: string
  /** The path of the issuer, for instance `/t1`. Default: none. */
  path?: `/${string}`
  /** Whether the issuer ends in `/`. Default: false. */
  trailingSlash?: boolean
  /** Which metadata exists: RFC 8414, OpenID Connect Discovery, or both. Default: `both`. */
  metadata?: MetadataForm | 'both'
  /** Whether the published keys carry the member `alg` (RFC 7517 §4.4). Default: true. */
  publishAlg?: boolean
  /** The field `Cache-Control` of the JWK Set, for instance `max-age=60`. Default: none. */
  jwksCacheControl?: string
  /** Who may ask the introspection endpoint, and how it answers. Default: `introspectionClient`, signed when asked to. */
  introspection?: IntrospectionOptions
  /** Milliseconds since the epoch, for the times in tokens, and for what has expired. Default: `Date.now`. */
  now?: () => number
}

/** One request that the server received, without anything that could be a secret. */
export interface ReceivedRequest {
  readonly method: string
  /** The request target, with its query. */
  readonly path: string
  /** The names of the header fields, in lower case. */
  readonly headers: readonly string[]
}

/** An authorization server on 127.0.0.1 over plain HTTP, for tests only: whoever holds this object can mint any token. */
export interface TestAuthorizationServer extends AsyncDisposable, IntrospectionControls {
  /** The issuer identifier, for instance `http://127.0.0.1:40123/t1`. */
  readonly issuer: string
  readonly jwksUri: string
  /** The keys that sign now, private halves included: tests may confuse and misuse them. */
  readonly keys: SigningKeys
  /** The JWK Set as it is published now. */
  readonly jwks: JSONWebKeySet
  /** The field `Cache-Control` of the JWK Set from now on; `undefined` for none. */
  jwksCacheControl: string | undefined
  /** Every request received since the start or since `resetRequests()`, oldest first. */
  readonly requests: readonly ReceivedRequest[]

  /** A signed access token, good by RFC 9068 unless the options say otherwise. */
  mint(options?: MintOptions): Promise<string>
  /** What `mint()` would sign: change it and hand it to `signRaw()`. */
  draft(options?: MintOptions): TokenDraft
  /** Signs with new keys from now on. The JWK Set then holds these alone, or with `keepOld` what it held before too. */
  rotate(options?: { keepOld?: boolean }): Promise<void>
  /** Publishes these keys instead, until the next `rotate()`. Any JSON will do. To add one: `[...jwks.keys, it]`. */
  publish(keys: readonly unknown[]): void

  /** Until `recover()`: refuses connections, has a JWK Set without keys, or has metadata of another issuer. */
  fail(fault: 'down' | 'empty' | 'wrong-issuer'): Promise<void>
  /** Until `recover()`: misbehaves at this endpoint; without one, at all of them. */
  fail(fault: EndpointFault, endpoint?: Endpoint): Promise<void>
  /** Ends every fault, and listens again on the same port. */
  recover(): Promise<void>

  /** How often this endpoint was asked since the start or since `resetRequests()`. */
  count(endpoint: Endpoint): number
  resetRequests(): void
  /** Stops listening and destroys every connection, so that nothing keeps the process alive. */
  close(): Promise<void>
}
