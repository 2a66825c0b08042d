import { connect } from 'node:net'
import type { INestApplication, WebSocketAdapter } from '@nestjs/common'
import { IoAdapter } from '@nestjs/platform-socket.io'
import { WsAdapter } from '@nestjs/platform-ws'
import { SubscribeMessage, WebSocketGateway, WebSocketServer } from '@nestjs/websockets'
import { scope } from '@portcullis/core'
import { ProtectedResourceModule, protectWebSockets, Requires } from '@portcullis/nestjs'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { WebSocket } from 'ws'
import { freePort } from './free-port.js'
import { transports } from './sockets.js'
import { listen, startWorld, type World } from './world.js'

@WebSocketGateway({ path: '/chat' })
class Chat {
  @WebSocketServer()
  readonly server!: { emit(event: string, ...given: unknown[]): void }

  @SubscribeMessage('whoami')
  @Requires()
  whoami() {
    return { event: 'caller', data: 'somebody' }
  }
}

async function start(
  { api }: World,
  prepare: (app: INestApplication) => void,
  gateway: new () => object = Chat,
) {
  const imports = [ProtectedResourceModule.forRoot({ api })]
  return listen({ imports, providers: [gateway] }, 'Express', prepare)
}

const mistakes: readonly (readonly [
  what: string,
  prepare: (app: INestApplication, world: World) => void,
  RegExp,
])[] = [
  [
    'no adapter',
    (app, { api }) => protectWebSockets(app, api),
    /call app\.useWebSocketAdapter\(\) before it/,
  ],
  [
    'an adapter that comes later',
    (app, { api }) => {
      app.useWebSocketAdapter(new WsAdapter(app))
      protectWebSockets(app, api)
      app.useWebSocketAdapter(new IoAdapter(app))
    },
    /call app\.useWebSocketAdapter\(\) before it/,
  ],
  [
    'two calls for the same gateways',
    (app, { api, partnerApi }) => {
      app.useWebSocketAdapter(new WsAdapter(app))
      protectWebSockets(app, api, { path: '/chat' })
      protectWebSockets(app, partnerApi, { path: 'chat/' })
    },
    /called twice for \/chat/,
  ],
  [
    "'nothing'",
    (app, { api }) => {
      app.useWebSocketAdapter(new WsAdapter(app))
      protectWebSockets(app, api, { requires: 'nothing' as 'optional' })
    },
    /^protectWebSockets\.requires: expected a requirement or 'optional', got 'nothing'$/,
  ],
  [
    'a requirement that is undefined',
    (app, { api }) => {
      app.useWebSocketAdapter(new WsAdapter(app))
      protectWebSockets(app, api, { requires: undefined as unknown as 'optional' })
    },
    /^protectWebSockets\.requires: requires\(\)/,
  ],
  [
    'a scope that the resource does not know',
    (app, { api }) => {
      app.useWebSocketAdapter(new WsAdapter(app))
      protectWebSockets(app, api, { requires: scope('accounts:close') })
    },
    /^protectWebSockets\.requires: .*accounts:close/,
  ],
  ...(
    [
      [
        'no api',
        undefined,
        {},
        /^protectWebSockets\.api: expected what protectedResource\(\) makes, got undefined$/,
      ],
      ['a path that is undefined', 'api', { path: undefined }, /^protectWebSockets\.path: .*got undefined$/],
      ['a path that is empty', 'api', { path: '' }, /^protectWebSockets\.path: .*got ''$/],
      [
        'a requirement under another name',
        'api',
        { require: scope('accounts:read') },
        /^protectWebSockets\.require: /,
      ],
      ['a path under another name', 'api', { pat: '/chat' }, /^protectWebSockets\.pat: unknown option/],
      ['options that are none', 'api', 'optional', /^protectWebSockets\.options: expected an object/],
      ['no options', 'api', null, /^protectWebSockets\.options: expected an object, got null/],
    ] as const
  ).map(
    ([what, api, options, message]) =>
      [
        what,
        (app: INestApplication, world: World) => {
          app.useWebSocketAdapter(new WsAdapter(app))
          protectWebSockets(app, (api && world[api]) as World['api'], options as object)
        },
        message,
      ] as const,
  ),
  [
    'a path at which no gateway is',
    (app, { api }) => {
      app.useWebSocketAdapter(new WsAdapter(app))
      protectWebSockets(app, api)
      protectWebSockets(app, api, { path: '/caht' })
    },
    /^protectWebSockets\.path: expected the path of a gateway, none is at '\/caht'$/,
  ],
  [
    'a gateway whose path no call names',
    (app, { api }) => {
      app.useWebSocketAdapter(new IoAdapter(app))
      protectWebSockets(app, api, { path: '/other' })
    },
    /nothing protects the gateways at \/chat/,
  ],
  [
    'an adapter that keeps its options to itself',
    (app, { api }) => {
      const adapter: WebSocketAdapter = new IoAdapter(app)
      adapter.create = (port) => new IoAdapter(app).createIOServer(port)
      app.useWebSocketAdapter(adapter)
      protectWebSockets(app, api)
    },
    /expected an adapter for ws or socket\.io that passes its options on/,
  ],
]

