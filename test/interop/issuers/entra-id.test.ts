// #region tests
import type { AddressInfo } from 'node:net'
import { startAuthorizationServer } from '@portcullis/testing'
import { afterAll, expect, test } from 'vitest'
import { reportsApi } from './entra-id.js'

const server = await startAuthorizationServer()
const app = reportsApi({ jwksUri: server.jwksUri }).listen(0)
afterAll(async () => {
  app.close()
  await server.close()
})

const tid = '8eaef023-2b34-4da1-9baa-8bc8c9d6a490'
const servicePrincipal = 'aaaaaaaa-0000-1111-2222-bbbbbbbbbbbb'
const v2 = {
  iss: `https://login.microsoftonline.com/${tid}/v2.0`,
  aud: '00001111-aaaa-2222-bbbb-3333cccc4444',
  nbf: Math.floor(Date.now() / 1000),
  tid,
  ver: '2.0',
  azp: 'daemon',
  oid: servicePrincipal,
  sub: servicePrincipal,
  roles: ['Reports.Read.All'],
}
const v1 = { ...v2, iss: `https://sts.windows.net/${tid}/`, ver: '1.0', azp: undefined, appid: 'daemon' }

async function answerTo(claims: object) {
  const token = await server.mint({ alg: 'RS256', header: { typ: 'JWT' }, claims: { ...claims } })
  const { port } = app.address() as AddressInfo
  return fetch(`http://localhost:${port}/reports`, { headers: { authorization: `Bearer ${token}` } })
}

test.each([v2, v1])('lets an application with the role in: %o', async (claims) => {
  const answer = await answerTo(claims)
  expect(await answer.json()).toEqual({ clientId: 'daemon', tenantId: tid })
})

test('keeps users, and applications without a role, out', async () => {
  const users = await answerTo({ ...v2, sub: 'somebody', scp: 'Reports.Read' })
  const anybodys = await answerTo({ ...v2, roles: undefined })
  expect([users.status, anybodys.status]).toEqual([403, 403])
})
// #endregion tests
