import { createHash, generateKeyPairSync } from 'node:crypto'
import { calculateJwkThumbprint, decodeJwt, EmbeddedJWK, jwtVerify } from 'jose'
import { afterAll, expect, test } from 'vitest'
import { dpopClient, type ProofAlgorithm, signRaw, startAuthorizationServer, testClock } from '../index.js'

const url = 'https://api.example/v1/x'
const request = { method: 'GET', url, token: 'a.b.c' }
const server = await startAuthorizationServer({ audience: 'https://api.example' })
afterAll(() => server.close())

const verify = (proof: string) => jwtVerify(proof, EmbeddedJWK, { typ: 'dpop+jwt' })

const algorithms: readonly ProofAlgorithm[] = [
  'ES256',
  'ES384',
  'ES512',
  'PS256',
  'PS384',
  'PS512',
  'RS256',
  'RS384',
  'RS512',
  'Ed25519',
  'EdDSA',
]

test.each(algorithms)('proves with %s as jose verifies it', async (algorithm) => {
  const client = dpopClient({ algorithm })
  expect(client.algorithm).toBe(algorithm)
  const { protectedHeader } = await verify(client.proof(request))
  expect(protectedHeader).toEqual({ typ: 'dpop+jwt', alg: algorithm, jwk: client.jwk })
  expect(client.thumbprint).toBe(await calculateJwkThumbprint(client.jwk))
  expect(client.jwk).not.toHaveProperty('d')
})

test('says what RFC 9449 §4.2 requires, by its clock', async () => {
  const clock = testClock(1_767_225_600_999)
  const { payload } = await verify(dpopClient({ now: clock.now }).proof(request))
  expect(payload).toEqual({
    jti: expect.stringMatching(/^[\da-f-]{36}$/),
    htm: 'GET',
    htu: url,
    iat: 1_767_225_600,
    ath: createHash('sha256').update('a.b.c').digest('base64url'),
  })
})

test('has the hash of the token in the example of RFC 9449 §7.1', () => {
  const token = 'Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU'
  const { payload } = dpopClient().draft({ ...request, token })
  expect(payload['ath']).toBe('fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo')
})

test('leaves ath away without a token, and has a nonce when one is given (RFC 9449 §8)', () => {
  const { payload } = dpopClient().draft({ method: 'POST', url, nonce: 'n-1' })
  expect(payload).not.toHaveProperty('ath')
  expect(payload).toMatchObject({ htm: 'POST', nonce: 'n-1' })
})

test.each([`${url}?a=1`, `${url}#b`, `${url}?a=1#b?c`, `${url}#\n?`, new URL(`${url}?a=1#b`)])(
  'leaves query and fragment of %s away (DPOP-13)',
  (url) => {
    expect(dpopClient().draft({ ...request, url }).payload['htu']).toBe('https://api.example/v1/x')
  },
)

test('lays claims and header over the proof', () => {
  const client = dpopClient()
  const { header, payload } = client.draft({
    ...request,
    header: { typ: undefined, kid: 'k' },
    claims: { jti: undefined, htm: 'PUT', extra: 1 },
  })
  expect(header).toEqual({ alg: 'ES256', jwk: client.jwk, kid: 'k' })
  expect(payload).toMatchObject({ htm: 'PUT', extra: 1 })
  expect(payload).not.toHaveProperty('jti')
})

test('signs with another key when one is given', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const proof = dpopClient().proof({ ...request, key: privateKey })
  await expect(verify(proof)).rejects.toThrow('signature')
  await expect(jwtVerify(proof, publicKey)).resolves.toBeDefined()
})

test('gives drafts to signRaw', async () => {
  await expect(verify(signRaw(dpopClient().draft(request)))).resolves.toBeDefined()
})

test('gives every proof another jti, and every client another key', () => {
  const [first, second] = [dpopClient(), dpopClient()]
  expect(decodeJwt(first.proof(request)).jti).not.toBe(decodeJwt(first.proof(request)).jti)
  expect(first.thumbprint).not.toBe(second.thumbprint)
  expect(first.thumbprint).toBe(first.thumbprint)
})

test('puts token and proof into header fields (DPOP-01)', async () => {
  const { authorization, dpop } = dpopClient().headers({ ...request, nonce: 'n-1' })
  expect(authorization).toBe('DPoP a.b.c')
  expect((await verify(dpop)).payload).toMatchObject({ htm: 'GET', htu: url, nonce: 'n-1' })
})

test('is what the server binds a token to (RFC 9449 §6.1)', async () => {
  const client = dpopClient()
  expect(decodeJwt(await server.mint({ boundTo: client }))).toMatchObject({ cnf: { jkt: client.thumbprint } })
  expect(decodeJwt(await server.mint({ boundTo: client, claims: { cnf: 1 } }))).toMatchObject({ cnf: 1 })
  expect(decodeJwt(await server.mint())).not.toHaveProperty('cnf')
})
