import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { boundRequest, clientAt, requestOf } from '../test-support/dpop.js'
import { parseChallenges } from '../test-support/parse-challenges.js'
import { reasonOf } from '../test-support/refusal.js'
import { issuer, moment, requestWith, resource, signingKey, signToken } from '../test-support/tokens.js'
import { details } from './authorization/kinds/details.js'
import { scope } from './authorization/kinds/scope.js'
import type { DpopOptions } from './confirmation/dpop-options.js'
import { memoryReplayStore } from './confirmation/memory-replay-store.js'
import type { ProtectionEvent } from './events.js'
import type { ProtectedResourceOptions } from './options.js'
import type { Principal } from './principal.js'
import { protectedResource } from './protected-resource.js'
import type { ProtectedResource } from './protected-resource-types.js'
import type { ResourceRequest } from './request/resource-request.js'
import { introspectionIssuer } from './token/introspection-issuer.js'
import { jwtIssuer } from './token/jwt-issuer.js'

const key = await signingKey('ES256', 'k1')
const jwks = { keys: [key.jwk] }
const url = `${resource}/.well-known/oauth-protected-resource`
const onEvent = () => undefined

type Api = ProtectedResource<Principal, string>

function apiWith(options: Partial<ProtectedResourceOptions> = {}): Api {
  const issuers = [jwtIssuer({ issuer, jwks })]
  const now = () => moment * 1000
  return protectedResource({ resource, issuers, now, onEvent, publishMetadata: true, ...options })
}

async function challengesOf(api: Api, request: ResourceRequest) {
  const { headers = {} } = api.challenge(await reasonOf(api.authenticate(request, scope('admin')))) ?? {}
  return parseChallenges(headers['www-authenticate'] ?? '').map(
    ({ scheme, parameters }): Record<string, string> => ({ scheme, ...Object.fromEntries(parameters) }),
  )
}

