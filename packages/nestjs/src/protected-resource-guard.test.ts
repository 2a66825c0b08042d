import {
  type ArgumentsHost,
  Catch,
  Controller,
  type ExceptionFilter,
  type ExecutionContext,
  Get,
  HttpException,
  type INestApplication,
  UseGuards,
} from '@nestjs/common'
import { APP_GUARD, ModuleRef } from '@nestjs/core'
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js'
import { Rejection, scope } from '@portcullis/core'
import { describe, expect, it, vi } from 'vitest'
import { admitting, api, apiThatAdmits, authorization, otherApi } from '../../../test/adapters/resources.js'
import { platforms, serve, start, startUp } from '../test-support/application.js'
import { GlobalGuard } from './global-guard.js'
import { ProtectedResourceGuard, ProtectedResourceModule, Requires } from './index.js'

const imports = [ProtectedResourceModule.forRoot({ api })]

@Controller()
class Accounts {
  @Get('scoped')
  @Requires(scope('accounts:read'))
  scoped() {
    return 'let in'
  }

  @Get('optional')
  @Requires('optional')
  optional() {
    return 'let in'
  }

  @Get('public')
  @Requires('nothing')
  public() {
    return 'let in'
  }

  @Get('undeclared')
  undeclared() {
    return 'let in'
  }
}

@Controller()
@UseGuards(ProtectedResourceGuard)
class Guarded {
  @Get('undeclared')
  undeclared() {
    return 'let in'
  }
}

