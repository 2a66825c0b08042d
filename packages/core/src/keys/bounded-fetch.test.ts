import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { reasonOf, thrownBy } from '../../test-support/refusal.js'
import { boundedFetch, fetchJson } from './bounded-fetch.js'
import { FetchFailure } from './fetch-failure.js'
import { type HttpLimits, readHttpOptions } from './http-options.js'

const url = 'https://as.example/keys'
const never = () => new Promise<never>(() => undefined)
const settledTurn = () => vi.advanceTimersByTimeAsync(0)

beforeEach(() => void vi.useFakeTimers())
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

const fetchWith = (fetch: HttpLimits['fetch'], limits: Partial<HttpLimits> = {}) =>
  fetchJson(url, { timeoutSeconds: 5, maxBytes: 100, fetch, ...limits })
const answer = (body: ConstructorParameters<typeof Response>[0], init?: ResponseInit) =>
  fetchWith(async () => new Response(body, init))

test('gets a JSON document, asks for nothing else and follows no redirect (JOSE-32)', async () => {
  const fetch = vi.fn<NonNullable<HttpLimits['fetch']>>(async () => Response.json({ keys: [] }))
  await expect(fetchWith(fetch)).resolves.toEqual({ content: { keys: [] }, cacheControl: null })
  const expected = {
    redirect: 'manual',
    headers: { accept: 'application/json' },
    signal: expect.any(AbortSignal),
  }
  expect(fetch.mock.calls).toEqual([[url, expected]])
})

test('uses the global fetch as it is at the time of the call', async () => {
  vi.stubGlobal('fetch', async () => Response.json('global'))
  await expect(fetchWith(undefined)).resolves.toMatchObject({ content: 'global' })
})

describe('an answer that is none', () => {
  test.each([201, 204, 301, 302, 303, 307, 308, 400, 401, 404, 429, 500, 503])(
    'is refused: status %d (JOSE-32)',
    async (status) => {
      const error = await reasonOf(answer(null, { status, headers: { location: 'http://evil.example' } }))
      expect(error).toBeInstanceOf(FetchFailure)
      expect(error).toMatchObject({ message: `${url}: expected status 200, got ${status}`, outage: false })
    },
  )

  test('is refused: a redirect as the Fetch standard shows it (JOSE-32)', async () => {
    const error = await reasonOf(fetchWith(async () => Response.error()))
    expect(error).toMatchObject({
      name: 'FetchFailure',
      message: `${url}: expected status 200, got a redirect`,
    })
  })

  test('is refused: one to which a fetch of the application followed a redirect (JOSE-32)', async () => {
    const response = Object.defineProperty(Response.json({ keys: [] }), 'redirected', { value: true })
    const error = await reasonOf(fetchWith(async () => response))
    expect(error).toBeInstanceOf(FetchFailure)
    expect(error).toMatchObject({
      message: `${url}: expected an answer from there, but a redirect was followed`,
      outage: false,
    })
  })

  test.each([
    ['HTML', '<html></html>'],
    ['nothing', ''],
    ['JSON cut short', '{"keys":['],
    ['bytes that are not UTF-8', Buffer.from([0x22, 0xff, 0x22])],
  ])('is refused: %s (JOSE-32)', async (_, body) => {
    const error = await reasonOf(answer(body))
    expect(error).toBeInstanceOf(FetchFailure)
    expect(error).toMatchObject({ message: `${url}: expected JSON`, outage: false })
  })

  test('is refused: an empty body', async () => {
    await expect(answer(null)).rejects.toBeInstanceOf(FetchFailure)
  })
})

