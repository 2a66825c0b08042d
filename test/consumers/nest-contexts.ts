import 'reflect-metadata'
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo'
import { Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { GraphQLModule, Query, Resolver } from '@nestjs/graphql'
import { MercuriusDriver, type MercuriusDriverConfig } from '@nestjs/mercurius'
import { ExpressAdapter } from '@nestjs/platform-express'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import { WsAdapter } from '@nestjs/platform-ws'
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets'
import type { PrincipalOf } from '@portcullis/core'
import { CurrentPrincipal, ProtectedResourceModule, protectWebSockets, Requires } from '@portcullis/nestjs'
import { WebSocket } from 'ws'
import { type Api, type Ask, check, director, read, teller, unmet } from './check.js'

@Resolver()
@Requires(read)
class Accounts {
  @Query(() => String, { nullable: true })
  client(@CurrentPrincipal() caller: PrincipalOf<Api>) {
    return caller.clientId
  }

  @Query(() => String, { nullable: true })
  @Requires(director)
  audit() {
    return 'done'
  }
}

@WebSocketGateway({ path: '/chat' })
@Requires(teller)
class Chat {
  @SubscribeMessage('client')
  client(@CurrentPrincipal() caller: PrincipalOf<Api>) {
    return { event: 'client', data: caller.clientId }
  }

  @SubscribeMessage('audit')
  @Requires(director)
  audit() {
    return { event: 'audit', data: 'done' }
  }
}

const onFastify = process.argv[2] === 'fastify'
const schema = { autoSchemaFile: true }

async function start(api: Api): Promise<number> {
  @Module({
    imports: [
      ProtectedResourceModule.forRoot({ api, guard: 'global' }),
      onFastify
        ? GraphQLModule.forRoot<MercuriusDriverConfig>({ driver: MercuriusDriver, ...schema })
        : GraphQLModule.forRoot<ApolloDriverConfig>({ driver: ApolloDriver, ...schema }),
    ],
    providers: [Accounts, Chat],
  })
  class App {}

  const adapter = onFastify ? new FastifyAdapter() : new ExpressAdapter()
  // Nest would log every refusal.
  const app = await NestFactory.create(App, adapter, { logger: false, abortOnError: false })
  app.useWebSocketAdapter(new WsAdapter(app))
  protectWebSockets(app, api)
  await app.listen(0, '127.0.0.1')
  return Number(new URL(await app.getUrl()).port)
}

interface Answer {
  readonly data: unknown
  readonly errors?: readonly { readonly extensions: { readonly problem: { readonly status: number } } }[]
}

/** GraphQL has its status in the body. */
function query(field: string): Ask {
  return async (origin, headers) => {
    const response = await fetch(`${origin}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query: `{ ${field} }` }),
    })
    const { data, errors } = (await response.json()) as Answer
    const status = errors?.[0]?.extensions.problem.status ?? response.status
    return `${status} ${response.headers.get('www-authenticate') ?? JSON.stringify(data)}`
  }
}

interface Message {
  readonly event: string
  readonly data: string | { readonly code: string }
}

/** The answer to the handshake where it is refused, or else to the message. */
function message(event: string): Ask {
  return (origin, headers) =>
    new Promise((resolve, reject) => {
      const socket = new WebSocket(`${origin.replace('http', 'ws')}/chat`, { headers })
      socket.once('error', reject)
      socket.once('unexpected-response', (_, { statusCode, headers }) => {
        resolve(`${statusCode} ${headers['www-authenticate']}`)
      })
      socket.once('open', () => socket.send(JSON.stringify({ event })))
      socket.once('message', (answer: Buffer) => {
        const { event, data } = JSON.parse(answer.toString()) as Message
        resolve(`${event}, ${typeof data === 'string' ? data : data.code}`)
      })
    })
}

void check(start, [
  { ask: query('client'), caller: '200 {"client":"test-client"}' },
  { ask: query('audit'), caller: unmet },
  { ask: message('client'), caller: 'client, test-client' },
  { ask: message('audit'), caller: 'exception, requirement_unmet' },
])
