import { afterAll, afterEach, expect, test, vi } from 'vitest'
import { startAuthorizationServer } from '../index.js'

const server = await startAuthorizationServer({ path: '/t1' })
const metadataUri = `${server.issuer}/.well-known/openid-configuration`
const getJwks = (init?: RequestInit) => fetch(server.jwksUri, init)
const getMetadata = () => fetch(metadataUri)

afterEach(() => server.recover())
afterAll(() => server.close())

test('down: refuses connections, and is back on the same port after recover()', async () => {
  await getJwks()
  await server.fail('down')
  await expect(getJwks()).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } })
  await server.recover()
  expect((await getJwks()).status).toBe(200)
})

test('reset: breaks the connection off', async () => {
  await server.fail('reset')
  await expect(getJwks()).rejects.toMatchObject({
    cause: { code: expect.stringMatching(/ECONNRESET|UND_ERR_SOCKET/) },
  })
})

test('hang: takes the request and never answers', async () => {
  await server.fail('hang')
  server.resetRequests()
  const caller = new AbortController()
  const answer = getJwks({ signal: caller.signal })
  await vi.waitFor(() => expect(server.count('jwks')).toBe(1))
  caller.abort()
  await expect(answer).rejects.toThrow('aborted')
})

test('hanging-body: sends the header fields and half of the document', async () => {
  await server.fail('hanging-body')
  const caller = new AbortController()
  const { status, headers, body } = await getJwks({ signal: caller.signal })
  expect(status).toBe(200)
  const reader = body?.getReader()
  const chunk = await reader?.read()
  expect(chunk?.value?.length).toBeLessThan(Number(headers.get('content-length')))
  const rest = reader?.read()
  caller.abort()
  await expect(rest).rejects.toThrow('aborted')
})

test('garbage: sends what is not JSON', async () => {
  await server.fail('garbage')
  const answer = await getJwks()
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/json'])
  await expect(answer.json()).rejects.toThrow(SyntaxError)
})

test('html: sends a page', async () => {
  await server.fail('html')
  const answer = await getMetadata()
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html'])
})

test('huge: sends well-formed JSON of 50 MB', async () => {
  await server.fail('huge')
  const body = await (await getJwks()).text()
  expect(body.length).toBeGreaterThan(50 * 2 ** 20)
  expect(JSON.parse(body)).toEqual({ keys: [] })
})

test('huge: survives a caller who has had enough', async () => {
  await server.fail('huge')
  const { body } = await getJwks()
  await body?.cancel()
  await server.recover()
  expect((await getJwks()).status).toBe(200)
})

test('error: answers 500', async () => {
  await server.fail('error')
  expect([(await getJwks()).status, (await getMetadata()).status]).toEqual([500, 500])
})

test('empty: publishes no keys, and good metadata', async () => {
  await server.fail('empty')
  expect(await (await getJwks()).json()).toEqual({ keys: [] })
  expect(await (await getMetadata()).json()).toMatchObject({ issuer: server.issuer })
})

test('wrong-issuer: publishes metadata of another issuer, and good keys', async () => {
  await server.fail('wrong-issuer')
  expect(await (await getMetadata()).json()).toMatchObject({
    issuer: 'https://another-issuer.example',
    jwks_uri: server.jwksUri,
  })
  expect(await (await getJwks()).json()).toEqual(server.jwks)
})

test('slowSeconds: answers later', async () => {
  await server.fail({ slowSeconds: 0.05 })
  const start = performance.now()
  expect(await (await getJwks()).json()).toEqual(server.jwks)
  expect(performance.now() - start).toBeGreaterThan(45)
})

test('redirectTo: answers 302', async () => {
  await server.fail({ redirectTo: 'http://127.0.0.1:9/jwks' })
  const answer = await getJwks({ redirect: 'manual' })
  expect([answer.status, answer.headers.get('location')]).toEqual([302, 'http://127.0.0.1:9/jwks'])
})

test('afflicts one endpoint alone when told so, and several faults add up', async () => {
  await server.fail('error', 'metadata')
  expect([(await getJwks()).status, (await getMetadata()).status]).toEqual([200, 500])
  await server.fail('html', 'jwks')
  expect([(await getJwks()).headers.get('content-type'), (await getMetadata()).status]).toEqual([
    'text/html',
    500,
  ])
})