describe('no answer at all', () => {
  const failed = (cause?: unknown) => new TypeError('fetch failed', cause === undefined ? {} : { cause })
  const coded = (code: unknown) => Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:443'), { code })

  const failures: [string, Error, ofGlobal: string, ofOwn: string][] = [
    ['for a reason that is not told', failed(), 'fetch failed', 'TypeError'],
    [
      'with the code of the cause, as Node gives it',
      failed(coded('ECONNREFUSED')),
      'ECONNREFUSED',
      'ECONNREFUSED',
    ],
    [
      'with a cause without a code',
      failed(new Error('self-signed certificate')),
      'self-signed certificate',
      'TypeError',
    ],
    ['with a code that is no text', failed(coded(111)), 'connect ECONNREFUSED 127.0.0.1:443', 'TypeError'],
    [
      'with a text for a code',
      failed(coded('token=c2VjcmV0')),
      'connect ECONNREFUSED 127.0.0.1:443',
      'TypeError',
    ],
    ['with a code of its own', coded('ERR_PROXY'), 'ERR_PROXY', 'ERR_PROXY'],
    [
      'with several causes',
      failed(Object.assign(new AggregateError([]), { code: 'ETIMEDOUT' })),
      'ETIMEDOUT',
      'ETIMEDOUT',
    ],
    ['with a cause that is no error', failed('ECONNREFUSED'), 'fetch failed', 'TypeError'],
    [
      'by an abort of its own',
      new DOMException('This operation was aborted', 'AbortError'),
      'This operation was aborted',
      'AbortError',
    ],
  ]
  const failing = (failure: Error): NonNullable<HttpLimits['fetch']>[] => [
    () => Promise.reject(failure),
    () => {
      throw failure
    },
    async () => new Response(new ReadableStream({ pull: (controller) => controller.error(failure) })),
  ]

  test.each(failures)('is a failure that names URL and reason: %s', async (_, cause, reason) => {
    for (const fetch of failing(cause)) {
      vi.stubGlobal('fetch', fetch)
      const error = await reasonOf(fetchWith(undefined))
      expect(error).toBeInstanceOf(FetchFailure)
      expect(error).toMatchObject({
        name: 'FetchFailure',
        message: `${url}: ${reason}`,
        outage: reason === 'ECONNREFUSED',
        cause,
      })
    }
  })

  test.each(failures)(
    'is told of with names and codes alone where the application has a fetch of its own: %s (BCP-02)',
    async (_, cause, __, reason) => {
      for (const fetch of failing(cause)) {
        const error = await reasonOf(fetchWith(fetch))
        expect(error).toMatchObject({
          name: 'FetchFailure',
          message: `${url}: ${reason}`,
          outage: reason === 'ECONNREFUSED',
          cause,
        })
      }
    },
  )

  test.each([undefined, null, 'c2VjcmV0', 5, { message: 'c2VjcmV0' }])(
    'is a failure, even when what was thrown is no error: %j',
    async (thrown) => {
      const error = await reasonOf(fetchWith(() => Promise.reject(thrown)))
      expect(error).toBeInstanceOf(FetchFailure)
      expect(error).toMatchObject({
        message: `${url}: the fetch function threw something that is no error`,
        outage: false,
      })
    },
  )

  test.each([undefined, null, 5, {}])('is a failure, too: what is no Response, %j', async (response) => {
    const error = await reasonOf(fetchWith(async () => response as Response))
    expect(error).toBeInstanceOf(FetchFailure)
    expect((error as Error).message.startsWith(`${url}: `)).toBe(true)
  })

  test.each(['?', '?key=c2VjcmV0', '?a=b?c=c2VjcmV0', '?a\nc2VjcmV0'])(
    'is told of without the query of the URL, in which a key may stand: %j (BCP-02)',
    async (query) => {
      const limits = { timeoutSeconds: 5, maxBytes: 100, fetch: () => Promise.reject(new Error('x')) }
      const error = await reasonOf(fetchJson(`${url}${query}`, limits))
      expect(error).toMatchObject({ message: `${url}: Error` })
    },
  )

  test('is told of with the code of the connection that the global fetch could not make', async () => {
    vi.useRealTimers()
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const closed = `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`
    server.close()
    await once(server, 'close')
    const limits = { timeoutSeconds: 5, maxBytes: 100, fetch: undefined }
    await expect(fetchJson(closed, limits)).rejects.toMatchObject({ message: `${closed}: ECONNREFUSED` })
  })
})