describe('metadata', () => {
  test.each([{}, { publishMetadata: false }])(
    'is not published unless that is asked for: %j',
    async (options) => {
      const api = protectedResource({ resource, issuers: [jwtIssuer({ issuer, jwks })], onEvent, ...options })
      expect(api.metadata).toBeUndefined()
      expect(await challengesOf(api, requestWith())).toEqual([{ scheme: 'Bearer', realm: resource }])
    },
  )

  test('is what is configured, with what people are told (PRM-06, PRM-07)', () => {
    const { metadata } = apiWith({
      resource: `${resource}/accounts`,
      scopes: ['a', 'b'],
      authorizationDetailsTypes: ['account'],
      dpop: { required: true, algorithms: ['ES256'], replayStore: memoryReplayStore() },
      certificate: 'socket',
      publishMetadata: { name: { '': 'Accounts', nb: 'Kontoer' }, documentation: 'https://docs.example' },
    })
    expect(metadata).toMatchObject({
      url: `${url}/accounts`,
      path: '/.well-known/oauth-protected-resource/accounts',
      document: {
        resource: `${resource}/accounts`,
        authorization_servers: [issuer],
        scopes_supported: ['a', 'b'],
        bearer_methods_supported: [],
        tls_client_certificate_bound_access_tokens: true,
        authorization_details_types_supported: ['account'],
        dpop_signing_alg_values_supported: ['ES256'],
        dpop_bound_access_tokens_required: true,
        resource_name: 'Accounts',
        'resource_name#nb': 'Kontoer',
        resource_documentation: 'https://docs.example',
      },
    })
    expect(JSON.parse(metadata?.answer('GET').body ?? '')).toEqual(metadata?.document)
  })

  test('names an issuer once that has JWTs and is asked as well, and none that a resolver will find', () => {
    const document = (issuers: ProtectedResourceOptions['issuers']) => apiWith({ issuers }).metadata?.document
    const one = jwtIssuer({ issuer, jwks })
    const other = introspectionIssuer({ issuer, client: { id: 'api', secret: 's' } })
    const resolver = () => undefined
    expect(document([one, other])).toMatchObject({ authorization_servers: [issuer] })
    expect(document([one, resolver] as never)).toMatchObject({ authorization_servers: [issuer] })
    expect(document([resolver] as never)).not.toHaveProperty('authorization_servers')
  })

  test('tells what holds for the issuers that a resolver will find (PRM-07)', () => {
    const dpop = { algorithms: ['ES256'], replayStore: memoryReplayStore() } as const
    const resolver = () => undefined
    const { metadata } = apiWith({ issuers: [resolver] as never, dpop })
    expect(metadata?.document).toMatchObject({
      bearer_methods_supported: ['header'],
      dpop_signing_alg_values_supported: ['ES256'],
    })
  })

  test('has a URL and a resource that come from the configuration, whatever the request says (PRM-09)', async () => {
    const api = apiWith()
    const fields = {
      host: 'evil.example',
      'x-forwarded-host': 'evil.example',
      forwarded: 'host=evil.example',
    }
    const request = requestOf(fields, { target: 'https://evil.example/v1/x' })
    expect(await challengesOf(api, request)).toEqual([
      { scheme: 'Bearer', realm: resource, resource_metadata: url },
    ])
    expect(api.metadata?.document).toMatchObject({ resource })
  })

  test('stands in the challenges of every scheme, with an error and without (PRM-08)', async () => {
    const api = apiWith({ dpop: { replayStore: memoryReplayStore() } })
    const requests = [
      requestWith(),
      requestWith('Basic eDp5'),
      requestWith('Bearer'),
      requestWith('Bearer a.b.c'),
      requestWith('DPoP a'),
      requestWith(`Bearer ${await signToken(key)}`),
    ]
    for (const request of requests)
      expect(await challengesOf(api, request)).toMatchObject([
        { scheme: 'Bearer', resource_metadata: url },
        { scheme: 'DPoP', resource_metadata: url },
      ])
  })

  test('belongs to one resource: several in one process have theirs (PRM-10)', () => {
    const paths = ['', '/accounts', '/accounts/']
    const published = paths.map((path) => apiWith({ resource: `${resource}${path}` }).metadata)
    expect(published.map((one) => one?.url)).toEqual(paths.map((path) => `${url}${path}`))
    for (const [at, one] of published.entries()) {
      const theirs = paths.map((path) => one?.isAt(`/.well-known/oauth-protected-resource${path}`))
      expect(theirs).toEqual(paths.map((_, other) => other === at))
    }
  })

  test.each(['http://api.example', 'https://api.example/#a', 'urn:example:api'])(
    'is of no resource that is %s (PRM-01)',
    (wrong) => {
      expect(() => apiWith({ resource: wrong })).toThrow(/^protectedResource\.resource: /)
    },
  )

  test('of a resource with a query is published, and warned of once (PRM-01)', () => {
    const heard: ProtectionEvent[] = []
    const options = { resource: `${resource}/a?b=c`, onEvent: (event: ProtectionEvent) => heard.push(event) }
    expect(apiWith(options).metadata?.url).toBe(`${url}/a?b=c`)
    expect(heard.map((event) => ('code' in event ? event.code : event.type))).toEqual([
      'started',
      'resource_has_query',
    ])
  })
})

const algorithms = ['ES256', 'ES384', 'Ed25519', 'RS256'] as const
const clients = algorithms.map((algorithm) => clientAt(moment, algorithm))
const certificate = new TextEncoder().encode('a certificate in DER')
const x5t = createHash('sha256').update(certificate).digest('base64url')
const names = ['https://a.example', 'https://b.example', 'LoginRadius', 'urn:example:as']

