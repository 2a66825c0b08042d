// #region tests
import type { AddressInfo } from 'node:net'
import { startAuthorizationServer } from '@portcullis/testing'
import { afterAll, expect, test } from 'vitest'
import { invoicesApi } from './maskinporten.js'

const server = await startAuthorizationServer({ audience: 'unspecified' })
const app = invoicesApi({ jwksUri: server.jwksUri }).listen(0)
afterAll(async () => {
  app.close()
  await server.close()
})

const organisation = (number: string) => ({ authority: 'iso6523-actorid-upis', ID: `0192:${number}` })
const claims = {
  iss: 'https://maskinporten.no/',
  sub: undefined,
  consumer: organisation('910753614'),
}

async function answerTo(changes: object = {}) {
  const token = await server.mint({
    alg: 'RS256',
    header: { typ: undefined },
    scope: 'example:invoices.read',
    claims: { ...claims, ...changes },
  })
  const { port } = app.address() as AddressInfo
  return fetch(`http://localhost:${port}/invoices`, { headers: { authorization: `Bearer ${token}` } })
}

test('shows a customer its invoices', async () => {
  const answer = await answerTo()
  expect(await answer.json()).toEqual({ invoicesOf: '910753614' })
})

test('shows them to the supplier of that customer', async () => {
  const delegated = { supplier: organisation('991825827'), delegation_source: 'https://www.altinn.no' }
  const answer = await answerTo(delegated)
  expect(await answer.json()).toEqual({ invoicesOf: '910753614', by: '0192:991825827' })
})

test('does not take the vendor of a system user for the customer', async () => {
  const systemUser = {
    type: 'urn:altinn:systemuser',
    systemuser_id: ['33a0911a-5459-456f-bc57-3d37ef9a016c'],
    systemuser_org: organisation('314330897'),
    system_id: '991825827_books',
  }
  const answer = await answerTo({
    consumer: organisation('991825827'),
    authorization_details: [systemUser],
  })
  expect(answer.status).toBe(403)
})
// #endregion tests
