import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { createServer } from 'node:net'
import { describe, expect, test, vi } from 'vitest'
import { listAccounts } from '../../examples/fetch/src/handler.js'
import { runNode } from '../program.js'

const servers = [
  'express/dist/server.js',
  'express/dist/multi-issuer.js',
  'fastify/dist/server.js',
  'nestjs/dist/main.js',
]

// Between our look and its start, somebody else may take the port: hence the second attempt.
describe.concurrent('the examples', { timeout: 20_000, retry: 1 }, () => {
  test.each(servers)('%s answers, and guards its accounts', async (server) => {
    const program = runNode(`examples/${server}`, [], { PORT: String(await freePort()) })
    const [, url] = await program.prints(/Listening on (\S+)\n/)

    const health = await fetch(`${url}/health`)
    expect(health.status, program.written.error).toBe(200)

    const accounts = await fetch(`${url}/accounts`)
    expect(accounts.status).toBe(401)
    expect(accounts.headers.get('www-authenticate')).toBe('Bearer realm="https://api.example.com"')
  })

  test('nestjs/dist/chat.js guards its WebSocket', async () => {
    const program = runNode('examples/nestjs/dist/chat.js', [], { PORT: String(await freePort()) })
    const [, url = ''] = await program.prints(/Listening on (\S+)\n/)
    const headers = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' }
    const asking = get(`${url}/chat`, {
      headers: { ...headers, 'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==' },
    })
    const [response] = (await once(asking, 'response')) as [IncomingMessage]
    expect(response.statusCode, program.written.error).toBe(401)
    expect(response.headers['www-authenticate']).toBe('Bearer realm="https://api.example.com"')
    asking.destroy()
  })

  test('nestjs/dist/graphql.js guards its query', async () => {
    const program = runNode('examples/nestjs/dist/graphql.js', [], { PORT: String(await freePort()) })
    const [, url] = await program.prints(/Listening on (\S+)\n/)
    const answer = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ accounts }' }),
    })
    expect(answer.headers.get('www-authenticate'), program.written.error).toBe(
      'Bearer realm="https://api.example.com"',
    )
    expect(await answer.json()).toMatchObject({
      data: null,
      errors: [{ extensions: { code: 'UNAUTHENTICATED' } }],
    })
  })

  test('fetch/src/handler.ts guards its accounts', async () => {
    const emitWarning = vi.spyOn(process, 'emitWarning').mockReturnValue()
    const accounts = await listAccounts(new Request('https://api.example.com/accounts'))
    expect(accounts.status).toBe(401)
    expect(accounts.headers.get('www-authenticate')).toBe('Bearer realm="https://api.example.com"')
    expect(emitWarning).toHaveBeenCalledTimes(1)
  })
})

async function freePort(): Promise<number> {
  const server = createServer().listen(0)
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address ? address.port : 0
}
