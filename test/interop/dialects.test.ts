import { randomUUID } from 'node:crypto'
import { type CryptoKey, decodeJwt, decodeProtectedHeader, SignJWT } from 'jose'
import * as openid from 'openid-client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { discover } from '../../examples/three-apis/src/clients/client.js'
import { connectWithSecret } from '../../examples/three-apis/src/clients/with-secret.js'
import { type Demo, startDemo } from '../../examples/three-apis/src/demo.js'
import {
  applications,
  atBoruta,
  audiences,
  maskinportenScopes,
  organisations,
} from '../../examples/three-apis/src/registrations.js'

let demo: Demo

beforeAll(async () => {
  demo = await startDemo()
}, 30_000)
afterAll(() => demo.close())

function partsOf(token: string) {
  return { header: decodeProtectedHeader(token), claims: decodeJwt(token) }
}

const any = {
  text: expect.any(String) as string,
  time: expect.any(Number) as number,
}

const times = (...names: string[]) => Object.fromEntries(names.map((name) => [name, any.time]))

/** The members, and no others, that its model was seen to write. */
describe('the imitation of', () => {
  test('HelseID names organisations, and scopes as a list, in tokens that are bound to a key', async () => {
    const token = await demo.clients.manyClinics.forUnit.token(`${audiences.all}/read`)
    expect(partsOf(token.value)).toEqual({
      header: { alg: 'RS256', kid: any.text, typ: 'at+jwt' },
      claims: {
        iss: demo.issuers.helseId,
        aud: audiences.all,
        scope: [`${audiences.all}/read`],
        client_id: 'many-clinics',
        client_amr: 'private_key_jwt',
        'helseid://claims/client/claims/client_tenancy': 'multi-tenant',
        'helseid://claims/client/claims/orgnr_parent': organisations.clinic,
        'helseid://claims/client/claims/orgnr_child': organisations.unitOfClinic,
        cnf: { jkt: any.text },
        jti: any.text,
        ...times('iat', 'nbf', 'exp'),
      },
    })
  })

  test.each([
    ['names no audience', {}, { aud: 'unspecified' }],
    [
      'names the resource that was asked for',
      { resource: 'https://api.example' },
      { aud: 'https://api.example' },
    ],
  ])('Maskinporten %s, and has no typ', async (_, wishes, expected) => {
    const token = await demo.clients.customer.token(maskinportenScopes.read, wishes)
    expect(partsOf(token.value)).toEqual({
      header: { alg: 'RS256', kid: any.text },
      claims: {
        iss: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/$/),
        scope: maskinportenScopes.read,
        client_id: 'customer',
        client_amr: 'private_key_jwt',
        token_type: 'Bearer',
        consumer: { authority: 'iso6523-actorid-upis', ID: `0192:${organisations.customer}` },
        jti: any.text,
        ...times('iat', 'exp'),
        ...expected,
      },
    })
  })

  test('Maskinporten has the customer as consumer where it delegated, and the vendor where it made a system user', async () => {
    const { vendor } = demo.clients
    const consumerOf = async (wishes: Parameters<typeof vendor.token>[1]) =>
      decodeJwt<{ consumer: object; supplier?: object }>(
        (await vendor.token(maskinportenScopes.read, wishes)).value,
      )
    const delegated = await consumerOf({ onBehalfOf: organisations.customer })
    const ofSystem = await consumerOf({ systemUserOf: organisations.customer })
    expect([delegated.consumer, delegated.supplier, ofSystem.consumer, ofSystem.supplier]).toMatchObject([
      { ID: `0192:${organisations.customer}` },
      { ID: `0192:${organisations.vendor}` },
      { ID: `0192:${organisations.vendor}` },
      undefined,
    ])
  })

  test('Entra ID has roles and no scopes, and an application as its own subject', async () => {
    const { tenant, id } = applications.reader
    const token = await demo.clients.applications.reader.token(`api://${audiences.nest}/.default`)
    const { header, claims } = partsOf(token.value)
    expect(header).toEqual({ alg: 'RS256', kid: any.text, typ: 'JWT' })
    expect(claims).toEqual({
      iss: `${demo.servers.entraId.origin}/${tenant}/v2.0`,
      aud: audiences.nest,
      azp: id,
      azpacr: '1',
      idtyp: 'app',
      oid: claims.sub,
      sub: any.text,
      tid: tenant,
      roles: ['Accounts.Read'],
      uti: any.text,
      rh: any.text,
      ver: '2.0',
      ...times('iat', 'nbf', 'exp'),
    })
  })

  test('Entra ID has keys for every tenant, without alg', async () => {
    const { origin } = demo.servers.entraId
    const response = await fetch(`${origin}/${applications.reader.tenant}/discovery/v2.0/keys`)
    expect(await response.json()).toEqual({
      keys: [
        {
          kty: 'RSA',
          use: 'sig',
          kid: any.text,
          n: any.text,
          e: 'AQAB',
          issuer: `${origin}/{tenantid}/v2.0`,
        },
      ],
    })
  })

  test('Boruta answers with eight members, null where it knows nothing, until a token is revoked', async () => {
    const { value } = await demo.clients.atBoruta.token('accounts:read')
    expect(value).toMatch(/^[A-Za-z0-9]{86}$/)
    expect(await introspect(value)).toEqual({
      active: true,
      client_id: atBoruta.client.id,
      exp: any.time,
      iat: any.time,
      iss: demo.issuers.boruta,
      scope: 'accounts:read',
      sub: null,
      username: null,
    })
    await demo.clients.atBoruta.revoke(value)
    expect(await introspect(value)).toEqual({ active: false })
  })

  /** Its metadata does not say where. */
  async function introspect(token: string): Promise<unknown> {
    const { id: client_id, secret: client_secret } = atBoruta.api
    const body = new URLSearchParams({ token, client_id, client_secret })
    const response = await fetch(`${demo.issuers.boruta}/oauth/introspect`, { method: 'POST', body })
    return response.json()
  }
})

