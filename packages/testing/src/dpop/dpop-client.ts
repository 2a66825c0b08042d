import type { KeyObject } from 'node:crypto'
import type { JWK } from 'jose'
import { signRaw } from '../sign-raw.js'
import {
  type ClientKey,
  clientKey,
  generateKeyPair,
  type KeyPair,
  type ProofAlgorithm,
} from './client-key.js'
import { demandsNonce } from './demands-nonce.js'
import { draftProof } from './draft-proof.js'
import type { DpopHeaders, ProofDraft, ProofOptions } from './proof-options.js'

/** How to make a DPoP client. */
export interface DpopClientOptions {
  /** What it signs with. Default: `ES256`. */
  algorithm?: ProofAlgorithm
  /** Milliseconds since the epoch, for `iat`. Default: `Date.now`. */
  now?: () => number
}

/** A request that `fetch()` makes. A body that can be read only once is not taken: the request may have to be repeated. */
export interface DpopFetchOptions {
  /** Default: `GET`. */
  method?: string
  /** The access token. Default: none, and no field Authorization, as at a token endpoint. */
  token?: string
  headers?: Readonly<Record<string, string>> | Headers
  body?: string | Uint8Array<ArrayBuffer> | URLSearchParams
  signal?: AbortSignal
}

/** A client with a key of its own, which proves with each request that it holds it: RFC 9449. */
export interface DpopClient {
  readonly algorithm: ProofAlgorithm
  /** The public key, as it stands in the header of each proof. */
  readonly jwk: JWK
  /** The SHA-256 thumbprint of the public key (RFC 7638): the `jkt` of a token that is bound to this client. */
  readonly thumbprint: string
  readonly privateKey: KeyObject

  /** A signed proof, good by RFC 9449 §4.2 unless the options say otherwise. Each has another `jti`. */
  proof(options: ProofOptions): string
  /** What `proof()` would sign: change it and hand it to `signRaw()`. */
  draft(options: ProofOptions): ProofDraft
  /** The token and a fresh proof, as the fields of one request. */
  headers(options: ProofOptions & { token: string }): DpopHeaders
  /**
   * Makes one request with a fresh proof, and a second one if the server answers that it wants a nonce. Remembers, for
   * each origin, the nonce that came last. Redirects are not followed: a proof is for one URL.
   */
  fetch(url: string | URL, options?: DpopFetchOptions): Promise<Response>
}

/**
 * Makes a DPoP client. Its key is generated when it is first needed, and no other client has it.
 *
 * @example
 * const client = dpopClient()
 * const token = await server.mint({ boundTo: client })
 * const headers = client.headers({ method: 'GET', url: 'https://api.example/accounts', token })
 */
export function dpopClient(options: DpopClientOptions = {}): DpopClient {
  const { algorithm = 'ES256', now = Date.now } = options
  return dpopClientWith(() => generateKeyPair(algorithm), algorithm, now)
}

/** A client with a key that need not fit its algorithm. */
export function dpopClientWith(
  generate: () => KeyPair,
  algorithm: ProofAlgorithm,
  now: () => number = Date.now,
): DpopClient {
  return new Client(generate, algorithm, now)
}

class Client implements DpopClient {
  readonly algorithm: ProofAlgorithm
  readonly now: () => number
  readonly #generate: () => KeyPair
  readonly #nonces = new Map<string, string>()
  #key: ClientKey | undefined

  constructor(generate: () => KeyPair, algorithm: ProofAlgorithm, now: () => number) {
    this.#generate = generate
    this.algorithm = algorithm
    this.now = now
  }

  /** RSA keys take about a tenth of a second: a client that is not used costs nothing. */
  get key(): ClientKey {
    this.#key ??= clientKey(this.#generate())
    return this.#key
  }

  get jwk(): JWK {
    return this.key.jwk
  }

  get thumbprint(): string {
    return this.key.thumbprint
  }

  get privateKey(): KeyObject {
    return this.key.privateKey
  }

  proof(options: ProofOptions): string {
    return signRaw(this.draft(options))
  }

  draft(options: ProofOptions): ProofDraft {
    return draftProof(this, options)
  }

  headers(options: ProofOptions & { token: string }): DpopHeaders {
    return { authorization: `DPoP ${options.token}`, dpop: this.proof(options) }
  }

  async fetch(url: string | URL, options: DpopFetchOptions = {}): Promise<Response> {
    const first = await this.#send(url, options)
    if (!(await demandsNonce(first))) return first
    await first.body?.cancel()
    return this.#send(url, options)
  }

  async #send(url: string | URL, { token, ...init }: DpopFetchOptions): Promise<Response> {
    const { origin } = new URL(url)
    const { method } = new Request(url, { method: init.method ?? 'GET' }) // fetch writes `get` as `GET`
    const headers = new Headers(init.headers)
    headers.set('dpop', this.proof({ method, url, token, nonce: this.#nonces.get(origin) }))
    if (token !== undefined) headers.set('authorization', `DPoP ${token}`)
    const response = await fetch(url, { ...init, method, headers, redirect: 'manual' })
    const nonce = response.headers.get('dpop-nonce')
    if (nonce !== null) this.#nonces.set(origin, nonce)
    return response
  }
}
