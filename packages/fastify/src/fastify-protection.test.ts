import { once } from 'node:events'
import { connect } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { scope } from '@portcullis/core'
import Fastify, {
  type FastifyInstance,
  type FastifyPluginAsync,
  type FastifyRequest,
  type RouteOptions,
} from 'fastify'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import {
  admitting,
  api,
  apiThatAdmits,
  authorization,
  otherApi,
  wrongRequirements,
} from '../../../test/adapters/resources.js'
import { fastifyProtection } from './index.js'

const protection = fastifyProtection(api)
const { principal } = protection

/** Answers with the client that each of the functions finds. */
function show(...callers: ((request: FastifyRequest) => { clientId: string | undefined } | undefined)[]) {
  return async (request: FastifyRequest) => callers.map((caller) => caller(request)?.clientId ?? null)
}

const answer = async () => 'let in'

/** An application whose every route is protected. */
async function protectedApp(plugin: FastifyPluginAsync = protection.plugin): Promise<FastifyInstance> {
  const app = Fastify()
  await app.register(plugin)
  return app
}

async function start(app: FastifyInstance): Promise<void> {
  await app.ready()
}

async function statusOf(
  app: FastifyInstance,
  url: string,
  headers: Record<string, string> = {},
): Promise<number> {
  return (await app.inject({ url, headers })).statusCode
}

describe('fastifyProtection()', () => {
  it.each([undefined, null, {}, { resource: api.resource }, { api }])(
    'throws a TypeError for what protectedResource() did not make: %o',
    (given) => {
      expect(() => fastifyProtection(given as unknown as typeof api)).toThrow(
        new TypeError('fastifyProtection: expected what protectedResource() makes'),
      )
    },
  )
})

