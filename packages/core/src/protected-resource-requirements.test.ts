import { inspect } from 'node:util'
import * as v from 'valibot'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { parseChallenges } from '../test-support/parse-challenges.js'
import { reasonOf } from '../test-support/refusal.js'
import {
  forgeToken,
  issuer,
  moment,
  requestWith,
  resource,
  signingKey,
  signToken,
} from '../test-support/tokens.js'
import { acr } from './authorization/kinds/acr.js'
import { check } from './authorization/kinds/check.js'
import { claim } from './authorization/kinds/claim.js'
import { client } from './authorization/kinds/client.js'
import { details } from './authorization/kinds/details.js'
import { maxAge } from './authorization/kinds/max-age.js'
import { permission } from './authorization/kinds/permission.js'
import { role } from './authorization/kinds/role.js'
import { scope } from './authorization/kinds/scope.js'
import { allOf, anyOf, type Requirement } from './authorization/requirement.js'
import type { ProtectionEvent } from './events.js'
import type { ProtectedResourceOptions } from './options.js'
import type { Principal } from './principal.js'
import { protectedResource } from './protected-resource.js'
import type { ProtectedResource } from './protected-resource-types.js'
import type { Rejection } from './rejection.js'
import type { Explain } from './token/explain.js'
import { introspectionIssuer } from './token/introspection-issuer.js'
import { jwtIssuer } from './token/jwt-issuer.js'

const legacy = 'https://legacy.example'
const key = await signingKey('ES256', 'k1')
const jwks = { keys: [key.jwk] }
const opaque = requestWith('Bearer opaque-token')
const again = () => ({ ...opaque, raw: {} })

let heard: ProtectionEvent[]
let answer: object
const asked = vi.fn()

beforeEach(() => {
  heard = []
  asked.mockReset()
  answer = { active: true, aud: resource, exp: moment + 300, sub: 'user-1', client_id: 'client-1' }
})

const ask: typeof fetch = async () => {
  asked()
  return Response.json(answer)
}
const asking = (options: object = {}) =>
  introspectionIssuer({
    issuer: legacy,
    endpoint: `${legacy}/introspect`,
    client: { id: 'api', secret: 's' },
    http: { fetch: ask },
    ...options,
  })

type Api = ProtectedResource<Principal, string>

function apiWith(options: Partial<ProtectedResourceOptions> = {}): Api {
  return protectedResource({
    resource,
    issuers: [jwtIssuer({ issuer, jwks }), asking()],
    now: () => moment * 1000,
    onEvent: (event) => heard.push(event),
    ...options,
  })
}

const requestBy = async (claims: object = {}) => requestWith(`Bearer ${await signToken(key, claims)}`)
const refusals = () => heard.filter(({ type }) => type === 'rejected' || type === 'unavailable')

async function refusalOf(api: Api, asking: Promise<unknown>) {
  const error = (await reasonOf(asking)) as Rejection
  const { status = 0, headers = {}, body = '{}' } = api.challenge(error) ?? {}
  const [challenge] = parseChallenges(headers['www-authenticate'] ?? 'none a=b')
  return {
    code: error.code,
    status,
    headers,
    body,
    challenge: Object.fromEntries(challenge?.parameters ?? []),
    error,
  }
}

