import { afterEach, expect, test } from 'vitest'
import {
  type AuthorizationServerOptions,
  startAuthorizationServer,
  type TestAuthorizationServer,
} from '../index.js'

const running: TestAuthorizationServer[] = []
afterEach(() => Promise.all(running.splice(0).map((server) => server.close())))

async function start(options?: AuthorizationServerOptions) {
  const server = await startAuthorizationServer(options)
  running.push(server)
  const get = (path: string) => fetch(new URL(path, server.issuer))
  return { server, get }
}

test.each([
  { path: undefined, trailingSlash: false, suffix: '', inserted: '' },
  { path: undefined, trailingSlash: true, suffix: '/', inserted: '' },
  { path: '/t1', trailingSlash: false, suffix: '/t1', inserted: '/t1' },
  { path: '/t1', trailingSlash: true, suffix: '/t1/', inserted: '/t1' },
] as const)('has metadata in both places when its issuer ends in "$suffix" (META-02)', async (row) => {
  const { server, get } = await start({
    ...(row.path && { path: row.path }),
    trailingSlash: row.trailingSlash,
  })
  expect(server.issuer).toMatch(new RegExp(`^http://127\\.0\\.0\\.1:\\d+${row.suffix}$`))
  const answers = await Promise.all([
    get(`/.well-known/oauth-authorization-server${row.inserted}`),
    get(`${row.inserted}/.well-known/openid-configuration`),
  ])
  const documents = await Promise.all(answers.map((answer) => answer.json()))
  expect(documents[0]).toMatchObject({ issuer: server.issuer, jwks_uri: server.jwksUri })
  expect(documents[1]).toEqual(documents[0])
})

test.each([
  ['oauth', 200, 404],
  ['openid', 404, 200],
] as const)('has metadata of the form %s alone when told so', async (metadata, oauth, openid) => {
  const { get } = await start({ metadata })
  expect((await get('/.well-known/oauth-authorization-server')).status).toBe(oauth)
  expect((await get('/.well-known/openid-configuration')).status).toBe(openid)
})

test('publishes one public key for each algorithm', async () => {
  const { server, get } = await start()
  const answer = await get('/jwks')
  expect(answer.headers.get('content-type')).toBe('application/json')
  expect(await answer.json()).toEqual(server.jwks)
  expect(server.jwks.keys.map(({ kid, alg, use }) => ({ kid, alg, use }))).toEqual(
    Object.values(server.keys).map(({ kid, alg }) => ({ kid, alg, use: 'sig' })),
  )
  for (const key of server.jwks.keys) expect(key).not.toHaveProperty('d')
})

test('publishes keys without alg when told so (RFC 7517 §4.4)', async () => {
  const { server } = await start({ publishAlg: false })
  for (const key of server.jwks.keys) expect(key).not.toHaveProperty('alg')
})

test('publishes whatever a test hands it, until the next rotation', async () => {
  const { server, get } = await start()
  const hostile = [...server.jwks.keys, { kty: 'oct', k: 'AA' }, null, 'key']
  server.publish(hostile)
  expect(await (await get('/jwks')).json()).toEqual({ keys: hostile })
  await server.rotate()
  expect(server.jwks.keys).toHaveLength(4)
})

test('names its introspection endpoint, and how to ask there (RFC 8414 §2, RFC 9701 §7)', async () => {
  const { server, get } = await start({ path: '/t1' })
  const { origin } = new URL(server.issuer)
  expect(server.introspectionEndpoint).toBe(`${origin}/introspect`)
  expect(await (await get('/t1/.well-known/openid-configuration')).json()).toMatchObject({
    introspection_endpoint: server.introspectionEndpoint,
    introspection_endpoint_auth_methods_supported: expect.arrayContaining(['private_key_jwt']),
    introspection_endpoint_auth_signing_alg_values_supported: expect.arrayContaining(['ES256']),
    introspection_signing_alg_values_supported: ['ES256'],
  })
})

test.each([
  [{ inMetadata: false }, []],
  [{ signed: false }, ['endpoint', 'endpoint_auth_methods', 'endpoint_auth_signing_alg_values']],
])('with %j names of introspection no more than %j', async (introspection, names) => {
  const { get } = await start({ introspection })
  const document: object = JSON.parse(await (await get('/.well-known/openid-configuration')).text())
  const about = Object.keys(document).filter((name) => name.startsWith('introspection_'))
  expect(about.map((name) => name.replace(/^introspection_|_supported$/g, ''))).toEqual(names)
})

test('publishes keys with the Cache-Control that a test wants', async () => {
  const { server, get } = await start({ jwksCacheControl: 'max-age=60' })
  const cacheControl = async () => (await get('/jwks')).headers.get('cache-control')
  expect(await cacheControl()).toBe('max-age=60')
  server.jwksCacheControl = 'no-store'
  await server.fail('empty')
  expect(await cacheControl()).toBe('no-store')
  server.jwksCacheControl = undefined
  expect(await cacheControl()).toBeNull()
})

test('writes down what it was asked, without any value of a header field', async () => {
  const { server, get } = await start()
  await fetch(`${server.jwksUri}?fresh=1`, { headers: { authorization: 'Bearer secret' } })
  await get('/.well-known/openid-configuration')
  await get('/elsewhere')
  expect([server.count('jwks'), server.count('metadata')]).toEqual([1, 1])
  expect(server.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
    'GET /jwks?fresh=1',
    'GET /.well-known/openid-configuration',
    'GET /elsewhere',
  ])
  expect(server.requests[0]?.headers).toContain('authorization')
  expect(JSON.stringify(server.requests)).not.toContain('secret')
  server.resetRequests()
  expect([server.requests.length, server.count('jwks')]).toEqual([0, 0])
})
