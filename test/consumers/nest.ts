import 'reflect-metadata'
import { Controller, Get, Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { ExpressAdapter } from '@nestjs/platform-express'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import type { PrincipalOf } from '@portcullis/core'
import { CurrentPrincipal, ProtectedResourceModule, Requires } from '@portcullis/nestjs'
import { type Api, check, read } from './check.js'

@Controller()
@Requires(read)
class Accounts {
  @Get()
  caller(@CurrentPrincipal() caller: PrincipalOf<Api>) {
    return { client: caller.clientId }
  }
}

void check(async (api) => {
  @Module({ imports: [ProtectedResourceModule.forRoot({ api, guard: 'global' })], controllers: [Accounts] })
  class App {}

  const adapter = process.argv[2] === 'fastify' ? new FastifyAdapter() : new ExpressAdapter()
  const app = await NestFactory.create(App, adapter, { logger: ['error'] })
  await app.listen(0, '127.0.0.1')
  return Number(new URL(await app.getUrl()).port)
})
