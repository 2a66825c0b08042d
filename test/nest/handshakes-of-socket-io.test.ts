import { Agent, type IncomingMessage, request } from 'node:http'
import type { Socket } from 'node:net'
import type { INestApplication } from '@nestjs/common'
import { IoAdapter } from '@nestjs/platform-socket.io'
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets'
import { ProtectedResourceModule, protectWebSockets } from '@portcullis/nestjs'
import { describe, expect, it, onTestFinished } from 'vitest'
import { transports } from './sockets.js'
import { listen, platforms, resource, startWorld, type World } from './world.js'

@WebSocketGateway({ path: '/chat' })
class Chat {
  @SubscribeMessage('ping')
  ping() {
    return { event: 'pong' }
  }
}

@WebSocketGateway({ path: '/second' })
class Second extends Chat {}

describe.each(platforms)('Handshakes of socket.io on %s', (platform) => {
  const start = async (world: World, prepare?: (app: INestApplication) => void) => {
    const imports = [ProtectedResourceModule.forRoot({ api: world.api })]
    const { url } = await listen({ imports, providers: [Chat, Second] }, platform, (app) => {
      app.useWebSocketAdapter(new IoAdapter(app))
      protectWebSockets(app, world.api)
      prepare?.(app)
    })
    return url
  }

  it('leave nothing behind on a connection over which many are refused', async () => {
    const sockets: Socket[] = []
    const url = await start(await startWorld(), (app) => {
      app.getHttpServer().on('connection', (socket: Socket) => sockets.push(socket))
    })
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    onTestFinished(() => agent.destroy())
    const refusedPoll = () =>
      new Promise<number | undefined>((resolve, reject) => {
        const asking = request(
          `${url}/chat/?EIO=4&transport=polling`,
          { agent },
          (response: IncomingMessage) => response.resume().once('end', () => resolve(response.statusCode)),
        )
        asking.once('error', reject).end()
      })
    expect(await refusedPoll()).toBe(401)
    const listeners = sockets[0]?.listenerCount('error')
    for (let at = 0; at < 5; at++) expect(await refusedPoll()).toBe(401)
    expect(sockets).toHaveLength(1)
    expect(sockets[0]?.listenerCount('error')).toBe(listeners)
  })

  const overWebSocket = transports.find(
    (transport) => transport.platform === platform && transport.name.includes('over WebSocket'),
  )

  it('may take longer than a server at another path waits', async () => {
    const slow = () => new Promise<boolean>((resolve) => setTimeout(() => resolve(true), 1300))
    const world = await startWorld({ replayStore: { firstUse: slow } })
    const url = await start(world)
    const answers = await Promise.all(
      ['/chat', '/second'].map(async (path) => {
        const target = overWebSocket?.target(path) ?? ''
        const headers = await world.proven({ method: 'GET', url: resource + target })
        return overWebSocket?.handshake(url, target, headers)
      }),
    )
    expect(answers.map((answer) => answer?.status)).toEqual([101, 101])
  })

  it('at a path that no server has are ended', async () => {
    const url = await start(await startWorld())
    await expect(overWebSocket?.handshake(url, '/elsewhere')).rejects.toThrow('socket hang up')
  })
})
