import 'reflect-metadata'
import { Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { WsAdapter } from '@nestjs/platform-ws'
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets'
import { type PrincipalOf, scope } from '@portcullis/core'
import { CurrentPrincipal, ProtectedResourceModule, protectWebSockets, Requires } from '@portcullis/nestjs'
import { api } from './accounts.js'

@WebSocketGateway({ path: '/chat' })
@Requires()
class Chat {
  @SubscribeMessage('balance')
  @Requires(scope('accounts:read'))
  balance(@CurrentPrincipal() caller: PrincipalOf<typeof api>) {
    return { event: 'balance', data: `for ${caller.clientId}` }
  }
}

@Module({ imports: [ProtectedResourceModule.forRoot({ api })], providers: [Chat] })
class ChatModule {}

const app = await NestFactory.create(ChatModule)
app.useWebSocketAdapter(new WsAdapter(app))
protectWebSockets(app, api)
await app.listen(process.env['PORT'] ?? 3000)
console.log(`Listening on ${await app.getUrl()}`)
