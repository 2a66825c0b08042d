import { createRemoteJWKSet, jwtVerify } from 'jose'
import { expect, test } from 'vitest'
import { startAuthorizationServer, type TestAuthorizationServer } from '../index.js'

const audience = 'https://api.example'

const verify = (server: TestAuthorizationServer, token: string) =>
  jwtVerify(token, createRemoteJWKSet(new URL(server.jwksUri)))

const kids = (server: TestAuthorizationServer) => Object.values(server.keys).map(({ kid }) => kid)

const publicKeys = (server: TestAuthorizationServer) =>
  Object.values(server.keys).map(({ publicKey }) => publicKey.export({ type: 'spki', format: 'pem' }))

test('withdraws the old keys in a rotation (JOSE-31)', async () => {
  await using server = await startAuthorizationServer({ audience })
  const before = kids(server)
  const old = await server.mint()
  await server.rotate()
  expect(new Set([...before, ...kids(server)]).size).toBe(8)
  expect(server.jwks.keys.map(({ kid }) => kid)).toEqual(kids(server))
  await expect(verify(server, old)).rejects.toMatchObject({ code: 'ERR_JWKS_NO_MATCHING_KEY' })
  await expect(verify(server, await server.mint())).resolves.toBeDefined()
})

test('keeps the old keys published in a rotation when told so', async () => {
  await using server = await startAuthorizationServer({ audience })
  const old = await server.mint()
  await server.rotate({ keepOld: true })
  expect(server.jwks.keys).toHaveLength(8)
  await expect(verify(server, old)).resolves.toBeDefined()
  await expect(verify(server, await server.mint())).resolves.toBeDefined()
})

test('never lets two running servers share a key or a kid (JOSE-28)', async () => {
  await using first = await startAuthorizationServer()
  await using second = await startAuthorizationServer()
  expect(new Set([...publicKeys(first), ...publicKeys(second)]).size).toBe(8)
  expect(new Set([...kids(first), ...kids(second)]).size).toBe(8)
})

test('leaves the RSA keys of a closed server to the next one, once', async () => {
  const closed = await startAuthorizationServer()
  const left = publicKeys(closed).slice(0, 2)
  await closed.close()
  await closed.close()
  await using first = await startAuthorizationServer()
  await using second = await startAuthorizationServer()
  expect(new Set(publicKeys(first).slice(0, 2))).toEqual(new Set(left))
  expect(new Set([...publicKeys(second), ...left]).size).toBe(6)
})