describe('a requirement of each kind', () => {
  const details1 = [{ type: 'account', actions: ['read', 'list'], locations: [resource] }]

  test.each<[Requirement, object, object, number]>([
    [scope('a'), { scope: 'b a' }, { scope: 'b' }, 403],
    [role('r'), { roles: ['r'] }, { roles: 'r' }, 403],
    [permission('p'), { permissions: ['p'] }, { permissions: ['q'] }, 403],
    [claim('tenant', ['north', 'south']), { tenant: 'south' }, { tenant: 'east' }, 403],
    [client('client-1', 'client-2'), { client_id: 'client-2' }, { client_id: 'client-3' }, 403],
    [acr('high', 'higher'), { acr: 'higher' }, { acr: 'low' }, 401],
    [maxAge(60), { auth_time: moment - 60 }, { auth_time: moment - 61 }, 401],
    [
      details({ type: 'account', actions: ['read'], locations: [resource] }),
      { authorization_details: details1 },
      { authorization_details: [{ ...details1[0], actions: ['list'] }] },
      403,
    ],
    [check('x', async ({ subject }) => subject === 'user-2'), { sub: 'user-2' }, { sub: 'user-1' }, 403],
  ])(
    '%s passes or is refused, by a JWT and by an introspection answer (STEP-05, RAR-01)',
    async (requirement, good, bad, status) => {
      const api = apiWith()
      await expect(api.authenticate(await requestBy(good), requirement)).resolves.toBeDefined()
      const refused = await refusalOf(api, api.authenticate(await requestBy(bad), requirement))
      expect(refused).toMatchObject({ status, error: { issuer, scheme: 'Bearer' } })
      answer = { ...answer, ...good }
      await expect(apiWith().authenticate(again(), requirement)).resolves.toBeDefined()
      answer = { ...answer, auth_time: undefined, ...bad }
      const other = apiWith()
      expect(await refusalOf(other, other.authenticate(again(), requirement))).toMatchObject({
        status,
        code: refused.code,
        challenge: refused.challenge,
        error: { issuer: legacy },
      })
    },
  )

  test('is checked by authorize and by admit, too', async () => {
    const api = apiWith()
    const requirement = allOf(
      role('r'),
      check('x', async () => true),
    )
    const { principal } = await api.authenticate(await requestBy({ roles: ['r'] }))
    await expect(api.authorize(principal, requirement)).resolves.toBeUndefined()
    const policy = api.routePolicy([requirement])
    await expect(api.admit(await requestBy({ roles: ['r'] }), policy)).resolves.toBeDefined()
    const refused = { code: 'requirement_unmet', scheme: 'Bearer', issuer }
    await expect(api.authorize({ ...principal, roles: [] }, requirement)).rejects.toMatchObject(refused)
    await expect(api.admit(await requestBy(), policy)).rejects.toMatchObject(refused)
  })

  test('admits nobody while a rule has not answered, and nobody that it refuses', async () => {
    const api = apiWith()
    let say: (answer: boolean) => void = () => undefined
    const waiting = new Promise<boolean>((resolve) => (say = resolve))
    const request = await requestBy()
    const admitted = api.admit(request, api.routePolicy([check('x', () => waiting)]))
    await new Promise((resolve) => setTimeout(resolve, 5))
    expect(api.admitted(request.raw)).toBeUndefined()
    say(false)
    await expect(admitted).rejects.toMatchObject({ code: 'requirement_unmet' })
    expect(api.admitted(request.raw)).toBeUndefined()
  })

  test('may name only types of details that the resource knows', async () => {
    const api = apiWith({ authorizationDetailsTypes: ['account'] })
    const [account, payment] = [details({ type: 'account' }), anyOf(role('r'), details({ type: 'payment' }))]
    expect(api.routePolicy([account]).requirement).toEqual(account)
    expect(() => api.routePolicy([payment])).toThrow(/a type of the resource \(account\), got 'payment'/)
    await expect(api.authenticate(await requestBy(), payment)).rejects.toBeInstanceOf(TypeError)
    const { principal } = await api.authenticate(await requestBy())
    await expect(api.authorize(principal, payment)).rejects.toBeInstanceOf(TypeError)
  })
})

describe('what the challenge names', () => {
  test('is what a better authentication has to be (STEP-01, STEP-02)', async () => {
    const api = apiWith()
    const asked = api.authenticate(await requestBy({ acr: 'low' }), allOf(acr('b', 'a'), maxAge(300)))
    expect((await refusalOf(api, asked)).challenge).toEqual({
      realm: resource,
      error: 'insufficient_user_authentication',
      error_description: 'A stronger or more recent authentication of the user is needed.',
      acr_values: 'b a',
      max_age: '300',
    })
  })

  test('is the scope, too, where that is missing (STEP-04, BEARER-22)', async () => {
    const api = apiWith()
    const refused = await refusalOf(
      api,
      api.authenticate(await requestBy(), allOf(acr('high'), scope('admin'))),
    )
    expect(refused).toMatchObject({ status: 403, code: 'scope_insufficient' })
    expect(refused.challenge).toMatchObject({
      error: 'insufficient_scope',
      scope: 'admin',
      acr_values: 'high',
    })
  })

  test('is the first alternative that a client can obtain (BEARER-20)', async () => {
    const api = apiWith()
    const requirement = anyOf(client('other'), scope('admin'), scope('root'))
    const refused = await refusalOf(api, api.authenticate(await requestBy(), requirement))
    expect(refused.challenge).toMatchObject({ error: 'insufficient_scope', scope: 'admin' })
  })

  test('is nothing that a client could not bring with another token', async () => {
    const api = apiWith()
    const refused = await refusalOf(api, api.authenticate(await requestBy(), role('r')))
    expect(Object.keys(refused.challenge)).toEqual(['realm', 'error', 'error_description'])
  })

  test.each<[string, () => Promise<string>, string]>([
    ['expired', () => signToken(key, { exp: moment - 100 }), 'token_expired'],
    [
      'forged',
      async () => forgeToken({ alg: 'ES256', kid: 'k1', typ: 'at+jwt' }, { iss: issuer }),
      'token_signature_invalid',
    ],
    ['of a stranger', () => signToken(key, { iss: 'https://evil.example' }), 'token_issuer_untrusted'],
  ])(
    'is nothing at all for a token that is %s: requirements do not leak (STEP-06, BEARER-22)',
    async (_, make, code) => {
      const api = apiWith()
      const request = requestWith(`Bearer ${await make()}`)
      const requirement = allOf(
        acr('high'),
        maxAge(60),
        scope('admin'),
        check('secret rule', () => false),
      )
      const refused = await refusalOf(api, api.authenticate(request, requirement))
      expect(refused).toMatchObject({ code, status: 401, challenge: { error: 'invalid_token' } })
      expect(JSON.stringify([refused.headers, refused.body])).not.toMatch(
        /acr_values|max_age|scope|secret rule/,
      )
    },
  )
})

