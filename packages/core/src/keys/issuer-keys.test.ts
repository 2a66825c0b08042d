import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { clockAt } from '../../test-support/clock.js'
import { issuer, signingKey } from '../../test-support/tokens.js'
import { webOf } from '../../test-support/web.js'
import { issuerKeys, type KeySource } from './issuer-keys.js'
import { MetadataSource } from './metadata-source.js'
import { maxKeys, usableKeys } from './verification-key.js'

const metadataUrl = `${issuer}/.well-known/oauth-authorization-server`
const openidUrl = `${issuer}/.well-known/openid-configuration`
const keysUrl = 'https://keys.example/1'
const [k1, k2] = await Promise.all([signingKey('ES256', 'k1'), signingKey('ES256', 'k2')])

function keysFrom(documents: Record<string, unknown>, source: Partial<KeySource> = {}) {
  const web = webOf(documents)
  const clock = clockAt(0)
  const http = { timeoutSeconds: 5, maxBytes: 100_000, fetch: web.fetch }
  const keys = issuerKeys(
    {
      issuer,
      jwksUri: undefined,
      inlineKeys: undefined,
      algorithms: ['ES256'],
      http,
      staleSeconds: 4 * 3600,
      ...source,
    },
    { now: clock.now, random: () => 1 },
  )
  return { ...web, clock, find: async (kid: string) => keys.find('ES256', kid) }
}

const metadata = { [metadataUrl]: { issuer, jwks_uri: keysUrl } }
const settled = () => new Promise(setImmediate)
const never = () => new Promise<never>(() => undefined)
const down = () => Promise.reject(new TypeError('fetch failed'))
const refusing = () =>
  Promise.reject(
    new TypeError('fetch failed', { cause: Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }) }),
  )

test('are fetched from where the metadata says', async () => {
  const { find, asked } = keysFrom({ ...metadata, [keysUrl]: { keys: [k1.jwk] } })
  expect(await find('k1')).toHaveLength(1)
  expect(asked).toEqual([metadataUrl, keysUrl])
})

test('are fetched without metadata where the configuration says where they are', async () => {
  const { find, asked } = keysFrom({ [keysUrl]: { keys: [k1.jwk] } }, { jwksUri: keysUrl })
  expect(await find('k1')).toHaveLength(1)
  expect(asked).toEqual([keysUrl])
})

test('are never fetched when they stand in the configuration alone', async () => {
  const { find, asked } = keysFrom({}, { inlineKeys: usableKeys({ keys: [k1.jwk] }, ['ES256']) })
  expect([await find('k1'), await find('k2')]).toMatchObject([[{ type: 'public' }], []])
  expect(asked).toEqual([])
})

test('start with those in the configuration and are replaced by the first refresh', async () => {
  const { find, clock, asked } = keysFrom(
    { [keysUrl]: { keys: [k2.jwk] } },
    { inlineKeys: usableKeys({ keys: [k1.jwk] }, ['ES256']), jwksUri: keysUrl },
  )
  expect(await find('k1')).toHaveLength(1)
  expect(await find('k2')).toHaveLength(1)
  clock.advance(1)
  expect(await find('k1')).toEqual([])
  expect(asked).toEqual([keysUrl])
})

test('are found by OpenID Connect Discovery when RFC 8414 cannot be asked (META-02)', async () => {
  const { find, asked } = keysFrom({
    [metadataUrl]: down,
    [openidUrl]: metadata[metadataUrl],
    [keysUrl]: { keys: [k1.jwk] },
  })
  expect(await find('k1')).toHaveLength(1)
  expect(asked).toEqual([metadataUrl, openidUrl, keysUrl])
})

test('are the same from a refresh on, without the metadata being asked again', async () => {
  const { find, clock, documents, asked } = keysFrom({ ...metadata, [keysUrl]: { keys: [k1.jwk] } })
  await find('k1')
  documents[keysUrl] = { keys: [k1.jwk, k2.jwk] }
  clock.advance(11)
  expect(await find('k2')).toHaveLength(1)
  expect(asked).toEqual([metadataUrl, keysUrl, keysUrl])
})

