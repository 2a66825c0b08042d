import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { JSONWebKeySet, JWK } from 'jose'
import { signRaw } from '../sign-raw.js'
import { draftAccessToken, type MintOptions, type TokenDraft, type TokenIssuer } from './access-token.js'
import { type Endpoint, endpointPaths, endpoints, jwksUri, metadataDocument } from './documents.js'
import { type Answer, type Fault, faulty, healthy, ofAnotherIssuer, withoutKeys } from './faults.js'
import { listen, stopListening } from './listener.js'
import {
  createSigningKeys,
  publicJwk,
  releaseSigningKeys,
  type SigningKey,
  type SigningKeys,
} from './signing-keys.js'
import type {
  AuthorizationServerOptions,
  ReceivedRequest,
  TestAuthorizationServer,
} from './test-authorization-server.js'

/**
 * Starts an authorization server on a free port of 127.0.0.1. It publishes metadata and keys, and mints tokens.
 *
 * @example
 * const server = await startAuthorizationServer({ audience: 'https://api.example' })
 * const token = await server.mint({ scope: 'accounts:read' })
 * await server.close()
 */
export async function startAuthorizationServer(
  options: AuthorizationServerOptions = {},
): Promise<TestAuthorizationServer> {
  const http = createServer()
  const [keys, port] = await Promise.all([createSigningKeys(), listen(http)])
  return new AuthorizationServer(options, keys, http, port)
}

class AuthorizationServer implements TestAuthorizationServer, TokenIssuer {
  readonly issuer: string
  readonly audience: string | undefined
  readonly now: () => number
  keys: SigningKeys
  readonly requests: ReceivedRequest[] = []
  readonly #http: Server
  readonly #port: number
  readonly #endpoints: ReadonlyMap<string, Endpoint>
  readonly #publishAlg: boolean
  readonly #answers = new Map<Endpoint, Answer>()
  readonly #leased: SigningKeys[]
  #published: readonly JWK[]

  constructor(options: AuthorizationServerOptions, keys: SigningKeys, http: Server, port: number) {
    const { audience, path = '', trailingSlash = false, metadata = 'both' } = options
    this.issuer = `http://127.0.0.1:${port}${path}${trailingSlash ? '/' : ''}`
    this.audience = audience
    this.now = options.now ?? Date.now
    this.keys = keys
    this.#http = http.on('request', (request, response) => this.#respond(request, response))
    this.#port = port
    this.#endpoints = endpointPaths(this.issuer, metadata === 'both' ? ['oauth', 'openid'] : [metadata])
    this.#publishAlg = options.publishAlg ?? true
    this.#leased = [keys]
    this.#published = this.#publicKeys()
  }

  get jwksUri(): string {
    return jwksUri(this.issuer)
  }

  get jwks(): JSONWebKeySet {
    return { keys: [...this.#published] }
  }

  draft(options: MintOptions = {}): TokenDraft {
    return draftAccessToken(this, options)
  }

  async mint(options?: MintOptions): Promise<string> {
    return signRaw(this.draft(options))
  }

  async rotate({ keepOld = false } = {}): Promise<void> {
    this.keys = await createSigningKeys()
    this.#leased.push(this.keys)
    this.#published = keepOld ? [...this.#published, ...this.#publicKeys()] : this.#publicKeys()
  }

  publish(keys: readonly unknown[]): void {
    this.#published = JSON.parse(JSON.stringify(keys))
  }

  async fail(fault: Fault, endpoint?: Endpoint): Promise<void> {
    if (fault === 'down') return stopListening(this.#http)
    if (fault === 'empty') this.#answers.set('jwks', withoutKeys)
    else if (fault === 'wrong-issuer') this.#answers.set('metadata', ofAnotherIssuer)
    else for (const place of endpoint ? [endpoint] : endpoints) this.#answers.set(place, faulty(fault))
  }

  async recover(): Promise<void> {
    this.#answers.clear()
    if (!this.#http.listening) await listen(this.#http, this.#port)
  }

  count(endpoint: Endpoint): number {
    return this.requests.filter(({ path }) => this.#endpointOf(path) === endpoint).length
  }

  resetRequests(): void {
    this.requests.length = 0
  }

  async close(): Promise<void> {
    await stopListening(this.#http)
    for (const keys of this.#leased.splice(0)) releaseSigningKeys(keys)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #publicKeys(): JWK[] {
    return Object.values(this.keys).map((key: SigningKey) => publicJwk(key, this.#publishAlg))
  }

  #endpointOf(path: string): Endpoint | undefined {
    return this.#endpoints.get(path.replace(/\?.*/, ''))
  }

  #respond(request: IncomingMessage, response: ServerResponse): void {
    const { method = '', url = '', headers } = request
    this.requests.push({ method, path: url, headers: Object.keys(headers) })
    const endpoint = this.#endpointOf(url)
    if (!endpoint) {
      response.writeHead(404).end()
      return
    }
    const document = endpoint === 'jwks' ? this.jwks : metadataDocument(this.issuer)
    const answer = this.#answers.get(endpoint) ?? healthy
    answer(response, document)
  }
}
