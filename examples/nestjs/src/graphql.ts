import 'reflect-metadata'
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo'
import { Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { GraphQLModule, Query, Resolver } from '@nestjs/graphql'
import { type PrincipalOf, scope } from '@portcullis/core'
import { CurrentPrincipal, ProtectedResourceModule, Requires } from '@portcullis/nestjs'
import { api } from './accounts.js'

@Resolver()
class Accounts {
  @Query(() => [String])
  @Requires(scope('accounts:read'))
  accounts(@CurrentPrincipal() caller: PrincipalOf<typeof api>) {
    return [`an account of ${caller.clientId}`]
  }
}

@Module({
  imports: [
    ProtectedResourceModule.forRoot({ api, guard: 'global' }),
    GraphQLModule.forRoot<ApolloDriverConfig>({
      driver: ApolloDriver,
      autoSchemaFile: true,
      fieldResolverEnhancers: ['guards'],
    }),
  ],
  providers: [Accounts],
})
class AccountsGraph {}

const app = await NestFactory.create(AccountsGraph)
await app.listen(process.env['PORT'] ?? 3000)
console.log(`Listening on ${await app.getUrl()}`)
