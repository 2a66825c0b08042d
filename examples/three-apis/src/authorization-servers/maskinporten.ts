import { randomUUID } from 'node:crypto'
import { decodeJwt, importJWK, type JWK, type JWTPayload, jwtVerify } from 'jose'
import { openPort } from '../open-port.js'
import type { AuthorizationServer } from './authorization-server.js'
import { checkGrantType, endpoints, OAuthError } from './endpoints.js'
import { newSigningKey, now } from './signing-key.js'

/** A client of Maskinporten. */
export interface MaskinportenClient {
  readonly id: string
  readonly publicJwk: JWK
  /** The number of the organisation that it belongs to. */
  readonly organisation: string
  readonly scopes: readonly string[]
  /** Those that gave this organisation the right to act for them: by delegation in Altinn, or as users of its system. */
  readonly actsFor: readonly string[]
}

/** What a client asks for: its assertion. */
interface Asked extends JWTPayload {
  readonly scope?: string
  readonly resource?: string
  readonly consumer_org?: string
  readonly authorization_details?: readonly { readonly systemuser_org: { readonly ID: string } }[]
}

const jwtBearer = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
/** Scopes that end in `.brief` have short tokens: the life of a token is a matter of its scope. */
const seconds = (scope: string) => (scope.endsWith('.brief') ? 1 : 599)

/**
 * Speaks like Maskinporten: the JWT-bearer grant (RFC 7523 §2.1), metadata by RFC 8414 alone, a slash at the end of the issuer, no audience
 * unless a resource is named, and organisations in `consumer` and `supplier`.
 */
export async function startMaskinporten(
  clients: readonly MaskinportenClient[],
): Promise<AuthorizationServer> {
  const port = await openPort()
  const issuer = `${port.origin}/`
  const key = await newSigningKey()
  const seen = new Set<string>()
  port.serve(
    endpoints({
      '/.well-known/oauth-authorization-server': () => ({
        issuer,
        token_endpoint: `${issuer}token`,
        jwks_uri: `${issuer}jwk`,
        grant_types_supported: [jwtBearer],
        response_types_supported: [],
      }),
      '/jwk': () => ({ keys: [key.publicJwk] }),
      '/token': async (form) => {
        checkGrantType(form, jwtBearer)
        const { client, asked } = await readAssertion(form.get('assertion') ?? '', issuer, clients, seen)
        const { scope = '' } = asked
        if (scope.split(' ').some((one) => !client.scopes.includes(one)))
          throw new OAuthError('invalid_scope')
        const expiresIn = seconds(scope)
        const claims = { ...claimsFor(client, asked), iss: issuer, iat: now(), exp: now() + expiresIn }
        return {
          access_token: await key.sign({}, claims),
          token_type: 'Bearer',
          expires_in: expiresIn,
          scope,
        }
      },
    }),
  )
  return { ...port, issuer }
}

async function readAssertion(
  assertion: string,
  issuer: string,
  clients: readonly MaskinportenClient[],
  seen: Set<string>,
): Promise<{ client: MaskinportenClient; asked: Asked }> {
  try {
    const client = clients.find(({ id }) => id === decodeJwt(assertion).iss)
    if (!client) throw new Error('no such client')
    const { payload: asked } = await jwtVerify<Asked>(assertion, await importJWK(client.publicJwk, 'ES256'), {
      algorithms: ['ES256'],
      audience: issuer,
      requiredClaims: ['exp', 'iat', 'jti', 'scope'],
      maxTokenAge: 120,
    })
    if (seen.has(`${asked.jti}`)) throw new Error('the assertion was used before')
    seen.add(`${asked.jti}`)
    return { client, asked }
  } catch {
    throw new OAuthError('invalid_grant')
  }
}

const organisation = (number: string) => ({ authority: 'iso6523-actorid-upis', ID: `0192:${number}` })

/** Delegated, `consumer` is the customer; with a system user, it is the vendor, and the customer stands in the details. */
function claimsFor(client: MaskinportenClient, asked: Asked): JWTPayload {
  const customer = asked.consumer_org
  const user = asked.authorization_details?.[0]?.systemuser_org.ID.replace('0192:', '')
  for (const one of [customer, user]) {
    if (one !== undefined && !client.actsFor.includes(one)) throw new OAuthError('invalid_grant')
  }
  return {
    client_id: client.id,
    client_amr: 'private_key_jwt',
    token_type: 'Bearer',
    scope: asked.scope,
    aud: asked.resource ?? 'unspecified',
    jti: randomUUID(),
    consumer: organisation(customer ?? client.organisation),
    ...(customer && {
      supplier: organisation(client.organisation),
      delegation_source: 'https://tt02.altinn.no/',
    }),
    ...(user && {
      authorization_details: [
        {
          type: 'urn:altinn:systemuser',
          systemuser_id: [randomUUID()],
          systemuser_org: organisation(user),
          system_id: `${client.organisation}_accounts`,
        },
      ],
    }),
  }
}
