import { Module, type Type } from '@nestjs/common'
import { Query, ResolveReference, Resolver } from '@nestjs/graphql'
import { scope } from '@portcullis/core'
import { ProtectedResourceModule, Requires } from '@portcullis/nestjs'
import { describe, expect, it } from 'vitest'
import { Account } from './graphql-account.js'
import { ask, drivers } from './graphql-drivers.js'
import { listen, startWorld } from './world.js'

@Resolver(() => Account)
class Accounts {
  @Query(() => Account)
  @Requires('nothing')
  first() {
    return { id: '1' }
  }
}

@Resolver(() => Account)
class Guarded {
  @ResolveReference()
  @Requires(scope('accounts:write'))
  byId({ id }: { id: string }) {
    return { id }
  }
}

@Resolver(() => Account)
class Undeclared {
  @ResolveReference()
  byId({ id }: { id: string }) {
    return { id }
  }
}

@Resolver(() => Account)
@Requires('nothing')
class Public extends Undeclared {}

// Without a gateway: what keeps the application from starting does not depend on the driver.
describe.each(drivers)('References of a federation with $name', (driver) => {
  const start = async (resolver: Type, guard: 'local' | 'global', fieldResolverEnhancers: string[] = []) => {
    @Module({ providers: [Accounts, resolver] })
    class Resolvers {}
    const { api } = await startWorld()
    const protection = ProtectedResourceModule.forRoot({ api, guard })
    const imports = [protection, driver.module({ fieldResolverEnhancers }), Resolvers]
    return listen({ imports }, driver.platform)
  }

  it.each([
    ['declared, guard local', 'local', Guarded],
    ['declared, guard global', 'global', Guarded],
    ['undeclared, guard global', 'global', Undeclared],
  ] as const)(
    'keep the application from starting where GraphQL asks no guard: %s',
    async (_, guard, resolver) => {
      const starting = start(resolver, guard)
      await expect(starting).rejects.toThrow(TypeError)
      await expect(starting).rejects.toThrow(
        /^@Requires on \w+\.byId: a field or a reference is guarded only with GraphQLModule/,
      )
    },
  )

  it.each([
    ['guards are asked', 'local', Guarded, ['guards']],
    ['guards are asked, with a global guard', 'global', Undeclared, ['guards']],
    ['they are public', 'global', Public, []],
    ['nothing is declared, without a global guard', 'local', Undeclared, []],
  ] as const)('let it start where %s', async (_, guard, resolver, enhancers) => {
    const { url } = await start(resolver, guard, [...enhancers])
    expect((await ask(url, '{ first { id } }')).data).toEqual({ first: { id: '1' } })
  })
})