describe('keys that moved', () => {
  test('are found again: after a failure the metadata is asked anew', async () => {
    const { find, clock, documents, asked } = keysFrom({ ...metadata, [keysUrl]: { keys: [k1.jwk] } })
    await find('k1')
    delete documents[keysUrl]
    documents[metadataUrl] = { issuer, jwks_uri: `${keysUrl}/new` }
    documents[`${keysUrl}/new`] = { keys: [k2.jwk] }
    clock.advance(11)
    await expect(find('k2')).rejects.toMatchObject({ code: 'keys_unavailable' })
    await settled()
    clock.advance(1)
    expect(await find('k2')).toHaveLength(1)
    expect(asked.slice(2)).toEqual([keysUrl, metadataUrl, `${keysUrl}/new`])
  })

  test('are found after an hour, although they are still served where they were (META-07)', async () => {
    const { find, clock, documents, asked } = keysFrom({ ...metadata, [keysUrl]: { keys: [k1.jwk] } })
    await find('k1')
    documents[metadataUrl] = { issuer, jwks_uri: `${keysUrl}/new` }
    documents[`${keysUrl}/new`] = { keys: [k2.jwk] }
    clock.advance(3601)
    expect([await find('k1'), await find('k2')]).toMatchObject([[], [{ type: 'public' }]])
    expect(asked.slice(2)).toEqual([metadataUrl, keysUrl, `${keysUrl}/new`])
  })

  test('are taken from where they were while the metadata cannot be had (META-07)', async () => {
    const { find, clock, documents, asked } = keysFrom({ ...metadata, [keysUrl]: { keys: [k1.jwk] } })
    await find('k1')
    documents[metadataUrl] = documents[openidUrl] = down
    documents[keysUrl] = { keys: [k2.jwk] }
    clock.advance(3601)
    expect(await find('k2')).toHaveLength(1)
    expect(asked.slice(2)).toEqual([metadataUrl, keysUrl, openidUrl])
    clock.advance(11)
    expect(await find('k3')).toEqual([])
    expect(asked.slice(5)).toEqual([metadataUrl, keysUrl, openidUrl])
  })

  test('are found although the place that they left hangs: nobody waits for it (META-07)', async () => {
    const { find, clock, documents } = keysFrom({ ...metadata, [keysUrl]: { keys: [k1.jwk] } })
    await find('k1')
    documents[metadataUrl] = { issuer, jwks_uri: `${keysUrl}/new` }
    documents[`${keysUrl}/new`] = { keys: [k2.jwk] }
    documents[keysUrl] = never
    clock.advance(3601)
    expect(await find('k2')).toHaveLength(1)
  })

  test('to a place that does not answer serve on, and are asked for there (META-07)', async () => {
    const { find, clock, documents, asked } = keysFrom({ ...metadata, [keysUrl]: { keys: [k1.jwk] } })
    await find('k1')
    documents[metadataUrl] = { issuer, jwks_uri: `${keysUrl}/new` }
    clock.advance(3601)
    expect(await find('k1')).toHaveLength(1)
    await settled()
    documents[`${keysUrl}/new`] = { keys: [k2.jwk] }
    clock.advance(1)
    expect(await find('k2')).toHaveLength(1)
    expect(asked.at(-1)).toBe(`${keysUrl}/new`)
  })

  test('stay where they were found when the metadata names no place any more (META-07)', async () => {
    const { find, clock, documents } = keysFrom({ ...metadata, [keysUrl]: { keys: [k1.jwk] } })
    await find('k1')
    documents[metadataUrl] = { issuer }
    documents[keysUrl] = { keys: [k2.jwk] }
    for (let time = 0; time < 2; time++) {
      clock.advance(3601)
      expect(await find('k2')).toHaveLength(1)
      await settled()
    }
  })

  test('are looked for where the configuration says, whatever failed', async () => {
    const { find, clock, documents, asked } = keysFrom({}, { jwksUri: keysUrl })
    await expect(find('k1')).rejects.toMatchObject({ code: 'keys_unavailable' })
    documents[keysUrl] = { keys: [k1.jwk] }
    clock.advance(1)
    expect(await find('k1')).toHaveLength(1)
    expect(asked).toEqual([keysUrl, keysUrl])
  })
})

