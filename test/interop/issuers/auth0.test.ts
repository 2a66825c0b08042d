// #region tests
import type { AddressInfo } from 'node:net'
import { startAuthorizationServer } from '@portcullis/testing'
import { afterAll, expect, test } from 'vitest'
import { ordersApi } from './auth0.js'

const server = await startAuthorizationServer({ audience: 'https://orders.example.com' })
const app = ordersApi({ jwksUri: server.jwksUri }).listen(0)
afterAll(async () => {
  app.close()
  await server.close()
})

const claims = {
  iss: 'https://example.eu.auth0.com/',
  sub: 'daemon@clients',
  org_id: 'org_vIK75NKFvaozQsFy',
  org_name: 'acme',
}

async function answerTo(changes: object = {}) {
  const token = await server.mint({
    alg: 'RS256',
    clientId: 'daemon',
    scope: 'read:orders',
    claims: { ...claims, ...changes },
  })
  const { port } = app.address() as AddressInfo
  return fetch(`http://localhost:${port}/orders`, { headers: { authorization: `Bearer ${token}` } })
}

test('lets a client in for an organisation', async () => {
  const answer = await answerTo()
  expect(await answer.json()).toEqual({ clientId: 'daemon', organisation: 'acme' })
})

test('keeps users and other organisations out', async () => {
  const users = await answerTo({ sub: 'auth0|507f1f77bcf86cd799439020' })
  const others = await answerTo({ org_id: 'org_another' })
  expect([users.status, others.status]).toEqual([403, 403])
})
// #endregion tests
