import { expect, test } from 'vitest'
import { clockAt } from '../../test-support/clock.js'
import { issuer, moment, resource, signingKey } from '../../test-support/tokens.js'
import { webOf } from '../../test-support/web.js'
import { bindIssuer } from './bind-issuer.js'
import type { AudienceOption } from './checks/audience.js'
import { type JwtIssuerOptions, jwtIssuer } from './jwt-issuer.js'
import { profiles } from './profiles.js'

const clock = clockAt(moment)
const bind = (options: Omit<JwtIssuerOptions, 'issuer'>) =>
  bindIssuer(jwtIssuer({ issuer, ...options }), { resource, now: clock.now, clockToleranceSeconds: 5 })

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
    bindIssuer(trusted, { resource: name, now: clock.now, clockToleranceSeconds: 5 }),
  )
  await one?.keys.find('ES256', jwk.kid)
  await other?.keys.find('ES256', jwk.kid)
  expect(web.asked).toHaveLength(2)
})
