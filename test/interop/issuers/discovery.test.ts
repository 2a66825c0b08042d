import { fromFetch, protectedResource, scope, type TrustedIssuer } from '@portcullis/core'
import { helseId, maskinporten } from '@portcullis/issuers'
import { dpopClient, startAuthorizationServer, type TestAuthorizationServer } from '@portcullis/testing'
import { expect, onTestFinished, test } from 'vitest'

const resource = 'https://api.example'

async function start(
  ...options: Parameters<typeof startAuthorizationServer>
): Promise<TestAuthorizationServer> {
  const server = await startAuthorizationServer(...options)
  onTestFinished(() => server.close())
  return server
}

async function principalOf(issuer: TrustedIssuer, headers: Record<string, string>) {
  const api = protectedResource({ resource, issuers: [issuer], onEvent: () => undefined })
  onTestFinished(() => api.close())
  const { principal } = await api.authenticate(fromFetch(new Request(resource, { headers })), scope('a:b'))
  return principal
}

test('finds the keys of Maskinporten by RFC 8414 alone, without a double slash', async () => {
  const server = await start({ trailingSlash: true, metadata: 'oauth', audience: 'unspecified' })
  const consumer = { authority: 'iso6523-actorid-upis', ID: '0192:910753614' }
  const token = await server.mint({ alg: 'RS256', scope: 'a:b', claims: { consumer } })
  const issuer = maskinporten({ environment: 'test', issuer: server.issuer })
  expect(await principalOf(issuer, { authorization: `Bearer ${token}` })).toMatchObject({
    issuer: server.issuer,
    customer: { id: '0192:910753614' },
  })
  expect(server.requests.map(({ path }) => path)).toEqual([
    '/.well-known/oauth-authorization-server',
    '/jwks',
  ])
})

test('finds the keys of HelseID by OpenID Connect Discovery', async () => {
  const server = await start({ metadata: 'openid', audience: 'nhn:api' })
  const client = dpopClient()
  const claims = { nbf: Math.floor(Date.now() / 1000), scope: ['a:b'] }
  const token = await server.mint({ alg: 'RS256', boundTo: client, claims })
  const headers = { ...client.headers({ method: 'GET', url: `${resource}/`, token }) }
  const issuer = helseId({ environment: 'test', audience: 'nhn:api', issuer: server.issuer })
  expect(await principalOf(issuer, headers)).toMatchObject({ issuer: server.issuer, actsFor: 'client' })
  expect(server.requests.map(({ path }) => path)).toContain('/.well-known/openid-configuration')
})