describe('the limit of size', () => {
  const json = (bytes: number) => `"${'x'.repeat(bytes - 2)}"`

  test('passes a body of exactly that size (JOSE-32)', async () => {
    await expect(answer(json(100))).resolves.toMatchObject({ content: 'x'.repeat(98) })
  })

  test('refuses one byte more (JOSE-32)', async () => {
    const error = await reasonOf(answer(json(101)))
    expect(error).toMatchObject({ name: 'FetchFailure', message: `${url}: expected at most 100 bytes` })
  })

  test('counts bytes, not characters', async () => {
    await expect(answer(`"${'é'.repeat(50)}"`)).rejects.toThrow(/at most 100 bytes/)
  })

  test('stops an endless body soon, and hangs up (JOSE-32)', async () => {
    const pull = vi.fn((controller: ReadableStreamDefaultController) => controller.enqueue(Buffer.alloc(10)))
    const cancel = vi.fn()
    await expect(answer(new ReadableStream({ pull, cancel }))).rejects.toThrow(/at most 100 bytes/)
    expect(pull.mock.calls.length).toBeLessThan(20)
    expect(cancel).toHaveBeenCalledOnce()
  })

  test('does not trust Content-Length', async () => {
    await expect(answer(json(101), { headers: { 'content-length': '3' } })).rejects.toThrow(
      /at most 100 bytes/,
    )
  })
})

describe('the limit of time', () => {
  const hanging: [string, () => Promise<Response>][] = [
    ['a fetch that ignores its signal', never],
    ['a body that hangs', async () => new Response(new ReadableStream({ pull: never }))],
    [
      'a body that drips',
      async () =>
        new Response(
          new ReadableStream({
            pull: (controller) =>
              new Promise((resolve) => {
                setTimeout(() => resolve(controller.enqueue(Buffer.from(' '))), 1000)
              }),
          }),
        ),
    ],
    [
      'a stream whose cancellation hangs',
      async () =>
        new Response(
          new ReadableStream({ pull: (controller) => controller.enqueue(Buffer.alloc(200)), cancel: never }),
        ),
    ],
  ]

  test.each(hanging)('stops %s (JOSE-32)', async (_, fetch) => {
    const reason = reasonOf(fetchWith(fetch))
    await vi.advanceTimersByTimeAsync(4999)
    const stillWaiting = Symbol('still waiting')
    await expect(Promise.race([reason, Promise.resolve(stillWaiting)])).resolves.toBe(stillWaiting)
    await vi.advanceTimersByTimeAsync(1)
    await expect(reason).resolves.toBeInstanceOf(FetchFailure)
    await expect(reason).resolves.toMatchObject({ message: `${url}: no answer in 5 s`, outage: false })
  })

  test('aborts the call, and a late failure harms nobody', async () => {
    let signal: AbortSignal | null | undefined
    const late: HttpLimits['fetch'] = (_, init) => {
      signal = init?.signal
      return new Promise((_resolve, reject) => {
        setTimeout(() => reject(new Error('late')), 9000)
      })
    }
    const unhandled = vi.fn()
    process.on('unhandledRejection', unhandled)
    const reason = reasonOf(fetchWith(late))
    await vi.advanceTimersByTimeAsync(5000)
    await reason
    expect(signal?.aborted).toBe(true)
    await vi.advanceTimersByTimeAsync(5000)
    vi.useRealTimers()
    await new Promise(setImmediate)
    process.off('unhandledRejection', unhandled)
    expect(unhandled).not.toHaveBeenCalled()
  })

  test.each([
    ['a good answer', () => Response.json(1)],
    ['a bad answer', () => new Response(null, { status: 500 })],
  ])('leaves no timer behind after %s', async (_, response) => {
    await fetchWith(async () => response()).catch(() => undefined)
    expect(vi.getTimerCount()).toBe(0)
  })
})

test('hangs up on a body that is not read', async () => {
  let signal: AbortSignal | null | undefined
  await reasonOf(
    fetchWith(async (_, init) => {
      signal = init?.signal
      return new Response('a long story', { status: 500 })
    }),
  )
  expect(signal?.aborted).toBe(true)
})

