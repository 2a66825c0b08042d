import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { openPort } from '../open-port.js'
import type { AuthorizationServer } from './authorization-server.js'
import { checkGrantType, endpoints, OAuthError } from './endpoints.js'
import { now } from './signing-key.js'

/** Who shares a secret with Boruta. An API may ask about tokens, and that alone. */
export interface BorutaApi {
  readonly id: string
  readonly secret: string
}

/** One that gets tokens. */
export interface BorutaClient extends BorutaApi {
  readonly scopes: readonly string[]
}

interface Grant {
  readonly client: BorutaClient
  readonly scope: string
  readonly iat: number
}

const seconds = 3600

/**
 * Speaks like Boruta: client credentials with a secret, opaque tokens, and introspection by forms, whose answers have eight members, no
 * audience, and null where nothing is known. Its metadata does not tell where to ask.
 */
export async function startBoruta(
  clients: readonly BorutaClient[],
  apis: readonly BorutaApi[],
): Promise<AuthorizationServer> {
  const port = await openPort()
  const { origin: issuer } = port
  const grants = new Map<string, Grant>()
  port.serve(
    endpoints({
      '/.well-known/openid-configuration': () => ({
        issuer,
        token_endpoint: `${issuer}/oauth/token`,
        revocation_endpoint: `${issuer}/oauth/revoke`,
        jwks_uri: `${issuer}/openid/jwks`,
        response_types_supported: [],
      }),
      '/oauth/token': (form, request) => {
        const client = authenticate(clients, form, request)
        checkGrantType(form, 'client_credentials')
        const scope = form.get('scope') ?? ''
        if (scope.split(' ').some((one) => !client.scopes.includes(one)))
          throw new OAuthError('invalid_scope')
        const token = newToken()
        grants.set(token, { client, scope, iat: now() })
        return { access_token: token, token_type: 'bearer', expires_in: seconds }
      },
      '/oauth/introspect': (form, request) => {
        authenticate(apis, form, request)
        const grant = grants.get(form.get('token') ?? '')
        return grant ? answerAbout(grant, issuer) : { active: false }
      },
      '/oauth/revoke': (form, request) => {
        const token = form.get('token') ?? ''
        if (grants.get(token)?.client === authenticate(clients, form, request)) grants.delete(token)
        return {}
      },
    }),
  )
  return { ...port, issuer }
}

/** By client_secret_basic or client_secret_post: RFC 6749 §2.3.1. */
function authenticate<Known extends BorutaApi>(
  known: readonly Known[],
  form: URLSearchParams,
  { headers: { authorization = '' } }: IncomingMessage,
): Known {
  const basic = Buffer.from(authorization.replace(/^Basic /, ''), 'base64')
    .toString()
    .split(':')
  const [id = '', secret = ''] = basic[0]
    ? basic.map((half) => decodeURIComponent(half))
    : [form.get('client_id'), form.get('client_secret')].map((half) => half ?? '')
  const found = known.find((one) => one.id === id && one.secret === secret)
  if (!found) throw new OAuthError('invalid_client')
  return found
}

/** 86 letters and digits. */
function newToken(): string {
  const random = randomBytes(128)
    .toString('base64')
    .replace(/[^A-Za-z0-9]/g, '')
  return random.slice(0, 86)
}

function answerAbout({ client, scope, iat }: Grant, iss: string): object {
  return {
    active: true,
    client_id: client.id,
    exp: iat + seconds,
    iat,
    iss,
    scope,
    sub: null,
    username: null,
  }
}
