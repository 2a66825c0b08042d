import { jwtIssuer, protectedResource, scope } from '@portcullis/core'
import { expressProtection } from '@portcullis/express'
import express from 'express'
import * as openid from 'openid-client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openPort } from '../../examples/three-apis/src/open-port.js'
import { type Identity, withPrivateKey, withSecret } from './identities.js'
import { type SigningAlgorithm, startAuthorizationServer } from './jwt-provider.js'

const algorithms: readonly SigningAlgorithm[] = ['ES256', 'RS256', 'EdDSA']

describe.each(algorithms)('tokens of oidc-provider, signed with %s', { timeout: 20_000 }, (algorithm) => {
  let server: Awaited<ReturnType<typeof startServer>>

  beforeAll(async () => {
    server = await startServer(algorithm)
  })
  afterAll(() => server.close())

  test.each([
    ['client_secret_basic', () => server.withSecret],
    ['private_key_jwt', () => server.withPrivateKey],
  ])('tell who calls, by %s (RFC 9068 §2.2)', async (method, client) => {
    const token = await server.token(client(), { scope: 'read', resource: server.resource })
    const response = await server.call(client(), 'GET', token)
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({
      issuer: server.issuer,
      subject: method,
      clientId: method,
      audience: [server.resource],
      scopes: ['read'],
      alg: algorithm,
    })
  })

  test('are refused where they carry too little scope (RFC 6750 §3.1)', async () => {
    const token = await server.token(server.withSecret, { scope: 'read', resource: server.resource })
    expect(await server.refusal('POST', token)).toEqual({
      status: 403,
      code: 'scope_insufficient',
      challenges: [
        {
          scheme: 'bearer',
          parameters: {
            realm: server.resource,
            error: 'insufficient_scope',
            error_description: 'The access token does not carry the scope that is needed.',
            scope: 'write',
          },
        },
      ],
    })
  })

  test('are refused by another resource (RFC 8707 §2, RFC 9068 §4)', async () => {
    const token = await server.token(server.withSecret, { scope: 'read', resource: 'https://other.example' })
    expect(await server.refusal('GET', token)).toMatchObject({ status: 401, code: 'token_audience_mismatch' })
  })

  test('are opaque without a resource, and then malformed (RFC 6750 §3.1)', async () => {
    const token = await server.token(server.withSecret, { scope: 'read' })
    expect(token).not.toContain('.')
    expect(await server.refusal('GET', token)).toEqual({
      status: 401,
      code: 'token_malformed',
      challenges: [
        {
          scheme: 'bearer',
          parameters: {
            realm: server.resource,
            error: 'invalid_token',
            error_description: 'The access token is malformed.',
          },
        },
      ],
    })
  })
})

/** An Express server that trusts an oidc-provider, found by discovery on loopback, and two clients of both. */
async function startServer(algorithm: SigningAlgorithm) {
  const identities = [withSecret('client_secret_basic'), await withPrivateKey('private_key_jwt')] as const
  const clients = identities.map(({ registration }) => registration)
  const authorizationServer = await startAuthorizationServer({ clients, algorithm })
  const { issuer } = authorizationServer
  const port = await openPort()
  port.serve(accounts(port.origin, issuer))
  const [secret, privateKey] = await Promise.all(identities.map((identity) => discover(issuer, identity)))
  if (!secret || !privateKey) throw new Error('discovery failed')

  const call = (client: openid.Configuration, method: string, token: string) =>
    openid.fetchProtectedResource(client, token, new URL(`${port.origin}/accounts`), method)

  return {
    issuer,
    resource: port.origin,
    withSecret: secret,
    withPrivateKey: privateKey,
    call,
    async token(client: openid.Configuration, parameters: Record<string, string>): Promise<string> {
      const { access_token } = await openid.clientCredentialsGrant(client, parameters)
      return access_token
    },
    /** What openid-client makes of a refusal: it parses the challenges itself. */
    async refusal(method: string, token: string) {
      const error: unknown = await call(secret, method, token).catch((error: unknown) => error)
      if (!(error instanceof openid.WWWAuthenticateChallengeError))
        throw new Error('no challenge', { cause: error })
      const body = (await error.response.json()) as { code?: string }
      return { status: error.status, code: body.code, challenges: error.cause }
    },
    close: () => Promise.all([port.close(), authorizationServer.close()]),
  }
}

function discover(issuer: string, { registration, authentication }: Identity): Promise<openid.Configuration> {
  const options = { execute: [openid.allowInsecureRequests] }
  return openid.discovery(new URL(issuer), registration.client_id, undefined, authentication, options)
}

function accounts(resource: string, issuer: string): express.Express {
  const api = protectedResource({
    resource,
    scopes: ['read', 'write'],
    issuers: [jwtIssuer({ issuer })],
    onEvent: () => {},
  })
  const protection = expressProtection(api)
  const app = express()
  app.get('/accounts', protection.requires(scope('read')), (request, response) => {
    const { issuer, subject, clientId, audience, scopes } = protection.principal(request)
    const [header = ''] = (request.get('authorization') ?? '').slice('Bearer '.length).split('.')
    const { alg } = JSON.parse(Buffer.from(header, 'base64url').toString()) as { alg: string }
    response.json({ issuer, subject, clientId, audience, scopes, alg })
  })
  app.post('/accounts', protection.requires(scope('write')), (_request, response) => {
    response.sendStatus(201)
  })
  return app
}
