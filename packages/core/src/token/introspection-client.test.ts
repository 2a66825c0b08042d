import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { jwtVerify } from 'jose'
import { describe, expect, test } from 'vitest'
import { reasonOf, thrownBy } from '../../test-support/refusal.js'
import { issuer, moment } from '../../test-support/tokens.js'
import { type IntrospectionClient, readClient } from './introspection-client.js'

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const withKey = { id: 'api', privateKey, algorithm: 'ES256' } as const
const read = (client: object) => readClient('client', client as IntrospectionClient, issuer)
const messageFor = (client: unknown) => {
  const error = thrownBy(() => read(client as object))
  expect(error).toBeInstanceOf(TypeError)
  return (error as TypeError).message
}

describe('a secret', () => {
  test.each([
    ['api', 'plain', 'api:plain'],
    ['a:b', 'c:d', 'a%3Ab:c%3Ad'],
    ['100%', '%41', '100%25:%2541'],
    ['a b', 'c+d', 'a+b:c%2Bd'],
    ['é', 'pässwörd/=&', '%C3%A9:p%C3%A4ssw%C3%B6rd%2F%3D%26'],
    ['https://api.example', '€', 'https%3A%2F%2Fapi.example:%E2%82%AC'],
  ])(
    'of %s is form-encoded before Basic, each half for itself: %s (INTRO-02)',
    async (id, secret, encoded) => {
      const { headers, parameters } = await read({ id, secret })(moment)
      expect(headers).toEqual({ authorization: `Basic ${Buffer.from(encoded).toString('base64')}` })
      expect(parameters).toEqual({})
    },
  )

  test('stands in the body by request, and is not encoded twice (INTRO-02)', async () => {
    const { headers, parameters } = await read({ id: 'a:b', secret: '%+é', method: 'client_secret_post' })(
      moment,
    )
    expect(headers).toEqual({})
    expect(parameters).toEqual({ client_id: 'a:b', client_secret: '%+é' })
  })
})

describe('an assertion', () => {
  const assertionBy = async (client: object, now = moment) => {
    const { headers, parameters } = await read(client)(now)
    expect(headers).toEqual({})
    expect(parameters).toMatchObject({
      client_id: 'api',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    })
    return parameters['client_assertion'] as string
  }
  const verified = (assertion: string) =>
    jwtVerify(assertion, createPublicKey(publicKey.export({ type: 'spki', format: 'pem' })), {
      currentDate: new Date(moment * 1000),
    })

  test('names the client twice, the issuer, and one minute (INTRO-02)', async () => {
    const { payload, protectedHeader } = await verified(await assertionBy(withKey, moment + 0.7))
    expect(protectedHeader).toEqual({ alg: 'ES256' })
    const facts = { iss: 'api', sub: 'api', aud: issuer, iat: moment, exp: moment + 60 }
    expect(payload).toEqual({ ...facts, jti: expect.stringMatching(/^[\da-f-]{36}$/) })
  })

  test('carries the kid and the audience that were asked for (INTRO-02)', async () => {
    const client = { ...withKey, kid: 'k1', assertionAudience: `${issuer}/introspect` }
    const { payload, protectedHeader } = await verified(await assertionBy(client))
    expect([protectedHeader.kid, payload.aud]).toEqual(['k1', `${issuer}/introspect`])
  })

  test('is never used twice (INTRO-02)', async () => {
    const authenticate = read(withKey)
    const [one, other] = await Promise.all([authenticate(moment), authenticate(moment)])
    const jtis = await Promise.all(
      [one, other].map(
        async ({ parameters }) => (await verified(parameters['client_assertion'] as string)).payload.jti,
      ),
    )
    expect(new Set(jtis).size).toBe(2)
  })

  test('is signed with a CryptoKey, too (INTRO-02)', async () => {
    const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, [
      'sign',
      'verify',
    ])
    const { payload } = await jwtVerify(
      await assertionBy({ ...withKey, privateKey: pair.privateKey }),
      pair.publicKey,
      {
        currentDate: new Date(moment * 1000),
      },
    )
    expect(payload.sub).toBe('api')
  })

  test('that its key may not sign is our outage, not the fault of a client (INTRO-05)', async () => {
    const name = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', modulusLength: 2048 } as const
    const pair = await crypto.subtle.generateKey({ ...name, publicExponent: Uint8Array.of(1, 0, 1) }, false, [
      'sign',
      'verify',
    ])
    const error = await reasonOf(assertionBy({ ...withKey, privateKey: pair.privateKey, algorithm: 'PS256' }))
    expect(error).toMatchObject({ name: 'Unavailable', code: 'introspection_unavailable' })
    expect((error as Error).message).toContain('"api" cannot be signed with PS256')
  })
})

