import { compactVerify } from 'jose'
import { afterAll, expect, test } from 'vitest'
import { goodTokens, startAuthorizationServer } from '../index.js'

const server = await startAuthorizationServer({ audience: 'https://api.example' })
afterAll(() => server.close())

test.each(goodTokens)('is signed by the server: $name ($rule)', async ({ make }) => {
  const token = await make(server)
  const { payload } = await compactVerify(token, ({ alg }) => {
    const key = Object.values(server.keys).find((candidate) => alg === candidate.alg)
    return (key ?? server.keys.Ed25519).publicKey
  })
  expect(JSON.parse(Buffer.from(payload).toString())).toMatchObject({ iss: server.issuer })
})

test('calls every token by another name', () => {
  expect(new Set(goodTokens.map(({ name }) => name)).size).toBe(goodTokens.length)
})
