import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { afterAll, expect, test } from 'vitest'
import { ask } from '../../test-support/ask-introspection.js'
import {
  type PrivateKey,
  type SignatureAlgorithm,
  signRaw,
  startAuthorizationServer,
  testClock,
} from '../index.js'
import { present } from '../present.js'

const clock = testClock()
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const ed = generateKeyPairSync('ed25519')
const jwk = (key: typeof ec) => key.publicKey.export({ format: 'jwk' })
const server = await startAuthorizationServer({
  audience: 'https://api.example',
  path: '/t1',
  now: clock.now,
  introspection: {
    clients: [
      { id: 'ec', publicJwk: jwk(ec) },
      { id: 'ed', publicJwk: jwk(ed) },
    ],
  },
})
afterAll(() => server.close())

interface Assertion {
  claims?: Record<string, unknown>
  alg?: SignatureAlgorithm
  key?: PrivateKey
  form?: Record<string, string>
}

const assertion = ({ claims = {}, alg = 'ES256', key = ec.privateKey }: Assertion) => {
  const exp = Math.floor(clock.now() / 1000) + 60
  const payload = { iss: 'ec', sub: 'ec', aud: server.issuer, exp, jti: randomUUID(), ...claims }
  return signRaw({ header: { alg }, payload: present(payload), alg, key })
}

const send = (client_assertion: string, form?: Record<string, string>) =>
  ask(server, 'x', {
    authorization: undefined,
    form: {
      client_assertion,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      ...form,
    },
  })

test.each<[string, Assertion]>([
  ['its issuer', {}],
  ['its endpoint', { claims: { aud: server.introspectionEndpoint } }],
  ['both', { claims: { aud: [server.issuer, server.introspectionEndpoint] } }],
  ['its issuer, by Ed25519', { claims: { iss: 'ed', sub: 'ed' }, alg: 'Ed25519', key: ed.privateKey }],
  ['its issuer, with client_id', { form: { client_id: 'ec' } }],
])('accepts an assertion for %s (RFC 7523 §3)', async (_, options) => {
  expect((await send(assertion(options), options.form)).status).toBe(200)
})

const past = Math.floor(clock.now() / 1000)

test.each<[string, Assertion]>([
  ['of another issuer', { claims: { iss: 'ed' } }],
  ['of an unknown client', { claims: { iss: 'nobody', sub: 'nobody' } }],
  ['of a client without a key', { claims: { iss: 'api', sub: 'api' } }],
  ['of another subject', { claims: { sub: 'ed' } }],
  ['for another audience', { claims: { aud: 'https://elsewhere.example' } }],
  ['for nobody', { claims: { aud: undefined } }],
  ['that has expired', { claims: { exp: past } }],
  ['that never expires', { claims: { exp: undefined } }],
  ['without jti', { claims: { jti: undefined } }],
  ['with a number as jti', { claims: { jti: 7 } }],
  ['signed with another key', { key: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey }],
  ['with another client_id', { form: { client_id: 'ed' } }],
  ['of another type', { form: { client_assertion_type: 'urn:other' } }],
])('refuses an assertion %s with invalid_client', async (_, options) => {
  const answer = await send(assertion(options), options.form)
  expect([answer.status, await answer.json()]).toEqual([401, { error: 'invalid_client' }])
})

test('refuses an assertion that is no JWT, and one without a signature', async () => {
  const [, payload] = assertion({}).split('.')
  const unsigned = signRaw({
    header: { alg: 'none' },
    payload: Buffer.from(payload ?? '', 'base64url'),
    alg: 'none',
  })
  expect([(await send('x')).status, (await send(unsigned)).status]).toEqual([401, 401])
})

test('refuses an assertion that it has seen before', async () => {
  const once = assertion({})
  expect([(await send(once)).status, (await send(once)).status]).toEqual([200, 401])
})
