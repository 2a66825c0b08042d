import { Controller, Get, Module, VersioningType } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { ExpressAdapter } from '@nestjs/platform-express'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import type { Principal } from '@portcullis/core'
import { expressProtection } from '@portcullis/express'
import { fastifyProtection } from '@portcullis/fastify'
import { CurrentPrincipal, ProtectedResourceModule, Requires } from '@portcullis/nestjs'
import express, { type RequestHandler } from 'express'
import Fastify, { type FastifyRequest } from 'fastify'
import { describePrincipal, requirements } from '../api.js'
import type { ServerSet } from './index.js'
import { portOf, type StartServer, serve } from './running-server.js'

/** An application that is mounted in another one, and a router that is mounted in that. */
const startMountedExpress: StartServer = async (api) => {
  let handled = 0
  const protection = expressProtection(api)
  const { requires, principal } = protection
  const show: RequestHandler = (request, response) => {
    const shown = describePrincipal(principal(request))
    handled++
    response.json({ principal: shown })
  }
  const router = express.Router()
  router.get('/read', requires(requirements.read), show)
  const inner = express().use('/v1', router)
  const outer = express()
  if (api.metadata) outer.use(protection.metadata)
  return serve(outer.use('/api', inner), () => handled)
}

/** The plugin is registered at the root, and routes below two prefixes. */
const startPrefixedFastify: StartServer = async (api) => {
  let handled = 0
  const protection = fastifyProtection(api)
  const show = async (request: FastifyRequest) => {
    const shown = describePrincipal(protection.principal(request))
    handled++
    return { principal: shown }
  }
  const app = Fastify()
  if (api.metadata) await app.register(protection.metadata)
  await app.register(protection.plugin)
  await app.register(
    async (outer) => {
      await outer.register(
        async (inner) => {
          inner.get('/read', { config: { requires: requirements.read } }, show)
        },
        { prefix: '/v1' },
      )
    },
    { prefix: '/api' },
  )
  await app.listen({ port: 0, host: '127.0.0.1' })
  return { port: portOf(app.server), handled: () => handled, close: () => app.close() }
}

/** A global prefix, and versions in the URI. */
function startVersionedNest(adapter: () => ExpressAdapter | FastifyAdapter): StartServer {
  return async (api) => {
    let handled = 0

    @Controller({ version: '1' })
    @Requires(requirements.read)
    class Routes {
      @Get('read')
      read(@CurrentPrincipal() caller: Principal) {
        handled++
        return { principal: describePrincipal(caller) }
      }
    }

    const metadata = api.metadata !== undefined
    @Module({ imports: [ProtectedResourceModule.forRoot({ api, metadata })], controllers: [Routes] })
    class App {}

    const app = await NestFactory.create(App, adapter(), { logger: false, forceCloseConnections: true })
    app.setGlobalPrefix('api')
    app.enableVersioning({ type: VersioningType.URI })
    await app.listen(0, '127.0.0.1')
    return { port: portOf(app.getHttpServer()), handled: () => handled, close: () => app.close() }
  }
}

/** Small servers whose one route is `/api/v1/read`, each in the manner of its framework. */
export const prefixed: ServerSet = [
  ['Express', startMountedExpress],
  ['Fastify', startPrefixedFastify],
  ['Nest on Express', startVersionedNest(() => new ExpressAdapter())],
  ['Nest on Fastify', startVersionedNest(() => new FastifyAdapter())],
]
