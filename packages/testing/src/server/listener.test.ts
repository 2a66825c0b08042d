import { once } from 'node:events'
import { connect } from 'node:net'
import { expect, test, vi } from 'vitest'
import { startAuthorizationServer } from '../index.js'

const openConnections = () =>
  process.getActiveResourcesInfo().filter((type) => /^TCP(Server|Socket)Wrap$/.test(type))

test('leaves no connection behind after close(): not an idle one, not a silent one, not one that waits', async () => {
  const before = openConnections().length
  const server = await startAuthorizationServer()
  const silent = connect(Number(new URL(server.issuer).port), '127.0.0.1')
  await once(silent, 'connect')
  await (await fetch(server.jwksUri)).text()
  await server.fail('hang', 'metadata')
  await server.fail({ slowSeconds: 3600 }, 'jwks')
  const unanswered = [fetch(`${server.issuer}/.well-known/openid-configuration`), fetch(server.jwksUri)]
  await vi.waitFor(() => expect(server.requests).toHaveLength(3))

  const brokenOff = Promise.allSettled(unanswered)
  await server.close()

  expect((await brokenOff).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  await vi.waitFor(() => expect(openConnections()).toHaveLength(before))
  await expect(fetch(server.jwksUri)).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } })
})

test('can be closed while it is down', async () => {
  const server = await startAuthorizationServer()
  await server.fail('down')
  await expect(server.close()).resolves.toBeUndefined()
})
