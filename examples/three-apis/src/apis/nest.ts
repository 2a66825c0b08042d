import 'reflect-metadata'
import { Controller, Get, Module, Post } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { type PrincipalOf, protectedResource, role } from '@portcullis/core'
import { entraId } from '@portcullis/issuers'
import { CurrentPrincipal, ProtectedResourceModule, Requires } from '@portcullis/nestjs'
import { audiences, roles, tenants } from '../registrations.js'
import { applicationOf } from './callers.js'
import type { Issuers } from './issuers.js'

/** Trusts one tenant of Entra ID, and there the applications with a role. */
function accountsApi(resource: string, issuers: Issuers) {
  return protectedResource({
    resource,
    issuers: entraId({
      tenant: tenants.own,
      audience: audiences.nest,
      versions: ['2.0'],
      issuer: issuers.entraId,
    }),
    onEvent: () => {},
  })
}

type Caller = PrincipalOf<ReturnType<typeof accountsApi>>

@Controller('accounts')
@Requires(role(roles.read))
class AccountsController {
  @Get()
  list(@CurrentPrincipal() caller: Caller) {
    return { caller: applicationOf(caller) }
  }

  @Post()
  @Requires(role(roles.write))
  open(@CurrentPrincipal() caller: Caller) {
    return { caller: applicationOf(caller) }
  }
}

@Module({ controllers: [AccountsController] })
class AccountsModule {}

export async function nestApi(resource: string, issuers: Issuers) {
  const api = accountsApi(resource, issuers)
  const module = {
    module: AccountsModule,
    imports: [ProtectedResourceModule.forRoot({ api, guard: 'global' })],
  }
  const app = await NestFactory.create(module, { logger: ['error', 'warn'] })
  await app.init()
  return app.getHttpAdapter().getInstance()
}
