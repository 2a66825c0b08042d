import { generateKeyPairSync } from 'node:crypto'
import type { IntrospectionClient } from '@portcullis/core'
import type { IntrospectionClient as KnownClient } from '@portcullis/testing'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import { expect } from 'vitest'
import { unavailable } from './answers.js'
import { resource } from './api.js'
import { passes, type Row } from './contract.js'
import { asked, asking, opaque } from './introspection-api.js'
import { type Relay, startRelay } from './introspection-relay.js'
import { type Kit, start } from './kit.js'
import type { Story } from './stories.js'

/** Stands before the main authorization server. Whoever runs the stories closes it. */
export const relay: Relay = await startRelay()

/** An id and a secret in which nearly every character goes wrong unless it is encoded. */
const odd = { id: 'urn:api:100% +é/€', secret: ':+% é&=ß"\\/€😀' }
/** The same by RFC 6749 §2.3.1 and appendix B, written out by hand. */
const oddEncoded =
  'urn%3Aapi%3A100%25+%2B%C3%A9%2F%E2%82%AC:%3A%2B%25+%C3%A9%26%3D%C3%9F%22%5C%2F%E2%82%AC%F0%9F%98%80'

const pairs = {
  ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  RS256: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  Ed25519: generateKeyPairSync('ed25519'),
}
const pairOf = { ...pairs, PS256: pairs.RS256, EdDSA: pairs.Ed25519 }
type Algorithm = keyof typeof pairOf

const id = 'urn:api:key'
const withKey = (algorithm: Algorithm) => ({ id, privateKey: pairOf[algorithm].privateKey, algorithm })
const knownByKey = (algorithm: Algorithm): KnownClient => ({
  id,
  publicJwk: pairOf[algorithm].publicKey.export({ format: 'jwk' }),
})

/** Two tokens, and so two questions, of an api that is known to the server as this client. */
function asks(
  how: string,
  client: IntrospectionClient | ((kit: Kit) => IntrospectionClient),
  known: KnownClient,
  also: NonNullable<Row['also']>,
): Story {
  return {
    name: `asks with ${how} (INTRO-02)`,
    servers: { main: { audience: resource, introspection: { clients: [known] } } },
    issuers: (kit) => [
      asking(kit.main, {
        endpoint: relay.before(kit.main),
        client: typeof client === 'function' ? client(kit) : client,
      }),
    ],
    steps: [
      { request: opaque(), answer: passes(), also },
      { request: opaque(), answer: passes(), also: asked(2) },
    ],
  }
}

const parameter = (name: string) => new Map(relay.last().form).get(name) ?? ''
const parameters = () => relay.last().form.map(([name]) => name)

/** What an assertion says, when it is not about algorithms: RFC 7523 §3. */
function expectAssertion(audience: string, header: object): void {
  expect(relay.last().fields.has('authorization')).toBe(false)
  expect(parameters().slice(2)).toEqual(['client_id', 'client_assertion_type', 'client_assertion'])
  expect(parameter('client_assertion_type')).toBe('urn:ietf:params:oauth:client-assertion-type:jwt-bearer')
  const assertion = parameter('client_assertion')
  expect(decodeProtectedHeader(assertion)).toEqual(header)
  const now = start / 1000
  const facts = { iss: id, sub: id, aud: audience, iat: now, exp: now + 60, jti: expect.any(String) }
  expect(decodeJwt(assertion)).toEqual(facts)
}

/** The server answers 401, 400 or 403, which is not what the caller is told. */
function unknown(how: string, client: IntrospectionClient): Story {
  return {
    name: `answers 503 when the server does not know it ${how}, and tells no secret (INTRO-02, INTRO-05)`,
    issuers: ({ main }) => [asking(main, { client })],
    steps: [
      {
        request: opaque(),
        answer: unavailable('introspection_unavailable'),
        also: ({ events, main }, { body }) => {
          expect(main.count('introspection')).toBe(1)
          expect(events.at(-1)).toMatchObject({ type: 'unavailable', code: 'introspection_unavailable' })
          const told = JSON.stringify(events) + body
          expect(told).not.toContain('wrong')
          expect(told).toContain('401')
        },
      },
    ],
  }
}

/** As whom an authorization server is asked: RFC 7662 §2.1. */
export const clientStories: readonly Story[] = [
  asks('its secret by client_secret_basic, each half form-encoded first', odd, odd, () => {
    const credentials = Buffer.from(oddEncoded).toString('base64')
    expect(relay.last().fields.get('authorization')).toBe(`Basic ${credentials}`)
    expect(parameters()).toEqual(['token', 'token_type_hint'])
  }),
  asks(
    'its secret by client_secret_post, encoded as all parameters are, and only once',
    { ...odd, method: 'client_secret_post' },
    odd,
    () => {
      expect(relay.last().fields.has('authorization')).toBe(false)
      expect(parameters()).toEqual(['token', 'token_type_hint', 'client_id', 'client_secret'])
      expect([parameter('client_id'), parameter('client_secret')]).toEqual([odd.id, odd.secret])
    },
  ),
  ...(Object.keys(pairOf) as Algorithm[]).map((alg) =>
    asks(
      `an assertion of its own for each question, signed with ${alg}`,
      withKey(alg),
      knownByKey(alg),
      ({ main }) => expectAssertion(main.issuer, { alg }),
    ),
  ),
  asks(
    'an assertion that names its key, and the endpoint as audience, by request',
    ({ main }) => ({ ...withKey('ES256'), kid: 'k1', assertionAudience: main.introspectionEndpoint }),
    knownByKey('ES256'),
    ({ main }) => expectAssertion(main.introspectionEndpoint, { alg: 'ES256', kid: 'k1' }),
  ),
  unknown('by its secret', { id: 'api', secret: 'wrong-secret' }),
  unknown('by its secret in the form', { id: 'api', secret: 'wrong-secret', method: 'client_secret_post' }),
  unknown('by its name', { id: 'another', secret: 'wrong-secret' }),
  unknown('by its key', { ...withKey('ES256'), id: 'api' }),
]
