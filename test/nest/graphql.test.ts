import { on, once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { Logger, Module } from '@nestjs/common'
import { Mutation, Parent, Query, ResolveField, Resolver, Subscription } from '@nestjs/graphql'
import { memoryReplayStore, type Principal, rotatingNonce, scope } from '@portcullis/core'
import { CurrentPrincipal, ProtectedResourceModule, Requires } from '@portcullis/nestjs'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { WebSocket } from 'ws'
import { Account } from './graphql-account.js'
import { ask, type Driver, drivers } from './graphql-drivers.js'
import { listen, partner, resource, startWorld, type World } from './world.js'

const graphql = `${resource}/graphql`
const internalError = { message: 'Internal server error', extensions: { code: 'INTERNAL_SERVER_ERROR' } }

@Resolver(() => Account)
class Accounts {
  @Query(() => Account, { nullable: true })
  @Requires(scope('accounts:read'))
  first() {
    return { id: 'first' }
  }

  @Query(() => Account, { nullable: true })
  @Requires(scope('accounts:read'))
  second() {
    return { id: 'second' }
  }

  @Mutation(() => Account, { nullable: true })
  @Requires(scope('accounts:write'))
  open() {
    return { id: 'new' }
  }

  @Query(() => String, { nullable: true })
  @Requires()
  whoami(@CurrentPrincipal() caller: Principal) {
    return caller.clientId
  }

  @Query(() => String, { nullable: true })
  @Requires('optional')
  greeting(@CurrentPrincipal({ optional: true }) caller?: Principal) {
    return caller?.clientId ?? 'stranger'
  }

  @Query(() => Account)
  @Requires('nothing')
  open_to_all() {
    return { id: 'public' }
  }

  @Query(() => String, { nullable: true })
  undeclared() {
    return 'let in'
  }

  @Query(() => String, { nullable: true })
  @Requires({ api: 'partner' })
  partner(@CurrentPrincipal() caller: Principal) {
    return caller.audience.join()
  }

  @ResolveField(() => String, { nullable: true })
  @Requires(scope('accounts:write'))
  secret(@Parent() account: Account) {
    return `secret of ${account.id}`
  }

  @Query(() => String, { nullable: true })
  unguarded_whoami(@CurrentPrincipal() caller: Principal) {
    return caller.clientId
  }

  @Subscription(() => String)
  @Requires()
  opened() {
    return [][Symbol.iterator]()
  }
}

@Resolver()
@Requires(scope('accounts:read'))
class OfClass {
  @Query(() => String, { nullable: true })
  inherited() {
    return 'let in'
  }

  @Query(() => String, { nullable: true })
  @Requires('nothing')
  overridden() {
    return 'let in'
  }
}

@Module({ providers: [Accounts, OfClass] })
class Resolvers {}

describe.each(drivers)('GraphQL with $name', (driver) => {
  const serve = async (
    { api, partnerApi }: World,
    options?: Parameters<Driver['module']>[0],
    guard?: 'global',
  ) => {
    const protection = ProtectedResourceModule.forRoot({ api, ...(guard && { guard }) })
    const second = ProtectedResourceModule.forRoot({ api: partnerApi, name: 'partner' })
    return listen({ imports: [protection, second, driver.module(options), Resolvers] }, driver.platform)
  }
  const start = async (...application: Parameters<typeof serve>) => {
    const { url } = await serve(...application)
    return (query: string, headers?: Record<string, string>) => ask(url, query, headers)
  }

  it('hands the principal to a resolver', async () => {
    const world = await startWorld()
    const query = await start(world)
    const { status, data, errors } = await query('{ whoami }', await world.bearer({ clientId: 'robot' }))
    expect({ status, data, errors }).toEqual({ status: 200, data: { whoami: 'robot' }, errors: [] })
  })

  it('refuses a query without credentials as a GraphQLError with our problem and our challenge (BEARER-07)', async () => {
    const query = await start(await startWorld({}))
    const { status, headers, data, errors, text } = await query('{ first { id } }')
    expect([status, data, errors.length]).toEqual([200, { first: null }, 1])
    expect(errors[0]).toMatchObject({
      path: ['first'],
      extensions: { code: 'UNAUTHENTICATED', problem: { status: 401, code: 'credential_missing' } },
    })
    expect(errors[0]?.message).toBe(errors[0]?.extensions.problem?.['detail'])
    expect(headers.get('www-authenticate')).toMatch(
      /^Bearer realm="https:\/\/api\.example\.com", DPoP .*algs="/,
    )
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('content-type')).toMatch(/^application\/(graphql-response\+)?json/)
    expect(text).not.toMatch(/node_modules|\bat .*:\d+:\d+|no Authorization field/)
  })

  it('refuses too little scope, and names what is needed (BEARER-20)', async () => {
    const world = await startWorld()
    const query = await start(world)
    const { headers, data, errors } = await query(
      'mutation { open { id } }',
      await world.bearer({ scope: 'accounts:read' }),
    )
    expect(data).toEqual({ open: null })
    expect(errors[0]?.extensions).toMatchObject({
      code: 'FORBIDDEN',
      problem: { status: 403, code: 'scope_insufficient', error: 'insufficient_scope' },
    })
    expect(headers.get('www-authenticate')).toMatch(/error="insufficient_scope".*scope="accounts:write"$/)
  })

  it('refuses malformed credentials as a bad request', async () => {
    const query = await start(await startWorld())
    const { errors } = await query('{ whoami }', { authorization: 'Bearer a b' })
    expect(errors[0]?.extensions).toMatchObject({ code: 'BAD_REQUEST', problem: { status: 400 } })
  })

  it('does not blame the caller for an outage', async () => {
    const replayStore = { firstUse: () => Promise.reject(new Error('the password of the store is 1234')) }
    const world = await startWorld({ replayStore })
    const query = await start(world)
    const { headers, errors, text } = await query('{ whoami }', await world.proven({ url: graphql }))
    expect(errors[0]?.extensions).toMatchObject({
      code: 'SERVICE_UNAVAILABLE',
      problem: { status: 503, code: 'replay_store_unavailable' },
    })
    expect(headers.get('retry-after')).toMatch(/^\d+$/)
    expect(text).not.toContain('1234')
  })

  it('answers with the HTTP status where the server is told to, and says it to every other', async () => {
    const query = await start(await startWorld(), { preserveHttpStatusForExecutionErrors: false })
    const { status, errors } = await query('{ whoami }')
    expect(driver.name.startsWith('Apollo') ? status : errors[0]?.extensions.http?.status).toBe(401)
  })

  it('takes one proof for two guarded fields that run at the same time, and no second time (DPOP-41)', async () => {
    const world = await startWorld({ replayStore: memoryReplayStore() })
    const query = await start(world)
    const headers = await world.proven({ url: graphql, scope: 'accounts:read' })
    const { status, data, errors } = await query('{ first { id } second { id } whoami }', headers)
    expect({ status, errors }).toEqual({ status: 200, errors: [] })
    expect(data).toMatchObject({ first: { id: 'first' }, second: { id: 'second' } })
    const again = await query('{ first { id } second { id } }', headers)
    expect(again.data).toEqual({ first: null, second: null })
    expect(again.errors.map(({ extensions }) => extensions.problem?.['code'])).toEqual([
      'proof_replayed',
      'proof_replayed',
    ])
  })

  it('judges each field by its own requirement', async () => {
    const world = await startWorld()
    const query = await start(world)
    const { data, errors } = await query(
      '{ first { id secret } whoami inherited overridden }',
      await world.bearer({ scope: 'accounts:read', clientId: 'robot' }),
    )
    expect(data).toEqual({
      first: { id: 'first', secret: null },
      whoami: 'robot',
      inherited: 'let in',
      overridden: 'let in',
    })
    expect(errors.map(({ path }) => path)).toEqual([['first', 'secret']])
  })

  it('guards the fields of a public query', async () => {
    const query = await start(await startWorld())
    const { data, errors } = await query('{ open_to_all { id secret } }')
    expect(data).toEqual({ open_to_all: { id: 'public', secret: null } })
    expect(errors[0]?.extensions.code).toBe('UNAUTHENTICATED')
  })

  it('lets strangers pass where credentials are optional, and refuses bad ones', async () => {
    const world = await startWorld()
    const query = await start(world)
    expect((await query('{ greeting }')).data).toEqual({ greeting: 'stranger' })
    expect((await query('{ greeting }', await world.bearer({ clientId: 'robot' }))).data).toEqual({
      greeting: 'robot',
    })
    const expired = await query('{ greeting }', await world.bearer({ expiresInSeconds: -1 }))
    expect(expired.errors[0]?.extensions.problem?.['code']).toBe('token_expired')
  })

  it('refuses a proof that was made for another URL (DPOP-16)', async () => {
    const world = await startWorld({})
    const query = await start(world)
    const { errors } = await query('{ whoami }', await world.proven({ url: resource }))
    expect(errors[0]?.extensions.problem?.['code']).toBe('proof_target_mismatch')
  })

  it('asks for a nonce, and sends a new one with a success (DPOP-36, DPOP-39)', async () => {
    const nonce = rotatingNonce({ secrets: [Buffer.alloc(32, 'x')], everySeconds: 300 })
    const world = await startWorld({ nonce })
    const context = (first: { req?: object; raw?: object }, second: object) =>
      first.req && !first.raw ? first : { req: first, reply: second }
    const query = await start(world, { context })
    const asked = await query('{ whoami }', await world.proven({ url: graphql }))
    expect(asked.errors[0]?.extensions.problem?.['code']).toBe('proof_nonce_missing')
    const given = asked.headers.get('dpop-nonce') ?? ''
    world.clock.advance(300)
    const { data, headers } = await query(
      '{ whoami }',
      await world.proven({ url: graphql, nonce: given, clientId: 'robot' }),
    )
    expect(data).toEqual({ whoami: 'robot' })
    expect(headers.get('dpop-nonce')).toMatch(/.+/)
    expect(headers.get('dpop-nonce')).not.toBe(given)
  })

  it('keeps two protected resources apart', async () => {
    const world = await startWorld()
    const query = await start(world)
    const both = await query(
      '{ partner whoami }',
      await world.bearer({ audience: [resource, partner], clientId: 'robot' }),
    )
    expect(both.data).toEqual({ partner: `${resource},${partner}`, whoami: 'robot' })
    const one = await query('{ partner whoami }', await world.bearer({ clientId: 'robot' }))
    expect(one.data).toEqual({ partner: null, whoami: 'robot' })
    expect(one.headers.get('www-authenticate')).toContain(`realm="${partner}"`)
  })

  it('guards what nobody declared with a global guard, and without one only what was declared', async () => {
    const world = await startWorld()
    const local = await start(world)
    expect((await local('{ undeclared }')).data).toEqual({ undeclared: 'let in' })
    const global = await start(world, undefined, 'global')
    const refused = await global('{ undeclared overridden }')
    expect(refused.data).toEqual({ undeclared: null, overridden: 'let in' })
    expect(refused.errors[0]?.extensions.code).toBe('UNAUTHENTICATED')
    expect(
      (await global('{ undeclared first { id } }', await world.bearer({ scope: 'accounts:read' }))).errors,
    ).toEqual([])
  })

  it('leaves introspection to the schema, where no guard is asked, and the application switches it off', async () => {
    const world = await startWorld()
    const shown = await start(world, undefined, 'global')
    expect((await shown('{ __schema { queryType { name } } }')).data).toEqual({
      __schema: { queryType: { name: 'Query' } },
    })
    if (driver.name.startsWith('Mercurius')) return
    const hidden = await start(world, { introspection: false }, 'global')
    expect((await hidden('{ __schema { queryType { name } } }')).data).toBeUndefined()
  })

  it('finds the request under each of the usual names', async () => {
    const world = await startWorld()
    const shapes = [
      (request: object) => ({ request }),
      (req: object) => ({ req }),
      (request: object, reply: object) => ({ request, reply }),
    ]
    for (const shape of shapes) {
      const context = (first: { req?: object; raw?: object }, second: object) =>
        shape(first.req && !first.raw ? first.req : first, second)
      const query = await start(world, { context })
      expect((await query('{ whoami }')).errors[0]?.extensions.code).toBe('UNAUTHENTICATED')
      expect((await query('{ whoami }', await world.bearer({ clientId: 'robot' }))).data).toEqual({
        whoami: 'robot',
      })
    }
  })

  it('lets nobody in where the context hides the request, and says in the log what to add', async () => {
    const world = await startWorld()
    const logged = vi.spyOn(Logger.prototype, 'error')
    onTestFinished(() => logged.mockRestore())
    const query = await start(world, { context: () => ({ req: { headers: {} } }) })
    const { data, errors, text } = await query('{ whoami }', await world.bearer({ clientId: 'robot' }))
    // Mercurius adds its reply to every context.
    if (driver.name.startsWith('Mercurius')) return expect(data).toEqual({ whoami: 'robot' })
    expect(data).toEqual({ whoami: null })
    expect(errors[0]).toMatchObject(internalError)
    expect(text).not.toMatch(/portcullis|node_modules|TypeError/)
    expect(String(logged.mock.calls[0]?.[0])).toContain(
      'TypeError: @portcullis/nestjs: no request in the GraphQL context, add it: context: ({ req, res }) => ({ req, res })',
    )
  })

  it('tells nobody but the log why a resolver cannot know who calls', async () => {
    const logged = vi.spyOn(Logger.prototype, 'error')
    onTestFinished(() => logged.mockRestore())
    const query = await start(await startWorld())
    const { errors, text } = await query('{ unguarded_whoami }')
    expect(errors[0]).toMatchObject(internalError)
    expect(text).not.toMatch(/Requires|node_modules|TypeError/)
    expect(String(logged.mock.calls[0]?.[0])).toContain('TypeError: No principal')
  })

  it('takes a request that only offers to become a WebSocket for what it is', async () => {
    const world = await startWorld()
    const { url } = await serve(world)
    const send = async (headers: Record<string, string>) => {
      const asking = request(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', upgrade: 'websocket', ...headers },
      }).end(JSON.stringify({ query: '{ whoami }' }))
      const [response] = (await once(asking, 'response')) as [IncomingMessage]
      return String(Buffer.concat(await response.toArray()))
    }
    expect(await send({ connection: 'close' })).toContain('"code":"credential_missing"')
    const good = await world.bearer({ clientId: 'robot' })
    expect(await send({ connection: 'Upgrade', ...good })).toContain('{"data":{"whoami":"robot"}}')
  })

  it('does not start with a guarded field that GraphQL would ask no guard for', async () => {
    const world = await startWorld()
    await expect(start(world, { fieldResolverEnhancers: [] })).rejects.toThrow(
      "@Requires on Accounts.secret: a field or a reference is guarded only with GraphQLModule.forRoot({ fieldResolverEnhancers: ['guards'] })",
    )
  })

  it('refuses subscriptions, and whatever else comes over a WebSocket, with a good token, too', async () => {
    const logged = vi.spyOn(Logger.prototype, 'error')
    onTestFinished(() => logged.mockRestore())
    const world = await startWorld()
    const { url } = await serve(world, {
      subscriptions: { 'graphql-ws': true },
      subscription: { fullWsTransport: true },
      context: (first: { extra?: { request: object } }) => ({ request: first.extra?.request ?? first }),
    })
    const headers = await world.bearer()
    const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', { headers })
    onTestFinished(() => socket.terminate())
    await once(socket, 'open')
    for (const [query, refused] of [
      ['subscription { opened }', 'guards GraphQL queries and mutations only, this is subscription'],
      ['{ whoami }', 'guards GraphQL over HTTP only, this came over a WebSocket'],
    ]) {
      const answers = on(socket, 'message')
      if (query?.startsWith('s')) socket.send(JSON.stringify({ type: 'connection_init', payload: headers }))
      else socket.send(JSON.stringify({ id: '2', type: 'subscribe', payload: { query } }))
      for await (const [data] of answers) {
        const text = String(data)
        if (text.includes('connection_ack'))
          socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query } }))
        else if (!text.includes('"ping"')) {
          expect(text).toContain('Internal server error')
          expect(text).not.toContain('portcullis')
          expect(logged.mock.calls.map(String).join()).toContain(refused)
          break
        }
      }
    }
  })
})