describe('what cannot be had is Unavailable', () => {
  test.each<[string, Record<string, unknown>, string, string]>([
    ['no metadata', {}, 'metadata_unavailable', metadataUrl],
    ['a server that does not answer', { [metadataUrl]: down }, 'metadata_unavailable', 'TypeError'],
    [
      'metadata of another issuer',
      { [metadataUrl]: { issuer: 'https://evil.example', jwks_uri: keysUrl } },
      'metadata_unavailable',
      issuer,
    ],
    [
      'keys over http',
      { [metadataUrl]: { issuer, jwks_uri: 'http://keys.example' } },
      'metadata_unavailable',
      'https',
    ],
    ['no keys', metadata, 'keys_unavailable', '404'],
    [
      'a key server that does not answer',
      { ...metadata, [keysUrl]: down },
      'keys_unavailable',
      `${keysUrl}: TypeError`,
    ],
    ['HTML', { ...metadata, [keysUrl]: () => new Response('<html>') }, 'keys_unavailable', 'expected JSON'],
    [
      'a redirect',
      { ...metadata, [keysUrl]: () => Response.redirect('http://evil.example', 302) },
      'keys_unavailable',
      '302',
    ],
    ['what is no JWK Set', { ...metadata, [keysUrl]: [k1.jwk] }, 'keys_unavailable', 'JWK Set'],
    [
      'a JWK Set of more keys than can be meant',
      { ...metadata, [keysUrl]: { keys: Array.from({ length: maxKeys + 1 }, () => k1.jwk) } },
      'keys_unavailable',
      'at most 100 keys',
    ],
    [
      'a key server that refuses the connection',
      { ...metadata, [keysUrl]: refusing },
      'keys_unavailable',
      `${keysUrl}: ECONNREFUSED`,
    ],
    [
      'a server that refuses the connection',
      { [metadataUrl]: refusing, [openidUrl]: refusing },
      'metadata_unavailable',
      `${metadataUrl}: ECONNREFUSED; ${openidUrl}: ECONNREFUSED`,
    ],
    [
      'keys at a URL with a line break',
      { [metadataUrl]: { issuer, jwks_uri: `${keysUrl}\n` } },
      'metadata_unavailable',
      'https',
    ],
    ['an empty JWK Set', { ...metadata, [keysUrl]: { keys: [] } }, 'keys_unavailable', 'ES256'],
    [
      'a JWK Set without a usable key',
      { ...metadata, [keysUrl]: { keys: [{ kty: 'AKP' }] } },
      'keys_unavailable',
      'ES256',
    ],
    ['an answer that is none', { ...metadata, [keysUrl]: () => undefined }, 'keys_unavailable', ''],
  ])('%s (JOSE-32, JOSE-33, META-01, META-03)', async (_, documents, code, hint) => {
    const { find } = keysFrom(documents)
    await expect(find('k1')).rejects.toMatchObject({
      name: 'Unavailable',
      code,
      message: expect.stringContaining(hint),
    })
  })

  test('until it can be had: nothing of it is kept for long (META-06)', async () => {
    const { find, clock, documents } = keysFrom({ [metadataUrl]: down, [openidUrl]: down })
    await expect(find('k1')).rejects.toMatchObject({ code: 'metadata_unavailable' })
    documents[metadataUrl] = metadata[metadataUrl]
    clock.advance(1)
    await expect(find('k1')).rejects.toMatchObject({ code: 'keys_unavailable' })
    documents[keysUrl] = { keys: [k1.jwk] }
    clock.advance(1)
    expect(await find('k1')).toHaveLength(1)
  })
})

test('garbage at a refresh does not replace good keys (META-07)', async () => {
  const { find, clock, documents } = keysFrom({ ...metadata, [keysUrl]: { keys: [k1.jwk] } })
  await find('k1')
  for (const garbage of [{ keys: [] }, { keys: [{ kty: 'AKP' }] }, [], 'x', () => new Response('<html>')]) {
    documents[keysUrl] = garbage
    clock.advance(601)
    expect(await find('k1')).toHaveLength(1)
    await settled()
  }
  expect(await find('k1')).toHaveLength(1)
})

test('are fetched from where they were while only the metadata is down, after a failed fetch, too (META-07)', async () => {
  const { find, clock, documents } = keysFrom({ ...metadata, [keysUrl]: { keys: [k1.jwk] } })
  await find('k1')
  documents[metadataUrl] = documents[openidUrl] = documents[keysUrl] = down
  clock.advance(11)
  await expect(find('k2')).rejects.toMatchObject({ code: 'keys_unavailable' })
  await settled()
  documents[keysUrl] = { keys: [k2.jwk] }
  clock.advance(1)
  expect(await find('k2')).toHaveLength(1)
})

test('are counted once, whatever algorithms they serve, and fresh for as long as their server says', async () => {
  const keys = () =>
    Response.json({ keys: [k1.jwk, k2.jwk, null] }, { headers: { 'cache-control': 'max-age=900' } })
  const tell = vi.fn()
  const { fetch } = webOf({ [keysUrl]: keys })
  const http = { timeoutSeconds: 5, maxBytes: 100_000, fetch }
  const source = {
    issuer,
    jwksUri: keysUrl,
    inlineKeys: undefined,
    algorithms: ['ES256'],
    http,
    staleSeconds: 60,
  }
  await issuerKeys(source, { now: () => 0, tell }).ready()
  expect(tell).toHaveBeenCalledWith({ type: 'keys_refreshed', keys: 2, freshForSeconds: 900 })
})

