import { CompactSign } from 'jose'
import { describe, expect, test, vi } from 'vitest'
import { bindingWith } from '../../test-support/binding.js'
import { clockAt } from '../../test-support/clock.js'
import { reasonOf } from '../../test-support/refusal.js'
import { issuer, moment, resource, signingKey } from '../../test-support/tokens.js'
import { webOf } from '../../test-support/web.js'
import { memoryReplayStore } from '../confirmation/memory-replay-store.js'
import { type Binding, type BoundIntrospectionIssuer, bindIssuer } from './bind-issuer.js'
import type { AudienceOption } from './checks/audience.js'
import { type IntrospectionIssuerOptions, introspectionIssuer } from './introspection-issuer.js'
import { type JwtIssuerOptions, jwtIssuer } from './jwt-issuer.js'
import { profiles } from './profiles.js'

const bind = (options: Omit<JwtIssuerOptions, 'issuer'>) =>
  bindIssuer(jwtIssuer({ issuer, ...options }), bindingWith())

const byDefault = { values: [resource], single: false, absentAllowed: false }

test('demands the resource as audience unless the issuer says otherwise (AT-05)', () => {
  expect(bind({}).audience).toEqual(byDefault)
})

test.each<[AudienceOption, object]>([
  ['a', { values: ['a'] }],
  [{ only: 'a' }, { values: ['a'], single: true }],
  [{ absent: 'allowed' }, { absentAllowed: true }],
  [
    { absent: 'allowed', anyOf: 'a' },
    { values: ['a'], absentAllowed: true },
  ],
])('demands the audience %j that the issuer names', (audience, policy) => {
  expect(bind({ audience }).audience).toEqual({ ...byDefault, ...policy })
})

test('takes over what the issuer was configured with', async () => {
  const { jwk } = await signingKey('ES256')
  const options = {
    algorithms: ['ES256'],
    scopeClaims: ['scp'],
    profile: 'jwt',
    jwks: { keys: [jwk] },
  } as const
  const bound = bind(options)
  expect(bound).toMatchObject({
    issuer,
    profileName: 'jwt',
    profile: profiles.jwt,
    algorithms: ['ES256'],
    scopeClaims: ['scp'],
  })
  expect(await bound.keys.find('ES256', jwk.kid)).toHaveLength(1)
})

test('counts time in seconds', () => {
  expect(bind({})).toMatchObject({ clockToleranceSeconds: 5 })
  expect(bind({}).now()).toBe(moment)
})

test('shares no keys between two resources that trust one issuer', async () => {
  const { jwk } = await signingKey('ES256')
  const web = webOf({ [`${issuer}/keys`]: { keys: [jwk] } })
  const trusted = jwtIssuer({ issuer, jwksUri: `${issuer}/keys`, http: { fetch: web.fetch } })
  const [one, other] = ['https://a.example', 'https://b.example'].map((name) =>
    bindIssuer(trusted, bindingWith({ resource: name })),
  )
  await one?.keys.find('ES256', jwk.kid)
  await other?.keys.find('ES256', jwk.kid)
  expect(web.asked).toHaveLength(2)
})

test('tells what becomes of keys and metadata, with the name and kind of the issuer', async () => {
  const { jwk } = await signingKey('ES256')
  const documents = {
    [`${issuer}/.well-known/oauth-authorization-server`]: { issuer, jwks_uri: `${issuer}/keys` },
    [`${issuer}/keys`]: { keys: [jwk] },
  }
  const [web, tell] = [webOf(documents), vi.fn()]
  await bindIssuer(jwtIssuer({ issuer, http: { fetch: web.fetch } }), bindingWith({ tell })).keys.ready()
  const told = tell.mock.calls.map(([event]) => event)
  expect(told.map(({ type }) => type)).toEqual(['metadata_refreshed', 'keys_refreshed', 'keys_state_changed'])
  for (const event of told) expect(event).toMatchObject({ kind: 'jwt', issuer })
})

describe('DPoP', () => {
  test('is off unless the resource or the issuer asks for it (DPOP-27)', () => {
    expect(bind({}).dpop).toBeUndefined()
  })

  test('is what the resource asks for, and what the issuer lays over that', () => {
    const binding = bindingWith({ dpop: { required: true, proofMaxAgeSeconds: 5 } })
    const bound = bindIssuer(jwtIssuer({ issuer, dpop: { algorithms: ['RS256'], required: false } }), binding)
    expect(bound.dpop).toMatchObject({
      required: false,
      algorithms: ['RS256'],
      proofMaxAgeSeconds: 5,
      futureSkewSeconds: 10,
    })
  })

  test('is on for an issuer that asks for it alone', () => {
    expect(bind({ dpop: {} }).dpop).toMatchObject({ required: false, proofMaxAgeSeconds: 60 })
  })

  test('shares one store among the issuers of a resource that name none (DPOP-41)', () => {
    const store = memoryReplayStore()
    const binding = bindingWith({ dpop: {}, localStore: () => store })
    for (const name of ['https://a.example', 'https://b.example'])
      expect(bindIssuer(jwtIssuer({ issuer: name }), binding).dpop?.replayStore).toBe(store)
  })
})

