import type { JWK } from 'jose'
import type { MintOptions, TokenAlgorithm } from '../server/access-token.js'
import type { PrivateKey } from '../sign-raw.js'

/** A client that may ask the introspection endpoint: a resource server (RFC 7662 §2.1). */
export interface IntrospectionClient {
  readonly id: string
  /** For client_secret_basic and client_secret_post. Default: neither is accepted. */
  readonly secret?: string
  /** For private_key_jwt. Default: not accepted. */
  readonly publicJwk?: JWK
}

/** How the introspection endpoint behaves. */
export interface IntrospectionOptions {
  /** Clients known beside `introspectionClient`; one with the same id replaces it. Default: none. */
  clients?: readonly IntrospectionClient[]
  /** Whether answers are signed (RFC 9701) when `Accept` asks for that. Default: true. */
  signed?: boolean
  /** Whether the metadata names the endpoint. Default: true. */
  inMetadata?: boolean
}

/** How an opaque token differs from the good one that `mintOpaque()` makes by default. */
export interface MintOpaqueOptions extends Omit<MintOptions, 'alg' | 'key' | 'header'> {
  /** What the token starts with; 43 random characters follow. Default: nothing. */
  prefix?: string
}

/** What one authenticated request asked. */
export interface IntrospectionQuestion {
  readonly token: string
  readonly tokenTypeHint: string | undefined
  readonly clientId: string
}

/**
 * Replaces an answer: gets the right one, returns another value, which is sent as JSON or signed, or a whole `HttpAnswer`
 * (known by its `status`, `contentType` and `body`). A promise is waited for.
 */
export type AnswerHook = (answer: Record<string, unknown>, question: IntrospectionQuestion) => unknown

/** How signed answers differ from good ones (RFC 9701 §5). */
export interface SignedAnswerChanges {
  /** Which key of the server signs. Default: `ES256`. */
  alg?: TokenAlgorithm
  /** Another private key, which must fit `alg`; `kid` remains that of the server's own key. */
  key?: PrivateKey
  /** Laid over the claims `iss`, `aud`, `iat` and `token_introspection`; `undefined` removes one. */
  claims?: Readonly<Record<string, unknown>>
  /** Laid over the header; `undefined` removes a parameter. */
  header?: Readonly<Record<string, unknown>>
}

/** What a test authorization server offers for introspection (RFC 7662). */
export interface IntrospectionControls {
  /** Where it is asked: `/introspect` at the origin of the issuer. */
  readonly introspectionEndpoint: string
  /** A client that it knows. The secret has to be encoded for client_secret_basic (RFC 6749 §2.3.1). */
  readonly introspectionClient: { readonly id: string; readonly secret: string }
  /** An opaque token. Introspection answers with the claims that `mint()` would have put into a JWT. */
  mintOpaque(options?: MintOpaqueOptions): Promise<string>
  /** Makes a token of `mint()` or `mintOpaque()` inactive for introspection. As a JWT it stays well signed. */
  revoke(token: string): void
  /** Lays this over every answer to an authenticated request, until called again; without an argument, ends that. */
  answerIntrospection(hook?: AnswerHook): void
  /** Changes every signed answer, until called again; without an argument, ends that. */
  signIntrospection(changes?: SignedAnswerChanges): void
}
