import { connect } from 'node:net'
import { IoAdapter } from '@nestjs/platform-socket.io'
import { WsAdapter } from '@nestjs/platform-ws'
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets'
import { ProtectedResourceModule, protectWebSockets } from '@portcullis/nestjs'
import { expect, it, onTestFinished, vi } from 'vitest'
import { listen, startWorld } from './world.js'

const handled = vi.fn()

@WebSocketGateway({ path: '/chat' })
class Chat {
  @SubscribeMessage('write')
  write() {
    handled()
  }
}

async function start(Adapter: typeof WsAdapter | typeof IoAdapter) {
  handled.mockClear()
  const world = await startWorld()
  const imports = [ProtectedResourceModule.forRoot({ api: world.api })]
  const { url } = await listen({ imports, providers: [Chat] }, 'Express', (app) => {
    app.useWebSocketAdapter(new Adapter(app))
    protectWebSockets(app, world.api)
  })
  const headers = await world.bearer({ expiresInSeconds: 10 })
  return { url, headers, expire: () => world.clock.advance(10) }
}

/** A text frame of a client, with a mask of zeros (RFC 6455 §5.2). */
function frame(text: string): Buffer {
  return Buffer.concat([Buffer.from([0x81, 0x80 | text.length, 0, 0, 0, 0]), Buffer.from(text)])
}

const closing = Buffer.from([0x88, 2 + 'The token has expired'.length, 1008 >> 8, 1008 & 0xff])

it('drops what a client of ws sends after the token has expired, who does not mind that it is closed', async () => {
  const { url, headers, expire } = await start(WsAdapter)
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  const fields = [
    'Host: x',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
    `Authorization: ${headers.authorization}`,
  ]
  socket.write(`GET /chat HTTP/1.1\r\n${fields.join('\r\n')}\r\n\r\n`)
  await vi.waitFor(() => expect(String(chunks[0])).toContain(' 101 '))
  socket.write(frame('{"event":"write"}'))
  await vi.waitFor(() => expect(handled).toHaveBeenCalledTimes(1))
  expire()
  socket.write(frame('{"event":"write"}'))
  await vi.waitFor(() => expect(Buffer.concat(chunks).includes(closing)).toBe(true))
  for (let at = 0; at < 3; at++) {
    socket.write(frame('{"event":"write"}'))
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  expect(handled).toHaveBeenCalledTimes(1)
})

it('drops what a client of socket.io posts after the token has expired', async () => {
  const { url, headers, expire } = await start(IoAdapter)
  const target = `${url}/chat/?EIO=4&transport=polling`
  const opened = await (await fetch(target, { headers })).text()
  const { sid } = JSON.parse(opened.slice(1)) as { sid: string }
  const post = async (body: string) => {
    const init = { method: 'POST', body, headers: { 'content-type': 'text/plain' } }
    return (await fetch(`${target}&sid=${sid}`, init)).status
  }
  expect(await post('40')).toBe(200)
  expect(await post('42["write"]')).toBe(200)
  expect(handled).toHaveBeenCalledTimes(1)
  expire()
  for (let at = 0; at < 3; at++) await post('42["write"]')
  await fetch(`${target}&sid=${sid}`)
  await post('42["write"]')
  expect(handled).toHaveBeenCalledTimes(1)
})