describe('a rule of the application’s own', () => {
  test('is asked each time, about who calls', async () => {
    const predicate = vi.fn((_: Principal) => true)
    const api = apiWith()
    const request = await requestBy()
    const rule = check('x', predicate)
    const { principal } = await api.authenticate(request, rule)
    await api.authenticate(request, rule)
    await api.authorize(principal, rule)
    expect(predicate.mock.calls.map(([one]) => one)).toEqual([principal, principal, principal])
  })

  test('refuses under its public name', async () => {
    const api = apiWith()
    const rule = check('contract is active', async () => false)
    const refused = await refusalOf(api, api.authenticate(await requestBy(), rule))
    expect(JSON.parse(refused.body)).toMatchObject({ status: 403, unmet: ['contract is active'] })
    expect(refusals()).toMatchObject([{ type: 'rejected', code: 'requirement_unmet', status: 403, issuer }])
  })

  test('that throws is a 503, and is told of', async () => {
    const api = apiWith()
    const rule = check('contract is active', () => Promise.reject(new Error('postgres://:s3cr3t@db')))
    const { status, headers, body, error } = await refusalOf(api, api.authenticate(await requestBy(), rule))
    expect([status, headers['retry-after'], headers['www-authenticate']]).toEqual([503, '1', undefined])
    const message = 'check "contract is active" threw Error'
    expect(refusals()).toMatchObject([{ type: 'unavailable', code: 'check_unavailable', message, issuer }])
    expect(inspect([heard, headers, body], { depth: Infinity, showHidden: true })).not.toContain('s3cr3t')
    expect(error.cause).toMatchObject({ message: 'postgres://:s3cr3t@db' })
  })
})

