import { randomUUID } from 'node:crypto'
import { present } from '../present.js'
import type { PrivateKey } from '../sign-raw.js'
import type { KeyAlgorithm, SigningKeys } from './signing-keys.js'

/** Every algorithm that a token can be minted with. `EdDSA` is the older name of `Ed25519` and uses the same key. */
export type TokenAlgorithm = KeyAlgorithm | 'EdDSA'

/** Whoever holds a private key, by the SHA-256 thumbprint of the public one (RFC 7638): a `DpopClient` is one. */
export interface KeyHolder {
  readonly thumbprint: string
}

/** How a token differs from the good one that `mint()` makes by default. */
export interface MintOptions {
  /** The claim `aud`. Default: the `audience` of the server. */
  audience?: string | readonly string[]
  /** The claim `scope`: names with a space between. Default: no such claim. */
  scope?: string
  /** The claim `client_id`, and `sub` too, as for a client that acts for itself. Default: `test-client`. */
  clientId?: string
  /** From `iat` to `exp`, in seconds. Default: 300. */
  expiresInSeconds?: number
  /** Binds the token to a key, with the claim `cnf` and its member `jkt` (RFC 9449 §6.1). Default: no such claim. */
  boundTo?: KeyHolder
  /** Which key signs. Default: `ES256`. */
  alg?: TokenAlgorithm
  /** Another private key, which must fit `alg`; `kid` remains that of the server's own key. */
  key?: PrivateKey
  /** Laid over the claims; a member that is `undefined` removes the claim. */
  claims?: Readonly<Record<string, unknown>>
  /** Laid over the header; a member that is `undefined` removes the parameter. */
  header?: Readonly<Record<string, unknown>>
}

/** A token that is not signed yet, in the form that `signRaw` takes. */
export interface TokenDraft {
  header: Record<string, unknown>
  payload: Record<string, unknown>
  alg: TokenAlgorithm
  key: PrivateKey
}

/** What a token says of the server that issues it. */
export interface TokenIssuer {
  readonly issuer: string
  readonly audience: string | undefined
  readonly keys: SigningKeys
  readonly now: () => number
}

/** A JWT access token with all that RFC 9068 §2 requires, and with the differences asked for. */
export function draftAccessToken(from: TokenIssuer, options: MintOptions): TokenDraft {
  const { alg = 'ES256', header } = options
  const { kid, privateKey } = from.keys[alg === 'EdDSA' ? 'Ed25519' : alg]
  return {
    header: present({ typ: 'at+jwt', alg, kid, ...header }),
    payload: accessTokenClaims(from, options),
    alg,
    key: options.key ?? privateKey,
  }
}

/** The claims of an access token, JWT or opaque. */
export function accessTokenClaims(from: TokenIssuer, options: MintOptions): Record<string, unknown> {
  return present({ ...standardClaims(from, options), ...options.claims })
}

function standardClaims(from: TokenIssuer, options: MintOptions): Record<string, unknown> {
  const {
    audience = from.audience,
    scope,
    clientId = 'test-client',
    expiresInSeconds = 300,
    boundTo,
  } = options
  if (audience === undefined && !Object.hasOwn(options.claims ?? {}, 'aud')) {
    throw new TypeError('audience is missing: give it to startAuthorizationServer() or to mint()')
  }
  const iat = Math.floor(from.now() / 1000)
  const exp = iat + expiresInSeconds
  return {
    iss: from.issuer,
    sub: clientId,
    client_id: clientId,
    aud: audience,
    iat,
    exp,
    jti: randomUUID(),
    scope,
    cnf: boundTo && { jkt: boundTo.thumbprint },
  }
}
