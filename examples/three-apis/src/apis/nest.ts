import 'reflect-metadata'
import { Controller, Get, Module, Post } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { scope } from '@portcullis/core'
import { CurrentPrincipal, ProtectedResourceModule, Requires } from '@portcullis/nestjs'
import type { AccountsApi, Caller } from '../accounts-api.js'

@Controller('accounts')
@Requires(scope('read'))
class AccountsController {
  @Get()
  list(@CurrentPrincipal() caller: Caller) {
    return { caller: caller.clientId }
  }

  @Post()
  @Requires(scope('write'))
  open(@CurrentPrincipal() caller: Caller) {
    return { caller: caller.clientId }
  }
}

@Module({ controllers: [AccountsController] })
class AccountsModule {}

export async function nestApi(api: AccountsApi) {
  const module = {
    module: AccountsModule,
    imports: [ProtectedResourceModule.forRoot({ api, guard: 'global' })],
  }
  const app = await NestFactory.create(module, { logger: ['error', 'warn'] })
  await app.init()
  return app.getHttpAdapter().getInstance()
}
