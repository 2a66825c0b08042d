import { createServer } from 'node:http'
import { decodeJwt } from 'jose'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { dpopClient } from '../index.js'
import { listen, stopListening } from '../server/listener.js'

/** What a request said. */
interface Call {
  method: string | undefined
  authorization: string | undefined
  proof: Record<string, unknown>
  other: unknown
  body: string
}

type Answer = readonly [status: number, headers: Record<string, string>, body?: string]

const calls: Call[] = []
const answers: Answer[] = []
const http = createServer((request, response) => {
  let body = ''
  request.on('data', (chunk) => (body += chunk))
  request.on('end', () => {
    const { authorization, dpop, 'x-other': other } = request.headers
    calls.push({ method: request.method, authorization, proof: decodeJwt(String(dpop)), other, body })
    const [status, headers, text] = answers.shift() ?? [200, {}]
    response.writeHead(status, headers).end(text)
  })
})
const url = `http://127.0.0.1:${await listen(http)}/accounts?a=1`
afterAll(() => stopListening(http))
beforeEach(() => {
  calls.length = answers.length = 0
})

const challenge = (nonce: string): Answer => [
  401,
  { 'www-authenticate': 'Bearer realm="a", DPoP error="use_dpop_nonce", algs="ES256"', 'dpop-nonce': nonce },
]

test('sends the token and a proof for the request', async () => {
  const response = await dpopClient().fetch(url, {
    method: 'post',
    token: 'a.b.c',
    headers: { 'x-other': '1' },
    body: 'hello',
  })
  expect(response.status).toBe(200)
  expect(calls).toMatchObject([{ method: 'POST', authorization: 'DPoP a.b.c', other: '1', body: 'hello' }])
  expect(calls[0]?.proof).toMatchObject({
    htm: 'POST',
    htu: url.replace('?a=1', ''),
    ath: expect.any(String),
  })
  expect(calls[0]?.proof).not.toHaveProperty('nonce')
})

test('sends a proof alone when there is no token', async () => {
  await dpopClient().fetch(new URL(url))
  expect(calls).toMatchObject([{ method: 'GET', authorization: undefined }])
  expect(calls[0]?.proof).not.toHaveProperty('ath')
})

test('repeats the request once, with the nonce that a resource server asks for (DPOP-34)', async () => {
  answers.push(challenge('n-1'), challenge('n-2'))
  const client = dpopClient()
  const response = await client.fetch(url, { method: 'POST', token: 'a.b.c', body: 'hello' })
  expect(response.status).toBe(401)
  expect(calls.map(({ proof }) => proof['nonce'])).toEqual([undefined, 'n-1'])
  expect(calls[1]).toMatchObject({ method: 'POST', authorization: 'DPoP a.b.c', body: 'hello' })
  expect(calls[1]?.proof['jti']).not.toBe(calls[0]?.proof['jti'])
  await client.fetch(url)
  expect(calls[2]?.proof['nonce']).toBe('n-2')
})

test('repeats the request with the nonce that an authorization server asks for (RFC 9449 §8)', async () => {
  answers.push([400, { 'dpop-nonce': 'n-1' }, '{"error":"use_dpop_nonce"}'])
  const response = await dpopClient().fetch(url, { method: 'POST', body: new URLSearchParams({ a: 'b' }) })
  expect(response.status).toBe(200)
  expect(calls.map(({ proof }) => proof['nonce'])).toEqual([undefined, 'n-1'])
})

test('remembers the nonce of a good answer, for its origin and for this client alone (RFC 9449 §8.2)', async () => {
  answers.push([200, { 'dpop-nonce': 'n-1' }])
  const client = dpopClient()
  await client.fetch(url)
  await client.fetch(url.replace('/accounts', '/elsewhere'))
  await dpopClient().fetch(url)
  expect(calls.map(({ proof }) => proof['nonce'])).toEqual([undefined, 'n-1', undefined])
})

test.each<readonly [string, Answer]>([
  ['without a nonce', [401, { 'www-authenticate': 'DPoP error="use_dpop_nonce"' }]],
  ['for another reason', [401, { 'www-authenticate': 'DPoP error="invalid_token"', 'dpop-nonce': 'n' }]],
  ['without a challenge', [401, { 'dpop-nonce': 'n' }]],
  ['with another error', [400, { 'dpop-nonce': 'n' }, '{"error":"invalid_grant"}']],
  ['with no JSON', [400, { 'dpop-nonce': 'n' }, 'use_dpop_nonce']],
  ['with no object', [400, { 'dpop-nonce': 'n' }, 'null']],
  ['with a redirect', [302, { location: '/elsewhere' }]],
])('leaves a refusal %s to the caller', async (_, answer) => {
  answers.push(answer)
  const response = await dpopClient().fetch(url)
  expect(response.status).toBe(answer[0])
  expect(await response.text()).toBe(answer[2] ?? '')
  expect(calls).toHaveLength(1)
})
