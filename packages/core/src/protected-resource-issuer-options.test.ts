import { describe, expect, test, vi } from 'vitest'
import { reasonOf, typeErrorOf } from '../test-support/refusal.js'
import { issuer, moment, requestWith, resource, signingKey, signToken } from '../test-support/tokens.js'
import { check } from './authorization/kinds/check.js'
import { claim } from './authorization/kinds/claim.js'
import { role } from './authorization/kinds/role.js'
import { scope } from './authorization/kinds/scope.js'
import { allOf, type Requirement } from './authorization/requirement.js'
import type { ProtectionEvent } from './events.js'
import type { ProtectedResourceOptions } from './options.js'
import type { Principal } from './principal.js'
import { protectedResource } from './protected-resource.js'
import type { ProtectedResource } from './protected-resource-types.js'
import { Rejection } from './rejection.js'
import { introspectionIssuer } from './token/introspection-issuer.js'
import type { IssuersOption } from './token/issuers-option.js'
import { jwtIssuer } from './token/jwt-issuer.js'

const key = await signingKey('ES256', 'k1')
const jwks = { keys: [key.jwk] }
const legacy = 'https://legacy.example'

/** A resource that trusts one issuer, with these options of it. */
function apiWith(options: object = {}, more: Partial<ProtectedResourceOptions<IssuersOption>> = {}) {
  const heard: ProtectionEvent[] = []
  const all: ProtectedResourceOptions<IssuersOption> = {
    resource,
    issuers: [jwtIssuer({ issuer, jwks, ...options })],
    now: () => moment * 1000,
    onEvent: (event) => heard.push(event),
    ...more,
  }
  const api: ProtectedResource<Principal, string> = protectedResource(all)
  const by = async (claims: object = {}, header: object = {}) =>
    requestWith(`Bearer ${await signToken(key, claims, header)}`)
  const authenticate = async (claims: object = {}, ...requirement: [] | [Requirement]) =>
    api.authenticate(await by(claims), ...requirement)
  return { api, heard, by, authenticate }
}

describe('what an issuer requires', () => {
  const requires = role('service')

  test('is asked of each of its tokens, on every route that is not public: 403 (BEARER-19)', async () => {
    const { api, by, authenticate } = apiWith({ requires })
    const refused = { code: 'requirement_unmet', status: 403, issuer, scheme: 'Bearer' }
    await expect(authenticate({ roles: ['service'] })).resolves.toBeDefined()
    expect(await reasonOf(authenticate())).toMatchObject(refused)
    for (const declared of [[], ['optional'], [scope('accounts:read')]])
      expect(await reasonOf(api.admit(await by(), api.routePolicy(declared)))).toMatchObject(refused)
    expect(api.admit(await by(), api.routePolicy(['nothing']))).toBeUndefined()
    await expect(api.admit(requestWith(), api.routePolicy(['optional']))).resolves.toBeUndefined()
  })

  test('is asked together with what the route requires, and the challenge names both', async () => {
    const { authenticate } = apiWith({ requires: allOf(scope('base'), requires) })
    const both = scope('admin')
    await expect(authenticate({ scope: 'base admin', roles: ['service'] }, both)).resolves.toBeDefined()
    const error = await reasonOf(authenticate({ scope: 'other' }, both))
    expect(error).toMatchObject({ code: 'scope_insufficient', neededScopes: ['base', 'admin'] })
    expect(await reasonOf(authenticate({ scope: 'base', roles: ['service'] }, both))).toMatchObject({
      neededScopes: ['base', 'admin'],
    })
  })

  test('is a scope that says that a token without audience was meant for this resource', async () => {
    const audience = { absent: 'allowed' }
    const claims = { aud: undefined, scope: 'accounts:read', roles: ['service'] }
    const granted = apiWith({ audience, requires: scope('accounts:read') })
    await expect(granted.authenticate(claims)).resolves.toBeDefined()
    await expect(granted.authenticate(claims, requires)).resolves.toBeDefined()
    const otherwise = apiWith({ audience, requires })
    expect(await reasonOf(otherwise.authenticate(claims))).toMatchObject({ code: 'scope_insufficient' })
    await expect(otherwise.authenticate(claims, scope('accounts:read'))).resolves.toBeDefined()
  })

  test('is asked of its own tokens alone, and of introspected ones, too', async () => {
    const answer = { active: true, aud: resource, exp: moment + 300, roles: ['other'] }
    const asked = introspectionIssuer({
      issuer: legacy,
      endpoint: `${legacy}/introspect`,
      client: { id: 'api', secret: 's' },
      requires,
      http: { fetch: async () => Response.json(answer) },
    })
    const { api, authenticate } = apiWith({}, { issuers: [jwtIssuer({ issuer, jwks }), asked] })
    await expect(authenticate()).resolves.toBeDefined()
    expect(await reasonOf(api.authenticate(requestWith('Bearer opaque')))).toMatchObject({
      code: 'requirement_unmet',
      issuer: legacy,
    })
  })

  test('may be a rule of the application’s own', async () => {
    const { authenticate } = apiWith({
      requires: check('known client', ({ clientId }) => clientId === 'client-1'),
    })
    await expect(authenticate()).resolves.toBeDefined()
    expect(await reasonOf(authenticate({ client_id: 'x' }))).toMatchObject({ unmetChecks: ['known client'] })
  })

  test.each<[string, unknown, RegExp]>([
    ['a scope that the resource does not have', scope('b'), /a scope of the resource \(a\), got 'b'/],
    ['a word', 'nothing', /a requirement such as scope\('…'\), got 'nothing'/],
    ['null', null, /a requirement such as/],
  ])('is a TypeError at the start where it is %s (SCOPE-03)', (_, wrong, expected) => {
    const message = typeErrorOf(() => apiWith({ requires: wrong }, { scopes: ['a'] }))
    expect(message).toMatch(/^jwtIssuer\.requires: expected /)
    expect(message).toMatch(expected)
  })
})