describe('a wrong client is a TypeError that prints no secret', () => {
  const secret = 's3cr3t-s3cr3t'
  const weak = { id: 'api', privateKey: generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey }
  const forPss = { id: 'api', privateKey: generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).privateKey }

  test.each<[unknown, RegExp]>([
    [undefined, /^client: expected .* got undefined$/],
    [null, /^client: expected .* got null$/],
    [secret, /^client: expected .* got string$/],
    [[], /^client: expected an object/],
    [{}, /^client.id: .* got undefined$/],
    [{ id: '', secret }, /^client.id: .* got an empty string$/],
    [{ id: 'api' }, /^client.secret: .* got undefined$/],
    [{ id: 'api', secret: undefined }, /^client.secret: expected a string .* got undefined$/],
    [{ id: 'api', secret: '' }, /^client.secret: .* got an empty string$/],
    [{ id: 'api', secret: [secret] }, /^client.secret: .* got a list$/],
    [{ id: 'api', secret, method: undefined }, /^client.method: expected a value/],
    [
      { id: 'api', secret, method: 'none' },
      /^client.method: expected client_secret_basic or client_secret_post/,
    ],
    [{ clientId: 'api', clientSecret: secret }, /^client: unknown option "clientId"/],
    [{ id: 'api', secret, kid: 'a' }, /^client: unknown option "kid"/],
    [{ ...withKey, secret }, /^client: unknown option "secret"/],
    [{ ...withKey, privateKey: undefined }, /^client.privateKey: .* got undefined$/],
    [{ ...withKey, privateKey: null }, /^client.privateKey: .* got null$/],
    [{ ...withKey, privateKey: secret }, /^client.privateKey: .* got string$/],
    [{ ...withKey, privateKey: privateKey.export({ format: 'jwk' }) }, /^client.privateKey: .* got object$/],
    [{ ...withKey, privateKey: publicKey }, /^client.privateKey: .* got object$/],
    [{ id: 'api', privateKey }, /^client.algorithm: .* got undefined$/],
    [{ ...withKey, algorithm: 'none' }, /^client.algorithm: expected one of RS256/],
    [{ ...withKey, algorithm: 'HS256' }, /^client.algorithm: expected one of RS256/],
    [{ ...withKey, algorithm: 'RS256' }, /^client.algorithm: expected an algorithm of the private key/],
    [{ ...withKey, algorithm: 'ES384' }, /^client.algorithm: expected an algorithm of the private key/],
    [{ ...weak, algorithm: 'RS256' }, /^client.algorithm: expected an algorithm of the private key/],
    [{ ...forPss, algorithm: 'PS256' }, /^client.algorithm: expected an algorithm of the private key/],
    [{ ...withKey, kid: undefined }, /^client.kid: expected a value/],
    [{ ...withKey, kid: 5 }, /^client.kid: expected a string/],
    [{ ...withKey, assertionAudience: '' }, /^client.assertionAudience: expected a string/],
  ])('%# %j (INTRO-02)', (client, expected) => {
    const message = messageFor(client)
    expect(message).toMatch(expected)
    expect(message).not.toContain('s3cr3t')
  })
})
