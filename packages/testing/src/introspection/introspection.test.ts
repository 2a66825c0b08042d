import { afterAll, afterEach, expect, test, vi } from 'vitest'
import { ask } from '../../test-support/ask-introspection.js'
import { dpopClient, startAuthorizationServer, testClock } from '../index.js'

const clock = testClock()
const audience = 'https://api.example'
const server = await startAuthorizationServer({ path: '/t1', audience, now: clock.now })
const inactive = { active: false }
const introspect = async (token: string) => (await ask(server, token)).json()

afterEach(async () => {
  server.answerIntrospection()
  await server.recover()
})
afterAll(() => server.close())

test('tells of an opaque token what a JWT would say (RFC 7662 §2.2)', async () => {
  const client = dpopClient()
  const token = await server.mintOpaque({ scope: 'a b', clientId: 'c', expiresInSeconds: 5, boundTo: client })
  expect(token).toMatch(/^[\w-]{43}$/)
  const iat = Math.floor(clock.now() / 1000)
  const answer = await ask(server, token)
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/json'])
  expect(await answer.json()).toEqual({
    active: true,
    iss: server.issuer,
    sub: 'c',
    client_id: 'c',
    aud: audience,
    scope: 'a b',
    iat,
    exp: iat + 5,
    jti: expect.any(String),
    token_type: 'DPoP',
    cnf: { jkt: client.thumbprint },
  })
})

test('lays claims over the answer, and removes what is undefined', async () => {
  const claims = { iss: undefined, token_type: undefined, active: 'true', extra: null }
  const answer = await introspect(await server.mintOpaque({ prefix: 'op_', audience: ['x', 'y'], claims }))
  expect(answer).toMatchObject({ active: 'true', aud: ['x', 'y'], extra: null })
  expect(answer).not.toHaveProperty('iss')
  expect(answer).not.toHaveProperty('token_type')
  expect(await server.mintOpaque({ prefix: 'op_' })).toMatch(/^op_[\w-]{43}$/)
})

test('tells of a JWT what stands in it', async () => {
  const token = await server.mint({ scope: 'a' })
  const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
  expect(await introspect(token)).toEqual({ active: true, ...claims, token_type: 'Bearer' })
})

test('says nothing of a token that is unknown, revoked or expired by its clock', async () => {
  const [revoked, jwt] = [await server.mintOpaque(), await server.mint()]
  const expiring = await server.mintOpaque({ expiresInSeconds: 10 })
  server.revoke(revoked)
  server.revoke(jwt)
  expect(await introspect('unknown')).toEqual(inactive)
  expect(await introspect(revoked)).toEqual(inactive)
  expect(await introspect(jwt)).toEqual(inactive)
  clock.advance(9)
  expect(await introspect(expiring)).toMatchObject({ active: true })
  clock.advance(1)
  expect(await introspect(expiring)).toEqual(inactive)
})

test('does not guess an audience', async () => {
  await using unaddressed = await startAuthorizationServer()
  await expect(unaddressed.mintOpaque()).rejects.toThrow('audience is missing')
})

test.each([
  [{ active: 'true' }, '{"active":"true"}'],
  [null, 'null'],
  [[1], '[1]'],
])('answers %j when a test wants it', async (value, body) => {
  server.answerIntrospection(() => value)
  expect(await (await ask(server, 'unknown')).text()).toBe(body)
})

test('hands the right answer and the question to the hook, and waits for it', async () => {
  const token = await server.mintOpaque()
  const hook = vi.fn(async (answer: object) => ({ ...answer, exp: 1 }))
  server.answerIntrospection(hook)
  const answer = await ask(server, token, { form: { token_type_hint: 'access_token' } })
  expect(await answer.json()).toMatchObject({ active: true, exp: 1 })
  expect(hook).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ active: true }), {
    token,
    tokenTypeHint: 'access_token',
    clientId: 'api',
  })
})

test('sends any answer as it stands, and 500 when the hook throws', async () => {
  server.answerIntrospection(() => ({ status: 203, contentType: 'text/plain', body: 'no JSON' }))
  const answer = await ask(server, 'x')
  expect([answer.status, answer.headers.get('content-type'), await answer.text()]).toEqual([
    203,
    'text/plain',
    'no JSON',
  ])
  server.answerIntrospection(() => {
    throw new Error('secret')
  })
  expect(await (await ask(server, 'x')).text()).toBe('{"error":"server_error"}')
})

test('breaks down alone when told so, and with the others by default', async () => {
  await server.fail('error', 'introspection')
  expect([(await ask(server, 'x')).status, (await fetch(server.jwksUri)).status]).toEqual([500, 200])
  await server.fail('html')
  expect((await ask(server, 'x')).headers.get('content-type')).toBe('text/html')
})

test('huge: sends the right answer, with 50 MB before it', async () => {
  const token = await server.mintOpaque()
  await server.fail('huge', 'introspection')
  const body = await (await ask(server, token)).text()
  expect(body.length).toBeGreaterThan(50 * 2 ** 20)
  expect(JSON.parse(body)).toMatchObject({ active: true })
})

test('redirectTo: answers 307, which asks for the token to be sent elsewhere, when told so', async () => {
  await server.fail({ redirectTo: `${server.introspectionEndpoint}?again`, status: 307 }, 'introspection')
  server.resetRequests()
  await expect(ask(server, 'x')).rejects.toThrow('fetch failed')
  expect(server.requests[1]).toMatchObject({ method: 'POST', path: '/introspect?again' })
})

test('counts what it was asked, and keeps neither token nor secret', async () => {
  server.resetRequests()
  await ask(server, 'my-token')
  expect(server.count('introspection')).toBe(1)
  expect(server.requests[0]).toMatchObject({ method: 'POST', path: '/introspect' })
  expect(JSON.stringify(server.requests)).not.toMatch(/my-token|Basic|secret/)
})
