import { randomBytes } from 'node:crypto'
import type { ClientMetadata } from 'oidc-provider'
import * as openid from 'openid-client'

/** A service that calls APIs: how the authorization server knows it, and how it proves who it is. */
export interface Identity {
  readonly registration: ClientMetadata
  readonly authentication: openid.ClientAuth
}

/** It gets tokens for itself: no user, no redirects. */
const forItself: Partial<ClientMetadata> = {
  grant_types: ['client_credentials'],
  redirect_uris: [],
  response_types: [],
}

/** Shares a secret with the authorization server: client_secret_basic. */
export function withSecret(id: string): Identity {
  return identityOf(id, randomBytes(16).toString('hex'))
}

/** A service whose secret is known. */
export function identityOf(id: string, secret: string): Identity {
  return {
    registration: {
      ...forItself,
      client_id: id,
      client_secret: secret,
      token_endpoint_auth_method: 'client_secret_basic',
    },
    authentication: openid.ClientSecretBasic(secret),
  }
}

/** Signs with a key that the authorization server knows the public half of: private_key_jwt, RFC 7523. */
export async function withPrivateKey(id: string): Promise<Identity> {
  const parameters = { name: 'ECDSA', namedCurve: 'P-256' }
  const { publicKey, privateKey } = await crypto.subtle.generateKey(parameters, false, ['sign', 'verify'])
  const jwk = { ...(await crypto.subtle.exportKey('jwk', publicKey)), alg: 'ES256' }
  return {
    registration: {
      ...forItself,
      client_id: id,
      jwks: { keys: [jwk] },
      token_endpoint_auth_method: 'private_key_jwt',
    },
    authentication: openid.PrivateKeyJwt(privateKey),
  }
}

/** An access token, and who got it. */
export interface Token {
  readonly value: string
  /** The token is bound to the key of this client: each call with it carries a proof (DPoP, RFC 9449). */
  readonly bound: boolean
  readonly client: Client
}

/** A call as it went over the wire: whoever sees it can send it once more. */
type Sent = readonly [url: string, request: RequestInit]

export interface Client {
  /** Asks for an access token by the client credentials grant. */
  token(resource: string, scope: string, bound: boolean): Promise<Token>
  /** Calls an API, with a token or without one. A refusal is an answer, too. */
  call(method: string, url: string, token: Token | undefined): Promise<Response>
  /** Every call of this client, the last one at the end. */
  readonly sent: readonly Sent[]
}

export async function connect(issuer: string, { registration, authentication }: Identity): Promise<Client> {
  // Plain http is for loopback alone.
  const options = { execute: [openid.allowInsecureRequests] }
  const { client_id: id } = registration
  const configuration = await openid.discovery(new URL(issuer), id, undefined, authentication, options)
  const sent: Sent[] = []
  configuration[openid.customFetch] = (url, request) => {
    sent.push([url, request as RequestInit])
    return fetch(url, request as RequestInit)
  }
  // Makes the proofs, and repeats a call that was refused for want of a nonce.
  const DPoP = openid.getDPoPHandle(configuration, await openid.randomDPoPKeyPair('ES256'))
  const client: Client = {
    sent,
    async token(resource, scope, bound) {
      const request = { resource, scope }
      const answer = await openid.clientCredentialsGrant(configuration, request, bound ? { DPoP } : {})
      return { value: answer.access_token, bound, client }
    },
    async call(method, url, token) {
      if (token === undefined) return fetch(url, { method })
      const key = token.bound ? { DPoP } : {}
      return refusalAsAnswer(
        openid.fetchProtectedResource(
          configuration,
          token.value,
          new URL(url),
          method,
          undefined,
          undefined,
          key,
        ),
      )
    },
  }
  return client
}

async function refusalAsAnswer(call: Promise<Response>): Promise<Response> {
  try {
    return await call
  } catch (error) {
    if (error instanceof openid.WWWAuthenticateChallengeError) return error.response
    throw error
  }
}
