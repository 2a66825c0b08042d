import { afterEach, describe, expect, test, vi } from 'vitest'
import { clockAt } from '../test-support/clock.js'
import { reasonOf } from '../test-support/refusal.js'
import { issuer, moment, requestWith, resource, signingKey, signToken } from '../test-support/tokens.js'
import { webOf } from '../test-support/web.js'
import type { ProtectionEvent } from './events.js'
import { protectedResource } from './protected-resource.js'
import { introspectionIssuer } from './token/introspection-issuer.js'
import type { IssuerResolver } from './token/issuer-resolver.js'
import { jwtIssuer } from './token/jwt-issuer.js'
import type { TrustedIssuer } from './token/trusted-issuer.js'

const tenant = 'https://tenant.example'
const endpoint = `${issuer}/introspect`
const key = await signingKey('ES256', 'k1')
const good = { active: true, aud: resource, exp: moment + 300 }

/** A resource that asks one issuer, and finds others by a resolver. */
function apiWith(resolver?: IssuerResolver) {
  const clock = clockAt(moment)
  const heard: ProtectionEvent[] = []
  const web = webOf({
    [`${issuer}/.well-known/oauth-authorization-server`]: { issuer, introspection_endpoint: endpoint },
    [endpoint]: () => Response.json(good),
    [`${tenant}/keys`]: { keys: [key.jwk] },
  })
  const http = { fetch: web.fetch }
  const asked = introspectionIssuer({ issuer, client: { id: 'api', secret: 's' }, http })
  const onEvent = (event: ProtectionEvent) => void heard.push(event)
  const common = { resource, scopes: [], now: clock.now, onEvent }
  const api = protectedResource({ ...common, issuers: resolver ? [asked, resolver] : [asked] })
  const found = jwtIssuer({ issuer: tenant, jwksUri: `${tenant}/keys`, http })
  const types = () => heard.map(({ type }) => type)
  return { api, clock, web, heard, types, found }
}

const opaque = () => requestWith('Bearer opaque')
const ofTenant = async () => requestWith(`Bearer ${await signToken(key, { iss: tenant })}`)

describe('an issuer that is asked', () => {
  test('is told of when it was found, when it fails, and when it answers again (META-07)', async () => {
    const { api, web, heard, clock } = apiWith()
    const whose = { resource, kind: 'introspection', issuer }
    await api.ready()
    await api.authenticate(opaque())
    web.documents[endpoint] = () => new Response(null, { status: 500 })
    clock.advance(60)
    const error = await reasonOf(api.authenticate(opaque()))
    web.documents[endpoint] = () => Response.json(good)
    clock.advance(1)
    await api.authenticate(opaque())
    const failed = { code: 'introspection_unavailable', message: (error as Error).message }
    const well = { code: undefined, message: undefined }
    const type = 'introspection_state_changed'
    expect(heard.filter((event) => event.type !== 'metadata_refreshed').slice(1)).toStrictEqual([
      { ...whose, type, from: 'unknown', to: 'available', ...well },
      { ...whose, type, from: 'available', to: 'unavailable', ...failed },
      { type: 'unavailable', resource, issuer, ...failed, retryAfterSeconds: 1 },
      { ...whose, type, from: 'unavailable', to: 'available', ...well },
    ])
    expect(heard).toContainEqual({ ...whose, type: 'metadata_refreshed' })
  })

  test('is healthy or not as soon as ready() knows (META-06)', async () => {
    const { api, web, clock } = apiWith()
    const whose = { kind: 'introspection', issuer, keys: undefined }
    const metadataUrl = `${issuer}/.well-known/oauth-authorization-server`
    const metadata = web.documents[metadataUrl]
    delete web.documents[metadataUrl]
    expect(api.health()).toEqual([{ ...whose, state: 'unknown', lastError: undefined }])
    expect(await reasonOf(api.ready())).toBeInstanceOf(AggregateError)
    expect(api.health()).toEqual([{ ...whose, state: 'unavailable', lastError: 'metadata_unavailable' }])
    web.documents[metadataUrl] = metadata
    clock.advance(1)
    await api.ready()
    expect(api.health()).toEqual([{ ...whose, state: 'unknown', lastError: undefined }])
  })

  test('is asked nothing after close(); what it said is relied on as long as it may be (META-06)', async () => {
    const { api, web, clock } = apiWith()
    await api.authenticate(opaque())
    api.close()
    await expect(api.authenticate(opaque())).resolves.toBeDefined()
    clock.advance(60)
    const error = await reasonOf(api.authenticate(opaque()))
    expect(error).toMatchObject({ code: 'introspection_unavailable', issuer })
    expect(api.challenge(error)).toMatchObject({ status: 503, headers: { 'retry-after': '1' } })
    expect(web.asked.filter((url) => url === endpoint)).toHaveLength(1)
  })
})

