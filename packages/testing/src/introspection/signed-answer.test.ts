import { generateKeyPairSync } from 'node:crypto'
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose'
import { afterAll, afterEach, expect, test } from 'vitest'
import { ask } from '../../test-support/ask-introspection.js'
import { startAuthorizationServer } from '../index.js'

const mediaType = 'application/token-introspection+jwt'
const server = await startAuthorizationServer({ audience: 'https://api.example' })
const token = await server.mintOpaque({ scope: 'a' })
const askSigned = (accept = mediaType) => ask(server, token, { accept })

afterEach(() => {
  server.answerIntrospection()
  server.signIntrospection()
})
afterAll(() => server.close())

test.each([mediaType, `application/json;q=0.5, ${mediaType.toUpperCase()};q=1`])(
  'signs its answer when Accept is %s (RFC 9701 §5)',
  async (accept) => {
    const answer = await askSigned(accept)
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, mediaType])
    const { payload, protectedHeader } = await jwtVerify(
      await answer.text(),
      createLocalJWKSet(server.jwks),
      { issuer: server.issuer, audience: 'api', typ: 'token-introspection+jwt' },
    )
    expect(protectedHeader).toMatchObject({ alg: 'ES256', kid: server.keys.ES256.kid })
    expect(payload).toEqual({
      iss: server.issuer,
      aud: 'api',
      iat: expect.any(Number),
      token_introspection: expect.objectContaining({ active: true, scope: 'a' }),
    })
  },
)

test('signs that a token is inactive, too', async () => {
  const answer = await ask(server, 'unknown', { accept: mediaType })
  expect(decodeJwt(await answer.text())).toMatchObject({ token_introspection: { active: false } })
})

test.each(['application/json', '*/*', `${mediaType}2`])('does not sign for %s', async (accept) => {
  expect((await askSigned(accept)).headers.get('content-type')).toBe('application/json')
})

test('does not sign at all when told so', async () => {
  await using plain = await startAuthorizationServer({ introspection: { signed: false } })
  const answer = await ask(plain, 'x', { accept: mediaType })
  expect(answer.headers.get('content-type')).toBe('application/json')
})

test('signs whatever a test wants', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  server.answerIntrospection(() => 'text')
  server.signIntrospection({
    alg: 'RS256',
    key: privateKey,
    header: { typ: 'at+jwt', kid: undefined },
    claims: { aud: 'another', iat: undefined },
  })
  const jwt = await (await askSigned()).text()
  await expect(jwtVerify(jwt, publicKey)).resolves.toBeDefined()
  expect(decodeProtectedHeader(jwt)).toEqual({ typ: 'at+jwt', alg: 'RS256' })
  expect(decodeJwt(jwt)).toEqual({ iss: server.issuer, aud: 'another', token_introspection: 'text' })
})

test('signs with the older name of Ed25519, with the same key', async () => {
  server.signIntrospection({ alg: 'EdDSA' })
  const jwt = await (await askSigned()).text()
  expect(decodeProtectedHeader(jwt)).toMatchObject({ alg: 'EdDSA', kid: server.keys.Ed25519.kid })
})
