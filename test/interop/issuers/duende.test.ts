// #region tests
import type { AddressInfo } from 'node:net'
import { dpopClient, startAuthorizationServer } from '@portcullis/testing'
import { afterAll, expect, test } from 'vitest'
import { invoicesApi } from './duende.js'

const server = await startAuthorizationServer({ audience: 'invoices' })
const app = invoicesApi(server.issuer, server.introspectionClient).listen(0)
afterAll(async () => {
  app.close()
  await server.close()
})

const url = 'https://invoices.example.com/invoices'
const client = dpopClient()
const claims = {
  nbf: Math.floor(Date.now() / 1000),
  scope: ['invoices.read', 'invoices.write'],
  client_tenant: 'acme',
  sub: undefined,
}

function get(headers: Record<string, string>) {
  const { port } = app.address() as AddressInfo
  return fetch(`http://localhost:${port}/invoices`, { headers })
}

test('lets in a JWT that is bound to the key of its client', async () => {
  const token = await server.mint({ alg: 'RS256', boundTo: client, claims })
  const answer = await get({ ...client.headers({ method: 'GET', url, token }) })
  expect(await answer.json()).toEqual({ clientId: 'test-client', tenant: 'acme' })
  const asBearer = await get({ authorization: `Bearer ${token}` })
  expect(asBearer.status).toBe(401)
})

test('lets in a reference token until it is revoked', async () => {
  const token = await server.mintOpaque({ claims: { ...claims, scope: 'invoices.read' } })
  const { status } = await get({ authorization: `Bearer ${token}` })
  const revoked = await server.mintOpaque({ claims: { ...claims, scope: 'invoices.read' } })
  server.revoke(revoked)
  const answer = await get({ authorization: `Bearer ${revoked}` })
  expect([status, answer.status]).toEqual([200, 401])
})
// #endregion tests