describe('the plugin', () => {
  it('gives its name and the versions of Fastify that it works with', () => {
    const plugin = protection.plugin as FastifyPluginAsync & Record<symbol, unknown>
    expect(plugin[Symbol.for('plugin-meta')]).toMatchObject({ name: '@portcullis/fastify', fastify: '5.x' })
    expect(plugin[Symbol.for('skip-override')]).toBe(true)
  })

  it('refuses to load after routes', async () => {
    const app = Fastify()
    app.get('/early', answer)
    await expect(app.register(protection.plugin)).rejects.toThrow(
      /^@portcullis\/fastify: .* before any route/,
    )
  })

  const routes: readonly (readonly [what: string, route: Omit<RouteOptions, 'handler'>])[] = [
    ['HEAD', { method: 'HEAD', url: '/' }],
    ['OPTIONS', { method: 'OPTIONS', url: '/' }],
    ['OPTIONS and a parameter', { method: 'OPTIONS', url: '/:any' }],
    ['OPTIONS and a wildcard below a path', { method: 'OPTIONS', url: '/x/*' }],
    ['OPTIONS and a wildcard within a path', { method: 'OPTIONS', url: '/x*' }],
    ['a wildcard', { method: 'GET', url: '*' }],
    ['a constraint', { method: 'GET', url: '/', constraints: { version: '1.0.0' } }],
  ]
  const nearlyCors: typeof routes = [
    ['OPTIONS and more with a wildcard', { method: ['GET', 'OPTIONS'], url: '*' }],
    [
      'OPTIONS with a wildcard and a constraint',
      { method: 'OPTIONS', url: '*', constraints: { version: '1.0.0' } },
    ],
  ]

  it.each([...routes, ...nearlyCors])('refuses to load after a route for %s', async (_what, route) => {
    const app = Fastify()
    app.route({ ...route, handler: answer })
    await expect(app.register(protection.plugin)).rejects.toThrow(TypeError)
  })

  it.each(routes)('refuses to load after the route of CORS and one for %s', async (_what, route) => {
    const app = Fastify()
    app.options('*', answer)
    app.route({ ...route, handler: answer })
    await expect(app.register(protection.plugin)).rejects.toThrow(TypeError)
  })

  it.each(['*', '/*'])('loads after the OPTIONS route %s of CORS, and guards it too', async (url) => {
    const app = Fastify()
    app.options(url, answer)
    await app.register(protection.plugin)
    app.get('/', answer)
    expect(await statusOf(app, '/')).toBe(401)
    expect((await app.inject({ method: 'OPTIONS', url: '/' })).statusCode).toBe(401)
    expect(await statusOf(app, '/', await authorization())).toBe(200)
  })

  it('refuses to load after routes of a child context, also after the route of CORS', async () => {
    const app = Fastify()
    app.options('*', answer)
    await app.register(async (child) => void child.get('/early', answer), { prefix: '/child' })
    await expect(app.register(protection.plugin)).rejects.toThrow(TypeError)
  })

  it('loads after a handler for unknown routes', async () => {
    const app = Fastify()
    app.setNotFoundHandler((_request, reply) => reply.code(404).send('my own'))
    await app.register(protection.plugin)
    app.get('/', answer)
    expect(await statusOf(app, '/')).toBe(401)
    expect((await app.inject('/unknown')).body).toBe('my own')
  })

  it('refuses to load after routes of a child context, which it could not guard', async () => {
    const app = Fastify()
    await app.register(async (child) => {
      child.get('/early', answer)
    })
    await expect(app.register(protection.plugin)).rejects.toThrow(TypeError)
  })

  it('refuses to load when routes are added without waiting for it', async () => {
    const app = Fastify()
    app.register(protection.plugin)
    app.get('/', answer)
    await expect(start(app)).rejects.toThrow(TypeError)
  })

  it('refuses to load in a child context after routes of a context within, which it could not guard', async () => {
    const app = Fastify()
    app.register(async (child) => {
      await child.register(async (grandchild) => {
        grandchild.get('/early', answer)
      })
      await child.register(protection.plugin)
    })
    await expect(start(app)).rejects.toThrow(TypeError)
  })

  it('refuses to load in a child context after a context within that has no routes yet', async () => {
    const app = Fastify()
    app.register(async (child) => {
      await child.register(async () => undefined)
      await child.register(protection.plugin)
    })
    await expect(start(app)).rejects.toThrow(/^@portcullis\/fastify: .* before any route or context/)
  })

  it('loads in a child context beside others, and before contexts within', async () => {
    const app = Fastify()
    await app.register(async (sibling) => void sibling.get('/sibling', answer))
    await app.register(async (child) => {
      await child.register(protection.plugin)
      await child.register(async (grandchild) => void grandchild.get('/within', answer))
    })
    expect(await statusOf(app, '/sibling')).toBe(200)
    expect(await statusOf(app, '/within')).toBe(401)
  })

  it('guards routes that a child context has when it loads there', async () => {
    const app = Fastify()
    app.register(async (child) => {
      child.get('/early', { config: { requires: scope('accounts:read') } }, answer)
      await child.register(protection.plugin)
    })
    expect(await statusOf(app, '/early')).toBe(401)
    expect(await statusOf(app, '/early', await authorization())).toBe(403)
    expect(await statusOf(app, '/early', await authorization({ scope: 'accounts:read' }))).toBe(200)
  })

  it('lets nobody in where such a route requires what makes no sense', async () => {
    const app = Fastify()
    app.register(async (child) => {
      child.get('/early', { config: { requires: scope('accounts:delete') } }, answer)
      await child.register(protection.plugin)
    })
    expect(await statusOf(app, '/early', await authorization({ scope: 'accounts:delete' }))).toBe(500)
  })

  it('loads in a child context when its parent has public routes already', async () => {
    const app = Fastify()
    app.get('/health', answer)
    await app.register(async (child) => {
      await child.register(protection.plugin)
      child.get('/accounts', answer)
    })
    app.get('/late', answer)
    expect(await statusOf(app, '/health')).toBe(200)
    expect(await statusOf(app, '/accounts')).toBe(401)
    expect(await statusOf(app, '/late')).toBe(200)
  })

  it('guards the contexts inside its own, whatever their prefix', async () => {
    const app = await protectedApp()
    app.register(
      async (child) => {
        child.get('/', answer)
        child.get('/public', { config: { requires: 'nothing' } }, answer)
        child.register(
          async (grandchild) =>
            void grandchild.get('/scoped', { config: { requires: scope('accounts:read') } }, answer),
        )
      },
      { prefix: '/child' },
    )
    const headers = await authorization()
    expect(
      await Promise.all(
        ['/child', '/child/', '/child/scoped', '/child/public'].map((url) => statusOf(app, url)),
      ),
    ).toEqual([401, 401, 401, 200])
    expect(
      await Promise.all(['/child', '/child/', '/child/scoped'].map((url) => statusOf(app, url, headers))),
    ).toEqual([200, 200, 403])
  })

  it('may be registered twice', async () => {
    const app = await protectedApp()
    await app.register(protection.plugin)
    app.get('/', answer)
    expect(await statusOf(app, '/', await authorization())).toBe(200)
  })
})

