import { describe, expect, test, vi } from 'vitest'
import { claimsWith, principalWith } from '../../test-support/principals.js'
import { reasonOf, rejection, thrownBy } from '../../test-support/refusal.js'
import { issuer, moment } from '../../test-support/tokens.js'
import type { Principal } from '../principal.js'
import type { Rejection } from '../rejection.js'
import { authorize } from './authorize.js'
import { acr } from './kinds/acr.js'
import { check } from './kinds/check.js'
import { claim } from './kinds/claim.js'
import { client } from './kinds/client.js'
import { details } from './kinds/details.js'
import { maxAge } from './kinds/max-age.js'
import { permission } from './kinds/permission.js'
import { role } from './kinds/role.js'
import { scope } from './kinds/scope.js'
import { allOf, anyOf, type Requirement } from './requirement.js'

const [a, b, c] = [scope('a'), scope('b'), scope('c')]
const granting = (scope: string, claims: object = {}) => principalWith({ scope, ...claims })
const judged = (principal: Principal, requirement?: Requirement) => authorize(principal, requirement, moment)
const refusal = (principal: Principal, requirement?: Requirement) =>
  thrownBy(() => judged(principal, requirement)) as Rejection

test('any valid token will do where nothing is required', () => {
  expect(judged(granting(''))).toBeUndefined()
})

describe('is met', () => {
  test.each<[string, Requirement]>([
    ['a', a],
    ['c b a', a],
    ['a b', scope('a', 'b')],
    ['b a', scope('a', 'b')],
    ['a', anyOf(a, b)],
    ['b', anyOf(a, b)],
    ['a b', allOf(a, b)],
    ['a', anyOf(allOf(b, c), a)],
    ['a c', allOf(anyOf(a, b), c)],
  ])('with "%s": %j (SCOPE-01, SCOPE-03)', (granted, requirement) => {
    expect(judged(granting(granted), requirement)).toBeUndefined()
  })

  test.each<[object, Requirement]>([
    [{ roles: ['r'] }, role('r')],
    [{ permissions: ['p'] }, permission('p')],
    [{ tenant: 'north' }, claim('tenant', ['south', 'north'])],
    [{}, client('client-1')],
    [{ acr: 'high' }, acr('higher', 'high')],
    [{ auth_time: moment - 300 }, maxAge(300)],
    [{ authorization_details: [{ type: 't', actions: ['x', 'y'] }] }, details({ type: 't', actions: ['y'] })],
    [
      { roles: ['r'], acr: 'high' },
      allOf(role('r'), anyOf(permission('p'), allOf(acr('high'), client('client-1')))),
    ],
  ])('with %j: %j', (claims, requirement) => {
    expect(judged(principalWith(claims), requirement)).toBeUndefined()
  })
})

