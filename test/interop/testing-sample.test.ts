// #region tests
import type { AddressInfo } from 'node:net'
import { jwtIssuer, protectedResource, scope } from '@portcullis/core'
import { expressProtection } from '@portcullis/express'
import { badTokens, signRaw, startAuthorizationServer } from '@portcullis/testing'
import express from 'express'
import { afterAll, expect, test } from 'vitest'

const resource = 'https://api.example'
const server = await startAuthorizationServer({ audience: resource })
const api = protectedResource({ resource, issuers: [jwtIssuer({ issuer: server.issuer })] })
const { requires } = expressProtection(api)
const app = express()
  .get('/accounts', requires(scope('accounts:read')), (_request, response) => void response.send('ok'))
  .listen(0)
afterAll(async () => {
  app.close()
  await server.close()
})

async function statusWith(token: string) {
  const { port } = app.address() as AddressInfo
  const headers = { authorization: `Bearer ${token}` }
  const response = await fetch(`http://localhost:${port}/accounts`, { headers })
  return response.status
}

test('lets a caller in who may read accounts', async () => {
  expect(await statusWith(await server.mint({ scope: 'accounts:read' }))).toBe(200)
})

test('keeps a caller out whose token has expired', async () => {
  expect(await statusWith(await server.mint({ scope: 'accounts:read', expiresInSeconds: -120 }))).toBe(401)
})
// #endregion tests

test('keeps a caller out who names two audiences, so that two parsers read two tokens (JOSE-04)', async () => {
  // #region draft
  const draft = server.draft()
  const payload = `{"aud":"https://evil.example",${JSON.stringify(draft.payload).slice(1)}`
  const twice = signRaw({ ...draft, payload })
  // #endregion draft
  expect(await statusWith(twice)).toBe(401)
})

// #region corpus
test.each(badTokens)('refuses $name ($rule)', async ({ make }) => {
  expect([400, 401, 431]).toContain(await statusWith(await make(server)))
})
// #endregion corpus
