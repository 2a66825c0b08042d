import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, test, vi } from 'vitest'
import { issuer, moment } from '../../test-support/tokens.js'
import { type IntrospectionClient, readClient } from './introspection-client.js'
import { type Asker, exchange } from './introspection-exchange.js'

const url = `${issuer}/introspect`
const secret = { id: 'api', secret: 's "é' } as const
const token = 'a+b/c=&"d'

/** What the server got of one question. */
async function asked(client: IntrospectionClient, changes: Partial<Asker> = {}) {
  const fetch = vi.fn<typeof globalThis.fetch>(async () => Response.json({ active: false }))
  await exchange(url, token, {
    authenticate: readClient('client', client, issuer),
    http: { timeoutSeconds: 5, maxBytes: 1000, fetch },
    requestFormat: 'json',
    signed: false,
    now: () => moment,
    ...changes,
  })
  const [place, init] = fetch.mock.calls[0] ?? []
  return { place, method: init?.method, headers: new Headers(init?.headers), body: init?.body as string }
}

describe('a question as a JSON object', () => {
  test('has the parameters of a form, and the credentials beside them', async () => {
    const { place, method, headers, body } = await asked({ ...secret, method: 'client_secret_post' })
    expect({ place, method }).toEqual({ place: url, method: 'POST' })
    expect(headers.get('content-type')).toBe('application/json')
    expect(headers.has('authorization')).toBe(false)
    expect(JSON.parse(body)).toEqual({
      token,
      token_type_hint: 'access_token',
      client_id: 'api',
      client_secret: 's "é',
    })
  })

  test('has them in the header by client_secret_basic', async () => {
    const { headers, body } = await asked(secret)
    expect(headers.get('authorization')).toMatch(/^Basic /)
    expect(JSON.parse(body)).toEqual({ token, token_type_hint: 'access_token' })
  })

  test('carries an assertion, too', async () => {
    const { privateKey } = generateKeyPairSync('ed25519')
    const { body } = await asked({ id: 'api', privateKey, algorithm: 'Ed25519' })
    expect(JSON.parse(body)).toMatchObject({ token, client_id: 'api', client_assertion: expect.any(String) })
  })
})

test('a question is a form elsewhere, with the same parameters', async () => {
  const client = { ...secret, method: 'client_secret_post' } as const
  const { headers, body } = await asked(client, { requestFormat: 'form' })
  expect(headers.get('content-type')).toBe('application/x-www-form-urlencoded')
  expect(Object.fromEntries(new URLSearchParams(body))).toEqual(JSON.parse((await asked(client)).body))
})

test.each([
  [false, 'application/json'],
  [true, 'application/token-introspection+jwt'],
  ['application/jwt', 'application/jwt'],
] as const)('with signed: %j it asks for %s, in either format', async (signed, type) => {
  for (const requestFormat of ['form', 'json'] as const) {
    const { headers } = await asked(secret, { signed, requestFormat })
    expect(headers.get('accept')).toBe(type)
  }
})