describe.each(platforms)('ProtectedResourceGuard on %s', (platform) => {
  it.each([
    ['@UseGuards, without @Requires', { imports, controllers: [Guarded] }, undefined],
    [
      'APP_GUARD',
      {
        imports,
        controllers: [Accounts],
        providers: [{ provide: APP_GUARD, useClass: ProtectedResourceGuard }],
      },
      undefined,
    ],
    [
      'app.useGlobalGuards',
      { imports, controllers: [Accounts] },
      (app: INestApplication) => app.useGlobalGuards(new ProtectedResourceGuard(app.get(ModuleRef))),
    ],
  ])('asks for any valid token where nothing is declared, used with %s', async (_how, module, prepare) => {
    const get = await serve(module, { platform, ...(prepare && { prepare }) })
    expect((await get('/undeclared')).status).toBe(401)
    expect((await get('/undeclared', { headers: await authorization() })).status).toBe(200)
    if (!module.controllers.includes(Accounts)) return
    expect((await get('/public')).status).toBe(200)
    expect((await get('/scoped', { headers: await authorization() })).status).toBe(403)
  })

  it('throws an HttpException that a filter of the application sees: status, problem and cause', async () => {
    const caught = vi.fn()

    @Catch(HttpException)
    class Filter implements ExceptionFilter<HttpException> {
      catch(exception: HttpException, host: ArgumentsHost) {
        caught(exception.getStatus(), exception.getResponse(), exception.cause)
        host
          .switchToHttp()
          .getResponse()
          .header('x-filtered', 'yes')
          .status(exception.getStatus())
          .send('filtered')
      }
    }

    const prepare = (app: INestApplication) => app.useGlobalFilters(new Filter())
    const get = await serve({ imports, controllers: [Accounts] }, { platform, prepare })
    const { status, headers } = await get('/scoped', { headers: await authorization() })
    expect([status, headers.get('x-filtered')]).toEqual([403, 'yes'])
    expect(headers.get('www-authenticate')).toMatch(
      /^Bearer .*error="insufficient_scope".*scope="accounts:read"$/,
    )
    expect(caught).toHaveBeenCalledExactlyOnceWith(
      403,
      {
        title: 'Forbidden',
        status: 403,
        detail: expect.any(String),
        code: 'scope_insufficient',
        error: 'insufficient_scope',
      },
      expect.any(Rejection),
    )
  })

  it('leaves what is not a refusal to the filters of the application', async () => {
    const caught = vi.fn()

    @Catch()
    class Filter implements ExceptionFilter {
      catch(exception: unknown, host: ArgumentsHost) {
        caught(exception)
        host.switchToHttp().getResponse().status(500).send('filtered')
      }
    }

    const failure = new Error('the database is down')
    const get = await serve(
      {
        imports: [ProtectedResourceModule.forRoot({ api: apiThatAdmits(() => Promise.reject(failure)) })],
        controllers: [Accounts],
      },
      { platform, prepare: (app) => app.useGlobalFilters(new Filter()) },
    )
    expect((await get('/scoped')).status).toBe(500)
    expect(caught).toHaveBeenCalledExactlyOnceWith(failure)
  })

  it('lets nobody in when nothing at all is thrown', async () => {
    const broken = apiThatAdmits(() => Promise.reject())
    const get = await serve(
      { imports: [ProtectedResourceModule.forRoot({ api: broken })], controllers: [Accounts] },
      { platform },
    )
    const response = await get('/scoped', { signal: AbortSignal.timeout(2000) })
    expect(response.status).toBe(500)
  })

  it('sends the header fields that come with an authentication', async () => {
    const renewing = apiThatAdmits(admitting({ 'dpop-nonce': 'next' }))
    const get = await serve(
      { imports: [ProtectedResourceModule.forRoot({ api: renewing })], controllers: [Accounts] },
      { platform },
    )
    const response = await get('/scoped')
    expect([response.headers.get('dpop-nonce'), await response.text()]).toEqual(['next', 'let in'])
  })

  it('describes the request as it arrived', async () => {
    const admit = vi.fn(api.admit.bind(api))
    const get = await serve(
      { imports: [ProtectedResourceModule.forRoot({ api: apiThatAdmits(admit) })], controllers: [Accounts] },
      { platform, prepare: (app) => app.setGlobalPrefix('v1') },
    )
    await get('/v1/scoped?full')
    expect(admit.mock.calls[0]?.[0]).toMatchObject({ method: 'GET', target: '/v1/scoped?full' })
  })

  it('looks at the request that came, whatever others put into its member raw', async () => {
    const { authorization: value } = await authorization({ scope: 'accounts:read' })
    const get = await serve(
      { imports, controllers: [Accounts] },
      {
        platform,
        prepare: (app) =>
          app.use((request: object, _response: unknown, next: () => void) => {
            Object.assign(request, { raw: { method: 'GET', url: '/', rawHeaders: ['Authorization', value] } })
            next()
          }),
      },
    )
    expect((await get('/scoped')).status).toBe(401)
    expect((await get('/scoped', { headers: { authorization: value } })).status).toBe(200)
  })

  describe('asks', () => {
    @Controller()
    @Requires(scope('accounts:read'))
    class Nested {
      @Get('class')
      class() {
        return 'let in'
      }

      @Get('method')
      @Requires(scope('accounts:write'))
      method() {
        return 'let in'
      }

      @Get('optional')
      @Requires('optional')
      optional() {
        return 'let in'
      }

      @Get('public')
      @Requires('nothing')
      public() {
        return 'let in'
      }
    }

    const guards = ['local', 'global'] as const
    const rows = [
      ['/class', 'accounts:read', 200, 1],
      ['/class', '', 403, 1],
      ['/class', undefined, 401, 1],
      ['/method', 'accounts:write', 200, 1],
      ['/method', 'accounts:read', 403, 1],
      ['/optional', '', 200, 1],
      ['/optional', undefined, 200, 1],
      ['/public', '', 200, 0],
    ] as const

    /** Serves `Nested`, and `Accounts` below another path; counts what the protected resource is asked. */
    async function counting(guard: 'local' | 'global') {
      const admit = vi.fn(api.admit.bind(api))
      const routePolicy = vi.fn((declared: readonly unknown[]) => api.routePolicy(declared))
      const counted = { ...apiThatAdmits(admit), routePolicy }
      const get = await serve(
        { imports: [ProtectedResourceModule.forRoot({ api: counted, guard })], controllers: [Nested] },
        { platform },
      )
      return { get, admit, routePolicy }
    }

    it.each(guards.flatMap((guard) => rows.map((row) => [guard, ...row] as const)))(
      'once for each request, with guard %s: %s with scope %s',
      async (guard, path, granted, status, times) => {
        const { get, admit } = await counting(guard)
        const headers = granted === undefined ? {} : await authorization({ scope: granted })
        expect((await get(path, { headers })).status).toBe(status)
        expect(admit).toHaveBeenCalledTimes(times)
        expect((await get(path, { headers })).status).toBe(status)
        expect(admit).toHaveBeenCalledTimes(2 * times)
      },
    )

    it.each(guards)('what is declared only when the application starts, with guard %s', async (guard) => {
      const { get, routePolicy } = await counting(guard)
      const asked = routePolicy.mock.calls.length
      expect(routePolicy.mock.calls.map(([declared]) => declared)).toEqual([
        [scope('accounts:read')],
        [scope('accounts:write')],
        ['optional'],
        ['nothing'],
      ])
      for (const path of ['/class', '/method', '/optional', '/public'])
        await get(path, { headers: await authorization() })
      expect(routePolicy).toHaveBeenCalledTimes(asked)
    })

    it('each of two protected resources once', async () => {
      const [admit, admitOther] = [vi.fn(api.admit.bind(api)), vi.fn(otherApi.admit.bind(otherApi))]
      const get = await serve(
        {
          imports: [
            ProtectedResourceModule.forRoot({ api: apiThatAdmits(admit) }),
            ProtectedResourceModule.forRoot({
              api: apiThatAdmits(admitOther),
              name: 'partner',
              guard: 'global',
            }),
          ],
          controllers: [Guarded],
        },
        { platform },
      )
      const statusFor = async (audience: string | string[]) =>
        (await get('/undeclared', { headers: await authorization({ audience }) })).status
      expect(await statusFor([api.resource, otherApi.resource])).toBe(200)
      expect([admit.mock.calls.length, admitOther.mock.calls.length]).toEqual([1, 1])
      expect(await statusFor(otherApi.resource)).toBe(401)
      expect(await statusFor(api.resource)).toBe(401)
    })
  })
})

