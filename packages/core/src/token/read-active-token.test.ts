import { describe, expect, test } from 'vitest'
import { reasonOf, rejection } from '../../test-support/refusal.js'
import { issuer, moment, resource } from '../../test-support/tokens.js'
import { parseJsonObject } from '../jws/strict-json.js'
import { type ActiveTokenPolicy, readActiveToken } from './read-active-token.js'

const policy: ActiveTokenPolicy = {
  issuer,
  audience: { values: [resource], single: false, absentAllowed: false },
  expiryMayBeAbsent: false,
  scopeClaims: undefined,
  clientIdClaims: undefined,
  claimsSchema: undefined,
  extend: undefined,
  clockToleranceSeconds: 5,
}
const good = { active: true, aud: resource, exp: moment + 300 }
const parsed = (answer: object) => parseJsonObject(Buffer.from(JSON.stringify(answer)))
const read = (changes: object = {}, by: Partial<ActiveTokenPolicy> = {}) =>
  readActiveToken(parsed({ ...good, ...changes }), { ...policy, ...by }, moment)
const refused = (changes: object, by: Partial<ActiveTokenPolicy> = {}) => reasonOf(read(changes, by))

test('reads all that an answer says', async () => {
  const members = {
    sub: 'user-1',
    client_id: 'client-1',
    scope: 'a b',
    iss: issuer,
    username: 'x',
    tenant: [1],
  }
  const { scopes, ...token } = await read({ ...members, aud: ['x', resource] })
  expect(token).toEqual({
    tokenKind: 'introspected',
    issuer,
    subject: 'user-1',
    clientId: 'client-1',
    audience: ['x', resource],
    roles: [],
    permissions: [],
    actsFor: 'unknown',
    expiresAt: moment + 300,
    claims: { ...members, aud: ['x', resource], exp: moment + 300 },
    fittedClaims: undefined,
  })
  expect([...scopes]).toEqual(['a', 'b'])
})

test('is content with what has to be there', async () => {
  expect(await read()).toMatchObject({
    issuer,
    subject: undefined,
    clientId: undefined,
    audience: [resource],
  })
})

test('freezes audience and claims through and through, and they inherit nothing', async () => {
  const { audience, claims } = await read({ tenant: { list: [1] } })
  const { tenant } = claims
  for (const frozen of [audience, claims, tenant]) expect(Object.isFrozen(frozen)).toBe(true)
  expect(Object.getPrototypeOf(claims)).toBe(null)
  expect(claims).not.toHaveProperty('active')
})

test.each([false, 'true', 1, 0, null, {}, [true], undefined])(
  'finds a token active by nothing but true: %j (INTRO-04)',
  async (active) => {
    expect(await refused({ active })).toEqual(rejection('token_inactive'))
  },
)

test('says which server breaks the rules about active (INTRO-04)', async () => {
  expect(await refused({ active: 'true' })).toHaveProperty(
    'message',
    expect.stringContaining('active is of type string'),
  )
  expect(await refused({ active: undefined })).toHaveProperty(
    'message',
    expect.stringContaining('active is of type undefined'),
  )
  expect(await refused({ active: false })).toHaveProperty(
    'message',
    expect.stringContaining('the issuer says so'),
  )
})

describe('the same checks as for a JWT (INTRO-06)', () => {
  test.each<[object, string]>([
    [{ iss: 'https://evil.example' }, 'token_issuer_untrusted'],
    [{ iss: `${issuer}/` }, 'token_issuer_untrusted'],
    [{ iss: '' }, 'token_claim_invalid'],
    [{ iss: [issuer] }, 'token_claim_invalid'],
    [{ aud: 'https://other.example' }, 'token_audience_mismatch'],
    [{ aud: [] }, 'token_audience_mismatch'],
    [{ aud: '' }, 'token_audience_mismatch'],
    [{ aud: undefined }, 'token_claim_missing'],
    [{ aud: null }, 'token_claim_missing'],
    [{ aud: 5 }, 'token_claim_invalid'],
    [{ aud: [[resource]] }, 'token_claim_invalid'],
    [{ exp: moment - 5 }, 'token_expired'],
    [{ exp: 0 }, 'token_expired'],
    [{ exp: undefined }, 'token_claim_missing'],
    [{ exp: null }, 'token_claim_missing'],
    [{ exp: String(moment + 300) }, 'token_claim_invalid'],
    [{ exp: true }, 'token_claim_invalid'],
    [{ nbf: moment + 6 }, 'token_not_yet_valid'],
    [{ nbf: 'soon' }, 'token_claim_invalid'],
    [{ iat: moment + 61 }, 'token_not_yet_valid'],
    [{ sub: 5 }, 'token_claim_invalid'],
    [{ client_id: {} }, 'token_claim_invalid'],
  ])('%j is %s', async (changes, code) => {
    expect(await refused(changes)).toMatchObject({ name: 'Rejection', code, status: 401 })
  })

  test.each([{ exp: moment - 4 }, { nbf: moment + 5 }, { iat: moment + 60 }, { iss: issuer }])(
    'at the limit it passes: %j',
    async (changes) => {
      expect(await read(changes)).toMatchObject({ issuer })
    },
  )

  test('a clock that is no number refuses every token', async () => {
    for (const exp of [moment + 300, undefined]) {
      const answer = parsed({ ...good, exp })
      const by = { ...policy, expiryMayBeAbsent: true }
      expect(await reasonOf(readActiveToken(answer, by, Number.NaN))).toEqual(rejection('token_expired'))
    }
  })
})

