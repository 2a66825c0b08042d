// #region tests
import type { AddressInfo } from 'node:net'
import { startAuthorizationServer } from '@portcullis/testing'
import { afterAll, expect, test } from 'vitest'
import { contactApi } from './krr.js'

const server = await startAuthorizationServer({ audience: 'unspecified' })
const app = contactApi({ jwksUri: server.jwksUri }).listen(0)
afterAll(async () => {
  app.close()
  await server.close()
})

async function answerTo(scope: string) {
  const claims = {
    iss: 'https://test.maskinporten.no/',
    sub: undefined,
    consumer: { authority: 'iso6523-actorid-upis', ID: '0192:991825827' },
  }
  const token = await server.mint({ alg: 'RS256', header: { typ: undefined }, scope, claims })
  const { port } = app.address() as AddressInfo
  const headers = { authorization: `Bearer ${token}` }
  return fetch(`http://localhost:${port}/rest/v2/personer`, { method: 'POST', headers })
}

test('shows what the scopes of a token are for, and nothing else', async () => {
  const answer = await answerTo('krr:global/digitalpost.read')
  expect(await answer.json()).toEqual({ askedBy: '0192:991825827', digital_post: {} })
})

test('knows no scopes of users', async () => {
  const { status } = await answerTo('krr:user/kontaktinformasjon.read')
  expect(status).toBe(403)
})
// #endregion tests