describe('claims with a schema', () => {
  const tenant = { tenant: z.enum(['north', 'south']) }
  const zod = z.object({ ...tenant, level: z.string().transform(Number).default(0) })
  const valibot = v.object({
    tenant: v.pipe(
      v.string(),
      v.transform((name) => name.toUpperCase()),
    ),
  })
  const typed = () =>
    apiWith({ issuers: [jwtIssuer({ issuer, jwks, claims: zod }), asking({ claims: valibot })] })

  test('are what the schema of their issuer makes of them, and frozen', async () => {
    const { principal } = await typed().authenticate(
      await requestBy({ tenant: 'north', level: '3', other: [1] }),
    )
    expect(principal.claims).toMatchObject({ tenant: 'north', level: 3, other: [1], iss: issuer })
    answer = { ...answer, tenant: 'east' }
    const { principal: asked } = await typed().authenticate(again())
    expect(asked.claims).toMatchObject({ tenant: 'EAST', sub: 'user-1' })
    for (const { claims } of [principal, asked]) expect(Object.isFrozen(claims)).toBe(true)
  })

  test('that do not fit are refused; operators are told which, and no value (BCP-02)', async () => {
    const api = typed()
    const refused = await refusalOf(api, api.authenticate(await requestBy({ tenant: 'c2VjcmV0' })))
    expect(refused).toMatchObject({
      code: 'token_claim_invalid',
      status: 401,
      challenge: { error: 'invalid_token' },
    })
    answer = { ...answer, tenant: 86_753_091 }
    const other = typed()
    expect(await refusalOf(other, other.authenticate(again()))).toMatchObject({ code: 'token_claim_invalid' })
    expect(refusals().map((event) => 'message' in event && event.message)).toEqual([
      'the claims do not fit the schema at "tenant" (string)',
      'the claims do not fit the schema at "tenant" (number)',
    ])
    expect(JSON.stringify([heard, refused])).not.toMatch(/c2VjcmV0|86753091/)
  })

  test('are looked at once everything else about the token is good: a stranger’s are never', async () => {
    const validate = vi.fn((value: unknown) => ({ value: value as object }))
    const claims = { '~standard': { version: 1, vendor: 'test', validate } } as const
    const api = apiWith({ issuers: [jwtIssuer({ issuer, jwks, claims })] })
    for (const changes of [{ exp: moment - 10 }, { aud: 'x' }, { sub: undefined }])
      await reasonOf(api.authenticate(await requestBy(changes)))
    await reasonOf(
      api.authenticate(
        requestWith(`Bearer ${forgeToken({ alg: 'ES256', kid: 'k1', typ: 'at+jwt' }, { iss: issuer })}`),
      ),
    )
    expect(validate).not.toHaveBeenCalled()
    await api.authenticate(await requestBy())
    expect(validate).toHaveBeenCalledOnce()
  })

  test('do not decide who calls, what is granted, and to which key the token is bound (DPOP-25)', async () => {
    const evil = {
      iss: 'https://evil.example',
      sub: 'admin',
      client_id: 'admin',
      aud: 'elsewhere',
      exp: moment + 1e6,
      scope: 'admin',
      roles: ['admin'],
      permissions: ['admin'],
      cnf: undefined,
    }
    const claims = z.object({}).transform(() => evil)
    const api = apiWith({ issuers: [jwtIssuer({ issuer, jwks, claims })] })
    const { principal } = await api.authenticate(await requestBy())
    expect(principal).toMatchObject({
      issuer,
      subject: 'user-1',
      clientId: 'client-1',
      audience: [resource],
      expiresAt: moment + 300,
      roles: [],
      permissions: [],
      confirmation: undefined,
    })
    expect([...principal.scopes]).toEqual(['accounts:read'])
    for (const cnf of [{ jkt: 'x' }, {}, { kid: 'x' }])
      await expect(api.authenticate(await requestBy({ cnf }))).rejects.toMatchObject({ status: 401 })
  })

  test('that nobody can judge now are a 503', async () => {
    const validate = () => Promise.reject(new Error('postgres://:s3cr3t@db'))
    const claims = { '~standard': { version: 1, vendor: 'test', validate } } as const
    const api = apiWith({ issuers: [jwtIssuer({ issuer, jwks, claims }), asking({ claims })] })
    for (const request of [await requestBy(), again()])
      expect(await refusalOf(api, api.authenticate(request))).toMatchObject({
        code: 'check_unavailable',
        status: 503,
      })
    expect(refusals()).toMatchObject([{ issuer }, { issuer: legacy }])
    expect(inspect(heard, { depth: Infinity })).not.toContain('s3cr3t')
  })
})