/** One token of each issuer, bound to nothing, to a certificate, and to the key of each client. */
const tokens = await Promise.all(
  names.map(async (iss) => ({
    unbound: await signToken(key, { iss }),
    ofCertificate: await signToken(key, { iss, cnf: { 'x5t#S256': x5t } }),
    ofClients: await Promise.all(
      clients.map(({ thumbprint }) => signToken(key, { iss, cnf: { jkt: thumbprint } })),
    ),
  })),
)

const dpopOptions: fc.Arbitrary<DpopOptions | undefined> = fc.option(
  fc.record(
    { required: fc.boolean(), algorithms: fc.subarray([...algorithms], { minLength: 1 }) },
    { requiredKeys: [] },
  ),
  { nil: undefined },
)
const nameLists = fc.option(fc.subarray(['a', 'b']), { nil: undefined })
const configurations = fc.record({
  dpop: dpopOptions,
  issuers: fc
    .uniqueArray(fc.tuple(fc.nat({ max: names.length - 1 }), dpopOptions), {
      selector: ([at]) => at,
      minLength: 1,
    })
    .map((chosen) => chosen.toSorted(([one], [other]) => one - other)),
  scopes: nameLists,
  authorizationDetailsTypes: nameLists,
  certificate: fc.constantFrom('socket' as const, undefined),
})

test('what it says is what happens to requests (PRM-04, PRM-07)', async () => {
  await fc.assert(
    fc.asyncProperty(configurations, async ({ issuers, ...options }) => {
      const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
      const api = apiWith({
        ...given,
        issuers: issuers.map(([at, dpop]) =>
          jwtIssuer({ issuer: names[at] ?? '', jwks, ...(dpop && { dpop }) }),
        ),
      })
      const document = api.metadata?.document ?? {}
      const passes = (request: ResourceRequest) =>
        api.authenticate(request).then(
          () => true,
          () => false,
        )
      const anyPasses = async (requests: readonly ResourceRequest[]) =>
        (await Promise.all(requests.map(passes))).includes(true)
      const bearer = await anyPasses(tokens.map(({ unbound }) => requestWith(`Bearer ${unbound}`)))
      const underDpop = await Promise.all(
        clients.map((client, at) =>
          anyPasses(tokens.map(({ ofClients }) => boundRequest(client, ofClients[at] ?? ''))),
        ),
      )
      const mutual = await anyPasses(
        tokens.map(({ ofCertificate }) =>
          requestOf({ authorization: `Bearer ${ofCertificate}` }, { certificate }),
        ),
      )
      // A token that is bound to a certificate alone does not do where DPoP is required, either.
      const tls = document['tls_client_certificate_bound_access_tokens']
      expect(mutual).toBe(tls === true && bearer)
      expect(document['bearer_methods_supported']).toEqual(bearer ? ['header'] : [])
      expect(document['dpop_bound_access_tokens_required']).toBe(bearer ? undefined : true)
      const told = (document['dpop_signing_alg_values_supported'] ?? []) as string[]
      expect(algorithms.map((algorithm) => told.includes(algorithm))).toEqual(underDpop)
      const servers = issuers.map(([at]) => names[at] ?? '').filter((name) => name.startsWith('https:'))
      expect(document['authorization_servers']).toEqual(servers.length > 0 ? servers : undefined)
      const known = (make: (name: string) => unknown) =>
        ['a', 'b', 'c'].filter((name) => {
          try {
            return api.routePolicy([make(name)])
          } catch {
            return false
          }
        })
      const member = (list: readonly string[] | undefined) => (list && list.length > 0 ? list : undefined)
      const { scopes, authorizationDetailsTypes } = options
      expect(document['scopes_supported']).toEqual(member(scopes))
      expect(known((name) => scope(name))).toEqual(scopes ?? ['a', 'b', 'c'])
      expect(document['authorization_details_types_supported']).toEqual(member(authorizationDetailsTypes))
      expect(known((type) => details({ type }))).toEqual(authorizationDetailsTypes ?? ['a', 'b', 'c'])
    }),
    { numRuns: 50 },
  )
})
