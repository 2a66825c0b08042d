// #region tests
import type { AddressInfo } from 'node:net'
import { startAuthorizationServer } from '@portcullis/testing'
import { afterAll, expect, test } from 'vitest'
import { accountsApi, accountsSigned } from './boruta.js'

const server = await startAuthorizationServer({ audience: 'never told' })
const { id, secret } = server.introspectionClient
const app = accountsApi(secret, {
  endpoint: server.introspectionEndpoint,
  client: { id, secret },
  // Those of the test server have other characters than Boruta's.
  accepts: (token) => token.startsWith('test-'),
}).listen(0)
afterAll(async () => {
  app.close()
  await server.close()
})

function issue(scope: string) {
  const claims = { iss: 'https://auth.example.com', sub: null, username: null, aud: undefined }
  return server.mintOpaque({ prefix: 'test-', scope, claims })
}

function answerTo(token: string) {
  const { port } = app.address() as AddressInfo
  return fetch(`http://localhost:${port}/accounts`, { headers: { authorization: `Bearer ${token}` } })
}

test('lets in a client with the scope', async () => {
  const answer = await answerTo(await issue('accounts:read'))
  expect(await answer.json()).toEqual({ clientId: 'test-client', actsFor: 'client' })
})

test('keeps out who has another scope, and whom the server does not know', async () => {
  const other = await answerTo(await issue('accounts:write'))
  const unknown = await answerTo('test-unknown')
  expect([other.status, unknown.status]).toEqual([403, 401])
})
// #endregion tests

test('starts with signed answers', () => expect(accountsSigned(secret).health()).toHaveLength(1))
