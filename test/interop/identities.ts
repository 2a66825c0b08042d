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