describe('is not met', () => {
  test.each<[string, Requirement]>([
    ['', a],
    ['A', a],
    ['ab', a],
    ['a', scope('a', 'b')],
    ['c', anyOf(a, b)],
    ['a', allOf(a, b)],
    ['a b', anyOf(allOf(a, c), allOf(b, c))],
    ['c', allOf(anyOf(a, b), c)],
  ])('with "%s": %j (SCOPE-01, SCOPE-03)', (granted, requirement) => {
    expect(() => judged(granting(granted), requirement)).toThrow(rejection('scope_insufficient'))
  })

  test.each<[Requirement, string, number, string]>([
    [role('r'), 'requirement_unmet', 403, 'insufficient_scope'],
    [permission('p'), 'requirement_unmet', 403, 'insufficient_scope'],
    [claim('tenant', 'north'), 'requirement_unmet', 403, 'insufficient_scope'],
    [client('client-2'), 'requirement_unmet', 403, 'insufficient_scope'],
    [details({ type: 't' }), 'details_insufficient', 403, 'insufficient_scope'],
    [acr('high'), 'authentication_insufficient', 401, 'insufficient_user_authentication'],
    [maxAge(300), 'authentication_insufficient', 401, 'insufficient_user_authentication'],
  ])('%s: %s (RAR-04, STEP-01)', (requirement, code, status, error) => {
    expect(refusal(granting('a'), requirement)).toMatchObject({
      name: 'Rejection',
      code,
      status,
      error,
      scheme: 'Bearer',
      issuer,
      neededScopes: [],
    })
  })

  test('and operators are told what was needed and what came', () => {
    expect(refusal(granting('a x'), scope('a', 'b'))).toMatchObject({
      message: 'needed is "a b", the token carries ["a","x"]',
      status: 403,
      error: 'insufficient_scope',
    })
  })

  test('and operators are told every reason', () => {
    expect(refusal(granting('x'), allOf(a, role('r'))).message).toBe(
      'needed is "a", the token carries ["x"]; needed role: "r"; the token carries []',
    )
  })

  test.each<[string, object, string]>([
    ['elsewhere', { scp: 'a', roles: ['a'] }, 'the token carries []; for its scp, roles see scopeClaims'],
    ['nowhere', {}, 'the token carries []'],
    ['nowhere, not even inherited', Object.create({ scp: 'a' }), 'the token carries []'],
  ])('and operators are told where the scopes may be: %s', (_, kept, told) => {
    const own = claimsWith({ scope: undefined })
    const claims = Object.assign(Object.create(Object.getPrototypeOf(kept)), own, kept)
    expect(refusal(principalWith({}, { claims }), a)).toMatchObject({ message: `needed is "a", ${told}` })
  })

  test('and nothing is said of other claims where the token carries scopes', () => {
    expect(refusal(granting('x', { scp: 'a' }), a)).toMatchObject({
      message: 'needed is "a", the token carries ["x"]',
    })
  })

  test('and the refusal knows the scopes that would have been enough, the scheme and the issuer (BEARER-20)', () => {
    expect(refusal(granting('x'), anyOf(allOf(a, b), c))).toMatchObject({
      neededScopes: ['a', 'b'],
      scheme: 'Bearer',
      issuer,
    })
  })
})

describe('a token without audience', () => {
  const principal = principalWith({ aud: undefined, scope: 'a b', roles: ['r'] })

  test.each<Requirement>([
    a,
    scope('a', 'b'),
    anyOf(c, a),
    allOf(a, b),
    anyOf(allOf(c), allOf(a, b)),
    allOf(a, role('r')),
    anyOf(role('r'), a),
  ])('passes where a scope says that it was meant for this resource: %j', (requirement) => {
    expect(judged(principal, requirement)).toBeUndefined()
  })

  test.each<Requirement | undefined>([undefined, role('r'), anyOf(role('r'), c), client('client-1')])(
    'is refused where no scope that is required was met: %j',
    (requirement) => {
      const error = refusal(principal, requirement)
      expect(error).toEqual(rejection('scope_insufficient'))
      expect(error).toMatchObject({ neededScopes: [], scheme: 'Bearer', issuer })
      expect(error).toMatchObject({ message: 'a token without aud passes only where a scope is required' })
    },
  )

  test('is refused where rules of the application alone say yes, and passes where a scope stands beside them', async () => {
    const rule = check('x', async () => true)
    await expect(reasonOf(Promise.resolve(judged(principal, rule)))).resolves.toEqual(
      rejection('scope_insufficient'),
    )
    await expect(judged(principal, allOf(rule, a))).resolves.toBeUndefined()
  })

  test('passes what a handler asks besides, once the route let it in', async () => {
    const rule = check('x', async () => true)
    expect(authorize(principal, role('r'), moment, 0, true)).toBeUndefined()
    await expect(authorize(principal, rule, moment, 0, true)).resolves.toBeUndefined()
    expect(() => authorize(principal, role('other'), moment, 0, true)).toThrow(rejection('requirement_unmet'))
  })

  test.each<Requirement>([c, anyOf(c), allOf(a, c)])(
    'is refused where the scope is missing: %j',
    (requirement) => {
      expect(() => judged(principal, requirement)).toThrow(rejection('scope_insufficient'))
    },
  )
})

test.each<[Requirement, string[]]>([
  [scope('a', 'b'), ['a', 'b']],
  [anyOf(scope('a', 'b'), c), ['a', 'b']],
  [allOf(scope('a', 'b'), scope('b', 'c')), ['a', 'b', 'c']],
  [allOf(anyOf(a, b), c), ['a', 'c']],
  [anyOf(allOf(b, c), a), ['b', 'c']],
  [anyOf(role('r'), b), ['b']],
  [anyOf(allOf(a, client('other')), allOf(b, c)), ['b', 'c']],
  [allOf(a, role('r')), ['a']],
  [allOf(a, acr('high')), ['a']],
])('names the scopes that would have been enough: %j (BEARER-20)', (requirement, scopes) => {
  expect(refusal(granting(''), requirement).neededScopes).toEqual(scopes)
})