describe('the options', () => {
  test('have defaults', () => {
    const defaults = { timeoutSeconds: 5, maxBytes: 524_288, fetch: undefined }
    expect([readHttpOptions('http'), readHttpOptions('http', {})]).toEqual([defaults, defaults])
  })

  test('are kept', () => {
    const options = { timeoutSeconds: 0.02, maxBytes: 1, fetch: globalThis.fetch }
    expect(readHttpOptions('http', options)).toEqual(options)
  })

  test.each([0.001, 1, 59.9, 60])('take a time of %d s', (timeoutSeconds) => {
    expect(readHttpOptions('http', { timeoutSeconds }).timeoutSeconds).toBe(timeoutSeconds)
  })

  test.each<[string, unknown]>([
    ['timeoutSeconds', 0],
    ['timeoutSeconds', -1],
    ['timeoutSeconds', 60.001],
    ['timeoutSeconds', 61],
    ['timeoutSeconds', -Infinity],
    ['timeoutSeconds', [5]],
    ['timeoutSeconds', 5n],
    ['timeoutSeconds', undefined],
    ['timeoutSeconds', NaN],
    ['timeoutSeconds', Infinity],
    ['timeoutSeconds', '5'],
    ['timeoutSeconds', null],
    ['maxBytes', 0],
    ['maxBytes', -1],
    ['maxBytes', 1.5],
    ['maxBytes', Infinity],
    ['maxBytes', '1000'],
    ['maxBytes', null],
    ['maxBytes', undefined],
    ['fetch', 'fetch'],
    ['fetch', null],
    ['fetch', undefined],
  ])('are checked: %s as %s', (name, value) => {
    const error = thrownBy(() => readHttpOptions('api.http', { [name]: value }))
    expect(error).toBeInstanceOf(TypeError)
    expect(error).toMatchObject({
      message: expect.stringMatching(new RegExp(`^api\\.http\\.${name}: expected .*got`)),
    })
  })
})

describe('the body of a fetch of the application’s own', () => {
  const bodyOf = (chunks: () => AsyncGenerator) => async () =>
    ({ status: 200, redirected: false, body: chunks() }) as unknown as Response

  test('has to be made of bytes: nothing else could be counted (JOSE-32)', async () => {
    const texts = bodyOf(async function* () {
      yield '{"keys":[]}'
    })
    await expect(fetchWith(texts)).rejects.toMatchObject({ message: `${url}: expected a body of bytes` })
  })

  test('is not read on after the time is up (JOSE-32)', async () => {
    vi.useRealTimers()
    let chunks = 0
    const endless = bodyOf(async function* () {
      for (;;) {
        chunks++
        await new Promise(setImmediate)
        yield new Uint8Array(0)
      }
    })
    await expect(fetchWith(endless, { timeoutSeconds: 0.02 })).rejects.toMatchObject({ outage: false })
    await new Promise(setImmediate)
    await new Promise(setImmediate)
    const read = chunks
    for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate)
    expect(chunks).toBe(read)
  })
})

describe('a fetch of the application’s own', () => {
  const strange = (response: object) => (() => response) as unknown as typeof fetch
  const body = new TextEncoder().encode('{"keys":[]}')
  const cacheControl = 'max-age=900'

  test.each<[string, unknown, string | null]>([
    ['without header fields', undefined, null],
    ['with those in an object', { 'Cache-Control': cacheControl }, cacheControl],
    ['with those in a map', new Map([['cache-control', cacheControl]]), cacheControl],
    ['with those in pairs', [['CACHE-CONTROL', cacheControl]], cacheControl],
  ])('may answer at once, and %s', async (_, headers, expected) => {
    const fetch = strange({ status: 200, headers, body: [body] })
    expect(await fetchWith(fetch)).toEqual({ content: { keys: [] }, cacheControl: expected })
  })

  test.each([null, 5, 'x', { 'a b': 'c' }, { a: 'b\r\nc' }, [['a']]])(
    'that answers with header fields that are none is a failure: %j',
    async (headers) => {
      const error = await reasonOf(fetchWith(strange({ status: 200, headers, body: [body] })))
      expect(error).toBeInstanceOf(FetchFailure)
      expect((error as Error).message).toBe(`${url}: TypeError`)
    },
  )
})

