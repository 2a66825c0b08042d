import { generateKeyPairSync, randomUUID } from 'node:crypto'
import type { ClientMetadata, Configuration, Provider } from 'oidc-provider'
import { withoutNotices } from '../../examples/three-apis/src/authorization-servers/without-notices.js'
import { openPort } from '../../examples/three-apis/src/open-port.js'

export type SigningAlgorithm = 'ES256' | 'RS256' | 'EdDSA'

export interface AuthorizationServerOptions {
  /** Whom it knows. Each gets tokens for itself, by the client credentials grant. */
  readonly clients: readonly ClientMetadata[]
  /** How long the tokens of a client live, by its id. In seconds; default 300. */
  readonly lifetimes?: Readonly<Record<string, number>>
  /** Signs the tokens. Default ES256. */
  readonly algorithm?: SigningAlgorithm
}

export interface AuthorizationServer {
  readonly issuer: string
  close(): Promise<void>
}

/** Starts oidc-provider on a free port, with a signing key of its own. */
export async function startAuthorizationServer(
  options: AuthorizationServerOptions,
): Promise<AuthorizationServer> {
  const { origin: issuer, serve, close } = await openPort()
  const provider: Provider = await withoutNotices(async () => {
    const { Provider } = await import('oidc-provider')
    return new Provider(issuer, configure(options))
  })
  provider.on('server_error', (_context, error) => console.error(error))
  serve(provider.callback())
  return { issuer, close }
}

function configure(options: AuthorizationServerOptions): Configuration {
  const { clients, lifetimes = {}, algorithm = 'ES256' } = options
  return {
    clients: [...clients],
    scopes: ['read', 'write'],
    ttl: { ClientCredentials: (_context, _token, { clientId }) => lifetimes[clientId] ?? 300 },
    clientAuthMethods: ['client_secret_basic', 'private_key_jwt'],
    jwks: { keys: [signingKey(algorithm)] },
    // There is no user here, and no ID token. The defaults name RS256, for which there may be no key.
    clientDefaults: { id_token_signed_response_alg: algorithm, authorization_signed_response_alg: algorithm },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      dPoP: { enabled: true },
      // RFC 8707: the client says which API it wants a token for, and the token names that API as its audience.
      resourceIndicators: {
        enabled: true,
        defaultResource: () => [],
        getResourceServerInfo: (_context, resource) => ({
          scope: 'read write',
          audience: resource,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: algorithm } },
        }),
      },
    },
  }
}

const newKeys = {
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  RS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
  EdDSA: () => generateKeyPairSync('ed25519'),
}

function signingKey(algorithm: SigningAlgorithm) {
  const { privateKey } = newKeys[algorithm]()
  return { ...privateKey.export({ format: 'jwk' }), kid: randomUUID(), alg: algorithm, use: 'sig' }
}
