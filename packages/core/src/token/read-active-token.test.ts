import { describe, expect, test } from 'vitest'
import { rejection, thrownBy } from '../../test-support/refusal.js'
import { issuer, moment, resource } from '../../test-support/tokens.js'
import { parseJsonObject } from '../jws/strict-json.js'
import { type ActiveTokenPolicy, readActiveToken } from './read-active-token.js'

const policy: ActiveTokenPolicy = {
  issuer,
  audience: { values: [resource], single: false, absentAllowed: false },
  expiryMayBeAbsent: false,
  scopeClaims: undefined,
  clockToleranceSeconds: 5,
}
const good = { active: true, aud: resource, exp: moment + 300 }
const parsed = (answer: object) => parseJsonObject(Buffer.from(JSON.stringify(answer)))
const read = (changes: object = {}, by: Partial<ActiveTokenPolicy> = {}) =>
  readActiveToken(parsed({ ...good, ...changes }), { ...policy, ...by }, moment)
const refused = (changes: object, by: Partial<ActiveTokenPolicy> = {}) => thrownBy(() => read(changes, by))

test('reads all that an answer says', () => {
  const members = {
    sub: 'user-1',
    client_id: 'client-1',
    scope: 'a b',
    iss: issuer,
    username: 'x',
    tenant: [1],
  }
  const { scopes, ...token } = read({ ...members, aud: ['x', resource] })
  expect(token).toEqual({
    issuer,
    subject: 'user-1',
    clientId: 'client-1',
    audience: ['x', resource],
    expiresAt: moment + 300,
    claims: { ...members, aud: ['x', resource], exp: moment + 300 },
  })
  expect([...scopes]).toEqual(['a', 'b'])
})

test('is content with what has to be there', () => {
  expect(read()).toMatchObject({ issuer, subject: undefined, clientId: undefined, audience: [resource] })
})

test('freezes audience and claims through and through, and they inherit nothing', () => {
  const { audience, claims } = read({ tenant: { list: [1] } })
  const { tenant } = claims
  for (const frozen of [audience, claims, tenant]) expect(Object.isFrozen(frozen)).toBe(true)
  expect(Object.getPrototypeOf(claims)).toBe(null)
  expect(claims).not.toHaveProperty('active')
})

test.each([false, 'true', 1, 0, null, {}, [true], undefined])(
  'finds a token active by nothing but true: %j (INTRO-04)',
  (active) => {
    expect(refused({ active })).toEqual(rejection('token_inactive'))
  },
)

test('says which server breaks the rules about active (INTRO-04)', () => {
  expect(refused({ active: 'true' })).toHaveProperty(
    'message',
    expect.stringContaining('active is of type string'),
  )
  expect(refused({ active: undefined })).toHaveProperty(
    'message',
    expect.stringContaining('active is of type undefined'),
  )
  expect(refused({ active: false })).toHaveProperty('message', expect.stringContaining('the issuer says so'))
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
  ])('%j is %s', (changes, code) => {
    expect(refused(changes)).toMatchObject({ name: 'Rejection', code, status: 401 })
  })

  test.each([{ exp: moment - 4 }, { nbf: moment + 5 }, { iat: moment + 60 }, { iss: issuer }])(
    'at the limit it passes: %j',
    (changes) => {
      expect(read(changes)).toMatchObject({ issuer })
    },
  )

  test('a clock that is no number refuses every token', () => {
    for (const exp of [moment + 300, undefined]) {
      const answer = parsed({ ...good, exp })
      const by = { ...policy, expiryMayBeAbsent: true }
      expect(thrownBy(() => readActiveToken(answer, by, Number.NaN))).toEqual(rejection('token_expired'))
    }
  })
})

describe('members that are null', () => {
  test('are as good as absent', () => {
    const nothing = {
      sub: null,
      client_id: null,
      nbf: null,
      iat: null,
      iss: null,
      scope: null,
      token_type: null,
    }
    const { claims, scopes, subject } = read({ ...nothing, jti: null, tenant: null })
    expect([scopes.size, subject, { ...claims }]).toEqual([
      0,
      undefined,
      { aud: resource, exp: moment + 300 },
    ])
  })

  test('do not unbind a token: cnf stays (DPOP-25, MTLS-08)', () => {
    expect(Object.entries(read({ cnf: null }).claims)).toContainEqual(['cnf', null])
  })
})

describe('what may be absent by policy (INTRO-06)', () => {
  test('the audience', () => {
    const audience = { ...policy.audience, absentAllowed: true }
    expect(read({ aud: undefined }, { audience })).toMatchObject({ audience: [] })
    expect(read({ aud: null }, { audience })).toMatchObject({ audience: [] })
    expect(refused({ aud: 'other' }, { audience })).toEqual(rejection('token_audience_mismatch'))
    expect(refused({ aud: [] }, { audience })).toEqual(rejection('token_audience_mismatch'))
  })

  test('the time at which it expires', () => {
    for (const exp of [undefined, null]) {
      const { expiresAt, claims } = read({ exp }, { expiryMayBeAbsent: true })
      expect([expiresAt, 'exp' in claims]).toEqual([Number.POSITIVE_INFINITY, false])
    }
    expect(refused({ exp: moment - 5 }, { expiryMayBeAbsent: true })).toEqual(rejection('token_expired'))
    expect(refused({ exp: undefined })).toHaveProperty('message', expect.stringContaining('({ expiry })'))
  })
})

test('reads scopes from the claims that were asked for', () => {
  expect([...read({ scope: ['a'] }).scopes]).toEqual([])
  expect([...read({ scope: ['a'], roles: ['b c'] }, { scopeClaims: ['scope', 'roles'] }).scopes]).toEqual([
    'a',
    'b c',
  ])
})

describe('the type of the token and the key that it is bound to (DPOP-47)', () => {
  const jkt = 'x'.repeat(43)

  test.each([undefined, null, 'DPoP', 'dpop'])('fit: jkt and %j', (type) => {
    expect(read({ cnf: { jkt }, token_type: type }).claims['cnf']).toEqual({ jkt })
  })

  test.each(['Bearer', '', 5, ['DPoP'], true, 'N_A'])('do not fit: jkt and %j', (type) => {
    expect(refused({ cnf: { jkt }, token_type: type })).toEqual(rejection('token_claim_invalid'))
    expect(refused({ cnf: { jkt: null }, token_type: type })).toEqual(rejection('token_claim_invalid'))
  })

  test.each([undefined, {}, { 'x5t#S256': jkt }, null, 'jkt'])(
    'do not fit: DPoP and cnf %j, for then the server left out the key',
    (cnf) => {
      expect(refused({ cnf, token_type: 'DPoP' })).toEqual(rejection('token_claim_invalid'))
    },
  )

  test('fit where the token is bound to a certificate or to nothing (MTLS-04)', () => {
    expect(read({ cnf: { 'x5t#S256': jkt }, token_type: 'Bearer' }).claims['cnf']).toEqual({
      'x5t#S256': jkt,
    })
    expect(read({ token_type: 'bearer' }).claims).toMatchObject({ token_type: 'bearer' })
  })
})

describe('the type of the token (INTRO-06)', () => {
  test.each([undefined, null, 'Bearer', 'bearer', 'BEARER'])('is right: %j', (type) => {
    expect(read({ token_type: type })).toMatchObject({ issuer })
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
  ])('is refused: %j', (type) => {
    const error = refused({ token_type: type })
    expect(error).toEqual(rejection('token_claim_invalid'))
    expect((error as Error).message).toMatch(/^token_type is .*, expected Bearer or DPoP$/)
  })
})