describe('protectWebSockets', () => {
  it.each(mistakes)('keeps the application from starting: %s', async (_what, prepare, message) => {
    const world = await startWorld()
    const starting = start(world, (app) => prepare(app, world))
    await expect(starting).rejects.toThrow(TypeError)
    await expect(starting).rejects.toThrow(message)
  })

  it('is refused in an application that has started', async () => {
    @WebSocketGateway({ path: '/open' })
    class Open {}

    const world = await startWorld()
    const { app } = await start(world, (app) => app.useWebSocketAdapter(new WsAdapter(app)), Open)
    expect(() => protectWebSockets(app, world.api)).toThrow(/before the application starts/)
  })

  it.each([
    ['verifyClient', new WsAdapter(), ({ req }: { req: { url: string } }) => !req.url.includes('banned')],
    [
      'verifyClient, with a callback',
      new WsAdapter(),
      ({ req }: { req: { url: string } }, done: (verified: boolean) => void) =>
        done(!req.url.includes('banned')),
    ],
    [
      'allowRequest',
      new IoAdapter(),
      ({ url }: { url: string }, done: (error: string | null, allowed: boolean) => void) =>
        done(null, !url.includes('banned')),
    ],
  ])('asks the hook of the application afterwards: %s', async (name, adapter, decide) => {
    const hook = name.split(',', 1)[0] ?? ''
    const own = Object.defineProperty(vi.fn(decide as never), 'length', { value: decide.length })

    @WebSocketGateway({ path: '/own', [hook]: own })
    class Own {}

    const world = await startWorld()
    const { url } = await start(
      world,
      (app) => {
        Object.assign(adapter, { httpServer: app.getHttpServer() })
        app.useWebSocketAdapter(adapter)
        protectWebSockets(app, world.api)
      },
      Own,
    )
    const transport = transports[adapter instanceof WsAdapter ? 0 : 1]
    const status = async (query: string, headers?: Record<string, string>) =>
      (await transport?.handshake(url, transport.target('/own', query), headers))?.status
    expect(await status('')).toBe(401)
    expect(own).not.toHaveBeenCalled()
    expect(await status('', await world.bearer())).toBe(101)
    expect([400, 401, 403]).toContain(await status('banned', await world.bearer()))
    expect(own).toHaveBeenCalledTimes(2)
  })

  it('closes a connection that came past it', async () => {
    const world = await startWorld()
    const { app, url } = await start(world, (app) => {
      app.useWebSocketAdapter(new WsAdapter(app))
      protectWebSockets(app, world.api)
    })
    const terminate = vi.fn()
    app
      .get(Chat)
      .server.emit(
        'connection',
        { on: vi.fn(), once: vi.fn(), addEventListener: vi.fn(), removeEventListener: vi.fn(), terminate },
        { url },
      )
    expect(terminate).toHaveBeenCalledTimes(1)
  })

  it('survives clients that hang up while it thinks', async () => {
    let decide: () => void = () => undefined
    const asked = vi.fn(() => new Promise<boolean>((resolve) => (decide = () => resolve(true))))
    const world = await startWorld({ replayStore: { firstUse: asked } })
    const adapters = [
      (app: INestApplication) => new WsAdapter(app),
      (app: INestApplication) => new IoAdapter(app),
    ]
    for (const [at, adapter] of adapters.entries()) {
      const transport = transports[at]
      const target = transport?.target('/chat') ?? ''
      const { app, url } = await start(world, (app) => {
        app.useWebSocketAdapter(adapter(app))
        protectWebSockets(app, world.api)
      })
      const headers = await world.proven({ method: 'GET', url: `https://api.example.com${target}` })
      const { port } = new URL(url)
      const socket = connect(Number(port), '127.0.0.1')
      const fields = {
        host: 'x',
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
        ...headers,
      }
      socket.write(
        `GET ${target} HTTP/1.1\r\n${Object.entries(fields)
          .map(([name, value]) => `${name}: ${value}\r\n`)
          .join('')}\r\n`,
      )
      await vi.waitFor(() => expect(asked).toHaveBeenCalledTimes(at + 1))
      socket.resetAndDestroy()
      await new Promise((resolve) => setTimeout(resolve, 20))
      decide()
      await new Promise((resolve) => setTimeout(resolve, 20))
      expect((await transport?.handshake(url, target))?.status).toBe(401)
      await app.close()
    }
  })

  it('works on a port of its own', async () => {
    const port = await freePort()

    @WebSocketGateway(port, { path: '/alone' })
    class Alone {}

    const world = await startWorld()
    await start(
      world,
      (app) => {
        app.useWebSocketAdapter(new WsAdapter(app))
        protectWebSockets(app, world.api)
      },
      Alone,
    )
    const open = async (headers: Record<string, string>) => {
      const socket = new WebSocket(`ws://127.0.0.1:${port}/alone`, { headers })
      onTestFinished(() => socket.terminate())
      return new Promise((resolve) =>
        socket.once('open', () => resolve('open')).once('error', ({ message }) => resolve(message)),
      )
    }
    expect(await open({})).toContain('401')
    expect(await open(await world.bearer())).toBe('open')
  })

  it('protects every namespace of socket.io', async () => {
    @WebSocketGateway({ path: '/chat', namespace: 'admin' })
    class Admin extends Chat {}

    const world = await startWorld()
    const { url } = await start(
      world,
      (app) => {
        app.useWebSocketAdapter(new IoAdapter(app))
        protectWebSockets(app, world.api)
      },
      Admin,
    )
    const { io } = await import('socket.io-client')
    const open = async (extraHeaders: Record<string, string>) => {
      const socket = io(`${url}/admin`, {
        path: '/chat',
        extraHeaders,
        transports: ['websocket'],
        reconnection: false,
        forceNew: true,
      })
      onTestFinished(() => void socket.disconnect())
      return new Promise((resolve) => {
        socket.once('connect_error', () => resolve('refused'))
        socket.once('connect', () => socket.emit('whoami')).once('caller', resolve)
      })
    }
    expect(await open({})).toBe('refused')
    expect(await open(await world.bearer())).toBe('somebody')
  })
})