describe('what an issuer adds', () => {
  test('stands on the principal, and replaces none of its members but actsFor', async () => {
    const extend = () => ({
      organisation: '5',
      actsFor: 'client',
      subject: 'admin',
      scopes: new Set(['admin']),
    })
    const { principal } = await apiWith({ extend }).authenticate()
    expect(principal).toMatchObject({ organisation: '5', actsFor: 'client', subject: 'user-1' })
    expect([...(principal as { scopes: Iterable<string> }).scopes]).toEqual(['accounts:read'])
    expect(Object.isFrozen(principal)).toBe(true)
  })

  test('may refuse the token, under its own name', async () => {
    const extend = () => {
      throw new Rejection('token_claim_invalid', 'the organisation is not known')
    }
    const { authenticate, heard } = apiWith({ extend })
    expect(await reasonOf(authenticate())).toMatchObject({ status: 401, scheme: 'Bearer', issuer })
    expect(heard.at(-1)).toMatchObject({
      code: 'token_claim_invalid',
      message: 'the organisation is not known',
    })
  })

  test('is nothing that a requirement can be fooled by', async () => {
    const extend = () => ({ roles: ['service'], claims: { tenant: 'north' } })
    const { authenticate } = apiWith({ extend })
    for (const requirement of [role('service'), claim('tenant', 'north')])
      expect(await reasonOf(authenticate({}, requirement))).toMatchObject({ code: 'requirement_unmet' })
  })

  test('that fails is a 503', async () => {
    const extend = () => {
      throw new TypeError('s3cr3t')
    }
    const { authenticate, heard } = apiWith({ extend })
    expect(await reasonOf(authenticate())).toMatchObject({ code: 'check_unavailable', status: 503, issuer })
    expect(JSON.stringify(heard)).not.toContain('s3cr3t')
  })
})

