import type { IncomingMessage, Server } from 'node:http'
import type { JSONWebKeySet } from 'jose'
import { Introspection, introspectionClient } from '../introspection/introspection.js'
import type {
  AnswerHook,
  MintOpaqueOptions,
  SignedAnswerChanges,
} from '../introspection/introspection-options.js'
import { draftAccessToken, type MintOptions, type TokenDraft, type TokenIssuer } from './access-token.js'
import {
  type Endpoint,
  endpointPaths,
  introspectionEndpoint,
  jwksUri,
  metadataDocument,
} from './documents.js'
import type { Fault } from './faults.js'
import { FrontEnd } from './front-end.js'
import { type HttpAnswer, jsonAnswer } from './http-answer.js'
import { KeyRing } from './key-ring.js'
import { listen, stopListening } from './listener.js'
import type { SigningKeys } from './signing-keys.js'
import type {
  AuthorizationServerOptions,
  ReceivedRequest,
  TestAuthorizationServer,
} from './test-authorization-server.js'

/** The server itself: `startAuthorizationServer()` makes it, once there is a port and a set of keys. */
export class AuthorizationServer implements TestAuthorizationServer, TokenIssuer {
  readonly issuer: string
  readonly audience: string | undefined
  readonly now: () => number
  readonly introspectionClient: typeof introspectionClient = introspectionClient
  jwksCacheControl: string | undefined
  readonly #http: Server
  readonly #port: number
  readonly #frontEnd: FrontEnd
  readonly #keys: KeyRing
  readonly #introspection: Introspection

  constructor(options: AuthorizationServerOptions, keys: SigningKeys, http: Server, port: number) {
    const { audience, path = '', trailingSlash = false, metadata = 'both' } = options
    this.issuer = `http://127.0.0.1:${port}${path}${trailingSlash ? '/' : ''}`
    this.audience = audience
    this.now = options.now ?? Date.now
    this.jwksCacheControl = options.jwksCacheControl
    const paths = endpointPaths(this.issuer, metadata === 'both' ? ['oauth', 'openid'] : [metadata])
    this.#frontEnd = new FrontEnd(paths, (endpoint, request) => this.#answer(endpoint, request))
    this.#http = http.on('request', (request, response) => void this.#frontEnd.respond(request, response))
    this.#port = port
    this.#keys = new KeyRing(keys, options.publishAlg)
    this.#introspection = new Introspection(this, options.introspection)
  }

  get jwksUri(): string {
    return jwksUri(this.issuer)
  }

  get introspectionEndpoint(): string {
    return introspectionEndpoint(this.issuer)
  }

  get requests(): readonly ReceivedRequest[] {
    return this.#frontEnd.requests
  }

  get keys(): SigningKeys {
    return this.#keys.current
  }

  get jwks(): JSONWebKeySet {
    return { keys: [...this.#keys.published] }
  }

  draft(options: MintOptions = {}): TokenDraft {
    return draftAccessToken(this, options)
  }

  async mint(options?: MintOptions): Promise<string> {
    return this.#introspection.tokens.mint(this, options)
  }

  async mintOpaque(options?: MintOpaqueOptions): Promise<string> {
    return this.#introspection.tokens.mintOpaque(this, options)
  }

  revoke(token: string): void {
    this.#introspection.tokens.revoke(token)
  }

  answerIntrospection(hook?: AnswerHook): void {
    this.#introspection.hook = hook
  }

  signIntrospection(changes: SignedAnswerChanges = {}): void {
    this.#introspection.changes = changes
  }

  rotate({ keepOld = false }: { keepOld?: boolean } = {}): Promise<void> {
    return this.#keys.rotate(keepOld)
  }

  publish(keys: readonly unknown[]): void {
    this.#keys.publish(keys)
  }

  async fail(fault: Fault, endpoint?: Endpoint): Promise<void> {
    if (fault === 'down') return stopListening(this.#http)
    this.#frontEnd.fail(fault, endpoint)
  }

  async recover(): Promise<void> {
    this.#frontEnd.recover()
    if (!this.#http.listening) await listen(this.#http, this.#port)
  }

  count(endpoint: Endpoint): number {
    return this.#frontEnd.count(endpoint)
  }

  resetRequests(): void {
    this.#frontEnd.requests.length = 0
  }

  async close(): Promise<void> {
    await stopListening(this.#http)
    this.#keys.release()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #answer(endpoint: Endpoint, request: IncomingMessage): HttpAnswer | Promise<HttpAnswer> {
    if (endpoint === 'introspection') return this.#introspection.answer(request)
    if (endpoint === 'metadata') return jsonAnswer(metadataDocument(this.issuer, this.#introspection))
    const { jwksCacheControl } = this
    return jsonAnswer(this.jwks, jwksCacheControl === undefined ? {} : { 'cache-control': jwksCacheControl })
  }
}
