import 'reflect-metadata'
import { Controller, Get, Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { ExpressAdapter } from '@nestjs/platform-express'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import { allOf, type PrincipalOf } from '@portcullis/core'
import { CurrentPrincipal, ProtectedResourceModule, Requires } from '@portcullis/nestjs'
import { type Api, check, director, get, metadata, read, route, teller, unmet } from './check.js'

@Controller()
@Requires(read)
class Accounts {
  @Get()
  caller(@CurrentPrincipal() caller: PrincipalOf<Api>) {
    return { client: caller.clientId }
  }

  @Get('tellers')
  @Requires(allOf(read, teller))
  tellers(@CurrentPrincipal() caller: PrincipalOf<Api>) {
    return { roles: caller.roles }
  }

  @Get('directors')
  @Requires(director)
  directors() {
    return {}
  }
}

async function start(api: Api): Promise<number> {
  @Module({
    imports: [ProtectedResourceModule.forRoot({ api, guard: 'global', metadata: true })],
    controllers: [Accounts],
  })
  class App {}

  const adapter = process.argv[2] === 'fastify' ? new FastifyAdapter() : new ExpressAdapter()
  const app = await NestFactory.create(App, adapter, { logger: ['error'] })
  await app.listen(0, '127.0.0.1')
  return Number(new URL(await app.getUrl()).port)
}

void check(start, [
  route,
  metadata,
  { ask: get('/tellers'), caller: '200 {"roles":["teller"]}' },
  { ask: get('/directors'), caller: unmet },
])
