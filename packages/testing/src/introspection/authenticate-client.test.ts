import { afterAll, expect, test } from 'vitest'
import { ask, basic } from '../../test-support/ask-introspection.js'
import { startAuthorizationServer } from '../index.js'

const server = await startAuthorizationServer({
  audience: 'https://api.example',
  introspection: { clients: [{ id: 'urn:api:2', secret: 's:2' }] },
})
const token = await server.mintOpaque()
const { id, secret } = server.introspectionClient
afterAll(() => server.close())

const encoded = 'api+secret%3A+100%25+%2B%C3%A9'

test.each([
  ['the default client', basic(id, secret)],
  ['a scheme in lower case', basic(id, secret).replace('Basic', 'basic')],
  ['the form encoding of RFC 6749 appendix B', `Basic ${btoa(`api:${encoded}`)}`],
  ['percent-encoded spaces', `Basic ${btoa(`api:${encoded.replaceAll('+', '%20')}`)}`],
  ['another client, whose id has colons', basic('urn:api:2', 's:2')],
])('knows %s by client_secret_basic (RFC 6749 §2.3.1)', async (_, authorization) => {
  const answer = await ask(server, token, { authorization })
  expect([answer.status, await answer.json()]).toEqual([200, expect.objectContaining({ active: true })])
})

test('knows a client by client_secret_post', async () => {
  const form = { client_id: id, client_secret: secret }
  expect((await ask(server, token, { authorization: undefined, form })).status).toBe(200)
})

const utf8 = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`

test.each([
  ['nothing', undefined, {}],
  ['a secret that is not encoded', utf8(`${id}:${secret}`), {}],
  ['a secret of which only the spaces are encoded', utf8(`${id}:${secret.replaceAll(' ', '+')}`), {}],
  [
    'a secret of which only the percent sign is not encoded',
    utf8(`api:${encoded.replace('0%25', '0%')}`),
    {},
  ],
  ['an id that is not encoded', utf8('urn:api:2:s%3A2'), {}],
  ['a wrong secret', basic(id, 'wrong'), {}],
  ['the secret of another client', basic(id, 's:2'), {}],
  ['an unknown client', basic('nobody', secret), {}],
  ['an inherited member', basic('__proto__', ''), {}],
  ['another scheme', 'Bearer abc', {}],
  ['what is not base64', 'Basic ???', {}],
  ['another client_id', basic(id, secret), { client_id: 'urn:api:2' }],
  ['an id without a secret', undefined, { client_id: id }],
  ['an empty secret', undefined, { client_id: id, client_secret: '' }],
])('refuses %s with invalid_client', async (_, authorization, form: Record<string, string>) => {
  const answer = await ask(server, token, { authorization, form })
  expect(answer.status).toBe(401)
  expect(answer.headers.get('www-authenticate')).toMatch(/^Basic /)
  expect(await answer.json()).toEqual({ error: 'invalid_client' })
})

test('has the registered client in place of the default one of the same id', async () => {
  await using other = await startAuthorizationServer({ introspection: { clients: [{ id, secret: 'new' }] } })
  expect((await ask(other, 'x')).status).toBe(401)
  expect((await ask(other, 'x', { authorization: basic(id, 'new') })).status).toBe(200)
})

test('refuses two methods at once (RFC 6749 §2.3)', async () => {
  const form = { client_id: id, client_secret: secret }
  const answer = await ask(server, token, { form })
  expect([answer.status, await answer.json()]).toEqual([400, { error: 'invalid_request' }])
})

test('refuses GET (RFC 7662 §2.1)', async () => {
  const answer = await fetch(`${server.introspectionEndpoint}?token=${token}`, {
    headers: { authorization: basic(id, secret) },
  })
  expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST'])
})

const form = 'application/x-www-form-urlencoded'

test.each([
  ['no token', '', form, 'token_type_hint=access_token'],
  ['an empty token', '', form, 'token='],
  ['two tokens', '', form, 'token=a&token=b'],
  ['a token in the URL, too', '?token=a', form, 'token=a'],
  ['a token in the URL alone', '?token=a', form, ''],
  ['JSON', '', 'application/json', '{"token":"a"}'],
  ['a form of another name', '', `${form}2`, 'token=a'],
])('refuses %s with invalid_request', async (_, query, type, body) => {
  const headers = { authorization: basic(id, secret), 'content-type': type }
  const answer = await fetch(`${server.introspectionEndpoint}${query}`, { method: 'POST', headers, body })
  expect([answer.status, await answer.json()]).toEqual([400, { error: 'invalid_request' }])
})
