import {
  auth,
  ClientCredentialsProvider,
  checkResourceAllowed,
  DpopSession,
  discoverOAuthProtectedResourceMetadata,
  discoverOAuthServerInfo,
  extractWWWAuthenticateParams,
  withOAuth,
} from '@modelcontextprotocol/client'
import { type DpopOptions, jwtIssuer, protectedResource, rotatingNonce, scope } from '@portcullis/core'
import { expressProtection } from '@portcullis/express'
import express from 'express'
import * as oauth from 'oauth4webapi'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openPort } from '../../examples/three-apis/src/open-port.js'
import { servers } from '../contract/servers/index.js'
import { identityOf } from './identities.js'
import { startAuthorizationServer } from './jwt-provider.js'
import { type ReachableServers, startReachableServers } from './reachable-servers.js'

const insecure = { [oauth.allowInsecureRequests]: true }
const credentials = { clientId: 'robot', clientSecret: 'a secret of 26 characters.' }
let authorizationServer: Awaited<ReturnType<typeof startAuthorizationServer>>

beforeAll(async () => {
  const { registration } = identityOf(credentials.clientId, credentials.clientSecret)
  authorizationServer = await startAuthorizationServer({ clients: [registration] })
}, 20_000)
afterAll(() => authorizationServer.close())

const modes: readonly (readonly [name: string, dpop: DpopOptions | undefined, told: object])[] = [
  ['bearer tokens', undefined, { bearer_methods_supported: ['header'] }],
  [
    'DPoP',
    { required: true, algorithms: ['ES256'] },
    {
      bearer_methods_supported: [],
      dpop_bound_access_tokens_required: true,
      dpop_signing_alg_values_supported: ['ES256'],
    },
  ],
]

describe.each(modes)('a client that knows a resource for %s', (_, dpop, told) => {
  let apis: ReachableServers
  beforeAll(async () => {
    const issuers = [jwtIssuer({ issuer: authorizationServer.issuer })]
    apis = await startReachableServers({ issuers, publishMetadata: true, ...(dpop && { dpop: () => dpop }) })
  })
  afterAll(() => apis.close())

  describe.each(servers.map(([name]) => name))('on %s', (name) => {
    const at = (path = '') => new URL(path, apis.urls.get(name))
    const document = () => ({
      resource: apis.urls.get(name),
      authorization_servers: [authorizationServer.issuer],
      scopes_supported: ['accounts:read', 'accounts:write'],
      ...told,
    })

    test('discovers its metadata with oauth4webapi, which validates it (PRM-02, PRM-03, PRM-06)', async () => {
      const response = await oauth.resourceDiscoveryRequest(at(), insecure)
      expect(await oauth.processResourceDiscoveryResponse(at(), response)).toEqual(document())
    })

    test('is told by oauth4webapi that it is not the metadata of another resource (PRM-10)', async () => {
      const response = await oauth.resourceDiscoveryRequest(at(), insecure)
      await expect(oauth.processResourceDiscoveryResponse(at('/other'), response)).rejects.toThrow(
        /"resource" property/,
      )
      const elsewhere = await oauth.resourceDiscoveryRequest(at('/other'), insecure)
      expect(elsewhere.status).toBe(404)
      await elsewhere.body?.cancel()
    })

    test('finds it, and the authorization server, from a 401 with the MCP SDK (PRM-08, PRM-10)', async () => {
      const refused = await fetch(at('/any'))
      const { resourceMetadataUrl } = extractWWWAuthenticateParams(refused)
      expect([refused.status, resourceMetadataUrl?.href]).toEqual([
        401,
        at('/.well-known/oauth-protected-resource').href,
      ])
      const options = resourceMetadataUrl && { resourceMetadataUrl }
      expect(await discoverOAuthProtectedResourceMetadata(at('/any'), options)).toEqual(document())
      const found = await discoverOAuthServerInfo(at('/any'), options)
      expect(found).toMatchObject({
        authorizationServerUrl: authorizationServer.issuer,
        authorizationServerMetadata: {
          issuer: authorizationServer.issuer,
          token_endpoint: `${authorizationServer.issuer}/token`,
        },
        resourceMetadata: document(),
      })
      const configuredResource = found.resourceMetadata?.resource ?? ''
      expect(checkResourceAllowed({ requestedResource: at('/any'), configuredResource })).toBe(true)
    })

    test('finds it with the MCP SDK, too, where nothing but its URL is known (PRM-02)', async () => {
      expect(await discoverOAuthProtectedResourceMetadata(at('/any'))).toEqual(document())
    })
  })
})

