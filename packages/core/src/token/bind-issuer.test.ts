import { describe, expect, test } from 'vitest'
import { bindingWith } from '../../test-support/binding.js'
import { issuer, moment, resource, signingKey } from '../../test-support/tokens.js'
import { webOf } from '../../test-support/web.js'
import { memoryReplayStore } from '../confirmation/memory-replay-store.js'
import { bindIssuer } from './bind-issuer.js'
import type { AudienceOption } from './checks/audience.js'
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