test('of alternatives, names the scopes of the one that is met: it has to stay so (BEARER-20)', () => {
  expect(refusal(granting('b'), allOf(anyOf(a, b), c)).neededScopes).toEqual(['b', 'c'])
})

test.each<Requirement>([a, anyOf(allOf(a, b), c), allOf(anyOf(b, c), anyOf(a, c)), anyOf(anyOf(a), b)])(
  'the scopes that it names are enough: %j (BEARER-20)',
  (requirement) => {
    const { neededScopes } = refusal(granting(''), requirement)
    expect(judged(granting(neededScopes.join(' ')), requirement)).toBeUndefined()
  },
)

describe('a better authentication', () => {
  test.each<[Requirement, object]>([
    [acr('b', 'a'), { acrValues: ['b', 'a'], maxAge: undefined }],
    [maxAge(300), { acrValues: undefined, maxAge: 300 }],
    [allOf(acr('a'), maxAge(300)), { acrValues: ['a'], maxAge: 300 }],
    [allOf(acr('b', 'a', 'c'), acr('a', 'c'), maxAge(60), maxAge(30)), { acrValues: ['a', 'c'], maxAge: 30 }],
    [anyOf(acr('a'), maxAge(300)), { acrValues: ['a'], maxAge: undefined }],
    [anyOf(role('r'), acr('a')), { acrValues: ['a'], maxAge: undefined }],
  ])('is asked for in one go: %s (STEP-01, STEP-02)', (requirement, neededAuthentication) => {
    expect(refusal(granting(''), requirement)).toMatchObject({
      status: 401,
      neededAuthentication,
      neededScopes: [],
    })
  })

  test('keeps what is there: the new token needs it as well (STEP-01)', () => {
    const principal = granting('a', { acr: 'high', auth_time: moment - 400 })
    expect(refusal(principal, allOf(a, acr('high'), maxAge(300)))).toMatchObject({
      code: 'authentication_insufficient',
      neededAuthentication: { acrValues: ['high'], maxAge: 300 },
    })
  })

  test('is not asked for where no token can bring it', () => {
    expect(refusal(granting('a'), allOf(a, acr('low'), acr('high')))).toMatchObject({
      code: 'requirement_unmet',
      status: 403,
      neededAuthentication: undefined,
    })
  })

  test('is not asked for where it is good enough, or is not the matter', () => {
    const principal = granting('', { acr: 'high' })
    expect(refusal(principal, allOf(a, acr('high'))).neededAuthentication).toBeUndefined()
    expect(refusal(principal, anyOf(a, acr('low'))).neededAuthentication).toBeUndefined()
  })
})

describe('when several things are missing, the first of them gives the code (BEARER-22)', () => {
  const missing = {
    scope_insufficient: a,
    details_insufficient: details({ type: 't' }),
    requirement_unmet: role('r'),
    authentication_insufficient: acr('high'),
  }
  const inOrder = Object.entries(missing)

  test.each(
    inOrder.flatMap(([code, one], at) => inOrder.slice(at).map(([, other]) => [code, one, other] as const)),
  )('%s: %s and %s', (code, one, other) => {
    for (const requirement of [allOf(one, other), allOf(other, one), allOf(other, anyOf(one))])
      expect(refusal(granting(''), requirement).code).toBe(code)
  })

  test('all of them at once: 403 for the scope, and what else the next token has to bring (STEP-04)', () => {
    const requirement = allOf(acr('high'), maxAge(60), role('r'), details({ type: 't' }), b, a)
    expect(refusal(granting(''), requirement)).toMatchObject({
      code: 'scope_insufficient',
      status: 403,
      neededScopes: ['b', 'a'],
      neededAuthentication: { acrValues: ['high'], maxAge: 60 },
    })
  })

  test('a rule of the application is not asked where the token will not do in any case', () => {
    const predicate = vi.fn(() => false)
    const { authentication_insufficient: _, ...told } = missing
    for (const one of Object.values(told)) {
      const { code, unmetChecks } = refusal(granting(''), allOf(check('x', predicate), one))
      expect([code, unmetChecks]).toEqual([refusal(granting(''), one).code, []])
    }
    expect(predicate).not.toHaveBeenCalled()
  })

  test('a rule of the application is asked before a better authentication, and a no is told first', async () => {
    const requirement = (answer: boolean) =>
      allOf(
        acr('high'),
        check('x', async () => answer),
      )
    await expect(judged(granting(''), requirement(false))).rejects.toMatchObject({
      code: 'requirement_unmet',
      status: 403,
      unmetChecks: ['x'],
      neededAuthentication: { acrValues: ['high'] },
    })
    await expect(judged(granting(''), requirement(true))).rejects.toMatchObject({
      code: 'authentication_insufficient',
      status: 401,
      unmetChecks: [],
    })
  })

  test('a rule that throws keeps nobody from a better authentication', async () => {
    const broken = check('x', () => Promise.reject(new Error('down')))
    await expect(judged(granting(''), allOf(acr('high'), broken))).rejects.toMatchObject({
      code: 'authentication_insufficient',
    })
    await expect(judged(granting('', { acr: 'high' }), allOf(acr('high'), broken))).rejects.toMatchObject({
      code: 'check_unavailable',
    })
  })
})

