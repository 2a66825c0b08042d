import { Controller, Get, Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import type { Principal } from '@portcullis/core'
import { fastifyProtection } from '@portcullis/fastify'
import { CurrentPrincipal, ProtectedResourceModule, Requires } from '@portcullis/nestjs'
import Fastify from 'fastify'
import { describePrincipal, requirements } from '../api.js'
import type { ServerSet } from './index.js'
import { portOf, type StartServer } from './running-server.js'

const startFastify: StartServer = async (api) => {
  let handled = 0
  const app = Fastify({ http2: true })
  const protection = fastifyProtection(api)
  await app.register(protection.plugin)
  app.get('/read', { config: { requires: requirements.read } }, async (request) => {
    handled++
    return { principal: describePrincipal(protection.principal(request)) }
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  return { port: portOf(app.server), handled: () => handled, close: () => app.close() }
}

const startNest: StartServer = async (api) => {
  let handled = 0

  @Controller()
  class Routes {
    @Get('read')
    @Requires(requirements.read)
    read(@CurrentPrincipal() caller: Principal) {
      handled++
      return { principal: describePrincipal(caller) }
    }
  }

  @Module({ imports: [ProtectedResourceModule.forRoot({ api })], controllers: [Routes] })
  class App {}

  const app = await NestFactory.create(App, new FastifyAdapter({ http2: true }), { logger: false })
  await app.listen(0, '127.0.0.1')
  return { port: portOf(app.getHttpServer()), handled: () => handled, close: () => app.close() }
}

/** Servers that speak HTTP/2 without TLS, with the one route `/read`. Express, and so Nest on Express, has no HTTP/2. */
export const overHttp2: ServerSet = [
  ['Fastify', startFastify],
  ['Nest on Fastify', startNest],
]
