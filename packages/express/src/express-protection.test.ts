import { once } from 'node:events'
import { setImmediate as callbacksDone } from 'node:timers/promises'
import { Rejection, type ResourceRequest, scope } from '@portcullis/core'
import express5, { type ErrorRequestHandler, type Express, type Request, type RequestHandler } from 'express'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import {
  admitting,
  api,
  apiThatAdmits,
  authorization,
  otherApi,
  wrongRequirements,
} from '../../../test/adapters/resources.js'
import { serve, versions } from '../test-support/serve.js'
import { expressProtection } from './index.js'

const { authenticate, requires, principal } = expressProtection(api)

/** Answers with the client that each of the functions finds. */
function show(
  ...callers: ((request: Request) => { clientId: string | undefined } | undefined)[]
): RequestHandler {
  return (request, response) => {
    response.json(callers.map((caller) => caller(request)?.clientId ?? null))
  }
}

/** Answers with what was handed to `next`. */
function showErrors(app: Express): void {
  const handler: ErrorRequestHandler = (error, _request, response, _next) => {
    response.status(500).send(error instanceof Error ? `${error.name}: ${error.message}` : `thrown: ${error}`)
  }
  app.use(handler)
}

describe('expressProtection()', () => {
  it.each([undefined, null, {}, { resource: api.resource }, { api }, express5()])(
    'throws a TypeError for what protectedResource() did not make: %o',
    (given) => {
      expect(() => expressProtection(given as unknown as typeof api)).toThrow(
        new TypeError('expressProtection: expected what protectedResource() makes'),
      )
    },
  )
})

describe('requires()', () => {
  it.each(wrongRequirements)('throws a TypeError for %s when the application is built', (_what, given) => {
    expect(() => requires(...(given as []))).toThrow(TypeError)
  })

  it('throws a TypeError for two arguments, and tells how to combine them', () => {
    const two = [scope('accounts:read'), scope('accounts:write')]
    expect(() => requires(...(two as unknown as []))).toThrow(TypeError)
    expect(() => requires(...(two as unknown as []))).toThrow(/allOf\(\) or anyOf\(\)/)
  })

  it.each<[what: string, second: unknown]>([
    ['undefined', undefined],
    ['a public route', 'nothing'],
    ['options', { api: 'partner' }],
  ])('throws a TypeError for a requirement and %s', (_what, second) => {
    expect(() => requires(...([scope('accounts:read'), second] as unknown as []))).toThrow(TypeError)
    expect(() => requires(...([second, scope('accounts:read')] as unknown as []))).toThrow(TypeError)
  })
})

describe('a guard', () => {
  it('hands an error that next() itself throws to next(), and rejects nothing', async () => {
    const [thrown, unhandled] = [new Error('thrown by a handler'), vi.fn()]
    process.on('unhandledRejection', unhandled)
    onTestFinished(() => void process.off('unhandledRejection', unhandled))
    const next = vi.fn().mockImplementationOnce(() => {
      throw thrown
    })
    requires('optional')({ method: 'GET', url: '/', rawHeaders: [] } as unknown as Request, {} as never, next)
    await vi.waitFor(() => expect(next.mock.calls).toEqual([[], [thrown]]))
    await callbacksDone()
    expect(unhandled).not.toHaveBeenCalled()
  })
})

describe('a token that is remembered', () => {
  const respond = { set: vi.fn() } as never
  const ask = async () => {
    const rawHeaders = Object.entries(await authorization({ clientId: 'robot' })).flat()
    const request = () => ({ method: 'GET', url: '/', rawHeaders }) as unknown as Request
    await new Promise((resolve) => authenticate(request(), respond, resolve))
    return request()
  }

  it('passes at once, with its principal', async () => {
    const [request, next] = [await ask(), vi.fn()]
    authenticate(request, respond, next)
    expect(next.mock.calls).toEqual([[]])
    expect([principal(request).clientId, request.principal?.clientId]).toEqual(['robot', 'robot'])
  })

  it('passes at once what next() throws on to the caller: Express hands it to the error handlers', async () => {
    const [request, thrown] = [await ask(), new Error('thrown by a handler')]
    const next = () => {
      throw thrown
    }
    expect(() => authenticate(request, respond, next)).toThrow(thrown)
  })
})