describe('members that are null', () => {
  test('are as good as absent', async () => {
    const nothing = {
      sub: null,
      client_id: null,
      nbf: null,
      iat: null,
      iss: null,
      scope: null,
      token_type: null,
    }
    const { claims, scopes, subject } = await read({ ...nothing, jti: null, tenant: null })
    expect([scopes.size, subject, { ...claims }]).toEqual([
      0,
      undefined,
      { aud: resource, exp: moment + 300 },
    ])
  })

  test('do not unbind a token: cnf stays (DPOP-25, MTLS-08)', async () => {
    expect(Object.entries((await read({ cnf: null })).claims)).toContainEqual(['cnf', null])
  })
})

describe('what may be absent by policy (INTRO-06)', () => {
  test('the audience', async () => {
    const audience = { ...policy.audience, absentAllowed: true }
    expect(await read({ aud: undefined }, { audience })).toMatchObject({ audience: [] })
    expect(await read({ aud: null }, { audience })).toMatchObject({ audience: [] })
    expect(await refused({ aud: 'other' }, { audience })).toEqual(rejection('token_audience_mismatch'))
    expect(await refused({ aud: [] }, { audience })).toEqual(rejection('token_audience_mismatch'))
  })

  test('the time at which it expires', async () => {
    for (const exp of [undefined, null]) {
      const { expiresAt, claims } = await read({ exp }, { expiryMayBeAbsent: true })
      expect([expiresAt, 'exp' in claims]).toEqual([Number.POSITIVE_INFINITY, false])
    }
    expect(await refused({ exp: moment - 5 }, { expiryMayBeAbsent: true })).toEqual(
      rejection('token_expired'),
    )
    expect(await refused({ exp: undefined })).toHaveProperty(
      'message',
      expect.stringContaining('({ expiry })'),
    )
  })
})

test('reads scopes from the claims that were asked for', async () => {
  const scopesOf = async (...given: Parameters<typeof read>) => [...(await read(...given)).scopes]
  expect(await scopesOf({ scope: ['a'] })).toEqual([])
  const by = { scopeClaims: ['scope', 'roles'] } as const
  expect(await scopesOf({ scope: ['a'], roles: ['b c'] }, by)).toEqual(['a', 'b c'])
})

describe('the type of the token and the key that it is bound to (DPOP-47)', () => {
  const jkt = 'x'.repeat(43)

  test.each([undefined, null, 'DPoP', 'dpop'])('fit: jkt and %j', async (type) => {
    expect((await read({ cnf: { jkt }, token_type: type })).claims['cnf']).toEqual({ jkt })
  })

  test.each(['Bearer', '', 5, ['DPoP'], true, 'N_A'])('do not fit: jkt and %j', async (type) => {
    expect(await refused({ cnf: { jkt }, token_type: type })).toEqual(rejection('token_claim_invalid'))
    expect(await refused({ cnf: { jkt: null }, token_type: type })).toEqual(rejection('token_claim_invalid'))
  })

  test.each([undefined, {}, { 'x5t#S256': jkt }, null, 'jkt'])(
    'do not fit: DPoP and cnf %j, for then the server left out the key',
    async (cnf) => {
      expect(await refused({ cnf, token_type: 'DPoP' })).toEqual(rejection('token_claim_invalid'))
    },
  )

  test('fit where the token is bound to a certificate or to nothing (MTLS-04)', async () => {
    const { claims } = await read({ cnf: { 'x5t#S256': jkt }, token_type: 'Bearer' })
    expect(claims['cnf']).toEqual({ 'x5t#S256': jkt })
    expect((await read({ token_type: 'bearer' })).claims).toMatchObject({ token_type: 'bearer' })
  })
})

describe('the type of the token (INTRO-06)', () => {
  test.each([undefined, null, 'Bearer', 'bearer', 'BEARER'])('is right: %j', async (type) => {
    expect(await read({ token_type: type })).toMatchObject({ issuer })
  })

  test.each([
    'refresh_token',
    'access_token',
    'MAC',
    'N_A',
    'Bearer ',
    'DPoP,Bearer',
    '',
    5,
    true,
    {},
    ['Bearer'],
  ])('is refused: %j', async (type) => {
    const error = await refused({ token_type: type })
    expect(error).toEqual(rejection('token_claim_invalid'))
    expect((error as Error).message).toMatch(/^token_type is .*, expected Bearer or DPoP$/)
  })
})
