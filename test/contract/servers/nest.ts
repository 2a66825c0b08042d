import 'reflect-metadata'
import { All, Controller, Get, HttpCode, Module, Post, type Type } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { ExpressAdapter } from '@nestjs/platform-express'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import type { PrincipalOf } from '@portcullis/core'
import { CurrentPrincipal, ProtectedResourceModule, Requires } from '@portcullis/nestjs'
import { describePrincipal, requirements, type TestApi } from '../api.js'
import { required } from '../required.js'
import { portOf, type StartServer, type Tls } from './running-server.js'

type Caller = PrincipalOf<TestApi>

function controllers(onHandled: () => void): Type[] {
  const show = (caller: Caller | undefined) => {
    onHandled()
    return { principal: describePrincipal(caller) }
  }

  @Controller()
  class Routes {
    @Get('public')
    @Requires('nothing')
    public(@CurrentPrincipal({ optional: true }) caller: Caller | undefined) {
      return show(caller)
    }

    @Get('optional')
    @Requires('optional')
    optional(@CurrentPrincipal({ optional: true }) caller: Caller | undefined) {
      return show(caller)
    }

    @Get('any')
    @Requires()
    any(@CurrentPrincipal() caller: Caller) {
      return show(caller)
    }

    @Post('any')
    @HttpCode(200)
    @Requires()
    postAny(@CurrentPrincipal() caller: Caller) {
      return show(caller)
    }

    @Get('read')
    @Requires(requirements.read)
    read(@CurrentPrincipal() caller: Caller) {
      return show(caller)
    }

    @Post('write')
    @HttpCode(200)
    @Requires(requirements.write)
    write(@CurrentPrincipal() caller: Caller) {
      return show(caller)
    }

    @Get('both')
    @Requires(requirements.both)
    both(@CurrentPrincipal() caller: Caller) {
      return show(caller)
    }

    @Get('all-of')
    @Requires(requirements.allOf)
    allOf(@CurrentPrincipal() caller: Caller) {
      return show(caller)
    }

    @Get('any-of')
    @Requires(requirements.anyOf)
    anyOf(@CurrentPrincipal() caller: Caller) {
      return show(caller)
    }

    @All('all-methods')
    @Requires(requirements.read)
    allMethods(@CurrentPrincipal() caller: Caller) {
      return show(caller)
    }

    @Get('files/*')
    @Requires()
    files(@CurrentPrincipal() caller: Caller) {
      return show(caller)
    }

    @Get('forgotten')
    forgotten(@CurrentPrincipal() caller: Caller) {
      return show(caller)
    }
  }

  @Controller('required')
  class Required {}
  for (const [name, requirement] of Object.entries(required)) {
    const descriptor = { value: (caller: Caller) => show(caller), configurable: true }
    Object.defineProperty(Required.prototype, name, descriptor)
    Get(name)(Required.prototype, name, descriptor)
    Requires(requirement)(Required.prototype, name, descriptor)
    CurrentPrincipal()(Required.prototype, name, 0)
  }

  /** The requirement stands on the controller; a method replaces it. */
  @Controller('mounted')
  @Requires(requirements.read)
  class Mounted {
    @Get('read')
    read(@CurrentPrincipal() caller: Caller) {
      return show(caller)
    }

    @Get('write')
    @Requires(requirements.write)
    write(@CurrentPrincipal() caller: Caller) {
      return show(caller)
    }

    @Get('public')
    @Requires('nothing')
    public() {
      return show(undefined)
    }

    @Get()
    @Requires()
    root(@CurrentPrincipal() caller: Caller) {
      return show(caller)
    }
  }
  return [Routes, Required, Mounted]
}

function startNest(
  adapter: (tls?: Tls) => ExpressAdapter | FastifyAdapter,
  guard: 'local' | 'global' = 'local',
): StartServer {
  return async (api, tls) => {
    let handled = 0

    @Module({
      imports: [ProtectedResourceModule.forRoot({ api, guard, metadata: api.metadata !== undefined })],
      controllers: controllers(() => handled++),
    })
    class App {}

    const app = await NestFactory.create(App, adapter(tls), {
      logger: false,
      forceCloseConnections: true,
      ...(tls && { httpsOptions: tls }),
    })
    await app.listen(0, '127.0.0.1')
    return { port: portOf(app.getHttpServer()), handled: () => handled, close: () => app.close() }
  }
}

export const startNestOnExpress: StartServer = startNest(() => new ExpressAdapter())
export const startNestOnFastify: StartServer = startNest((tls) =>
  tls ? new FastifyAdapter({ https: tls }) : new FastifyAdapter(),
)
export const startGuardedNestOnExpress: StartServer = startNest(() => new ExpressAdapter(), 'global')
export const startGuardedNestOnFastify: StartServer = startNest(() => new FastifyAdapter(), 'global')
