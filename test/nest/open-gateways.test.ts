import { NestFactory } from '@nestjs/core'
import { IoAdapter } from '@nestjs/platform-socket.io'
import { WsAdapter } from '@nestjs/platform-ws'
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets'
import { scope } from '@portcullis/core'
import { ProtectedResourceModule, protectWebSockets, Requires } from '@portcullis/nestjs'
import { describe, expect, it } from 'vitest'
import { transports } from './sockets.js'
import { listen, moduleOf, startWorld } from './world.js'

@WebSocketGateway({ path: '/chat' })
class Undeclared {
  @SubscribeMessage('ping')
  ping() {
    return { event: 'pong', data: 'let in' }
  }
}

@WebSocketGateway({ path: '/chat' })
@Requires()
class News {}

@WebSocketGateway({ path: '/chat' })
@Requires('nothing')
class Message extends Undeclared {
  @SubscribeMessage('write')
  @Requires('optional')
  write() {}
}

@WebSocketGateway({ path: '/chat' })
@Requires('nothing')
class Public extends Undeclared {}

@WebSocketGateway()
class WithoutPath extends Undeclared {}

type Gateway = new () => object

const adapters = [
  ['ws', WsAdapter, transports[0]],
  ['socket.io', IoAdapter, transports[1]],
] as const

describe.each(adapters)('Gateways on %s that nothing protects', (_, Adapter, transport) => {
  const start = async (gateway: Gateway, guard: 'local' | 'global' = 'local') => {
    const { api } = await startWorld()
    const imports = [ProtectedResourceModule.forRoot({ api, guard })]
    const { url } = await listen({ imports, providers: [gateway] }, 'Express', (app) => {
      app.useWebSocketAdapter(new Adapter(app))
    })
    return transport?.connect(url, '/chat', {})
  }

  it.each([
    ['a declaration on the class', 'local', News],
    ['a declaration on a message', 'local', Message],
    ['a declaration on the class', 'global', News],
    ['nothing declared', 'global', Undeclared],
  ] as const)('keep the application from starting: %s, guard %s', async (_, guard, gateway) => {
    const starting = start(gateway, guard)
    await expect(starting).rejects.toThrow(TypeError)
    await expect(starting).rejects.toThrow(
      /who connects to the gateway \w+; call protectWebSockets\(app, api\)/,
    )
  })

  it.each([
    ['@Requires says so', 'local', Public],
    ['@Requires says so', 'global', Public],
    ['nothing is declared', 'local', Undeclared],
  ] as const)('are public where %s, guard %s', async (_, guard, gateway) => {
    const client = await start(gateway, guard)
    expect(await client?.ask('ping')).toEqual({ event: 'pong', data: 'let in' })
  })
})

it('does not keep a context without servers from starting', async () => {
  const { api } = await startWorld()
  const imports = [ProtectedResourceModule.forRoot({ api, guard: 'global' })]
  const app = await NestFactory.createApplicationContext(moduleOf({ imports, providers: [News] }), {
    logger: false,
    abortOnError: false,
  })
  await app.close()
})

it('are known by the path of socket.io where they name none', async () => {
  const world = await startWorld()
  const imports = [ProtectedResourceModule.forRoot({ api: world.api })]
  const { url } = await listen({ imports, providers: [WithoutPath, News] }, 'Express', (app) => {
    app.useWebSocketAdapter(new IoAdapter(app))
    protectWebSockets(app, world.api, { requires: 'optional' })
    protectWebSockets(app, world.api, { path: '/socket.io/', requires: scope('accounts:write') })
  })
  const status = async (path: string) =>
    (await transports[1]?.handshake(url, `${path}/?EIO=4&transport=websocket`))?.status
  expect([await status('/socket.io'), await status('/chat')]).toEqual([401, 101])
})
