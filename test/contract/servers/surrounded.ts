import type { IncomingMessage, ServerResponse } from 'node:http'
import {
  All,
  type ArgumentsHost,
  Catch,
  Controller,
  type ExceptionFilter,
  Get,
  HttpException,
  type HttpServer,
  Module,
  type Type,
} from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { ExpressAdapter } from '@nestjs/platform-express'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import { exposedHeaders, type Principal } from '@portcullis/core'
import { expressProtection } from '@portcullis/express'
import { fastifyProtection } from '@portcullis/fastify'
import { CurrentPrincipal, ProtectedResourceModule, Requires } from '@portcullis/nestjs'
import express, { type ErrorRequestHandler, type RequestHandler } from 'express'
import Fastify, { type FastifyRequest } from 'fastify'
import { describePrincipal, requirements, type TestApi } from '../api.js'
import type { ServerSet } from './index.js'
import { portOf, type StartServer, serve } from './running-server.js'

/** How the applications in this file answer errors: no refusal may ever look like this. */
export const ownErrorStatus = 418
const ownError = { error: 'our own' }

const allowOrigin = ['Access-Control-Allow-Origin', '*'] as const
/** What an application may say of all its answers; it does not hold for refusals. */
const cacheControl = ['Cache-Control', 'public, max-age=60'] as const
const allowHeaders = ['Access-Control-Allow-Headers', 'authorization, dpop'] as const
const exposeHeaders = ['Access-Control-Expose-Headers', exposedHeaders.join(',')] as const

const startSurroundedExpress: StartServer = async (api) => {
  let handled = 0
  const { requires, principal } = expressProtection(api)
  const cors: RequestHandler = (request, response, next) => {
    response
      .set(...allowOrigin)
      .set(...exposeHeaders)
      .set(...cacheControl)
    if (request.method === 'OPTIONS') response.set(...allowHeaders).sendStatus(204)
    else next()
  }
  const show: RequestHandler = (request, response) => {
    const shown = describePrincipal(principal(request))
    handled++
    response.json({ principal: shown })
  }
  const answerError: ErrorRequestHandler = (_error, _request, response, _next) => {
    response.status(ownErrorStatus).json(ownError)
  }
  const app = express()
  app.use(cors)
  app.get('/read', requires(requirements.read), show)
  app.all('/all-methods', requires(requirements.read), show)
  app.get('/forgotten', show)
  app.use(answerError)
  return serve(app, () => handled)
}

const startSurroundedFastify: StartServer = async (api) => {
  let handled = 0
  const protection = fastifyProtection(api)
  const show = async (request: FastifyRequest) => {
    const shown = describePrincipal(protection.principal(request))
    handled++
    return { principal: shown }
  }
  const app = Fastify()
  app.setErrorHandler((_error, _request, reply) => reply.code(ownErrorStatus).send(ownError))
  app.addHook('onRequest', async (request, reply) => {
    reply
      .header(...allowOrigin)
      .header(...exposeHeaders)
      .header(...cacheControl)
    return request.method === 'OPTIONS'
      ? reply
          .header(...allowHeaders)
          .code(204)
          .send()
      : undefined
  })
  await app.register(protection.plugin)
  app.get('/read', { config: { requires: requirements.read } }, show)
  app.all('/all-methods', { config: { requires: requirements.read } }, show)
  app.get('/forgotten', { config: { requires: 'nothing' } }, show)
  await app.listen({ port: 0, host: '127.0.0.1' })
  return { port: portOf(app.server), handled: () => handled, close: () => app.close() }
}

/** Passes on what it knows, as the filters in Nest's documentation do. */
@Catch()
class OwnFilter implements ExceptionFilter {
  readonly #adapter: HttpServer

  constructor(adapter: HttpServer) {
    this.#adapter = adapter
  }

  catch(exception: unknown, host: ArgumentsHost): void {
    const response: unknown = host.switchToHttp().getResponse()
    if (exception instanceof HttpException) {
      this.#adapter.reply(response, exception.getResponse(), exception.getStatus())
    } else {
      this.#adapter.reply(response, ownError, ownErrorStatus)
    }
  }
}

function surroundedModule(api: TestApi, onHandled: () => void): Type {
  const show = (caller: Principal) => {
    onHandled()
    return { principal: describePrincipal(caller) }
  }

  @Controller()
  class Routes {
    @Get('read')
    @Requires(requirements.read)
    read(@CurrentPrincipal() caller: Principal) {
      return show(caller)
    }

    @All('all-methods')
    @Requires(requirements.read)
    allMethods(@CurrentPrincipal() caller: Principal) {
      return show(caller)
    }

    @Get('forgotten')
    forgotten(@CurrentPrincipal() caller: Principal) {
      return show(caller)
    }
  }

  @Module({ imports: [ProtectedResourceModule.forRoot({ api })], controllers: [Routes] })
  class App {}
  return App
}

function startSurroundedNest(adapter: () => ExpressAdapter | FastifyAdapter): StartServer {
  return async (api) => {
    let handled = 0
    const App = surroundedModule(api, () => handled++)
    const app = await NestFactory.create(App, adapter(), {
      logger: false,
      forceCloseConnections: true,
      cors: { exposedHeaders: [...exposedHeaders] },
    })
    app.use((_: IncomingMessage, response: ServerResponse, next: () => void) => {
      response.setHeader(...cacheControl)
      next()
    })
    app.useGlobalFilters(new OwnFilter(app.getHttpAdapter()))
    await app.listen(0, '127.0.0.1')
    return { port: portOf(app.getHttpServer()), handled: () => handled, close: () => app.close() }
  }
}

/** Small servers with CORS in front of the protection, and with an error handler of their own behind it. */
export const surrounded: ServerSet = [
  ['Express', startSurroundedExpress],
  ['Fastify', startSurroundedFastify],
  ['Nest on Express', startSurroundedNest(() => new ExpressAdapter())],
  ['Nest on Fastify', startSurroundedNest(() => new FastifyAdapter())],
]
