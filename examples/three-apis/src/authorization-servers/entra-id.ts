import { randomBytes, randomUUID } from 'node:crypto'
import { openPort } from '../open-port.js'
import type { AuthorizationServer } from './authorization-server.js'
import { checkGrantType, type Endpoint, endpoints, OAuthError } from './endpoints.js'
import { newSigningKey, now, type SigningKey } from './signing-key.js'

/** An application that is registered in a tenant. */
export interface EntraIdApplication {
  readonly tenant: string
  readonly id: string
  readonly secret: string
  /** The roles that an administrator granted it, by the id of the API; there are tokens without any, too. */
  readonly roles: Readonly<Record<string, readonly string[]>>
}

const seconds = 3599

/**
 * Speaks like Entra ID, version 2: client credentials with a secret for `api://<API>/.default`, an issuer for each tenant, keys without
 * `alg` that name the issuers they are for, and roles instead of scopes.
 *
 * @returns Its issuer is that of the first application's tenant.
 */
export async function startEntraId(
  applications: readonly EntraIdApplication[],
): Promise<AuthorizationServer> {
  const port = await openPort()
  const key = await newSigningKey()
  const tenants = [...new Set(applications.map(({ tenant }) => tenant))]
  const ofTenants = tenants.map((tenant) => {
    const members = applications.filter((application) => application.tenant === tenant)
    return endpointsOf(port.origin, tenant, members, key)
  })
  port.serve(endpoints(Object.assign({}, ...ofTenants)))
  return { ...port, issuer: issuerOf(port.origin, tenants[0] ?? '') }
}

const issuerOf = (origin: string, tenant: string) => `${origin}/${tenant}/v2.0`

function endpointsOf(
  origin: string,
  tenant: string,
  applications: readonly EntraIdApplication[],
  key: SigningKey,
): Record<string, Endpoint> {
  const { alg: _, ...jwk } = key.publicJwk
  return {
    [`/${tenant}/v2.0/.well-known/openid-configuration`]: () => ({
      issuer: issuerOf(origin, tenant),
      token_endpoint: `${origin}/${tenant}/oauth2/v2.0/token`,
      jwks_uri: `${origin}/${tenant}/discovery/v2.0/keys`,
      token_endpoint_auth_methods_supported: ['client_secret_post'],
      response_types_supported: [],
    }),
    [`/${tenant}/discovery/v2.0/keys`]: () => ({
      keys: [{ ...jwk, issuer: issuerOf(origin, '{tenantid}') }],
    }),
    [`/${tenant}/oauth2/v2.0/token`]: async (form) => {
      checkGrantType(form, 'client_credentials')
      const application = applications.find(
        ({ id, secret }) => id === form.get('client_id') && secret === form.get('client_secret'),
      )
      if (!application) throw new OAuthError('invalid_client')
      const [, api] = /^api:\/\/([^/]+)\/\.default$/.exec(form.get('scope') ?? '') ?? []
      if (!api) throw new OAuthError('invalid_scope')
      const claims = { iss: issuerOf(origin, tenant), ...claimsFor(application, api) }
      return {
        access_token: await key.sign({ typ: 'JWT' }, claims),
        token_type: 'Bearer',
        expires_in: seconds,
      }
    },
  }
}

function claimsFor({ id, tenant, roles }: EntraIdApplication, api: string) {
  // The service principal of the application: it is the subject, and no user is.
  const oid = id.replace(/^.{8}/, 'aaaaaaaa')
  const granted = roles[api]
  return {
    aud: api,
    iat: now(),
    nbf: now(),
    exp: now() + seconds,
    azp: id,
    azpacr: '1',
    idtyp: 'app',
    oid,
    sub: oid,
    tid: tenant,
    uti: randomBytes(16).toString('base64url'),
    rh: randomUUID(),
    ver: '2.0',
    ...(granted && { roles: granted }),
  }
}
