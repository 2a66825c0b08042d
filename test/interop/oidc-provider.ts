import { generateKeyPairSync, randomUUID } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { JWK } from 'jose'
import { withoutNotices } from '../../examples/three-apis/src/authorization-servers/without-notices.js'
import { type Listener, openPort } from '../../examples/three-apis/src/open-port.js'
import type { Identity } from './identities.js'

/** How a client or an API is registered: the words of RFC 7591. */
export type Registration = Identity['registration']

/** A service that gets tokens for itself, by the client credentials grant. */
export interface Caller {
  readonly registration: Registration
  /** What its tokens are like. */
  readonly format: 'opaque' | 'jwt'
  readonly lifetimeSeconds: number
}

export interface OidcProviderSettings {
  readonly scopes: readonly string[]
  readonly callers: readonly Caller[]
  /** Those who may ask about tokens, whoever these belong to. */
  readonly apis: readonly Registration[]
  /** The first one signs. */
  readonly keys: readonly JWK[]
  /** Whether it signs its answers about tokens when that is asked for: RFC 9701. */
  readonly signsAnswers: boolean
}

/** A request to the introspection endpoint. */
interface Question {
  readonly method: string | undefined
  readonly path: string | undefined
  readonly headers: IncomingHttpHeaders
}

export interface OidcProvider {
  readonly issuer: string
  /** Every one, the last at the end. */
  readonly questions: readonly Question[]
  /** Starts it anew at the same URL, with other keys. It forgets the opaque tokens that it gave out. */
  restart(keys: readonly JWK[]): Promise<void>
  close(): Promise<void>
}

/** The field in which a proxy in front of it hands on the certificate of a client, encoded for URLs. */
export const certificateField = 'x-ssl-client-cert'

export async function startOidcProvider(settings: OidcProviderSettings): Promise<OidcProvider> {
  const { origin: issuer, serve, close } = await openPort()
  const questions: Question[] = []
  let answer = await startAt(issuer, settings)
  serve((request, response) => {
    const { method, url: path, headers } = request
    if (path?.startsWith('/token/introspection')) questions.push({ method, path, headers })
    return answer(request, response)
  })
  return {
    issuer,
    questions,
    async restart(keys) {
      answer = await startAt(issuer, { ...settings, keys })
    },
    close,
  }
}

/** A key to sign with, both halves. */
export function newSigningKey(): JWK {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return { ...(privateKey.export({ format: 'jwk' }) as JWK), kid: randomUUID(), alg: 'ES256', use: 'sig' }
}

async function startAt(issuer: string, settings: OidcProviderSettings): Promise<Listener> {
  return withoutNotices(async () => {
    const { Provider } = await import('oidc-provider')
    const provider = new Provider(issuer, configure(settings))
    provider.on('server_error', (_context, error) => console.error(error))
    return provider.callback()
  })
}

interface ClientOfProvider {
  readonly clientId: string
}

function configure({ scopes, callers, apis, keys, signsAnswers }: OidcProviderSettings): object {
  const callerOf = ({ clientId }: ClientOfProvider) =>
    callers.find(({ registration }) => registration.client_id === clientId)
  return {
    clients: [...callers.map(({ registration }) => registration), ...apis],
    scopes,
    ttl: {
      ClientCredentials: (_context: unknown, _token: unknown, client: ClientOfProvider) =>
        callerOf(client)?.lifetimeSeconds,
    },
    clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'private_key_jwt'],
    jwks: { keys },
    // There is no user here. The defaults name RS256, for which there is no key.
    clientDefaults: {
      grant_types: [],
      redirect_uris: [],
      response_types: [],
      id_token_signed_response_alg: 'ES256',
      authorization_signed_response_alg: 'ES256',
      introspection_signed_response_alg: 'ES256',
    },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      dPoP: { enabled: true },
      mTLS: { enabled: true, certificateBoundAccessTokens: true, getCertificate },
      introspection: {
        enabled: true,
        allowedPolicy: (_context: unknown, by: ClientOfProvider) => !callerOf(by),
      },
      jwtIntrospection: { enabled: signsAnswers },
      revocation: {
        enabled: true,
        allowedPolicy: (_context: unknown, by: ClientOfProvider, token: ClientOfProvider) =>
          by.clientId === token.clientId,
      },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => [],
        getResourceServerInfo: (_context: unknown, resource: string, client: ClientOfProvider) => ({
          scope: scopes.join(' '),
          audience: resource,
          accessTokenFormat: callerOf(client)?.format,
          jwt: { sign: { alg: 'ES256' } },
        }),
      },
    },
  }
}

function getCertificate(context: { get(field: string): string }): string | undefined {
  return decodeURIComponent(context.get(certificateField)) || undefined
}