describe.each(versions)('on %s', (_version, express) => {
  it('hands the same principal to principal(), principal.ifPresent() and request.principal', async () => {
    const app = express()
    app.get(
      '/',
      requires(),
      show(principal, principal.ifPresent, (request) => request.principal),
    )
    const get = await serve(app)
    const response = await get('/', { headers: await authorization({ clientId: 'robot' }) })
    expect(await response.json()).toEqual(['robot', 'robot', 'robot'])
  })

  it('keeps request.principal unset when the request is refused', async () => {
    const app = express()
    const seen = vi.fn()
    app.use((request, response, next) => {
      response.on('finish', () => seen(request.principal))
      next()
    })
    app.get('/', requires(scope('accounts:write')), show(principal))
    const get = await serve(app)
    expect((await get('/', { headers: await authorization() })).status).toBe(403)
    await vi.waitFor(() => expect(seen).toHaveBeenCalledExactlyOnceWith(undefined))
  })

  it('throws from principal() on a route that nothing protects, public ones included', async () => {
    const app = express()
    app.get('/forgotten', show(principal))
    app.get('/public', requires('nothing'), show(principal))
    showErrors(app)
    const get = await serve(app)
    for (const path of ['/forgotten', '/public']) {
      const response = await get(path, { headers: await authorization() })
      expect([response.status, await response.text()]).toEqual([
        500,
        expect.stringMatching(/^TypeError: No principal/),
      ])
    }
  })

  it('finds no principal with ifPresent() on a route that nothing protects', async () => {
    const app = express()
    app.get('/', show(principal.ifPresent))
    const get = await serve(app)
    expect(await (await get('/', { headers: await authorization() })).json()).toEqual([null])
  })

  it('does not believe what others wrote to request.principal', async () => {
    const app = express()
    app.use((request, _response, next) => {
      Object.assign(request, { principal: { clientId: 'forged' } })
      next()
    })
    app.get('/', requires('optional'), show(principal.ifPresent))
    app.get('/any', requires(), show(principal))
    const get = await serve(app)
    expect(await (await get('/')).json()).toEqual([null])
    expect((await get('/any')).status).toBe(401)
  })

  it('makes authenticate final: what comes after it is never public again', async () => {
    const app = express()
    app.get('/before', requires('nothing'), show(principal.ifPresent))
    app.use(authenticate)
    app.get('/public', requires('nothing'), show(principal))
    app.get('/optional', requires('optional'), show(principal))
    const get = await serve(app)
    expect((await get('/before')).status).toBe(200)
    for (const path of ['/public', '/optional', '/unknown']) expect((await get(path)).status).toBe(401)
    const response = await get('/public', { headers: await authorization({ clientId: 'robot' }) })
    expect(await response.json()).toEqual(['robot'])
  })

  it('guards HEAD where GET is guarded', async () => {
    const handled = vi.fn()
    const app = express()
    app.get('/', requires(), handled)
    const get = await serve(app)
    expect((await get('/', { method: 'HEAD' })).status).toBe(401)
    expect(handled).not.toHaveBeenCalled()
  })

  it('runs no later handler after a refusal, the next matching route included', async () => {
    const handled = vi.fn()
    const app = express()
    app.get('/secret', requires(), handled)
    app.use(handled)
    const get = await serve(app)
    expect((await get('/secret')).status).toBe(401)
    expect(handled).not.toHaveBeenCalled()
  })

  it('hides the principal of one resource from the protection of another', async () => {
    const other = expressProtection(otherApi)
    const app = express()
    app.get('/api', requires(), show(principal, other.principal.ifPresent))
    app.get('/other', other.requires(), show(principal.ifPresent, other.principal))
    app.get('/both', requires(), other.requires(), show(principal, other.principal))
    app.get('/mistaken', requires(), show(other.principal))
    showErrors(app)
    const get = await serve(app)
    const headers = await authorization({ clientId: 'robot' })
    const forBoth = await authorization({ clientId: 'robot', audience: [api.resource, otherApi.resource] })
    expect(await (await get('/api', { headers })).json()).toEqual(['robot', null])
    expect((await get('/other', { headers })).status).toBe(401)
    expect((await get('/both', { headers })).status).toBe(401)
    expect(await (await get('/both', { headers: forBoth })).json()).toEqual(['robot', 'robot'])
    expect(await (await get('/mistaken', { headers })).text()).toMatch(/^TypeError: No principal/)
  })

  it('describes the request as it arrived, before a mount point was cut off', async () => {
    const admit = vi.fn(async (_request: ResourceRequest) => undefined)
    const router = express.Router()
    const raw = vi.fn()
    router.get('/:id', expressProtection(apiThatAdmits(admit)).requires(), (request, response) => {
      raw(request)
      response.end()
    })
    const app = express().use('/accounts', router)
    const get = await serve(app)
    await get('/accounts/7?full')
    expect(admit.mock.calls[0]?.[0]).toMatchObject({ method: 'GET', target: '/accounts/7?full' })
    expect(admit.mock.calls[0]?.[0].raw).toBe(raw.mock.calls[0]?.[0])
  })

  it('sends the header fields that come with an authentication', async () => {
    const app = express()
    const renewing = expressProtection(apiThatAdmits(admitting({ 'dpop-nonce': 'next' })))
    app.get('/', renewing.requires(), (_request, response) => void response.json('let in'))
    const get = await serve(app)
    const response = await get('/')
    expect([response.headers.get('dpop-nonce'), await response.json()]).toEqual(['next', 'let in'])
  })

  it.each([
    ['an error', new Error('the database is down'), 'Error: the database is down'],
    [
      'an error that only looks like ours',
      Object.assign(new Error('x'), { code: 'token_expired', status: 401 }),
      'Error: x',
    ],
    ['nothing at all', undefined, expect.any(String)],
    ["'route', which tells Express to go on", 'route', expect.any(String)],
    ["'router', which tells Express to leave the router", 'router', expect.any(String)],
  ])('hands what is not a refusal to next() as an error: %s', async (_what, thrown, answer) => {
    const handled = vi.fn<RequestHandler>((_request, response) => void response.end())
    const guarded = express.Router()
    guarded.use(expressProtection(apiThatAdmits(() => Promise.reject(thrown))).authenticate, handled)
    const app = express().use(guarded, handled)
    showErrors(app)
    const get = await serve(app)
    const response = await get('/')
    expect([response.status, await response.text()]).toEqual([500, answer])
    expect(handled).not.toHaveBeenCalled()
  })

  it.each<[what: string, admit: typeof api.admit, errors: readonly unknown[]]>([
    ['a refusal', () => Promise.reject(new Rejection('token_expired', 'expired')), []],
    ['a header field', admitting({ 'dpop-nonce': 'next' }), ['ERR_HTTP_HEADERS_SENT']],
  ])('runs no handler when %s comes after the response was sent', async (_what, admit, expected) => {
    const app = express()
    const passed = vi.fn()
    app.use((_request, response, next) => {
      response.end('sent already')
      next()
    })
    const handled = vi.fn()
    const { requires } = expressProtection(
      apiThatAdmits((...given) => Promise.resolve(admit(...given)).finally(() => setTimeout(passed, 20))),
    )
    app.get('/', requires(), handled)
    const errors: unknown[] = []
    app.use(((error, _request, _response, _next) => errors.push(error.code)) as ErrorRequestHandler)
    const get = await serve(app)
    expect(await (await get('/')).text()).toBe('sent already')
    await vi.waitFor(() => expect(passed).toHaveBeenCalledOnce())
    expect(errors).toEqual(expected)
    expect(handled).not.toHaveBeenCalled()
  })

  it.each<[what: string, use: (app: Express, given: RequestHandler) => unknown]>([
    ['for every route', (app, given) => app.use(given)],
    ['for one route', (app, given) => app.get('/', given)],
  ])('says that requires makes middleware when it is given as middleware %s', async (_what, use) => {
    const handled = vi.fn()
    const app = express()
    use(app, requires)
    app.get('/', handled)
    showErrors(app)
    const get = await serve(app)
    const response = await get('/', { headers: await authorization() })
    expect([response.status, await response.text()]).toEqual([
      500,
      expect.stringMatching(/^TypeError: requires is no middleware, it makes one: call requires\(\)/),
    ])
    expect(handled).not.toHaveBeenCalled()
  })

  it('breaks off a response that had begun when the request is refused', async () => {
    const app = express()
    app.use((_request, response, next) => {
      response.write('begun')
      next()
    })
    const handled = vi.fn()
    app.get('/', requires(), handled)
    const get = await serve(app)
    const response = await get('/')
    await expect(response.text()).rejects.toThrow('terminated')
    expect(handled).not.toHaveBeenCalled()
  })

  it('leaves a response alone that was finished when the request is refused', async () => {
    const app = express()
    const destroy = vi.fn()
    app.use((_request, response, next) => {
      vi.spyOn(response, 'destroy').mockImplementation(destroy)
      response.end('sent already')
      next()
    })
    const passed = vi.fn()
    const refuse = async (): Promise<never> => {
      setTimeout(passed, 20)
      throw new Rejection('token_expired', 'expired')
    }
    app.get('/', expressProtection(apiThatAdmits(refuse)).requires())
    const get = await serve(app)
    expect(await (await get('/')).text()).toBe('sent already')
    await vi.waitFor(() => expect(passed).toHaveBeenCalledOnce())
    expect(destroy).not.toHaveBeenCalled()
  })

  it('refuses in full when middleware before it described another body', async () => {
    const app = express()
    app.use((_request, response, next) => {
      response.set({ 'Content-Length': '5', 'Content-Encoding': 'gzip', 'X-Kept': 'yes' })
      next()
    })
    app.get('/', requires())
    const get = await serve(app)
    const response = await get('/')
    expect([response.status, response.headers.get('x-kept')]).toEqual([401, 'yes'])
    expect(await response.json()).toMatchObject({ status: 401, code: 'credential_missing' })
  })

  it('survives a client that went away before it was refused', async () => {
    const client = new AbortController()
    const admit = async ({ raw }: ResourceRequest): Promise<never> => {
      client.abort()
      await once((raw as Request).socket, 'close')
      throw new Rejection('credential_missing', 'no credentials')
    }
    const answered = vi.fn()
    const app = express()
    app.use((_request, response, next) => {
      const end = vi.spyOn(response, 'end')
      response.on('close', () => setImmediate(() => answered(end.mock.calls.length)))
      next()
    })
    app.get('/', expressProtection(apiThatAdmits(admit)).requires())
    const get = await serve(app)
    await expect(get('/', { signal: client.signal })).rejects.toThrow('aborted')
    await vi.waitFor(() => expect(answered).toHaveBeenCalledExactlyOnceWith(1))
  })
})
