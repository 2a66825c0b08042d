import type { INestApplication } from '@nestjs/common'
import {
  type OnGatewayConnection,
  SubscribeMessage,
  WebSocketGateway,
  WebSocketServer,
} from '@nestjs/websockets'
import { memoryReplayStore, type Principal, rotatingNonce, scope } from '@portcullis/core'
import {
  CurrentPrincipal,
  ProtectedResourceModule,
  type ProtectWebSocketsOptions,
  protectWebSockets,
  Requires,
} from '@portcullis/nestjs'
import { describe, expect, it, vi } from 'vitest'
import { transports } from './sockets.js'
import { listen, partner, resource, startWorld, type World } from './world.js'

interface Broadcasting {
  emit(event: string, data: unknown): void
  readonly clients?: Set<{ send(text: string): void }>
}

const joined = vi.fn()
const handled = vi.fn()

@WebSocketGateway({ path: '/chat' })
class Chat implements OnGatewayConnection {
  @WebSocketServer()
  readonly server!: Broadcasting

  handleConnection() {
    joined()
  }

  @SubscribeMessage('whoami')
  @Requires()
  whoami(@CurrentPrincipal() caller: Principal) {
    handled()
    return { event: 'caller', data: caller.clientId }
  }

  @SubscribeMessage('write')
  @Requires(scope('accounts:write'))
  write() {
    return { event: 'written', data: 'let in' }
  }

  @SubscribeMessage('greet')
  @Requires('optional')
  greet(@CurrentPrincipal({ optional: true }) caller?: Principal) {
    return { event: 'greeting', data: caller?.clientId ?? 'stranger' }
  }

  @SubscribeMessage('ping')
  @Requires('nothing')
  ping() {
    handled()
    return { event: 'pong', data: 'let in' }
  }

  @SubscribeMessage('undeclared')
  undeclared() {
    handled()
    return { event: 'undeclared', data: 'let in' }
  }

  @SubscribeMessage('undeclared whoami')
  undeclaredWhoami(@CurrentPrincipal({ optional: true }) caller?: Principal) {
    return { event: 'caller', data: caller?.clientId ?? 'stranger' }
  }

  /** As platforms do it. */
  broadcast(data: string) {
    const text = JSON.stringify({ event: 'news', data })
    if (this.server.clients) for (const client of this.server.clients) client.send(text)
    else this.server.emit('news', data)
  }
}

@WebSocketGateway({ path: '/partner' })
@Requires({ api: 'partner' })
class OfPartner {
  @SubscribeMessage('whoami')
  whoami(@CurrentPrincipal() caller: Principal) {
    return { event: 'caller', data: caller.audience.join() }
  }
}

interface Options extends ProtectWebSocketsOptions {
  readonly guard?: 'global'
  readonly protect?: (app: INestApplication, world: World) => void
}

const refused = /401|websocket error|xhr poll error/

