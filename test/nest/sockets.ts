import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import type { INestApplication } from '@nestjs/common'
import { IoAdapter } from '@nestjs/platform-socket.io'
import { WsAdapter } from '@nestjs/platform-ws'
import { io } from 'socket.io-client'
import { onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import { type Platform, platforms } from './world.js'

interface Message {
  readonly event: string
  readonly data: unknown
}

/** A client that is connected. */
interface Client {
  send(event: string, data?: unknown): void
  /** Sends, and gives what comes next. */
  ask(event: string, data?: unknown): Promise<Message>
  /** What came so far, but for what `ask` gave. */
  readonly heard: Message[]
  readonly closed: Promise<unknown>
}

interface HandshakeAnswer {
  readonly status: number
  readonly headers: Headers
  readonly body: string
}

type Fields = Record<string, string>

/** A way of opening a WebSocket. */
export interface Transport {
  readonly name: string
  readonly platform: Platform
  adapter(app: INestApplication): WsAdapter | IoAdapter
  /** The target of a handshake for a gateway at `path`. */
  target(path: string, query?: string): string
  connect(url: string, path: string, headers: Fields): Promise<Client>
  /** The handshake alone, with an answer that no client library hides. */
  handshake(url: string, target: string, headers?: Fields): Promise<HandshakeAnswer>
}

const ws = {
  adapter: (app: INestApplication) => new WsAdapter(app),
  target: (path: string, query = '') => `${path}${query && `?${query}`}`,
  async connect(url: string, path: string, headers: Fields) {
    const socket = new WebSocket(url.replace('http', 'ws') + path, { headers })
    onTestFinished(() => socket.terminate())
    const send = (event: string, data: unknown) => socket.send(JSON.stringify({ event, data }))
    const closed = new Promise((resolve) => socket.once('close', resolve))
    const client = clientOf(send, closed)
    socket.on('message', (text: Buffer) => client.hear(JSON.parse(text.toString()) as Message))
    await once(socket, 'open')
    return client
  },
  handshake: upgrade,
}

function overSocketIo(transport: 'polling' | 'websocket') {
  return {
    adapter: (app: INestApplication) => new IoAdapter(app),
    target: (path: string, query = '') => `${path}/?EIO=4&transport=${transport}${query && `&${query}`}`,
    async connect(url: string, path: string, extraHeaders: Fields) {
      const socket = io(url, {
        path,
        extraHeaders,
        transports: [transport],
        reconnection: false,
        forceNew: true,
      })
      onTestFinished(() => void socket.disconnect())
      const closed = new Promise((resolve) => socket.once('disconnect', resolve))
      const client = clientOf((event, data) => socket.emit(event, data), closed)
      socket.onAny((event: string, data: unknown) => client.hear({ event, data }))
      await new Promise<void>((resolve, reject) =>
        socket.once('connect', resolve).once('connect_error', reject),
      )
      return client
    },
    handshake: transport === 'websocket' ? upgrade : poll,
  }
}

export const transports: readonly Transport[] = platforms.flatMap((platform) => [
  { name: `ws on ${platform}`, platform, ...ws },
  { name: `socket.io over WebSocket on ${platform}`, platform, ...overSocketIo('websocket') },
  { name: `socket.io over long polling on ${platform}`, platform, ...overSocketIo('polling') },
])

function clientOf(emit: (event: string, data: unknown) => unknown, closed: Promise<unknown>) {
  const heard: Message[] = []
  let answer: ((message: Message) => void) | undefined
  return {
    heard,
    closed,
    send: (event: string, data?: unknown) => void emit(event, data),
    ask: (event: string, data?: unknown) =>
      new Promise<Message>((resolve) => {
        answer = resolve
        emit(event, data)
      }),
    hear(message: Message) {
      if (answer) answer(message)
      else heard.push(message)
      answer = undefined
    },
  }
}

async function poll(url: string, target: string, headers: Fields = {}): Promise<HandshakeAnswer> {
  const response = await fetch(url + target, { headers })
  return { status: response.status, headers: response.headers, body: await response.text() }
}

async function upgrade(url: string, target: string, headers: Fields = {}): Promise<HandshakeAnswer> {
  const asking = request(url + target, {
    headers: {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': Buffer.alloc(16).toString('base64'),
      ...headers,
    },
  })
  asking.end()
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    asking.once('error', reject).once('response', resolve)
    asking.once('upgrade', (response, socket) => {
      socket.destroy()
      resolve(response)
    })
  })
  const chunks: Buffer[] = []
  if (response.statusCode !== 101) for await (const chunk of response) chunks.push(chunk as Buffer)
  return {
    status: response.statusCode ?? 0,
    headers: new Headers(response.headers as Fields),
    body: Buffer.concat(chunks).toString(),
  }
}
