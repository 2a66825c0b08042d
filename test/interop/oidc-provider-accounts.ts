import { generateKeyPairSync } from 'node:crypto'
import { type IntrospectionIssuerOptions, introspectionIssuer, type TrustedIssuer } from '@portcullis/core'
import * as oauth from 'oauth4webapi'
import { askSigned, connectClient, type OauthClient } from './oauth-client.js'
import {
  type Caller,
  certificateField,
  newSigningKey,
  type OidcProvider,
  type Registration,
  startOidcProvider,
} from './oidc-provider.js'

export const resource = 'https://api.example'
export const scope = 'accounts:read'

type IntrospectionClient = IntrospectionIssuerOptions['client']

/** How the API may authenticate where it asks about tokens. */
export type Method = 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt'

/** An oidc-provider, services that get tokens from it, and an API that asks it about them. */
export interface Accounts {
  readonly provider: OidcProvider
  readonly issuer: string
  /** Its tokens are opaque. */
  readonly opaque: OauthClient
  /** So are these, which live for half a minute. */
  readonly brief: OauthClient
  /** Its tokens are JWTs. */
  readonly structured: OauthClient
  /** Its tokens are bound to the certificate that this client brings. @param certificate - in PEM */
  certified(certificate: string): Promise<OauthClient>
  /** What it answers the API about a token when it is asked to sign: a JWT (RFC 9701 §5). */
  signedAnswer(token: string): Promise<string>
  /** What asks as the API. */
  introspection(options?: Partial<IntrospectionIssuerOptions> & { readonly method?: Method }): TrustedIssuer
}

/** Characters that need the encoding of RFC 6749, appendix B. */
const secret = 'a secret: 100% + some=more&such'

export async function startAccounts({ signsAnswers = true } = {}): Promise<Accounts> {
  const clients = apiClients()
  const provider = await startOidcProvider({
    scopes: [scope, 'accounts:write'],
    callers: [
      caller('opaque'),
      caller('brief', 30),
      { ...caller('structured', 7200), format: 'jwt' },
      certified,
    ],
    apis: Object.values(clients).map(({ registration }) => registration),
    keys: [newSigningKey()],
    signsAnswers,
  })
  const { issuer } = provider
  const bySecret = oauth.ClientSecretBasic(secret)
  const [opaque, brief, structured] = await Promise.all([
    connectClient(issuer, 'opaque', bySecret),
    connectClient(issuer, 'brief', bySecret),
    connectClient(issuer, 'structured', bySecret),
  ])
  return {
    provider,
    issuer,
    opaque,
    brief,
    structured,
    certified: (certificate) => connectClient(issuer, 'certified', withCertificate(bySecret, certificate)),
    async signedAnswer(token) {
      const { id } = clients.client_secret_post.client
      const asApi = oauth.ClientSecretPost(secret)
      return (await askSigned(opaque.server, id, asApi, token)).text()
    },
    introspection: ({ method = 'client_secret_basic', ...options } = {}) =>
      introspectionIssuer({ issuer, client: clients[method].client, ...options }),
  }
}

function caller(id: string, lifetimeSeconds = 300): Caller {
  const registration = { client_id: id, client_secret: secret, grant_types: ['client_credentials'] }
  return { registration, format: 'opaque', lifetimeSeconds }
}

const certified: Caller = {
  ...caller('certified'),
  registration: { ...caller('certified').registration, tls_client_certificate_bound_access_tokens: true },
}

function withCertificate(authentication: oauth.ClientAuth, certificate: string): oauth.ClientAuth {
  return (server, client, body, headers) => {
    headers.set(certificateField, encodeURIComponent(certificate))
    return authentication(server, client, body, headers)
  }
}

/** The API, registered once for each method. */
function apiClients(): Record<Method, { registration: Registration; client: IntrospectionClient }> {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'of the API', alg: 'ES256' }
  const shared = (id: string, method: 'client_secret_basic' | 'client_secret_post') => ({
    registration: { client_id: id, client_secret: secret, token_endpoint_auth_method: method },
    client: { id, secret, method },
  })
  const id = 'api with a key'
  return {
    client_secret_basic: shared('api: basic', 'client_secret_basic'),
    client_secret_post: shared('api: post', 'client_secret_post'),
    private_key_jwt: {
      registration: {
        client_id: id,
        jwks: { keys: [jwk] },
        token_endpoint_auth_method: 'private_key_jwt',
      },
      client: { id, privateKey, algorithm: 'ES256', kid: 'of the API' },
    },
  }
}
