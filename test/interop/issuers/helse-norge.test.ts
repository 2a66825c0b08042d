// #region tests
import type { AddressInfo } from 'node:net'
import { dpopClient, startAuthorizationServer } from '@portcullis/testing'
import { afterAll, expect, test } from 'vitest'
import { tasksApi } from './helse-norge.js'

const server = await startAuthorizationServer()
const app = tasksApi({ jwksUri: server.jwksUri }).listen(0)
afterAll(async () => {
  app.close()
  await server.close()
})

const client = dpopClient()

async function statusAt(host: string) {
  const claims = {
    iss: 'https://helseid-sts.test.nhn.no',
    aud: 'nhn:helsenorge.eksternapi',
    nbf: Math.floor(Date.now() / 1000),
    scope: ['nhn:helsenorge.eksternapi/oppgave'],
    sub: undefined,
    'helseid://claims/client/claims/orgnr_parent': '312232324',
  }
  const token = await server.mint({ alg: 'RS256', boundTo: client, claims })
  const { port } = app.address() as AddressInfo
  const headers = { ...client.headers({ method: 'GET', url: `https://${host}/oppgaver`, token }) }
  const { status } = await fetch(`http://localhost:${port}/oppgaver`, { headers })
  return status
}

test('serves both hosts, and no proof for a third one', async () => {
  expect(await statusAt('eksternapi.hn2.test.nhn.no')).toBe(200)
  expect(await statusAt('eksternapi-helsenett.hn2.test.nhn.no')).toBe(200)
  expect(await statusAt('eksternapi.helsenorge.no')).toBe(401)
})
// #endregion tests