describe('rules of the application’s own', () => {
  test('that say true let a request pass', async () => {
    await expect(
      judged(
        granting('a'),
        allOf(
          a,
          check('x', async () => true),
        ),
      ),
    ).resolves.toBeUndefined()
  })

  test('that say no refuse it under their public names', async () => {
    const requirement = allOf(
      a,
      anyOf(
        check('x', () => false),
        check('y', async () => false),
      ),
    )
    const error = await reasonOf(Promise.resolve(judged(granting('a'), requirement)))
    expect(error).toMatchObject({
      name: 'Rejection',
      code: 'requirement_unmet',
      status: 403,
      error: 'insufficient_scope',
      issuer,
      message: 'check "x" says no',
      unmetChecks: ['x'],
      neededScopes: [],
    })
  })

  test('are not asked, and nothing is waited for, where they do not matter', () => {
    const predicate = vi.fn(() => true)
    expect(judged(granting('a'), anyOf(a, check('x', predicate)))).toBeUndefined()
    expect(refusal(granting('a'), allOf(b, check('x', predicate)))).toMatchObject({
      neededScopes: ['b'],
      unmetChecks: [],
    })
    expect(predicate).not.toHaveBeenCalled()
  })

  test('that throw are nobody’s fault: 503, with their names for operators and the class of what they threw', async () => {
    const causes = [new TypeError('postgres://user:s3cr3t@db'), 's3cr3t']
    const broken = (name: string, cause?: unknown) => check(name, () => Promise.reject(cause))
    const requirement = allOf(broken('x', causes[0]), broken('y', causes[1]), anyOf(broken('z'), a))
    const error = await reasonOf(Promise.resolve(judged(granting('a'), requirement)))
    expect(error).toMatchObject({
      name: 'Unavailable',
      code: 'check_unavailable',
      status: 503,
      retryAfterSeconds: 1,
      issuer,
      message: 'check "x" threw TypeError; check "y" threw what is no error',
      cause: causes[0],
    })
  })

  test('that throw decide nothing where another says yes or no', async () => {
    const broken = check('x', () => {
      throw new Error('down')
    })
    await expect(
      judged(
        granting(''),
        anyOf(
          broken,
          check('y', () => true),
        ),
      ),
    ).resolves.toBeUndefined()
    await expect(
      judged(
        granting(''),
        allOf(
          broken,
          check('y', () => false),
        ),
      ),
    ).rejects.toMatchObject({
      code: 'requirement_unmet',
      unmetChecks: ['y'],
    })
  })

  test('may say what a client can obtain instead (BEARER-20)', async () => {
    const requirement = anyOf(
      check('x', () => false),
      allOf(b, acr('high')),
    )
    await expect(judged(granting(''), requirement)).rejects.toMatchObject({
      code: 'scope_insufficient',
      neededScopes: ['b'],
      unmetChecks: [],
    })
  })

  test('see who calls', async () => {
    const principal = granting('a')
    const predicate = vi.fn((_: Principal) => true)
    await judged(principal, check('x', predicate))
    expect(predicate.mock.calls).toEqual([[principal]])
  })
})
