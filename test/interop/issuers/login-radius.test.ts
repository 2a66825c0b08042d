// #region tests
import type { AddressInfo } from 'node:net'
import { fromFetch } from '@portcullis/core'
import { startAuthorizationServer } from '@portcullis/testing'
import { afterAll, expect, test } from 'vitest'
import { profilesApi, profilesAsking } from './login-radius.js'

const server = await startAuthorizationServer({ audience: 'https://profiles.example.com' })
const app = profilesApi(server.jwksUri).listen(0)
afterAll(async () => {
  app.close()
  await server.close()
})

const claims = {
  iss: 'https://acme.hub.loginradius.com/',
  sub: '699f40ae-8040-42fe-a1cd-e1eb10cf73ef@client',
  client_id: undefined,
  cid: 'ddff8a63-cbc3-4723-8415-b910c4d8770d',
  gty: 'client_credentials',
  scp: ['profile:read'],
}

async function answerTo(changes: object = {}) {
  const token = await server.mint({
    alg: 'RS256',
    header: { typ: 'JWT' },
    claims: { ...claims, ...changes },
  })
  const { port } = app.address() as AddressInfo
  return fetch(`http://localhost:${port}/profiles`, { headers: { authorization: `Bearer ${token}` } })
}

test('lets a client in', async () => {
  const answer = await answerTo()
  expect(await answer.json()).toEqual({ actsFor: 'client', clientId: claims.cid })
})

test('knows its issuer with the slash at the end alone', async () => {
  const { status } = await answerTo({ iss: 'https://acme.hub.loginradius.com' })
  expect(status).toBe(401)
})
// #endregion tests

test('asks where it is told to', async () => {
  const api = profilesAsking('http://127.0.0.1:9/introspect', 'secret')
  const headers = { authorization: 'Bearer opaque' }
  const request = fromFetch(new Request('https://profiles.example.com/', { headers }))
  await expect(api.authenticate(request)).rejects.toMatchObject({ code: 'introspection_unavailable' })
})