/** An API whose scopes the authorization server knows. */
async function startApi(dpop: DpopOptions | undefined, issuer: string) {
  const { origin, serve, close } = await openPort()
  const api = protectedResource({
    resource: `${origin}/mcp`,
    publicUrls: [origin],
    scopes: ['read', 'write'],
    issuers: [jwtIssuer({ issuer })],
    publishMetadata: { name: 'Tools' },
    onEvent: () => undefined,
    ...(dpop && { dpop }),
  })
  const { metadata, requires, principal } = expressProtection(api)
  const app = express()
  app.use(metadata)
  app.get('/mcp/tools', requires(scope('read')), (request, response) => {
    const { clientId, scheme, audience, scopes } = principal(request)
    response.json({ clientId, scheme, audience, scopes: [...scopes] })
  })
  serve(app)
  return { resource: api.resource, url: `${origin}/mcp/tools`, close }
}

const secrets = ['a secret of one API, for its nonces']

describe.each<[name: string, dpop: DpopOptions | undefined]>([
  ['bearer tokens', undefined],
  ['DPoP', { required: true }],
  ['DPoP with nonces', { required: true, nonce: rotatingNonce({ secrets }) }],
])('a client of the MCP SDK that knows nothing but the URL of an API, with %s,', (_, dpop) => {
  let api: Awaited<ReturnType<typeof startApi>>
  beforeAll(async () => {
    api = await startApi(dpop, authorizationServer.issuer)
  })
  afterAll(() => api.close())

  async function newProvider() {
    const { issuer: expectedIssuer } = authorizationServer
    const provider = new ClientCredentialsProvider({
      ...credentials,
      expectedIssuer,
    })
    const session = await DpopSession.create()
    return dpop ? Object.assign(provider, { dpop: () => session }) : provider
  }

  test('is refused, gets a token for this resource and its scopes, and is let in (PRM-03, PRM-08, PRM-10)', async () => {
    const statuses: number[] = []
    const recorded: typeof fetch = async (...given) => {
      const response = await fetch(...given)
      if (response.url === api.url) statuses.push(response.status)
      return response
    }
    const response = await withOAuth(await newProvider(), api.url)(recorded)(api.url)
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({
      clientId: 'robot',
      scheme: dpop ? 'DPoP' : 'Bearer',
      audience: [api.resource],
      scopes: ['read', 'write'],
    })
    expect(statuses).toEqual(dpop?.nonce ? [401, 401, 200] : [401, 200])
  })

  test('does not find its authorization server without what the 401 tells (PRM-08)', async () => {
    await expect(auth(await newProvider(), { serverUrl: api.url })).rejects.toThrow(
      /different authorization server/,
    )
  })

  test('learns which scope is missing from a 403 (BEARER-20, PRM-08)', async () => {
    const provider = await newProvider()
    const { resourceMetadataUrl } = extractWWWAuthenticateParams(await fetch(api.url))
    const from = resourceMetadataUrl && { resourceMetadataUrl }
    expect(await auth(provider, { serverUrl: api.url, scope: 'write', ...from })).toBe('AUTHORIZED')
    const refused = await withOAuth(provider, api.url)(fetch)(api.url)
    expect(refused.status).toBe(403)
    expect(extractWWWAuthenticateParams(refused)).toMatchObject({
      error: 'insufficient_scope',
      scope: 'read',
      resourceMetadataUrl: new URL('/.well-known/oauth-protected-resource/mcp', api.url),
    })
  })
})
