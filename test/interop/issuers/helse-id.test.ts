// #region tests
import type { AddressInfo } from 'node:net'
import { dpopClient, startAuthorizationServer } from '@portcullis/testing'
import { afterAll, expect, test } from 'vitest'
import { journalApi } from './helse-id.js'

const server = await startAuthorizationServer()
const app = journalApi({ jwksUri: server.jwksUri }).listen(0)
afterAll(async () => {
  app.close()
  await server.close()
})

const client = dpopClient()
const now = Math.floor(Date.now() / 1000)
const claims = {
  iss: 'https://helseid-sts.nhn.no',
  aud: 'nhn:journal',
  nbf: now,
  scope: ['nhn:journal/read'],
  sub: undefined,
  'helseid://claims/client/claims/orgnr_parent': '312232324',
}

async function answerTo(changes: object = {}) {
  const token = await server.mint({ alg: 'RS256', boundTo: client, claims: { ...claims, ...changes } })
  const headers = {
    ...client.headers({ method: 'GET', url: 'https://journal.example.com/documents', token }),
  }
  const { port } = app.address() as AddressInfo
  return fetch(`http://localhost:${port}/documents`, { headers })
}

test('lets a client of an organisation in', async () => {
  const answer = await answerTo()
  expect(await answer.json()).toEqual({ clientId: 'test-client', organisation: '312232324' })
})

test('keeps users and clients without organisation out', async () => {
  const users = await answerTo({ 'helseid://claims/identity/pid': '01011998123' })
  const nobodys = await answerTo({ 'helseid://claims/client/claims/orgnr_parent': undefined })
  expect([users.status, nobodys.status]).toEqual([403, 403])
})
// #endregion tests