describe('config.requires', () => {
  it.each(wrongRequirements)(
    'throws a TypeError for %s as soon as the route is added',
    async (_what, [requires]) => {
      const app = await protectedApp()
      expect(() => app.get('/', { config: { requires: requires as 'nothing' } }, answer)).toThrow(TypeError)
    },
  )

  it.each<[route: string, add: (app: FastifyInstance, options: { config: object }) => unknown]>([
    ['GET /accounts/:id', (app, options) => app.get('/accounts/:id', options, answer)],
    ['POST /', (app, options) => app.post('/', options, answer)],
    [
      'PUT,PATCH /x',
      (app, options) => app.route({ ...options, method: ['PUT', 'PATCH'], url: '/x', handler: answer }),
    ],
  ])('that is wrong throws a TypeError that names the route: %s', async (route, add) => {
    const app = await protectedApp()
    const wrong = () => add(app, { config: { requires: scope('accounts:delete') } })
    expect(wrong).toThrow(TypeError)
    expect(wrong).toThrow(`${route}: requires(): expected `)
    expect(wrong).toThrow(/'accounts:delete'/)
  })

  it('that is wrong is named with the prefix of its context', async () => {
    const app = await protectedApp()
    app.register(
      async (child) =>
        void child.get('/accounts', { config: { requires: scope('accounts:delete') } }, answer),
      { prefix: '/v1' },
    )
    await expect(start(app)).rejects.toThrow(/^GET \/v1\/accounts: requires\(\): /)
  })

  it('beside the config, where Fastify does not hand it on, throws a TypeError that names the route', async () => {
    const app = await protectedApp()
    for (const misplaced of [
      { requires: scope('accounts:read') },
      { requires: 'nothing', config: { requires: 'nothing' } },
      { requires: undefined },
    ]) {
      const options = { method: ['PUT', 'PATCH'], url: '/x', handler: answer, ...misplaced } as RouteOptions
      expect(() => app.route(options)).toThrow(
        new TypeError('PUT,PATCH /x: requires belongs into the config of the route'),
      )
    }
  })

  const near = [
    'require',
    'required',
    'Requires',
    'REQUIRES',
    'Required',
    'scope',
    'scopes',
    'Scope',
    'SCOPES',
  ]

  it.each(near)('misspelt as %s throws a TypeError that names the route', async (name) => {
    const app = await protectedApp()
    const misspelt = { [name]: scope('accounts:read') }
    expect(() => app.get('/accounts/:id', { config: misspelt }, answer)).toThrow(
      new TypeError(`GET /accounts/:id: config.${name}: expected config.requires`),
    )
  })

  it.each(near)('may stand beside a member %s of somebody else', async (name) => {
    const app = await protectedApp()
    app.get('/', { config: { requires: scope('accounts:read'), [name]: 'of another plugin' } }, answer)
    expect(await statusOf(app, '/', await authorization())).toBe(403)
  })

  it.each(['requirements', 'scoped', 'oauthScope'])('has nothing to do with a member %s', async (name) => {
    const app = await protectedApp()
    app.get('/', { config: { [name]: 'of another plugin' } }, answer)
    expect(await statusOf(app, '/', await authorization())).toBe(200)
  })

  it('counts only where it stands on the config itself', async () => {
    const app = await protectedApp()
    app.get('/', { config: Object.create({ requires: 'nothing' }) }, answer)
    expect(await statusOf(app, '/')).toBe(401)
  })

  it('keeps an application with a mistake in a plugin from getting ready', async () => {
    const app = await protectedApp()
    app.register(
      async (child) => void child.get('/', { config: { requires: scope('accounts:delete') } }, answer),
    )
    await expect(start(app)).rejects.toThrow(TypeError)
  })

  it('may be shared by routes, frozen', async () => {
    const app = await protectedApp()
    const config = Object.freeze({ requires: scope('accounts:read') })
    app.get('/a', { config }, answer)
    app.post('/b', { config }, answer)
    expect(await statusOf(app, '/a', await authorization())).toBe(403)
    expect(await statusOf(app, '/a', await authorization({ scope: 'accounts:read' }))).toBe(200)
  })

  it('leaves the rest of a config as it is', async () => {
    const app = await protectedApp()
    app.get(
      '/',
      { config: { requires: 'nothing', url: '/other' } },
      async (request) => request.routeOptions.config,
    )
    expect((await app.inject('/')).json()).toEqual({ requires: 'nothing', url: '/', method: 'GET' })
  })

  it('stays in force when a hook of another plugin replaces the config', async () => {
    const app = await protectedApp()
    app.addHook('onRoute', (route) => {
      route.config = JSON.parse(JSON.stringify(route.config))
    })
    app.get('/', { config: { requires: scope('accounts:read') } }, answer)
    app.get('/any', answer)
    expect(await statusOf(app, '/', await authorization())).toBe(403)
    expect(await statusOf(app, '/any')).toBe(401)
  })
})

