import { exportJWK, generateKeyPair, type JWK } from 'jose'

/** Whom a glewlwyd knows, and for what. */
export interface GlewlwydSettings {
  /** The API that tokens are for: what clients name as `resource`. */
  readonly resource: string
  readonly scope: string
  readonly clients: readonly GlewlwydClient[]
}

/** A client that gets tokens for itself, and may ask about those of others. Glewlwyd decodes neither id nor secret (RFC 6749 §2.3.1): let them be letters and digits. */
type GlewlwydClient =
  | { readonly id: string; readonly secret: string }
  | { readonly id: string; readonly publicJwk: JWK }

type Post = (path: string, body: object) => Promise<void>

/** Sets up a fresh glewlwyd as its administrator. @returns the issuer */
export async function configureGlewlwyd(api: string, settings: GlewlwydSettings): Promise<string> {
  const { scope, clients } = settings
  const post = await logIn(api)
  const issuer = `${api}/oidc`
  const described = { name: scope, display_name: scope, description: scope }
  await post('/scope/', { ...described, password_required: false, scheme: {} })
  await post('/mod/plugin/', await openidPlugin(issuer, settings))
  for (const client of clients) await post('/client/', registration(client, scope))
  return issuer
}

/** With the password that every glewlwyd begins with. */
async function logIn(api: string): Promise<Post> {
  const headers = { 'content-type': 'application/json' }
  const body = JSON.stringify({ username: 'admin', password: 'password' })
  const login = await fetch(`${api}/auth/`, { method: 'POST', headers, body })
  const cookies = login.headers.getSetCookie().map((cookie) => cookie.split(';')[0])
  const withCookies = { ...headers, cookie: cookies.join('; ') }
  return async (path, given) => {
    const init = { method: 'POST', headers: withCookies, body: JSON.stringify(given) }
    const response = await fetch(api + path, init)
    if (!response.ok) throw new Error(`glewlwyd, ${path}: ${response.status} ${await response.text()}`)
  }
}

async function openidPlugin(issuer: string, { resource, scope }: GlewlwydSettings) {
  return {
    module: 'oidc',
    name: 'oidc',
    display_name: 'oidc',
    order_rank: 0,
    readonly: false,
    enabled: true,
    parameters: {
      iss: issuer,
      'jwks-private': JSON.stringify({ keys: [await signingKey('as-1'), await signingKey('as-2')] }),
      'default-kid': 'as-1',
      'jwks-show': true,
      'resource-scope': { [scope]: [resource] },
      // Without it, who asks by client_secret_basic is told of its own tokens only.
      'introspection-revocation-auth-scope': [scope],
      ...flows,
      ...tokens,
      ...clientAuthentication,
    },
  }
}

/** It takes part only in the client credentials grant here. */
const flows = {
  'allow-non-oidc': true,
  'auth-type-client-enabled': true,
  'auth-type-code-enabled': false,
  'auth-type-refresh-enabled': false,
  'auth-type-token-enabled': false,
  'auth-type-implicit-enabled': false,
  'auth-type-password-enabled': false,
  'auth-type-device-enabled': false,
}

const tokens = {
  'jwt-type': 'ecdsa',
  'jwt-key-size': '256',
  'access-token-duration': 300,
  'refresh-token-duration': 300,
  'code-duration': 60,
  'refresh-token-rolling': true,
  'subject-type': 'public',
  'pkce-allowed': true,
  scope: [],
  'oauth-dpop-allowed': true,
  'oauth-dpop-iat-duration': 300,
  // Its clock ticks a few milliseconds late: without this, it takes the proofs of each new second for some of the future.
  'oauth-dpop-iat-gap-duration': 5,
  'oauth-dpop-dpop_bound_access_tokens-property': 'dpop_bound_access_tokens',
  'resource-allowed': true,
  'resource-change-allowed': true,
  'resource-client-property': 'resource',
  'resource-scope-and-client-property': false,
}

const clientAuthentication = {
  'client-jwks-parameter': 'jwks',
  'client-jwks_uri-parameter': 'jwks_uri',
  'client-pubkey-parameter': 'pubkey',
  'client-sign_kid-parameter': 'sign_kid',
  'request-parameter-allow': true,
  'request-parameter-ietf-strict': false,
  'request-maximum-exp': 3600,
  'introspection-revocation-allowed': true,
  'introspection-revocation-allow-target-client': true,
}

async function signingKey(kid: string): Promise<JWK> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  return { ...(await exportJWK(privateKey)), kid, alg: 'ES256', use: 'sig' }
}

function registration(client: GlewlwydClient, scope: string) {
  const common = {
    client_id: client.id,
    name: client.id,
    confidential: true,
    enabled: true,
    scope: [scope],
    authorization_type: ['client_credentials'],
    redirect_uri: ['http://127.0.0.1/unused'],
  }
  if ('publicJwk' in client) {
    const jwks = { keys: [client.publicJwk] }
    return { ...common, jwks, token_endpoint_auth_method: ['private_key_jwt'] }
  }
  const { secret } = client
  return {
    ...common,
    client_secret: secret,
    password: secret,
    token_endpoint_auth_method: ['client_secret_basic'],
  }
}
