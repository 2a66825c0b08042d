import { Module, type Provider, type Type } from '@nestjs/common'
import { Query, Resolver } from '@nestjs/graphql'
import { WsAdapter } from '@nestjs/platform-ws'
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets'
import { scope } from '@portcullis/core'
import { ProtectedResourceModule, protectWebSockets, Requires } from '@portcullis/nestjs'
import { describe, expect, it } from 'vitest'
import { ask, drivers } from './graphql-drivers.js'
import { transports } from './sockets.js'
import { listen, startWorld } from './world.js'

@Resolver()
class OnMethod {
  @Query(() => String, { nullable: true })
  @Requires(scope('accounts:write'))
  secret() {
    return 'let in'
  }
}

@Resolver()
@Requires(scope('accounts:write'))
class OnClass {
  @Query(() => String, { nullable: true })
  secret() {
    return 'let in'
  }
}

@Resolver()
class OfPartner {
  @Query(() => String, { nullable: true })
  @Requires({ api: 'partner' })
  secret() {
    return 'let in'
  }
}

@Resolver()
@Requires('nothing')
class Public {
  @Query(() => String, { nullable: true })
  secret() {
    return 'let in'
  }
}

type Make = (type: Type) => Provider

const unscanned: readonly (readonly [string, Make])[] = [
  ['a factory', (type) => ({ provide: type, useFactory: () => new type() })],
  ['a factory under another token', (type) => ({ provide: 'other', useFactory: async () => new type() })],
  ['a value', (type) => ({ provide: type, useValue: new type() })],
  ['a class under another token', (type) => ({ provide: 'other', useClass: type })],
]

describe.each(drivers)('Resolvers with $name', (driver) => {
  const start = async (providers: Provider[], guard: 'local' | 'global' = 'local') => {
    @Module({ providers })
    class Resolvers {}
    const { api, partnerApi } = await startWorld()
    const imports = [
      ProtectedResourceModule.forRoot({ api, guard }),
      ProtectedResourceModule.forRoot({ api: partnerApi, name: 'partner' }),
      driver.module(),
      Resolvers,
    ]
    return listen({ imports }, driver.platform)
  }
  const secretOf = async (...application: Parameters<typeof start>) => {
    const { url } = await start(...application)
    return (await ask(url, '{ secret }')).data
  }

  it.each(unscanned)(
    'keep the application from starting where Nest would not guard them: %s',
    async (_, make) => {
      const hint = /Nest would not guard the provider "\w+"; provide the class itself/
      const starting = start([make(OnMethod)])
      await expect(starting).rejects.toThrow(TypeError)
      await expect(starting).rejects.toThrow(hint)
      await expect(starting).rejects.toThrow('@Requires on OnMethod.secret: ')
      await expect(start([make(OnClass)])).rejects.toThrow(hint)
      await expect(start([make(OfPartner)], 'global')).rejects.toThrow(hint)
    },
    20_000,
  )

  it.each(unscanned)('are guarded by the global guard, or public: %s', async (_, make) => {
    expect(await secretOf([make(OnMethod)], 'global')).toEqual({ secret: null })
    expect(await secretOf([make(OnClass)], 'global')).toEqual({ secret: null })
    expect(await secretOf([make(Public)])).toEqual({ secret: 'let in' })
  })

  it('are guarded where another provider hands out the object that Nest made of the class', async () => {
    const again = { provide: 'again', inject: [OnMethod], useFactory: (resolver: object) => resolver }
    const alias = { provide: 'alias', useExisting: OnMethod }
    expect(await secretOf([again, alias, OnMethod])).toEqual({ secret: null })
  })
})

describe('Gateways', () => {
  @WebSocketGateway({ path: '/chat' })
  class Chat {
    @SubscribeMessage('write')
    @Requires(scope('accounts:write'))
    write() {
      return { event: 'written', data: 'let in' }
    }
  }

  const start = async (provider: Provider) => {
    const world = await startWorld()
    const imports = [ProtectedResourceModule.forRoot({ api: world.api })]
    const { url } = await listen({ imports, providers: [provider] }, 'Express', (app) => {
      app.useWebSocketAdapter(new WsAdapter(app))
      protectWebSockets(app, world.api)
    })
    return transports[0]?.connect(url, '/chat', await world.bearer())
  }

  it.each(unscanned.slice(0, 3))(
    'keep the application from starting where Nest would not serve them: %s',
    async (_, make) => {
      await expect(start(make(Chat))).rejects.toThrow(
        '@Requires on Chat.write: Nest would not guard the provider',
      )
    },
  )

  it('are guarded under another token', async () => {
    const client = await start({ provide: 'other', useClass: Chat })
    expect(await client?.ask('write')).toMatchObject({ event: 'exception', data: { status: 403 } })
  })
})