describe.each(transports)('WebSockets with $name', (transport) => {
  const start = async (world: World, { guard, protect, ...options }: Options = {}) => {
    joined.mockClear()
    const { api, partnerApi } = world
    const { app, url } = await listen(
      {
        imports: [
          ProtectedResourceModule.forRoot({ api, ...(guard && { guard }) }),
          ProtectedResourceModule.forRoot({ api: partnerApi, name: 'partner' }),
        ],
        providers: protect ? [Chat, OfPartner] : [Chat],
      },
      transport.platform,
      (app) => {
        app.useWebSocketAdapter(transport.adapter(app))
        if (protect) protect(app, world)
        else protectWebSockets(app, api, options)
      },
    )
    return {
      chat: app.get(Chat),
      connect: (headers: Record<string, string>, path = '/chat') => transport.connect(url, path, headers),
      handshake: (headers?: Record<string, string>, query?: string) =>
        transport.handshake(url, transport.target('/chat', query), headers),
    }
  }
  const opened = transport.name.includes('polling') ? 200 : 101

  it('hands the principal of the handshake to the handler of a message', async () => {
    const world = await startWorld()
    const { connect } = await start(world)
    const client = await connect(await world.bearer({ clientId: 'robot' }))
    expect(await client.ask('whoami')).toEqual({ event: 'caller', data: 'robot' })
    expect(await client.ask('whoami')).toEqual({ event: 'caller', data: 'robot' })
  })

  it('answers a handshake without credentials before it is one, with our challenge and our problem (BEARER-07)', async () => {
    const world = await startWorld({})
    const { handshake } = await start(world)
    const { status, headers, body } = await handshake()
    expect(status).toBe(401)
    expect(headers.get('www-authenticate')).toMatch(
      /^Bearer realm="https:\/\/api\.example\.com", DPoP .*algs="/,
    )
    expect(headers.get('content-type')).toBe('application/problem+json; charset=utf-8')
    expect(headers.get('cache-control')).toBe('no-store')
    expect(JSON.parse(body)).toMatchObject({ status: 401, code: 'credential_missing' })
    expect(joined).not.toHaveBeenCalled()
    expect(world.events.at(-1)).toMatchObject({ type: 'rejected', code: 'credential_missing' })
  })

  it('answers the same to a client library', async () => {
    const { connect } = await start(await startWorld())
    await expect(connect({})).rejects.toThrow(refused)
    expect(joined).not.toHaveBeenCalled()
  })

  it('opens with a token, and says nothing of ours', async () => {
    const world = await startWorld()
    const { handshake } = await start(world)
    const { status, headers } = await handshake(await world.bearer())
    expect([status, headers.get('www-authenticate')]).toEqual([opened, null])
  })

  it.each(['access_token', 'token', 'auth', 'authorization'])(
    'takes no token from the query: %s (BEARER-02)',
    async (name) => {
      const world = await startWorld()
      const { handshake } = await start(world)
      const { authorization } = await world.bearer()
      const { status } = await handshake({}, `${name}=${encodeURIComponent(authorization)}`)
      expect(status).toBe(401)
    },
  )

  it('asks for what the application asks of a handshake (BEARER-20)', async () => {
    const world = await startWorld()
    const { handshake } = await start(world, { requires: scope('accounts:read') })
    const refused = await handshake(await world.bearer())
    expect([refused.status, JSON.parse(refused.body).code]).toEqual([403, 'scope_insufficient'])
    expect(refused.headers.get('www-authenticate')).toContain('scope="accounts:read"')
    expect((await handshake(await world.bearer({ scope: 'accounts:read' }))).status).toBe(opened)
  })

  it('does not blame the caller for an outage', async () => {
    const world = await startWorld({ replayStore: { firstUse: () => Promise.reject(new Error('down')) } })
    const { handshake } = await start(world)
    const url = `${resource}${transport.target('/chat')}`
    const { status, headers } = await handshake(await world.proven({ method: 'GET', url }))
    expect([status, headers.get('www-authenticate')]).toEqual([503, null])
    expect(headers.get('retry-after')).toMatch(/^\d+$/)
  })

  it('takes a proof for GET and the http form of the URL, once (DPOP-16, DPOP-41)', async () => {
    const world = await startWorld({ replayStore: memoryReplayStore() })
    const { handshake } = await start(world)
    const target = transport.target('/chat')
    const code = async (headers: Record<string, string>) => {
      const { status, body } = await handshake(headers)
      return status === 401 ? (JSON.parse(body) as { code: string }).code : status
    }
    const good = await world.proven({ method: 'GET', url: resource + target })
    expect(await code(good)).toBe(opened)
    expect(await code(good)).toBe('proof_replayed')
    const overWs = (resource + target).replace('https', 'wss')
    expect(await code(await world.proven({ method: 'GET', url: overWs }))).toBe('proof_target_mismatch')
    expect(await code(await world.proven({ method: 'CONNECT', url: resource + target }))).toBe(
      'proof_method_mismatch',
    )
  })

  it('lets one proof open a connection that sends many messages', async () => {
    const world = await startWorld({ required: true, replayStore: memoryReplayStore() })
    const { connect } = await start(world)
    const client = await connect(
      await world.proven({
        method: 'GET',
        url: `${resource}${transport.target('/chat')}`,
        clientId: 'robot',
      }),
    )
    for (let at = 0; at < 3; at++)
      expect(await client.ask('whoami')).toEqual({ event: 'caller', data: 'robot' })
  })

  it('asks for a nonce, and sends a new one when it opens (DPOP-36, DPOP-39)', async () => {
    const world = await startWorld({
      nonce: rotatingNonce({ secrets: [Buffer.alloc(32, 'x')], everySeconds: 300 }),
    })
    const { handshake } = await start(world)
    const proof = { method: 'GET', url: `${resource}${transport.target('/chat')}` }
    const asked = await handshake(await world.proven(proof))
    expect([asked.status, JSON.parse(asked.body).code]).toEqual([401, 'proof_nonce_missing'])
    const nonce = asked.headers.get('dpop-nonce') ?? ''
    world.clock.advance(300)
    const { status, headers } = await handshake(await world.proven({ ...proof, nonce }))
    expect(status).toBe(opened)
    expect(headers.get('dpop-nonce')).toMatch(/.+/)
    expect(headers.get('dpop-nonce')).not.toBe(nonce)
  })

  it('refuses a message for which the token is not good enough, and stays open (BEARER-20)', async () => {
    const world = await startWorld()
    const { connect } = await start(world)
    const client = await connect(await world.bearer({ clientId: 'robot' }))
    expect(await client.ask('write')).toEqual({
      event: 'exception',
      data: {
        title: 'Forbidden',
        status: 403,
        detail: expect.any(String),
        code: 'scope_insufficient',
        error: 'insufficient_scope',
      },
    })
    expect(await client.ask('whoami')).toEqual({ event: 'caller', data: 'robot' })
    const writer = await connect(await world.bearer({ scope: 'accounts:write' }))
    expect(await writer.ask('write')).toEqual({ event: 'written', data: 'let in' })
  })

  it('closes when the token expires, though nobody sends anything', async () => {
    const world = await startWorld()
    const { connect } = await start(world)
    const headers = await world.bearer({ expiresInSeconds: 10 })
    world.clock.advance(9.95)
    const { closed } = await connect(headers)
    world.clock.advance(1)
    expect(await closed).toEqual(transport.name.startsWith('ws') ? 1008 : 'transport close')
  })

  it.each(['undeclared', 'ping', 'whoami'])(
    'hands no message to a handler that comes after the token has expired, and closes: %s',
    async (event) => {
      const world = await startWorld()
      const { connect } = await start(world)
      const client = await connect(await world.bearer({ expiresInSeconds: 10 }))
      expect(await client.ask('undeclared')).toMatchObject({ data: 'let in' })
      handled.mockClear()
      world.clock.advance(10)
      client.send(event)
      expect(await client.closed).toEqual(transport.name.startsWith('ws') ? 1008 : 'transport close')
      expect([handled.mock.calls, client.heard]).toEqual([[], []])
    },
  )

  it('knows who sent the handshake in every handler, whatever came before', async () => {
    const world = await startWorld()
    const { connect } = await start(world, { requires: 'optional' })
    const client = await connect(await world.bearer({ clientId: 'robot' }))
    for (const event of ['undeclared whoami', 'greet', 'undeclared whoami'])
      expect(await client.ask(event)).toMatchObject({ data: 'robot' })
    const stranger = await connect({})
    expect(await stranger.ask('undeclared whoami')).toMatchObject({ data: 'stranger' })
  })

  it('stays open as long as the token is good', async () => {
    const world = await startWorld()
    const { connect } = await start(world)
    const client = await connect(await world.bearer({ expiresInSeconds: 10 }))
    world.clock.advance(9.9)
    expect(await client.ask('whoami')).toMatchObject({ event: 'caller' })
  })

  it('broadcasts to those alone who were let in', async () => {
    const world = await startWorld()
    const { chat, connect } = await start(world)
    const guest = await connect(await world.bearer())
    const stranger = connect({})
    await expect(stranger).rejects.toThrow(refused)
    chat.broadcast('for guests')
    await vi.waitFor(() => expect(guest.heard).toEqual([{ event: 'news', data: 'for guests' }]))
    expect(joined).toHaveBeenCalledTimes(1)
  })

  it('lets strangers in where the application says so, and judges each of their messages', async () => {
    const world = await startWorld()
    const { connect, handshake } = await start(world, { requires: 'optional' })
    const stranger = await connect({})
    expect(await stranger.ask('greet')).toEqual({ event: 'greeting', data: 'stranger' })
    expect(await stranger.ask('whoami')).toMatchObject({
      event: 'exception',
      data: { status: 401, code: 'credential_missing' },
    })
    expect(await stranger.ask('ping')).toMatchObject({ event: 'pong' })
    expect((await handshake(await world.bearer({ expiresInSeconds: -1 }))).status).toBe(401)
  })

  it('guards what nobody declared with a global guard', async () => {
    const world = await startWorld()
    const { connect } = await start(world, { requires: 'optional', guard: 'global' })
    const stranger = await connect({})
    expect(await stranger.ask('undeclared')).toMatchObject({
      event: 'exception',
      data: { code: 'credential_missing' },
    })
    expect(await stranger.ask('ping')).toMatchObject({ event: 'pong' })
    const known = await connect(await world.bearer())
    expect(await known.ask('undeclared')).toMatchObject({ event: 'undeclared' })
  })

  it('keeps two protected resources apart, each at its own path', async () => {
    const world = await startWorld()
    const { connect } = await start(world, {
      protect(app, { api, partnerApi }) {
        protectWebSockets(app, api)
        protectWebSockets(app, partnerApi, { path: 'partner' })
      },
    })
    const ours = await world.bearer({ clientId: 'robot' })
    const theirs = await world.bearer({ audience: partner })
    expect(await (await connect(ours)).ask('whoami')).toEqual({ event: 'caller', data: 'robot' })
    expect(await (await connect(theirs, '/partner')).ask('whoami')).toEqual({
      event: 'caller',
      data: partner,
    })
    await expect(connect(theirs)).rejects.toThrow(refused)
    await expect(connect(ours, '/partner')).rejects.toThrow(refused)
  })

  it('lets nobody in by the token of another protected resource', async () => {
    const world = await startWorld()
    const { connect } = await start(world, { protect: (app, { api }) => protectWebSockets(app, api) })
    const client = await connect(await world.bearer({ audience: [resource, partner] }), '/partner')
    expect(await client.ask('whoami')).toMatchObject({
      event: 'exception',
      data: { message: 'Internal server error' },
    })
  })
})