describe('what an issuer explains', () => {
  test('is told to operators, and to no client', async () => {
    const explain = vi.fn(() => 'the client asked for a token for Graph')
    const { api, heard, authenticate } = apiWith({ explain })
    const error = await reasonOf(authenticate({ aud: 'https://graph.example' }))
    expect(heard.at(-1)).toMatchObject({
      code: 'token_audience_mismatch',
      message: expect.stringMatching(/; the client asked for a token for Graph$/),
    })
    expect(JSON.stringify(api.challenge(error))).not.toContain('Graph')
    expect(explain).toHaveBeenCalledOnce()
  })

  test('is not asked for where no token came, or a good one', async () => {
    const explain = vi.fn(() => 'why')
    const { api, authenticate } = apiWith({ explain })
    await reasonOf(api.authenticate(requestWith()))
    await authenticate()
    expect(explain).not.toHaveBeenCalled()
  })

  test('is asked where a requirement is not met, too', async () => {
    const { authenticate, heard } = apiWith({ explain: ({ code }: { code: string }) => `see ${code}` })
    await reasonOf(authenticate({}, role('service')))
    expect(heard.at(-1)).toMatchObject({ message: expect.stringMatching(/; see requirement_unmet$/) })
  })
})

describe('tokens of an issuer that does not follow RFC 9068', () => {
  test('are of the types that it names (AT-02)', async () => {
    const { api, by } = apiWith({ profile: 'jwt', types: ['token+jwt', 'absent'] })
    for (const typ of ['token+jwt', 'application/TOKEN+JWT', undefined])
      await expect(api.authenticate(await by({}, { typ }))).resolves.toBeDefined()
    for (const typ of ['at+jwt', 'JWT'])
      expect(await reasonOf(api.authenticate(await by({}, { typ })))).toMatchObject({
        code: 'token_type_unexpected',
      })
  })

  test('need the claims that it demands, and those of the profile (AT-03)', async () => {
    const { authenticate } = apiWith({ profile: 'jwt', requiredClaims: ['tenant'] })
    await expect(authenticate({ tenant: 'north', sub: undefined })).resolves.toBeDefined()
    for (const claims of [{}, { tenant: 'north', exp: undefined }])
      expect(await reasonOf(authenticate(claims))).toMatchObject({ code: 'token_claim_missing' })
  })

  test('name the client where it says', async () => {
    const { authenticate } = apiWith({ profile: 'jwt', clientIdClaims: ['appid', 'azp'] })
    const { principal } = await authenticate({ azp: 'b', client_id: 'a' })
    expect(principal).toMatchObject({ clientId: 'b' })
    expect(await reasonOf(authenticate({ appid: 5, azp: 'b' }))).toMatchObject({
      code: 'token_claim_invalid',
    })
  })

  test('may say in their audience that they name none', async () => {
    const audience = { absent: 'allowed', absentValues: ['unspecified'] }
    const { authenticate } = apiWith({ audience })
    const { principal } = await authenticate({ aud: 'unspecified' }, scope('accounts:read'))
    expect(principal).toMatchObject({ audience: [], claims: { aud: 'unspecified' } })
    expect(await reasonOf(authenticate({ aud: 'unspecified' }))).toMatchObject({ code: 'scope_insufficient' })
    expect(await reasonOf(authenticate({ aud: ['unspecified', 'x'] }, scope('accounts:read')))).toMatchObject(
      {
        code: 'token_audience_mismatch',
      },
    )
  })

  test('are verified with the keys that it accepts, of a set for several (JOSE-14)', async () => {
    const other = await signingKey('ES256', 'k2')
    const document = { keys: [key.jwk, { ...other.jwk, issuer }] }
    const http = { fetch: async () => Response.json(document) }
    const { api } = apiWith(
      {},
      {
        issuers: [
          jwtIssuer({
            issuer,
            jwksUri: `${issuer}/keys`,
            http,
            acceptsKey: (jwk) => jwk['issuer'] === issuer,
          }),
        ],
      },
    )
    await expect(api.authenticate(requestWith(`Bearer ${await signToken(other)}`))).resolves.toBeDefined()
    const foreign = requestWith(`Bearer ${await signToken(key)}`)
    expect(await reasonOf(api.authenticate(foreign))).toMatchObject({ code: 'token_key_unknown' })
  })
})
