// The same route in four frameworks. Each is loaded only where it is used, for a process has one of them.
import { once } from 'node:events'
import { createServer } from 'node:http'

/** What a caller is told: who it is, and which process answered. */
function answer({ clientId }) {
  return { caller: clientId, pid: process.pid }
}

async function startExpress(api) {
  const { default: express } = await import('express')
  const { expressProtection } = await import('@portcullis/express')
  const { requires, principal } = expressProtection(api)
  const app = express()
  app.get('/accounts', requires(), (request, response) => {
    response.json(answer(principal(request)))
  })
  const server = createServer(app).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}

async function startFastify(api) {
  const { default: Fastify } = await import('fastify')
  const { fastifyProtection } = await import('@portcullis/fastify')
  const { plugin, principal } = fastifyProtection(api)
  const app = Fastify()
  await app.register(plugin)
  app.get('/accounts', async (request) => answer(principal(request)))
  await app.listen({ port: 0, host: '127.0.0.1' })
  return app.server
}

async function startNestOnExpress(api) {
  const { ExpressAdapter } = await import('@nestjs/platform-express')
  return startNest(api, new ExpressAdapter())
}

async function startNestOnFastify(api) {
  const { FastifyAdapter } = await import('@nestjs/platform-fastify')
  return startNest(api, new FastifyAdapter())
}

/** Node runs this file as it stands, so decorators are called as the functions that they are. */
async function startNest(api, adapter) {
  await import('reflect-metadata')
  const { Controller, Get, Module } = await import('@nestjs/common')
  const { NestFactory } = await import('@nestjs/core')
  const { CurrentPrincipal, ProtectedResourceModule } = await import('@portcullis/nestjs')

  class Accounts {
    list(caller) {
      return answer(caller)
    }
  }
  Controller('accounts')(Accounts)
  Get()(Accounts.prototype, 'list', Object.getOwnPropertyDescriptor(Accounts.prototype, 'list'))
  CurrentPrincipal()(Accounts.prototype, 'list', 0)

  class App {}
  const imports = [ProtectedResourceModule.forRoot({ api, guard: 'global' })]
  Module({ imports, controllers: [Accounts] })(App)

  const app = await NestFactory.create(App, adapter, { logger: ['error', 'warn'] })
  await app.listen(0, '127.0.0.1')
  return app.getHttpServer()
}

/** By name. Each starts an API on a free port, and gives its server. */
export const frameworks = {
  Express: startExpress,
  Fastify: startFastify,
  'Nest on Express': startNestOnExpress,
  'Nest on Fastify': startNestOnFastify,
}
