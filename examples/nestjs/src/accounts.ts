import { Controller, Get, Module } from '@nestjs/common'
import { jwtIssuer, type PrincipalOf, protectedResource, scope } from '@portcullis/core'
import { CurrentPrincipal, ProtectedResourceModule, Requires } from '@portcullis/nestjs'

export const api = protectedResource({
  resource: 'https://api.example.com',
  scopes: ['accounts:read', 'accounts:write'],
  issuers: [jwtIssuer({ issuer: 'https://as.example.com' })],
})
type Caller = PrincipalOf<typeof api>

@Controller()
class AccountsController {
  @Get('health')
  @Requires('nothing')
  health() {
    return 'ok'
  }

  @Get('accounts')
  @Requires(scope('accounts:read'))
  list(@CurrentPrincipal() caller: Caller) {
    return { caller: caller.clientId }
  }
}

@Module({
  imports: [ProtectedResourceModule.forRoot({ api, guard: 'global' })],
  controllers: [AccountsController],
})
export class AccountsModule {}