describe('a resolver', () => {
  afterEach(() => void vi.useRealTimers())

  test('is told of at the start, and what becomes of the issuers that it finds, later (META-08)', async () => {
    const { api, heard, types, found } = apiWith(() => found)
    expect(heard[0]).toMatchObject({ type: 'started', resolver: true, issuers: [{ issuer }] })
    await api.authenticate(await ofTenant())
    expect(types().slice(1)).toEqual(['keys_refreshed', 'keys_state_changed'])
    for (const event of heard.slice(1)) expect(event).toMatchObject({ resource, kind: 'jwt', issuer: tenant })
    expect(api.health()).toMatchObject([{ issuer }, { kind: 'jwt', issuer: tenant, state: 'fresh' }])
  })

  test('that does not know an issuer any more ends what is remembered of its tokens (META-08)', async () => {
    const resolver = vi.fn<IssuerResolver>()
    const { api, clock, found } = apiWith(resolver)
    resolver.mockReturnValue(found)
    await api.authenticate(await ofTenant())
    const again = await ofTenant()
    const authorization = again.header('authorization')[0] ?? ''
    await api.authenticate(again)
    resolver.mockReturnValue(undefined)
    expect(
      await reasonOf(api.authenticate(requestWith(authorization)).then(() => Promise.reject('good'))),
    ).toBe('good')
    clock.advance(601)
    expect(await reasonOf(api.authenticate(requestWith(authorization)))).toMatchObject({
      code: 'token_issuer_untrusted',
    })
  })

  test.each([null, undefined, 'x', {}, Object.prototype])(
    'that answers %j makes a request 401, not 503 (META-08, BEARER-19)',
    async (answer) => {
      const { api } = apiWith(() => answer as never)
      const error = await reasonOf(api.authenticate(await ofTenant()))
      expect(error).toMatchObject({ code: 'token_issuer_untrusted', status: 401 })
      expect(api.challenge(error)).toMatchObject({ status: 401 })
    },
  )

  test('that hangs makes a request 503 after five seconds, and no other one waits for it (META-08)', async () => {
    vi.useFakeTimers()
    const { api } = apiWith(() => new Promise(() => undefined))
    const reason = reasonOf(api.authenticate(await ofTenant()))
    await expect(api.authenticate(opaque())).resolves.toBeDefined()
    await vi.advanceTimersByTimeAsync(5000)
    const error = await reason
    expect(error).toMatchObject({ code: 'issuer_unavailable', issuer: undefined })
    expect(api.challenge(error)).toMatchObject({ status: 503, headers: { 'retry-after': '1' } })
  })

  test('whose issuer comes after close() fetches nothing for it (META-08)', async () => {
    let answer = (_: TrustedIssuer): void => undefined
    const resolver = vi.fn<IssuerResolver>(() => new Promise((resolve) => (answer = resolve)))
    const { api, web, found } = apiWith(resolver)
    const reason = reasonOf(api.authenticate(await ofTenant()))
    await vi.waitFor(() => expect(resolver).toHaveBeenCalledOnce(), { interval: 1 })
    api.close()
    answer(found)
    expect(await reason).toMatchObject({ code: 'keys_unavailable', issuer: tenant })
    expect(web.asked).toEqual([])
  })
})