describe('a request', () => {
  it('finds the same principal with principal(), principal.ifPresent() and request.principal', async () => {
    const app = await protectedApp()
    app.get(
      '/',
      show(principal, principal.ifPresent, (request) => request.principal),
    )
    const { headers, body } = await app.inject({
      url: '/',
      headers: await authorization({ clientId: 'robot' }),
    })
    expect([headers['content-type'], JSON.parse(body)]).toEqual([
      'application/json; charset=utf-8',
      ['robot', 'robot', 'robot'],
    ])
  })

  it('over HTTP/2 finds its principal, too', async () => {
    const app = Fastify({ http2: true })
    await app.register(protection.plugin)
    app.get('/', async (request) => [principal(request).clientId, principal.ifPresent(request)?.clientId])
    await app.listen({ port: 0, host: '127.0.0.1' })
    const client = connect(`http://127.0.0.1:${(app.server.address() as AddressInfo).port}`)
    onTestFinished(async () => {
      client.destroy()
      await app.close()
    })
    const ask = async (headers: Record<string, string>) => {
      const stream = client.request({ ':path': '/', ...headers })
      const [answered] = await once(stream, 'response')
      return [answered[':status'], await new Response(stream).json()]
    }
    expect(await ask({})).toEqual([401, expect.objectContaining({ code: 'credential_missing' })])
    expect(await ask(await authorization({ clientId: 'robot' }))).toEqual([200, ['robot', 'robot']])
  })

  it('does not see the principal of the request before', async () => {
    const app = await protectedApp()
    const config = { requires: 'optional' } as const
    app.get(
      '/',
      { config },
      show(principal.ifPresent, (request) => request.principal),
    )
    await app.inject({ url: '/', headers: await authorization({ clientId: 'robot' }) })
    expect((await app.inject('/')).json()).toEqual([null, null])
  })

  it('makes principal() throw on a route that nothing protects, public ones included', async () => {
    const app = Fastify()
    app.get('/outside', show(principal))
    await app.register(async (child) => {
      await child.register(protection.plugin)
      child.get('/public', { config: { requires: 'nothing' } }, show(principal))
    })
    const headers = await authorization()
    for (const url of ['/outside', '/public']) {
      const { statusCode, body } = await app.inject({ url, headers })
      expect([statusCode, JSON.parse(body).message]).toEqual([500, expect.stringMatching(/^No principal/)])
    }
  })

  it('for an unknown route is answered 404, whatever its credentials', async () => {
    const app = await protectedApp()
    app.get('/', answer)
    expect(await statusOf(app, '/unknown')).toBe(404)
    expect(await statusOf(app, '/unknown', { authorization: 'Bearer junk' })).toBe(404)
    expect((await app.inject({ method: 'POST', url: '/' })).statusCode).toBe(404)
  })

  it('with HEAD is guarded as GET is', async () => {
    const app = await protectedApp()
    app.get('/', { config: { requires: scope('accounts:read') } }, answer)
    app.get('/public', { config: { requires: 'nothing' } }, answer)
    const head = async (url: string, headers = {}) =>
      (await app.inject({ method: 'HEAD', url, headers })).statusCode
    expect(await head('/')).toBe(401)
    expect(await head('/', await authorization())).toBe(403)
    expect(await head('/', await authorization({ scope: 'accounts:read' }))).toBe(200)
    expect(await head('/public')).toBe(200)
  })

  it('is refused before its body is read', async () => {
    const app = await protectedApp()
    const parse = vi.fn(async () => ({}))
    app.addContentTypeParser('text/x', parse)
    app.post('/', answer)
    const post = { method: 'POST', url: '/', payload: 'x' } as const
    expect((await app.inject({ ...post, headers: { 'content-type': 'text/x' } })).statusCode).toBe(401)
    expect(parse).not.toHaveBeenCalled()
  })

  it('is described as it arrived, before rewriteUrl', async () => {
    const admit = vi.fn(api.admit.bind(api))
    const app = Fastify({ rewriteUrl: () => '/accounts' })
    await app.register(fastifyProtection(apiThatAdmits(admit)).plugin)
    const raw = vi.fn()
    app.get('/accounts', { config: { requires: 'optional' } }, async (request) => raw(request.raw))
    await app.inject('/v1/accounts?full')
    expect(admit.mock.calls[0]?.[0]).toMatchObject({ method: 'GET', target: '/v1/accounts?full' })
    expect(admit.mock.calls[0]?.[0].raw).toBe(raw.mock.calls[0]?.[0])
  })
})

