import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { afterAll, expect, test } from 'vitest'
import { judgeProof } from '../../test-support/judge-proof.js'
import { badProofs, dpopClient, startAuthorizationServer, testClock } from '../index.js'
import { listen, stopListening } from '../server/listener.js'

const clock = testClock()
const server = await startAuthorizationServer({ audience: 'https://api.example', now: clock.now })
const api = createServer({ maxHeaderSize: 262_144 }, (request, response) => void answer(request, response))
const url = `http://127.0.0.1:${await listen(api)}/accounts`
afterAll(async () => {
  await stopListening(api)
  await server.close()
})

async function answer(request: IncomingMessage, response: ServerResponse) {
  const { headersDistinct, method = '', url: path = '' } = request
  const [token = ''] = (headersDistinct['authorization'] ?? []).map((value) => value.replace('DPoP ', ''))
  const target = { method, url: new URL(path, url).href, token, now: clock.now() }
  const fault = await judgeProof(headersDistinct['dpop'] ?? [], target)
  response.writeHead(fault ? 401 : 200).end()
}

async function statusWith(token: string, proofs: string[]) {
  const headers = [['authorization', `DPoP ${token}`], ...proofs.map((proof) => ['dpop', proof])]
  const response = await fetch(url, { headers: headers as [string, string][] })
  return response.status
}

// #region client
test('lets a caller in whose token is bound to its key', async () => {
  const client = dpopClient({ now: clock.now })
  const token = await server.mint({ scope: 'accounts:read', boundTo: client })
  const response = await client.fetch(url, { token })
  expect(response.status).toBe(200)
})
// #endregion client

const client = dpopClient({ now: clock.now })

// #region corpus
test.each(badProofs)('refuses $name ($rule)', async ({ boundTo, make }) => {
  const token = await server.mint({ scope: 'accounts:read', boundTo: boundTo(client) })
  const proofs = [make({ client, method: 'GET', url, token, now: clock.now })].flat()
  expect(await statusWith(token, proofs)).toBe(401)
})
// #endregion corpus