describe('an issuer that is asked', () => {
  const client = { id: 'api', secret: 's' }
  const oauth = `${issuer}/.well-known/oauth-authorization-server`
  const openid = `${issuer}/.well-known/openid-configuration`
  const endpoint = `${issuer}/introspect`
  const answer = { active: true, aud: resource, exp: moment + 300 }
  const bound = (
    documents: Record<string, unknown>,
    options: Partial<IntrospectionIssuerOptions> = {},
    binding: Partial<Binding> = {},
  ) => {
    const web = webOf(documents)
    const trusted = introspectionIssuer({ issuer, client, http: { fetch: web.fetch }, ...options })
    return { web, bound: bindIssuer(trusted, bindingWith(binding)) as BoundIntrospectionIssuer }
  }

  test('has the audience and the clock of the resource, and fetches nothing yet (META-06)', () => {
    const { web, bound: asked } = bound({})
    expect(asked).toMatchObject({
      kind: 'introspection',
      issuer,
      audience: byDefault,
      clockToleranceSeconds: 5,
    })
    expect([asked.now(), asked.dpop, web.asked]).toEqual([moment, undefined, []])
  })

  test('is asked where its metadata says, which is read once (META-01)', async () => {
    const { web, bound: asked } = bound({
      [oauth]: { issuer, introspection_endpoint: endpoint, jwks_uri: `${issuer}/keys` },
      [endpoint]: answer,
    })
    expect(await asked.introspection.verify('a')).toMatchObject({ issuer })
    await asked.introspection.verify('b')
    expect(web.asked).toEqual([oauth, endpoint, endpoint])
  })

  test('is asked where the document of OpenID Connect says, when that alone does (META-02)', async () => {
    const { web, bound: asked } = bound({
      [oauth]: { issuer, jwks_uri: `${issuer}/keys` },
      [openid]: { issuer, introspection_endpoint: endpoint },
      [endpoint]: answer,
    })
    expect(await asked.introspection.verify('a')).toMatchObject({ issuer })
    expect(web.asked).toEqual([oauth, openid, endpoint])
  })

  test('says what its metadata has in place of the endpoint (INTRO-03)', async () => {
    const documents = { [oauth]: { issuer, introspection_endpoint: 'http://as.example/introspect' } }
    const error = await reasonOf(bound(documents).bound.introspection.verify('a'))
    expect(error).toMatchObject({ code: 'metadata_unavailable', retryAfterSeconds: 10 })
    expect((error as Error).message).toBe(
      'introspection_endpoint of the metadata is "http://as.example/introspect", expected an https URL; see introspectionIssuer({ endpoint })',
    )
  })

  describe('and is not found where its metadata says', () => {
    const metadata = (path: string) => ({ issuer, introspection_endpoint: `${issuer}/${path}` })
    const failing = async (asked: BoundIntrospectionIssuer, ...tokens: string[]) => {
      for (const token of tokens) await reasonOf(asked.introspection.verify(token))
      await new Promise(setImmediate)
    }

    test('is found where it moved, which is looked for every ten seconds (META-07)', async () => {
      const clock = clockAt(moment)
      const { web, bound: asked } = bound({ [oauth]: metadata('introspect') }, {}, { now: clock.now })
      await failing(asked, 'a', 'b', 'c')
      expect(web.asked).toEqual([oauth, endpoint, endpoint, endpoint])
      Object.assign(web.documents, { [oauth]: metadata('new'), [`${issuer}/new`]: answer })
      clock.advance(9.999)
      await failing(asked, 'a')
      expect(web.asked.slice(4)).toEqual([endpoint])
      clock.advance(1)
      await failing(asked, 'a')
      expect(web.asked.slice(5)).toEqual([endpoint, oauth])
      clock.advance(1)
      expect(await asked.introspection.verify('a')).toMatchObject({ issuer })
      expect(web.asked.slice(7)).toEqual([`${issuer}/new`])
    })

    test('is found when the metadata names it later (META-07)', async () => {
      const clock = clockAt(moment)
      const { web, bound: asked } = bound({ [oauth]: { issuer } }, {}, { now: clock.now })
      await failing(asked, 'a', 'b')
      expect(web.asked).toEqual([oauth, openid])
      Object.assign(web.documents, { [oauth]: metadata('introspect'), [endpoint]: answer })
      clock.advance(10)
      await failing(asked, 'a')
      clock.advance(1)
      expect(await asked.introspection.verify('a')).toMatchObject({ issuer })
    })

    test('no metadata is asked for where the configuration says where it is', async () => {
      const clock = clockAt(moment)
      const { web, bound: asked } = bound({}, { endpoint }, { now: clock.now })
      await failing(asked, 'a')
      clock.advance(100)
      await failing(asked, 'b')
      expect(web.asked).toEqual([endpoint, endpoint])
    })

    test('a token that is refused is no reason to look for it', async () => {
      const clock = clockAt(moment)
      const documents = { [oauth]: metadata('introspect'), [endpoint]: { active: false } }
      const { web, bound: asked } = bound(documents, {}, { now: clock.now })
      await failing(asked, 'a')
      clock.advance(100)
      await failing(asked, 'b')
      expect(web.asked).toEqual([oauth, endpoint, endpoint])
    })
  })

  test('tells what becomes of it, with its name and kind', async () => {
    const tell = vi.fn()
    const documents = { [oauth]: { issuer, introspection_endpoint: endpoint }, [endpoint]: answer }
    await bound(documents, {}, { tell }).bound.introspection.verify('a')
    const whose = { kind: 'introspection', issuer }
    const none = { code: undefined, message: undefined }
    expect(tell.mock.calls.map(([event]) => event)).toEqual([
      { type: 'metadata_refreshed', ...whose },
      { type: 'introspection_state_changed', ...whose, from: 'unknown', to: 'available', ...none },
    ])
  })

  test('once closed, is asked nothing, and its metadata is not asked for (META-06)', async () => {
    const { web, bound: asked } = bound({ [oauth]: { issuer, introspection_endpoint: endpoint } })
    asked.close()
    expect(await reasonOf(asked.introspection.verify('a'))).toMatchObject({
      code: 'introspection_unavailable',
    })
    expect(await reasonOf(asked.introspection.ready())).toMatchObject({ code: 'metadata_unavailable' })
    expect(web.asked).toEqual([])
  })

  test('once closed, does not fetch the keys of its signed answers (META-06)', async () => {
    const options = { signed: true, endpoint, jwksUri: `${issuer}/keys` }
    const { web, bound: asked } = bound({}, options)
    asked.close()
    expect(await reasonOf(asked.keys.ready())).toMatchObject({ code: 'keys_unavailable' })
    expect(web.asked).toEqual([])
  })

  test('is asked where the configuration says, and its metadata is not needed', async () => {
    const { web, bound: asked } = bound({ [endpoint]: answer }, { endpoint, issuer: 'LoginRadius' })
    expect(await asked.introspection.verify('a')).toMatchObject({ issuer: 'LoginRadius' })
    await asked.introspection.ready()
    expect(web.asked).toEqual([endpoint])
  })

  test.each([
    ['no introspection_endpoint', { issuer }],
    ['one without TLS', { issuer, introspection_endpoint: 'http://as.example/introspect' }],
    ['that of another issuer', { issuer: 'https://evil.example', introspection_endpoint: endpoint }],
  ])('is not asked where its metadata has %s (INTRO-03, META-03)', async (_, document) => {
    const { web, bound: asked } = bound({ [oauth]: document, [endpoint]: answer })
    const error = await reasonOf(asked.introspection.verify('a'))
    expect(error).toMatchObject({ name: 'Unavailable', code: 'metadata_unavailable' })
    expect(web.asked).not.toContain(endpoint)
    expect(web.asked).not.toContain('http://as.example/introspect')
  })

  test('signs its answers with the keys that its metadata names (INTRO-12)', async () => {
    const key = await signingKey('ES256')
    const signed = (claims: object) => async () => {
      const jws = await new CompactSign(Buffer.from(JSON.stringify({ iss: issuer, iat: moment, ...claims })))
        .setProtectedHeader({ alg: 'ES256', kid: key.kid, typ: 'token-introspection+jwt' })
        .sign(key.privateKey)
      return new Response(jws, { headers: { 'content-type': 'application/token-introspection+jwt' } })
    }
    const documents = {
      [oauth]: { issuer, introspection_endpoint: endpoint, jwks_uri: `${issuer}/keys` },
      [`${issuer}/keys`]: { keys: [key.jwk] },
      [endpoint]: signed({ aud: 'api', token_introspection: answer }),
    }
    const { web, bound: asked } = bound(documents, { signed: true })
    expect(await asked.introspection.verify('a')).toMatchObject({ issuer })
    expect(web.asked).toEqual([oauth, endpoint, `${issuer}/keys`])
    web.documents[endpoint] = signed({ aud: 'another', token_introspection: answer })
    expect(await reasonOf(asked.introspection.verify('b'))).toMatchObject({
      code: 'introspection_unavailable',
    })
    asked.keys.close()
  })

  test('asks for no proof but where the resource or the issuer does (DPOP-27)', () => {
    expect(bound({}, { dpop: { required: true } }).bound.dpop).toMatchObject({ required: true })
  })
})
