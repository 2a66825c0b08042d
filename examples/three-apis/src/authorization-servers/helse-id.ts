import { randomBytes } from 'node:crypto'
import { decodeJwt, type JWK } from 'jose'
import type {
  AccessToken,
  ClientCredentials,
  Configuration,
  JWTStructured,
  KoaContextWithOIDC,
} from 'oidc-provider'
import { openPort } from '../open-port.js'
import type { AuthorizationServer } from './authorization-server.js'
import { newSigningKey } from './signing-key.js'
import { withoutNotices } from './without-notices.js'

/** A client of HelseID. */
export interface HelseIdClient {
  readonly id: string
  readonly publicJwk: JWK
  /** The number of its organisation. One of many tenants has none: it says for each token whom it acts for. */
  readonly organisation?: string
}

/**
 * Speaks like HelseID, by oidc-provider: client credentials with a client assertion (private_key_jwt), tokens that are bound to a key
 * (DPoP, with a nonce for the token endpoint), scopes as a list that name their audience, and organisation numbers.
 *
 * @param scopes - `<audience>/<name>`
 */
export async function startHelseId(
  clients: readonly HelseIdClient[],
  scopes: readonly string[],
): Promise<AuthorizationServer> {
  const port = await openPort()
  const { origin: issuer } = port
  const { jwk } = await newSigningKey()
  const provider = await withoutNotices(async () => {
    const { Provider } = await import('oidc-provider')
    return new Provider(issuer, { ...configure(clients, scopes), jwks: { keys: [jwk] } })
  })
  provider.on('server_error', (_context, error) => console.error(error))
  port.serve(provider.callback())
  return { ...port, issuer }
}

function configure(clients: readonly HelseIdClient[], scopes: readonly string[]): Configuration {
  return {
    clients: clients.map(({ id, publicJwk }) => ({
      client_id: id,
      jwks: { keys: [publicJwk] },
      token_endpoint_auth_method: 'private_key_jwt',
      dpop_bound_access_tokens: true,
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
    })),
    scopes: [...scopes],
    ttl: { ClientCredentials: 600 },
    clientAuthMethods: ['private_key_jwt'],
    routes: { jwks: '/.well-known/openid-configuration/jwks', token: '/connect/token' },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      dPoP: { enabled: true, nonceSecret: randomBytes(32), requireNonce: () => true },
      resourceIndicators: {
        enabled: true,
        defaultResource: ({ oidc }) => audienceOf(oidc.params?.['scope']),
        getResourceServerInfo: (_context, audience) => ({
          audience,
          scope: scopes.filter((scope) => audienceOf(scope) === audience).join(' '),
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: 'RS256' } },
        }),
      },
    },
    formats: { customizers: { jwt: (...given) => speakItsDialect(clients, ...given) } },
  }
}

/** A scope begins with the name of the API that it is for. */
function audienceOf(scope: unknown): string {
  return String(scope).replace(/\/[^/]*$/, '')
}

interface Assertion {
  readonly assertion_details?: {
    readonly practitioner_role: { readonly organization: { readonly identifier: { readonly value: string } } }
  }
}

function speakItsDialect(
  clients: readonly HelseIdClient[],
  { oidc }: KoaContextWithOIDC,
  token: AccessToken | ClientCredentials,
  { payload }: JWTStructured,
): void {
  const asked = decodeJwt<Assertion>(String(oidc.params?.['client_assertion']))
  const named = asked.assertion_details?.practitioner_role.organization.identifier.value
  const own = clients.find(({ id }) => id === token.clientId)?.organisation
  const [, , parent = own, child] = named?.split(':') ?? []
  const claims = 'helseid://claims/client/claims'
  delete payload['sub']
  Object.assign(payload, {
    nbf: payload['iat'],
    scope: String(payload['scope']).split(' '),
    client_amr: 'private_key_jwt',
    [`${claims}/client_tenancy`]: own ? 'single-tenant' : 'multi-tenant',
    ...(parent && { [`${claims}/orgnr_parent`]: parent }),
    ...(child && { [`${claims}/orgnr_child`]: child }),
  })
}