describe('an answer', () => {
  it('carries the header fields that come with an authentication', async () => {
    const app = await protectedApp(
      fastifyProtection(apiThatAdmits(admitting({ 'dpop-nonce': 'next' }))).plugin,
    )
    app.get('/', answer)
    const { headers, body } = await app.inject('/')
    expect([headers['dpop-nonce'], body]).toEqual(['next', 'let in'])
  })

  it('that refuses passes the onSend and onResponse hooks, and no error handler', async () => {
    const app = await protectedApp()
    const [onError, onSend, onResponse] = [
      vi.fn(),
      vi.fn(async () => undefined),
      vi.fn(async () => undefined),
    ]
    app.setErrorHandler(onError)
    app.addHook('onError', async () => onError())
    app.addHook('onSend', onSend)
    app.addHook('onResponse', onResponse)
    app.get('/', answer)
    const { statusCode, body } = await app.inject('/')
    expect([statusCode, JSON.parse(body).code]).toEqual([401, 'credential_missing'])
    expect([onSend, onResponse, onError].map((hook) => hook.mock.calls.length)).toEqual([1, 1, 0])
  })

  it('that refuses is the end: no later hook runs', async () => {
    const app = await protectedApp()
    const later = vi.fn(async () => undefined)
    for (const name of ['onRequest', 'preParsing', 'preValidation', 'preHandler'] as const)
      app.addHook(name, later)
    app.get('/', { onRequest: later }, answer)
    expect(await statusOf(app, '/')).toBe(401)
    expect(later).not.toHaveBeenCalled()
  })

  it.each([
    ['an error', new Error('the database is down')],
    [
      'an error that only looks like ours',
      Object.assign(new Error('x'), { code: 'token_expired', statusCode: 401 }),
    ],
    ['nothing at all', undefined],
  ])('to what is not a refusal is left to the error handler: %s', async (_what, thrown) => {
    const app = await protectedApp(fastifyProtection(apiThatAdmits(() => Promise.reject(thrown))).plugin)
    const handled = vi.fn(answer)
    const errors = vi.fn()
    app.setErrorHandler((error, _request, reply) => {
      errors(error)
      reply.code(500).send('mine')
    })
    app.get('/', handled)
    expect((await app.inject('/')).body).toBe('mine')
    expect(errors).toHaveBeenCalledExactlyOnceWith(thrown ?? expect.any(Error))
    expect(handled).not.toHaveBeenCalled()
  })
})

