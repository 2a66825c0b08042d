import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { webOf } from '../../test-support/web.js'
import { FetchFailure } from './fetch-failure.js'
import { fetchIssuerMetadata, metadataUrls, type NeededMetadata } from './issuer-metadata.js'

const issuer = 'https://h.example/t1'
const oauth = 'https://h.example/.well-known/oauth-authorization-server/t1'
const openid = 'https://h.example/t1/.well-known/openid-configuration'
const document = { issuer, jwks_uri: 'https://keys.example/t1' }

const keysOnly: NeededMetadata = ['jwksUri']
const discover = async (documents: Record<string, unknown>, name = issuer, needed = keysOnly) => {
  const web = webOf(documents)
  const http = { timeoutSeconds: 5, maxBytes: 10_000, fetch: web.fetch }
  const read = await fetchIssuerMetadata({ issuer: name, http, needed }).catch((error: Error) => error)
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
    expect(read).toMatchObject({ jwksUri: 'https://keys.example/t1', introspectionEndpoint: undefined })
    expect(read).toMatchObject({ refused: { introspection_endpoint: 'http://h.example/i' } })
  })
})

describe('the introspection endpoint', () => {
  const introspection_endpoint = 'https://h.example/introspect'
  const noKeys = { issuer, introspection_endpoint }

  const both = { jwksUri: document.jwks_uri, introspectionEndpoint: introspection_endpoint }
  const named = { ...document, introspection_endpoint }

  test('is taken from the same document', async () => {
    const { read, asked } = await discover({ [oauth]: named }, issuer, ['jwksUri', 'introspectionEndpoint'])
    expect(read).toMatchObject(both)
    expect(asked).toEqual([oauth])
  })

  test('is taken from the document of OpenID Connect, where it stands in that alone (META-02)', async () => {
    const documents = { [oauth]: document, [openid]: named }
    const { read, asked } = await discover(documents, issuer, ['introspectionEndpoint'])
    expect(read).toMatchObject(both)
    expect(asked).toEqual([oauth, openid])
  })

  test('is not looked for there when nobody needs it (META-02)', async () => {
    const { read, asked } = await discover({ [oauth]: document, [openid]: named })
    expect(read).toMatchObject({ ...both, introspectionEndpoint: undefined })
    expect(asked).toEqual([oauth])
  })

  test('is enough for those who need no keys: nothing else is asked (META-02)', async () => {
    const { read, asked } = await discover({ [oauth]: noKeys, [openid]: named }, issuer, [
      'introspectionEndpoint',
    ])
    expect(read).toMatchObject({ ...both, jwksUri: undefined })
    expect(asked).toEqual([oauth])
  })

  test('is put together with keys of the other document, the first one before the second (META-02)', async () => {
    const needed: NeededMetadata = ['jwksUri', 'introspectionEndpoint']
    const other = { issuer, introspection_endpoint: 'https://h.example/other' }
    const { read } = await discover({ [oauth]: noKeys, [openid]: { ...document } }, issuer, needed)
    expect(read).toMatchObject(both)
    expect((await discover({ [oauth]: noKeys, [openid]: other }, issuer, needed)).read).toMatchObject({
      ...both,
      jwksUri: undefined,
    })
    expect((await discover({ [oauth]: document, [openid]: noKeys }, issuer, needed)).read).toMatchObject(both)
  })

  test('of the second document is better than nothing, when the first is none (META-02)', async () => {
    const { read, asked } = await discover({ [openid]: noKeys })
    expect(read).toMatchObject({ ...both, jwksUri: undefined })
    expect(asked).toEqual([oauth, openid])
  })

  test('that is refused in both documents is told as the first one has it (META-03)', async () => {
    const refusedBy = (path: string) => ({ issuer, introspection_endpoint: `http://h.example/${path}` })
    const { read } = await discover({ [oauth]: refusedBy('a'), [openid]: refusedBy('b') })
    expect(read).toMatchObject({ refused: { introspection_endpoint: 'http://h.example/a' } })
  })

  test('of a document of another issuer is not used (META-01)', async () => {
    const foreign = { ...named, issuer: 'https://evil.example' }
    const { read } = await discover({ [oauth]: document, [openid]: foreign }, issuer, [
      'introspectionEndpoint',
    ])
    expect(read).toMatchObject({ ...both, introspectionEndpoint: undefined })
  })

  test.each([
    ['is not there', undefined, undefined],
    ['names it', document, document.jwks_uri],
  ])('needs no jwks_uri; that may stand in the other document, which %s', async (_, second, jwksUri) => {
    const documents = { [oauth]: noKeys, ...(second && { [openid]: second }) }
    const { read } = await discover(documents, issuer, ['jwksUri', 'introspectionEndpoint'])
    expect(read).toMatchObject({ jwksUri, introspectionEndpoint: introspection_endpoint })
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
    outage: false,
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

test('tells the time that a document had in whole milliseconds', async () => {
  const http = { timeoutSeconds: 0.02, maxBytes: 100, fetch: () => new Promise<never>(() => undefined) }
  const failure = fetchIssuerMetadata({ issuer, http, needed: keysOnly })
  await expect(failure).rejects.toThrow(/: no answer in 0\.0\d{1,2} s; .*: no answer in 0\.0\d{1,2} s$/)
})

describe('both documents together take no longer than one exchange', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  const after = (milliseconds: number, body: unknown) => () =>
    new Promise<Response>((resolve) => setTimeout(() => resolve(Response.json(body)), milliseconds))
  const never = () => new Promise<Response>(() => undefined)

  /** What comes of it, when that is, and when each document was asked for, in milliseconds. */
  const timed = async (documents: Record<string, () => unknown>, signal?: AbortSignal) => {
    const since = performance.now()
    const asked: [url: string, at: number][] = []
    const signals: (AbortSignal | null | undefined)[] = []
    const fetch: typeof globalThis.fetch = async (input, init) => {
      asked.push([input as string, performance.now() - since])
      signals.push(init?.signal)
      return documents[input as string]?.() as Response
    }
    const http = { timeoutSeconds: 5, maxBytes: 10_000, fetch }
    const reading = fetchIssuerMetadata({ issuer, http, needed: ['jwksUri'], signal }).then(
      (read) => ({ outcome: read.jwksUri as unknown, at: performance.now() - since }),
      (error: unknown) => ({ outcome: error, at: performance.now() - since }),
    )
    await vi.advanceTimersByTimeAsync(20_000)
    return { ...(await reading), asked, signals }
  }
  const other = { issuer, jwks_uri: 'https://keys.example/other' }

  test('an early first answer spares the second question (META-02)', async () => {
    const { outcome, at, asked } = await timed({ [oauth]: after(499, document), [openid]: after(0, other) })
    expect([outcome, at, asked]).toEqual([document.jwks_uri, 499, [[oauth, 0]]])
    expect(vi.getTimerCount()).toBe(0)
  })

  test('the second is asked after a tenth of the time, and may answer first (META-02)', async () => {
    const { outcome, at, asked, signals } = await timed({ [oauth]: never, [openid]: after(100, other) })
    expect([outcome, at]).toEqual([other.jwks_uri, 600])
    expect(asked).toEqual([
      [oauth, 0],
      [openid, 500],
    ])
    expect(signals.map((signal) => signal?.aborted)).toEqual([true, true])
    expect(vi.getTimerCount()).toBe(0)
  })

  test('the first is good later, too (META-02)', async () => {
    const { outcome, at } = await timed({ [oauth]: after(4999, document), [openid]: never })
    expect([outcome, at]).toEqual([document.jwks_uri, 4999])
    const slow = await timed({ [oauth]: after(1000, document), [openid]: after(600, other) })
    expect([slow.outcome, slow.at]).toEqual([document.jwks_uri, 1000])
  })

  test('a second that fails at once does not end the first (META-02)', async () => {
    const { outcome, at } = await timed({ [oauth]: after(4000, document), [openid]: () => Response.json({}) })
    expect([outcome, at]).toEqual([document.jwks_uri, 4000])
  })

  test('the first one does not fail before the second has: it gets the rest of the time (META-02)', async () => {
    const gone = () => new Response(null, { status: 404 })
    const { outcome, at, asked } = await timed({ [oauth]: gone, [openid]: after(4999, other) })
    expect([outcome, at, asked.map(([, asked]) => asked)]).toEqual([other.jwks_uri, 4999, [0, 0]])
  })

  test.each([
    ['neither answers', never, never],
    ['the first is late', after(5001, document), never],
    ['both are late', after(5001, document), after(4501, other)],
    ['the first fails late', after(4999, {}), never],
    ['the first fails at once', () => Response.json({}), never],
    ['the first fails, and the second is late', () => Response.json({}), after(5001, other)],
  ])('it is never more: %s (JOSE-32)', async (_, first, second) => {
    const { outcome, at, asked } = await timed({ [oauth]: first, [openid]: second })
    expect(outcome).toBeInstanceOf(FetchFailure)
    expect(at).toBe(5000)
    expect(asked).toHaveLength(2)
    expect(vi.getTimerCount()).toBe(0)
  })

  test('both time limits are told, in whole milliseconds', async () => {
    const { outcome } = await timed({ [oauth]: never, [openid]: never })
    expect((outcome as Error).message).toBe(`${oauth}: no answer in 5 s; ${openid}: no answer in 4.5 s`)
  })

  test('half of what is needed is better than nothing, when the other half does not come', async () => {
    const noKeys = { issuer, introspection_endpoint: 'https://h.example/introspect' }
    const { outcome, at } = await timed({ [oauth]: after(0, noKeys), [openid]: never })
    expect([outcome, at]).toEqual([undefined, 5000])
  })

  test('whoever gives it up ends both (META-06)', async () => {
    const giver = new AbortController()
    setTimeout(() => giver.abort(), 3000)
    const { outcome, at, signals } = await timed({ [oauth]: never, [openid]: never }, giver.signal)
    expect([outcome, at]).toEqual([expect.any(FetchFailure), 3000])
    expect((outcome as Error).message).toContain('given up')
    expect(signals.map((signal) => signal?.aborted)).toEqual([true, true])
    expect(vi.getTimerCount()).toBe(0)
  })
})
