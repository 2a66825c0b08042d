import { generateKeyPairSync } from 'node:crypto'
import { createLocalJWKSet, createRemoteJWKSet, decodeProtectedHeader, importJWK, jwtVerify } from 'jose'
import { afterAll, expect, test } from 'vitest'
import { startAuthorizationServer } from '../index.js'

const audience = 'https://api.example'
const server = await startAuthorizationServer({ audience })
afterAll(() => server.close())

const requirements = { issuer: server.issuer, audience, typ: 'at+jwt' }

test.each(['RS256', 'PS256', 'ES256', 'Ed25519'] as const)(
  'mints a token by %s that verifies with the published keys',
  async (alg) => {
    const token = await server.mint({ alg })
    const { payload, protectedHeader } = await jwtVerify(
      token,
      createRemoteJWKSet(new URL(server.jwksUri)),
      requirements,
    )
    expect(protectedHeader).toEqual({ typ: 'at+jwt', alg, kid: server.keys[alg].kid })
    expect(new Set(Object.keys(payload))).toEqual(
      new Set(['iss', 'sub', 'client_id', 'aud', 'iat', 'exp', 'jti']),
    )
  },
)

test('signs under the name EdDSA with the key for Ed25519 (RFC 9864 §2.2)', async () => {
  const token = await server.mint({ alg: 'EdDSA' })
  const { kid } = server.keys.Ed25519
  expect(decodeProtectedHeader(token)).toMatchObject({ alg: 'EdDSA', kid })
  const { alg, ...jwk } = server.jwks.keys.find((key) => key.kid === kid) ?? { kty: '' }
  expect(alg).toBe('Ed25519')
  await expect(jwtVerify(token, await importJWK(jwk, 'EdDSA'), requirements)).resolves.toBeDefined()
})

test('lays options over the good token', () => {
  const { header, payload } = server.draft({
    audience: ['a', 'b'],
    scope: 'accounts:read accounts:write',
    clientId: 'daemon',
    expiresInSeconds: 5,
    header: { typ: undefined, extra: 1 },
    claims: { jti: undefined, tenant: 't1' },
  })
  expect(header).toEqual({ alg: 'ES256', kid: server.keys.ES256.kid, extra: 1 })
  const iat = Number(payload['iat'])
  expect(payload).toEqual({
    iss: server.issuer,
    sub: 'daemon',
    client_id: 'daemon',
    aud: ['a', 'b'],
    iat,
    exp: iat + 5,
    scope: 'accounts:read accounts:write',
    tenant: 't1',
  })
})

test('signs with another key when one is given', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const token = await server.mint({ key: privateKey })
  await expect(jwtVerify(token, publicKey, requirements)).resolves.toBeDefined()
  await expect(jwtVerify(token, createLocalJWKSet(server.jwks))).rejects.toThrow('signature')
})

test('gives every token another jti (RFC 9068 §2.2)', () => {
  expect(server.draft().payload['jti']).not.toBe(server.draft().payload['jti'])
})

test('does not guess an audience', async () => {
  const unaddressed = await startAuthorizationServer()
  await expect(unaddressed.mint()).rejects.toThrow(
    new TypeError('audience is missing: give it to startAuthorizationServer() or to mint()'),
  )
  await expect(unaddressed.mint({ audience })).resolves.toBeTypeOf('string')
  await expect(unaddressed.mint({ claims: { aud: undefined } })).resolves.toBeTypeOf('string')
  await unaddressed.close()
})