describe('two protections', () => {
  it('in two contexts do not see each other: neither tokens, nor principals', async () => {
    const other = fastifyProtection(otherApi)
    const app = Fastify()
    app.register(async (child) => {
      await child.register(protection.plugin)
      child.get('/api', show(principal, other.principal.ifPresent))
    })
    app.register(async (child) => {
      await child.register(other.plugin)
      child.get('/other', show(principal.ifPresent, other.principal))
      child.get('/mistaken', show(principal))
    })
    const headers = await authorization({ clientId: 'robot' })
    const forOther = await authorization({ clientId: 'robot', audience: otherApi.resource })
    expect((await app.inject({ url: '/api', headers })).json()).toEqual(['robot', null])
    expect((await app.inject({ url: '/other', headers: forOther })).json()).toEqual([null, 'robot'])
    expect(await statusOf(app, '/api', forOther)).toBe(401)
    expect(await statusOf(app, '/other', headers)).toBe(401)
    expect(await statusOf(app, '/mistaken', forOther)).toBe(500)
  })

  it('one in the context of the other both guard', async () => {
    const other = fastifyProtection(otherApi)
    const app = await protectedApp()
    await app.register(async (child) => {
      await child.register(other.plugin)
      child.get('/', show(principal, other.principal))
    })
    const forBoth = await authorization({ clientId: 'robot', audience: [api.resource, otherApi.resource] })
    expect(await statusOf(app, '/', await authorization())).toBe(401)
    expect((await app.inject({ url: '/', headers: forBoth })).json()).toEqual(['robot', 'robot'])
  })
})

describe('an application that decorates request.principal itself', () => {
  it('before the plugin loads, finds the principal there on protected routes, its own value elsewhere', async () => {
    const app = Fastify().decorateRequest('principal', undefined)
    app.addHook('onRequest', async (request) => {
      Object.assign(request, { principal: { clientId: 'mine' } })
    })
    await app.register(protection.plugin)
    const handler = show((request) => request.principal, principal.ifPresent)
    app.get('/', handler)
    app.get('/public', { config: { requires: 'nothing' } }, handler)
    const headers = await authorization({ clientId: 'robot' })
    expect((await app.inject({ url: '/', headers })).json()).toEqual(['robot', 'robot'])
    expect((await app.inject({ url: '/public', headers })).json()).toEqual(['mine', null])
  })

  it('before the plugin loads, with a getter, lets nobody in', async () => {
    const app = Fastify().decorateRequest('principal', { getter: () => undefined })
    await app.register(protection.plugin)
    app.get('/', answer)
    expect(await statusOf(app, '/', await authorization())).toBe(500)
  })

  it('after the plugin loads, is told so by Fastify', async () => {
    const app = await protectedApp()
    expect(() => app.decorateRequest('principal', undefined)).toThrow(/'principal' has already been added/)
  })
})

describe('a hook of another plugin that changes what a route requires', () => {
  it.each(['before', 'after'])('is heeded when it was added %s this plugin', async (moment) => {
    const app = Fastify()
    const addHook = () =>
      app.addHook('onRoute', (route) => {
        route.config = { ...route.config, requires: scope('accounts:write') }
      })
    if (moment === 'before') addHook()
    await app.register(protection.plugin)
    if (moment === 'after') addHook()
    app.get('/', { config: { requires: scope('accounts:read') } }, answer)
    const [reader, writer] = await Promise.all(
      ['accounts:read', 'accounts:write'].map((granted) => authorization({ scope: granted })),
    )
    expect([await statusOf(app, '/', reader), await statusOf(app, '/', writer)]).toEqual([403, 200])
  })
})