describe('no token is given by', () => {
  test('HelseID without a proof of a key', async () => {
    const authentication = openid.PrivateKeyJwt(demo.keys.clinic.privateKey)
    const client = await discover(demo.issuers.helseId, 'clinic', authentication)
    const grant = openid.clientCredentialsGrant(client, { scope: `${audiences.fastify}/read` })
    await expect(grant).rejects.toMatchObject({ error: 'invalid_grant' })
  })

  test.each([{ onBehalfOf: organisations.vendor }, { systemUserOf: organisations.vendor }])(
    'Maskinporten for whom nobody gave a right: %o',
    async (wishes) => {
      const grant = demo.clients.customer.token(maskinportenScopes.read, wishes)
      await expect(grant).rejects.toMatchObject({ error: 'invalid_grant' })
    },
  )

  test('Maskinporten for an assertion that was used, or is signed with another key', async () => {
    const { maskinporten } = demo.issuers
    const client = await discover(maskinporten, 'customer', openid.None(), 'oauth2')
    const grant = (assertion: string) =>
      openid.genericGrantRequest(client, 'urn:ietf:params:oauth:grant-type:jwt-bearer', { assertion })
    const own = await assertionOf(maskinporten, demo.keys.customer.privateKey)
    await expect(grant(own)).resolves.toHaveProperty('access_token')
    await expect(grant(own)).rejects.toMatchObject({ error: 'invalid_grant' })
    const other = await assertionOf(maskinporten, demo.keys.vendor.privateKey)
    await expect(grant(other)).rejects.toMatchObject({ error: 'invalid_grant' })
  })

  test('Entra ID for a wrong secret', async () => {
    const { id } = applications.reader
    const client = await connectWithSecret(demo.issuers.entraId, id, openid.ClientSecretPost('wrong'))
    const grant = client.token(`api://${audiences.nest}/.default`)
    await expect(grant).rejects.toMatchObject({ error: 'invalid_client' })
  })

  test('Boruta for a wrong secret, and for scopes of others', async () => {
    const { boruta } = demo.issuers
    const client = await connectWithSecret(boruta, atBoruta.client.id, openid.ClientSecretBasic('wrong'))
    await expect(client.token('accounts:read')).rejects.toMatchObject({ error: 'invalid_client' })
    await expect(demo.clients.atBoruta.token('other')).rejects.toMatchObject({ error: 'invalid_scope' })
  })
})

function assertionOf(issuer: string, key: CryptoKey): Promise<string> {
  return new SignJWT({ scope: maskinportenScopes.read, jti: randomUUID() })
    .setProtectedHeader({ alg: 'ES256' })
    .setIssuer('customer')
    .setAudience(issuer)
    .setIssuedAt()
    .setExpirationTime('1 minute')
    .sign(key)
}