test('that are closed give up what is running, metadata of their own included', async () => {
  const signals: (AbortSignal | null | undefined)[] = []
  const fetch = (_: unknown, init?: RequestInit) => {
    signals.push(init?.signal)
    return new Promise<Response>(() => undefined)
  }
  const http = { timeoutSeconds: 5, maxBytes: 100_000, fetch: fetch as typeof globalThis.fetch }
  const source = {
    issuer,
    jwksUri: undefined,
    inlineKeys: undefined,
    algorithms: ['ES256'],
    http,
    staleSeconds: 60,
  }
  const keys = issuerKeys(source, { now: () => 0 })
  const waiting = keys.find('ES256', 'k1')
  keys.close()
  await expect(waiting).rejects.toMatchObject({
    name: 'Unavailable',
    message: expect.stringContaining('closed'),
  })
  await settled()
  expect(signals.map((signal) => signal?.aborted)).toEqual([true])
})

describe('a server of metadata that hangs', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  const timed = async <T>(promise: Promise<T>): Promise<[outcome: unknown, milliseconds: number]> => {
    const since = performance.now()
    const outcome = promise.then(
      (value): [unknown, number] => [value, performance.now() - since],
      (error: unknown): [unknown, number] => [error, performance.now() - since],
    )
    await vi.advanceTimersByTimeAsync(60_000)
    return outcome
  }
  const hanging = { [metadataUrl]: never, [openidUrl]: never }

  test('costs one time limit where the place of the keys is known, and no keys (META-07)', async () => {
    const { find, clock, documents, asked } = keysFrom({ ...metadata, [keysUrl]: { keys: [k1.jwk] } })
    await find('k1')
    Object.assign(documents, hanging, { [keysUrl]: { keys: [k2.jwk] } })
    clock.advance(3601)
    expect(await timed(find('k2'))).toEqual([[expect.objectContaining({ type: 'public' })], 5000])
    expect(asked.slice(2)).toEqual([metadataUrl, keysUrl, openidUrl])
  })

  test('is not waited for in the pause that follows (META-07)', async () => {
    const { find, clock, documents } = keysFrom({ ...metadata, [keysUrl]: { keys: [k1.jwk] } })
    await find('k1')
    Object.assign(documents, hanging)
    clock.advance(3601)
    await timed(find('k1'))
    documents[keysUrl] = { keys: [k2.jwk] }
    clock.advance(0.5)
    expect((await timed(find('k1')))[1]).toBe(0)
  })

  test('costs one time limit, too, where it is not known, and then it is 503 (JOSE-33)', async () => {
    const [outcome, milliseconds] = await timed(keysFrom(hanging).find('k1'))
    expect(outcome).toMatchObject({ name: 'Unavailable', code: 'metadata_unavailable' })
    expect(milliseconds).toBe(5000)
  })

  test('and keys that hang as well cost one time limit together, while the place is known (META-07)', async () => {
    const { find, clock, documents } = keysFrom({ ...metadata, [keysUrl]: { keys: [k1.jwk] } })
    await find('k1')
    Object.assign(documents, hanging, { [keysUrl]: never })
    clock.advance(3601)
    expect(await timed(find('k1'))).toEqual([[expect.objectContaining({ type: 'public' })], 5000])
  })
})

describe('metadata that is shared', () => {
  const shared = (documents: Record<string, unknown>) => {
    const web = webOf(documents)
    const http = { timeoutSeconds: 5, maxBytes: 100_000, fetch: web.fetch }
    const now = () => 0
    const source = new MetadataSource({ issuer, http, needed: ['jwksUri'], now })
    const rest = { jwksUri: undefined, inlineKeys: undefined, algorithms: ['ES256'], http, staleSeconds: 60 }
    return { web, source, keys: issuerKeys({ issuer, ...rest }, { now, metadata: source }) }
  }

  test('and known already is not asked for again', async () => {
    const { web, source, keys } = shared({ ...metadata, [keysUrl]: { keys: [k1.jwk] } })
    await source.get()
    expect(await keys.find('ES256', 'k1')).toHaveLength(1)
    expect(web.asked).toEqual([metadataUrl, keysUrl])
  })

  test('is not given up with the keys', async () => {
    let answer = (_: Response): void => undefined
    const slow = () => new Promise<Response>((resolve) => (answer = resolve))
    const { source, keys } = shared({ [metadataUrl]: slow })
    const [waiting, others] = [keys.find('ES256', 'k1'), source.get()]
    keys.close()
    await expect(waiting).rejects.toMatchObject({ message: expect.stringContaining('closed') })
    answer(Response.json({ issuer, jwks_uri: keysUrl }))
    expect(await others).toMatchObject({ jwksUri: keysUrl })
  })
})