it('ProtectedResourceGuard keeps an application without a module from starting', async () => {
  await expect(startUp({ controllers: [Guarded] })).rejects.toThrow(TypeError)
})

it('ProtectedResourceGuard lets nobody in where nothing is declared and every module has a name', async () => {
  const get = await serve({
    imports: [ProtectedResourceModule.forRoot({ api, name: 'partner' })],
    controllers: [Guarded],
  })
  expect((await get('/undeclared', { headers: await authorization() })).status).toBe(500)
})

describe('outside HTTP', () => {
  /** A call that carries a good token where an HTTP request would, so that its kind alone can be what is refused. */
  async function contextOf(type: string, handler: keyof Accounts): Promise<ExecutionContext> {
    const { authorization: value } = await authorization({ scope: 'accounts:read' })
    const response = { header: () => response }
    return contextWith(
      { method: 'GET', url: '/', rawHeaders: ['Authorization', value] },
      response,
      type,
      handler,
    )
  }

  function contextWith(
    request: unknown,
    response: unknown,
    type: string,
    handler: keyof Accounts,
  ): ExecutionContext {
    const context = new ExecutionContextHost([request, response], Accounts, Accounts.prototype[handler])
    context.setType(type)
    return context
  }

  async function guards() {
    const app = await start({ imports, controllers: [Accounts] })
    return { local: new ProtectedResourceGuard(app.get(ModuleRef)), global: new GlobalGuard(api, 'default') }
  }

  const kinds = ['ws', 'rpc', 'graphql', 'telegraf']
  const names = ['local', 'global'] as const

  it.each(names)(
    'the %s guard lets a good token in over HTTP, as the control of this experiment',
    async (name) => {
      const { [name]: guard } = await guards()
      expect(await guard.canActivate(await contextOf('http', 'scoped'))).toBe(true)
    },
  )

  it.each(names)('the %s guard answers at once for a token that is remembered', async (name) => {
    const { [name]: guard } = await guards()
    const headers = await authorization({ scope: 'accounts:read' })
    const request = () => ({ method: 'GET', url: '/scoped', rawHeaders: Object.entries(headers).flat() })
    await guard.canActivate(contextWith(request(), undefined, 'http', 'scoped'))
    const second = request()
    expect(guard.canActivate(contextWith(second, undefined, 'http', 'scoped'))).toBe(true)
    expect(api.admitted(second)).toBeDefined()
  })

  it.each(kinds.flatMap((kind) => names.map((name) => [kind, name] as const)))(
    'a call of type "%s" is not let in by the %s guard, whatever it carries',
    async (kind, name) => {
      const { [name]: guard } = await guards()
      for (const handler of ['scoped', 'optional', 'undeclared'] as const) {
        const context = await contextOf(kind, handler)
        await expect(async () => guard.canActivate(context)).rejects.toThrow(
          // The servers of GraphQL would send the message of the TypeError.
          kind === 'graphql' ? 'Internal server error' : TypeError,
        )
      }
    },
  )

  it.each(names)(
    'a call that claims to be HTTP and carries no request is not let in by the %s guard',
    async (name) => {
      const { [name]: guard } = await guards()
      for (const handler of ['scoped', 'optional', 'undeclared'] as const) {
        for (const request of [undefined, {}, { raw: {} }, { headers: {} }]) {
          const context = contextWith(request, undefined, 'http', handler)
          await expect(async () => guard.canActivate(context)).rejects.toThrow(TypeError)
        }
      }
    },
  )

  it.each(names)('a public handler stays public for the %s guard', async (name) => {
    const { [name]: guard } = await guards()
    expect(await guard.canActivate(await contextOf('ws', 'public'))).toBe(true)
  })
})
