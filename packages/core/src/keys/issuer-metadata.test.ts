import { describe, expect, test } from 'vitest'
import { webOf } from '../../test-support/web.js'
import { FetchFailure } from './bounded-fetch.js'
import { fetchIssuerMetadata, metadataUrls } from './issuer-metadata.js'

const issuer = 'https://h.example/t1'
const oauth = 'https://h.example/.well-known/oauth-authorization-server/t1'
const openid = 'https://h.example/t1/.well-known/openid-configuration'
const document = { issuer, jwks_uri: 'https://keys.example/t1' }

const discover = async (documents: Record<string, unknown>, name = issuer, timeoutSeconds = 5) => {
  const web = webOf(documents)
  const http = { timeoutSeconds, maxBytes: 10_000, fetch: web.fetch }
  const read = await fetchIssuerMetadata(name, http).catch((error: Error) => error)
  const outcome = read instanceof Error ? read : read.jwksUri
  return { outcome, read, asked: web.asked }
}

test.each([
  [issuer, oauth, openid],
  [`${issuer}/`, oauth, openid],
  [
    'https://h.example',
    'https://h.example/.well-known/oauth-authorization-server',
    'https://h.example/.well-known/openid-configuration',
  ],
  [
    'https://h.example/',
    'https://h.example/.well-known/oauth-authorization-server',
    'https://h.example/.well-known/openid-configuration',
  ],
  [
    'https://h.example:8443/a/b%20c',
    'https://h.example:8443/.well-known/oauth-authorization-server/a/b%20c',
    'https://h.example:8443/a/b%20c/.well-known/openid-configuration',
  ],
  [
    'http://localhost:3000',
    'http://localhost:3000/.well-known/oauth-authorization-server',
    'http://localhost:3000/.well-known/openid-configuration',
  ],
])('the documents of %s stand at both well-known places (META-02, RFC 8414 §3.1)', (name, first, second) => {
  expect(metadataUrls(name)).toEqual([first, second])
})

test('asks RFC 8414 first, and no one else when that is enough (META-02)', async () => {
  const { outcome, asked } = await discover({
    [oauth]: document,
    [openid]: { ...document, jwks_uri: 'https://other.example' },
  })
  expect(outcome).toBe('https://keys.example/t1')
  expect(asked).toEqual([oauth])
})

describe('OpenID Connect Discovery is asked', () => {
  test.each([
    ['is not there', undefined],
    ['fails', () => new Response(null, { status: 500 })],
    ['is a redirect', () => new Response(null, { status: 302, headers: { location: openid } })],
    ['is no JSON', () => new Response('<html>')],
    ['is too long', () => new Response(' '.repeat(10_001))],
    ['is a list', [document]],
    ['is null', null],
    ['is empty', {}],
    ['names another issuer', { ...document, issuer: 'https://h.example' }],
    ['names no jwks_uri', { issuer }],
    ['names a jwks_uri that may not be used', { ...document, jwks_uri: 'http://keys.example/t1' }],
    ['cannot be reached', () => Promise.reject(new TypeError('fetch failed'))],
    ['is not served, for a reason that is no error', () => Promise.reject('down')],
  ])('when the document of RFC 8414 %s (META-02)', async (_, first) => {
    const { outcome, asked } = await discover({
      ...(first !== undefined && { [oauth]: first }),
      [openid]: document,
    })
    expect(outcome).toBe('https://keys.example/t1')
    expect(asked).toEqual([oauth, openid])
  })

  test('but not when the server does not answer in time: that would only take as long again', async () => {
    const never = () => new Promise(() => undefined)
    const { outcome, asked } = await discover({ [oauth]: never, [openid]: document }, issuer, 0.02)
    expect(outcome).toBeInstanceOf(FetchFailure)
    expect(outcome).toMatchObject({ message: `${oauth}: no answer in 0.02 s`, timedOut: true })
    expect(asked).toEqual([oauth])
  })
})

