import 'reflect-metadata'
import { Controller, Get, Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { ExpressAdapter } from '@nestjs/platform-express'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import { jwtIssuer, protectedResource } from '@portcullis/core'
import { expressProtection } from '@portcullis/express'
import { fastifyProtection } from '@portcullis/fastify'
import { ProtectedResourceModule, Requires } from '@portcullis/nestjs'
import express from 'express'
import Fastify from 'fastify'
import { resource } from '../api.js'
import type { ServerSet } from './index.js'
import { portOf, type StartServer, serve } from './running-server.js'

export const partnerIssuer = 'https://as.partner.example'

/** The second resource of each application: below the first, with an issuer and settings of its own. */
const partner = protectedResource({
  resource: `${resource}/partner`,
  issuers: [jwtIssuer({ issuer: partnerIssuer })],
  dpop: { required: true, algorithms: ['ES256'] },
  publishMetadata: { name: 'Partners' },
  onEvent: () => undefined,
})

const startExpress: StartServer = async (api) => {
  const [own, theirs] = [expressProtection(api), expressProtection(partner)]
  const app = express()
  app.use(own.metadata, theirs.metadata)
  app.get('/any', own.requires(), (_request, response) => void response.end())
  app.get('/partner/any', theirs.requires(), (_request, response) => void response.end())
  return serve(app, () => 0)
}

const startFastify: StartServer = async (api) => {
  const [own, theirs] = [fastifyProtection(api), fastifyProtection(partner)]
  const app = Fastify()
  await app.register(own.metadata)
  await app.register(theirs.metadata)
  await app.register(async (routes) => {
    await routes.register(own.plugin)
    routes.get('/any', async () => '')
  })
  await app.register(
    async (routes) => {
      await routes.register(theirs.plugin)
      routes.get('/any', async () => '')
    },
    { prefix: '/partner' },
  )
  await app.listen({ port: 0, host: '127.0.0.1' })
  return { port: portOf(app.server), handled: () => 0, close: () => app.close() }
}

@Controller()
class Routes {
  @Get('any')
  @Requires()
  own() {
    return ''
  }

  @Get('partner/any')
  @Requires({ api: 'partner' })
  theirs() {
    return ''
  }
}

function startNest(adapter: () => ExpressAdapter | FastifyAdapter): StartServer {
  return async (api) => {
    @Module({
      imports: [
        ProtectedResourceModule.forRoot({ api, metadata: true }),
        ProtectedResourceModule.forRootAsync({
          useFactory: async () => ({ api: partner }),
          name: 'partner',
          metadata: true,
        }),
      ],
      controllers: [Routes],
    })
    class App {}

    const app = await NestFactory.create(App, adapter(), { logger: false, forceCloseConnections: true })
    await app.listen(0, '127.0.0.1')
    return { port: portOf(app.getHttpServer()), handled: () => 0, close: () => app.close() }
  }
}

/** Applications that protect two resources, at `/any` and at `/partner/any`, and serve the metadata of both. */
export const twoResources: ServerSet = [
  ['Express', startExpress],
  ['Fastify', startFastify],
  ['Nest on Express', startNest(() => new ExpressAdapter())],
  ['Nest on Fastify', startNest(() => new FastifyAdapter())],
]