describe('a connection that is reset before an answer comes', () => {
  const resetWith = (code: unknown) =>
    new TypeError('fetch failed', { cause: Object.assign(new Error('other side closed'), { code }) })
  const failingWith = (...failures: unknown[]) =>
    vi.fn<NonNullable<HttpLimits['fetch']>>(async () => {
      if (failures.length > 0) throw failures.shift()
      return new Response('x')
    })
  const post = (fetch: HttpLimits['fetch'], againWhenReset = true, outer?: AbortSignal) =>
    boundedFetch(
      url,
      { method: 'POST', headers: { a: 'b' }, body: 'token=a', againWhenReset },
      { timeoutSeconds: 5, maxBytes: 100, fetch },
      outer,
    )
  const sent = {
    method: 'POST',
    headers: { a: 'b' },
    body: 'token=a',
    redirect: 'manual',
    signal: expect.any(AbortSignal),
  }

  test.each(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'])('is tried once more: %s (INTRO-09)', async (code) => {
    const fetch = failingWith(resetWith(code))
    await expect(post(fetch)).resolves.toMatchObject({ status: 200 })
    expect(fetch.mock.calls).toEqual([
      [url, sent],
      [url, sent],
    ])
  })

  test('is not tried a third time (INTRO-09)', async () => {
    const fetch = failingWith(resetWith('ECONNRESET'), resetWith('ECONNRESET'))
    expect(await reasonOf(post(fetch))).toMatchObject({ message: `${url}: ECONNRESET`, outage: false })
    expect(fetch).toHaveBeenCalledTimes(2)
  })

  test.each([
    ['ECONNREFUSED', resetWith('ECONNREFUSED')],
    ['a time-out', resetWith('UND_ERR_HEADERS_TIMEOUT')],
    ['no code', resetWith(undefined)],
    ['a code without cause', Object.assign(new Error('x'), { code: 'ECONNRESET' })],
    ['a cause that is no error', new TypeError('fetch failed', { cause: { code: 'ECONNRESET' } })],
    ['nothing', undefined],
    ['null', null],
  ])('is something else than %s, which is not tried again', async (_, failure) => {
    const fetch = failingWith(failure)
    expect(await reasonOf(post(fetch))).toBeInstanceOf(FetchFailure)
    expect(fetch).toHaveBeenCalledOnce()
  })

  test('is not tried again where that was not asked for', async () => {
    const fetch = failingWith(resetWith('ECONNRESET'))
    expect(await reasonOf(post(fetch, false))).toBeInstanceOf(FetchFailure)
    expect(await reasonOf(fetchWith(failingWith(resetWith('ECONNRESET'))))).toBeInstanceOf(FetchFailure)
    expect(fetch).toHaveBeenCalledOnce()
  })

  test('is not tried again when an answer had begun', async () => {
    const broken = () => new Response(new ReadableStream({ pull: (c) => c.error(resetWith('ECONNRESET')) }))
    const fetch = vi.fn<NonNullable<HttpLimits['fetch']>>(async () => broken())
    expect(await reasonOf(post(fetch))).toMatchObject({ outage: false })
    expect(fetch).toHaveBeenCalledOnce()
  })

  test('is not tried again when it was given up meanwhile', async () => {
    const outer = new AbortController()
    const fetch = vi.fn<NonNullable<HttpLimits['fetch']>>(async () => {
      outer.abort()
      await settledTurn()
      throw resetWith('ECONNRESET')
    })
    expect(await reasonOf(post(fetch, true, outer.signal))).toMatchObject({
      message: `${url}: given up`,
      outage: false,
    })
    await settledTurn()
    expect(fetch).toHaveBeenCalledOnce()
  })

  test('is tried again in the same time, not in as much again (JOSE-32)', async () => {
    const fetch = vi
      .fn<NonNullable<HttpLimits['fetch']>>()
      .mockImplementationOnce(
        () => new Promise((_, reject) => setTimeout(() => reject(resetWith('ECONNRESET')), 3000)),
      )
      .mockImplementationOnce(never)
    const reason = reasonOf(post(fetch))
    const ended = vi.fn()
    void reason.then(ended)
    await vi.advanceTimersByTimeAsync(4999)
    expect([fetch.mock.calls.length, ended.mock.calls.length]).toEqual([2, 0])
    await vi.advanceTimersByTimeAsync(1)
    expect(await reason).toMatchObject({ message: `${url}: no answer in 5 s`, outage: false })
  })
})