describe('a document is not used', () => {
  test.each([
    `${issuer}/`,
    'https://H.example/t1',
    'https://h.example:443/t1',
    'https://h.example/t2',
    '',
    null,
    undefined,
    [issuer],
  ])('when its issuer is %j (META-01, RFC 8414 §3.3)', async (named) => {
    const { outcome } = await discover({
      [oauth]: { ...document, issuer: named },
      [openid]: { ...document, issuer: named },
    })
    expect(outcome).toBeInstanceOf(FetchFailure)
  })

  test.each([
    'http://keys.example/t1',
    'https://keys.example/\nforged line of a log',
    'https://keys.example/t1\n',
    'https://keys.example/\r\nx',
    'https://keys.example/a b',
    'https://user:password@keys.example',
    'https://user@keys.example',
    'https://keys.example/t1#fragment',
    'https://keys.example/'.padEnd(2049, 'a'),
    'https://keys.example/t1#',
    'https:keys.example',
    'http://localhost/keys',
    'http://127.0.0.1/keys',
    'ftp://keys.example',
    'file:///etc/passwd',
    'data:application/json,{"keys":[]}',
    'keys',
    '/keys',
    '',
    null,
    undefined,
    5,
    ['https://keys.example/t1'],
  ])('when its jwks_uri is %j (META-03)', async (jwksUri) => {
    const { outcome } = await discover({
      [oauth]: { ...document, jwks_uri: jwksUri },
      [openid]: { ...document, jwks_uri: jwksUri },
    })
    expect(outcome).toBeUndefined()
  })

  test('as its introspection_endpoint: the same rules hold (META-03)', async () => {
    const { read } = await discover({
      [oauth]: { ...document, introspection_endpoint: 'http://h.example/i' },
    })
    expect(read).toEqual({ jwksUri: 'https://keys.example/t1', introspectionEndpoint: undefined })
  })
})

describe('the introspection endpoint', () => {
  const introspection_endpoint = 'https://h.example/introspect'
  const noKeys = { issuer, introspection_endpoint }

  test('is taken from the same document', async () => {
    const { read, asked } = await discover({ [oauth]: { ...document, introspection_endpoint } })
    expect(read).toEqual({ jwksUri: document.jwks_uri, introspectionEndpoint: introspection_endpoint })
    expect(asked).toEqual([oauth])
  })

  test.each([
    ['is not there', undefined, undefined],
    ['names it', document, document.jwks_uri],
  ])('needs no jwks_uri; that may stand in the other document, which %s', async (_, second, jwksUri) => {
    const { read } = await discover({ [oauth]: noKeys, ...(second && { [openid]: second }) })
    expect(read).toEqual({ jwksUri, introspectionEndpoint: introspection_endpoint })
  })
})

describe('an issuer on loopback over http', () => {
  const local = 'http://localhost:3000'
  const at = `${local}/.well-known/oauth-authorization-server`

  test.each([
    'http://localhost:3000/keys',
    'http://127.0.0.1:4000/keys',
    'http://[::1]/keys',
    'https://keys.example',
  ])('may have its keys at %s', async (jwksUri) => {
    const { outcome } = await discover({ [at]: { issuer: local, jwks_uri: jwksUri } }, local)
    expect(outcome).toBe(jwksUri)
  })

  test.each([
    'http://keys.example',
    'http://localhost.evil.example/keys',
    'http://127.0.0.1@evil.example/keys',
    'http://user@localhost:3000/keys',
    'http://localhost:3000/keys#fragment',
    'http://localhost:3000/\nforged line of a log',
  ])('may not have them at %j (META-03)', async (jwksUri) => {
    const { outcome } = await discover({ [at]: { issuer: local, jwks_uri: jwksUri } }, local)
    expect(outcome).toBeUndefined()
  })
})

test('tells of both documents when neither will do, and of another issuer only that it is another and which', async () => {
  const hostile = { ...document, issuer: 'https://evil.example/t1', other: 'c2VjcmV0', jwks_uri: 'c2VjcmV0' }
  const { outcome } = await discover({ [openid]: hostile })
  expect(outcome).toBeInstanceOf(FetchFailure)
  expect(outcome).toMatchObject({
    message: `${oauth}: expected status 200, got 404; ${openid}: expected issuer "${issuer}", the document names "https://evil.example/t1"`,
    timedOut: false,
    cause: expect.any(FetchFailure),
  })
})

test.each([
  'https://evil.example/\r\nforged line of a log',
  'é'.repeat(10_000),
  { deep: ['\n'] },
  '\u2028\x9b31m',
])('quotes the issuer of a document in ASCII, on one line and cut short: %j', async (named) => {
  const { outcome } = await discover({ [openid]: { ...document, issuer: named } })
  const { message } = outcome as Error
  expect(message).toMatch(/^[\x20-\x7e]*$/)
  expect(message.length).toBeLessThan(400)
})

test('tells of both when neither can be reached', async () => {
  const cause = Object.assign(new Error(), { code: 'ECONNREFUSED' })
  const down = () => Promise.reject(new TypeError('fetch failed', { cause }))
  const { outcome, asked } = await discover({ [oauth]: down, [openid]: down })
  expect(outcome).toMatchObject({ message: `${oauth}: ECONNREFUSED; ${openid}: ECONNREFUSED` })
  expect(asked).toEqual([oauth, openid])
})

test('takes nothing from the document but two URLs: no algorithms, no signed metadata (META-05)', async () => {
  const lists = { id_token_signing_alg_values_supported: ['none', 'HS256'], signed_metadata: 'e30.e30.e30' }
  const { outcome } = await discover({ [oauth]: { ...document, ...lists } })
  expect(outcome).toBe('https://keys.example/t1')
})