describe('revocation', () => {
  test('is asked about who calls, once for a request, however many ask', async () => {
    const revoked = vi.fn((_: Principal) => false)
    const api = apiWith({ revoked })
    const request = await requestBy()
    const [{ principal }] = await Promise.all([
      api.authenticate(request),
      api.authenticate(request, scope('accounts:read')),
      api.admit(request, api.routePolicy(['optional'])),
    ])
    await api.authenticate(request)
    expect(revoked.mock.calls).toEqual([[principal]])
  })

  test('is asked on every request, also about an answer that is remembered', async () => {
    const revoked = vi.fn(async () => false)
    const api = apiWith({ revoked })
    await api.authenticate(again())
    await api.authenticate(again())
    expect([asked.mock.calls.length, revoked.mock.calls.length]).toEqual([1, 2])
    revoked.mockResolvedValue(true)
    await expect(api.authenticate(again())).rejects.toMatchObject({ code: 'token_revoked', issuer: legacy })
    expect(asked).toHaveBeenCalledOnce()
  })

  test('refuses the token: 401, before what is required is looked at (BEARER-19, BEARER-22)', async () => {
    const api = apiWith({ revoked: () => true })
    const refused = await refusalOf(
      api,
      api.authenticate(await requestBy(), allOf(scope('admin'), acr('high'))),
    )
    expect(refused).toMatchObject({ code: 'token_revoked', status: 401 })
    expect(refused.challenge).toEqual({
      realm: resource,
      error: 'invalid_token',
      error_description: 'The access token was revoked.',
    })
    expect(refusals()).toMatchObject([{ type: 'rejected', code: 'token_revoked', scheme: 'Bearer', issuer }])
    await expect(api.admit(await requestBy(), api.routePolicy(['optional']))).rejects.toMatchObject({
      code: 'token_revoked',
    })
  })

  test.each<[string, () => Promise<string>]>([
    ['is expired', () => signToken(key, { exp: moment - 10 })],
    ['is meant for others', () => signToken(key, { aud: 'x' })],
    ['is bound to a key', () => signToken(key, { cnf: { jkt: 'x' } })],
    ['is of a stranger', () => signToken(key, { iss: 'https://evil.example' })],
  ])('is asked about no token that %s', async (_, make) => {
    const revoked = vi.fn(() => false)
    await reasonOf(apiWith({ revoked }).authenticate(requestWith(`Bearer ${await make()}`)))
    expect(revoked).not.toHaveBeenCalled()
  })

  test('is asked about nobody where no token came, or none is needed', async () => {
    const revoked = vi.fn(() => false)
    const api = apiWith({ revoked })
    await reasonOf(api.authenticate(requestWith()))
    await api.admit(requestWith(), api.routePolicy(['optional']))
    await api.admit(await requestBy(), api.routePolicy(['nothing']))
    expect(revoked).not.toHaveBeenCalled()
  })

  test.each<[string, () => unknown]>([
    ['says nothing', () => undefined],
    ['says what is neither true nor false', () => 'no'],
    [
      'throws',
      () => {
        throw new Error('redis://:s3cr3t@host')
      },
    ],
    ['rejects', () => Promise.reject(new Error('redis://:s3cr3t@host'))],
  ])('that %s lets nobody in and blames nobody: 503', async (_, revoked) => {
    const api = apiWith({ revoked: revoked as () => boolean })
    const { status, headers, body } = await refusalOf(api, api.authenticate(await requestBy()))
    expect([status, headers['retry-after'], headers['www-authenticate']]).toEqual([503, '1', undefined])
    expect(refusals()).toMatchObject([{ type: 'unavailable', code: 'revocation_unavailable', issuer }])
    expect(inspect([heard, headers, body], { depth: Infinity, showHidden: true })).not.toContain('s3cr3t')
    await expect(api.admit(await requestBy(), api.routePolicy(['optional']))).rejects.toMatchObject({
      status: 503,
    })
  })
})

describe('an issuer that explains', () => {
  const explain: Explain = ({ code, claims }) => `${code} of ${String(claims?.['tenant'])}`
  const api = () =>
    apiWith({ issuers: [jwtIssuer({ issuer, jwks, explain, requires: check('of the issuer', isSmall) })] })
  const isSmall = ({ claims }: Principal) => claims['size'] === 'small'
  const caused = (message: string) => expect.objectContaining({ message })

  test('adds the cause to what is told of a requirement that is not met, its own or that of the route', async () => {
    const gate = api()
    const large = await requestBy({ tenant: 't1' })
    await reasonOf(gate.authenticate(large))
    const small = await requestBy({ tenant: 't2', size: 'small' })
    await reasonOf(gate.authenticate(small, role('admin')))
    expect(refusals()).toEqual([
      caused('check "of the issuer" says no; requirement_unmet of t1'),
      caused(expect.stringMatching(/; requirement_unmet of t2$/) as string),
    ])
  })

  test('adds it to each refusal once, and tells no client', async () => {
    const gate = api()
    const request = await requestBy({ tenant: 't1' })
    const errors = [await reasonOf(gate.authenticate(request)), await reasonOf(gate.authenticate(request))]
    for (const error of errors) {
      expect(error).toMatchObject({ message: 'check "of the issuer" says no; requirement_unmet of t1' })
      expect(JSON.stringify(gate.challenge(error))).not.toContain('of t1')
    }
  })
})

test('a handler may ask more of a principal whose token has no audience, once a route let it in by a scope', async () => {
  const api = apiWith({ issuers: [jwtIssuer({ issuer, jwks, audience: { absent: 'allowed' } })] })
  const request = await requestBy({ aud: undefined, scope: 'a' })
  await expect(reasonOf(api.authenticate(request))).resolves.toMatchObject({ code: 'scope_insufficient' })
  const { principal } = await api.authenticate(request, scope('a'))
  await expect(api.authorize(principal, client('client-1'))).resolves.toBeUndefined()
  await expect(reasonOf(api.authorize(principal, client('other')))).resolves.toMatchObject({ status: 403 })
})
