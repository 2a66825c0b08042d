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
  const secret = randomBytes(16).toString('hex')
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

export interface Client {
  /** Asks for an access token by the client credentials grant. */
  token(resource: string, scope: string): Promise<string>
  /** Calls an API, with a token or without one. A refusal is an answer, too. */
  call(method: string, url: string, token: string | undefined): Promise<Response>
}

export async function connect(issuer: string, { registration, authentication }: Identity): Promise<Client> {
  // Plain http is for loopback alone.
  const options = { execute: [openid.allowInsecureRequests] }
  const { client_id: id } = registration
  const configuration = await openid.discovery(new URL(issuer), id, undefined, authentication, options)
  return {
    async token(resource, scope) {
      const answer = await openid.clientCredentialsGrant(configuration, { resource, scope })
      return answer.access_token
    },
    async call(method, url, token) {
      if (token === undefined) return fetch(url, { method })
      try {
        return await openid.fetchProtectedResource(configuration, token, new URL(url), method)
      } catch (error) {
        if (error instanceof openid.WWWAuthenticateChallengeError) return error.response
        throw error
      }
    },
  }
}
