import { introspectionIssuer } from '@portcullis/core'
import type { MintOptions } from '@portcullis/testing'
import { expect } from 'vitest'
import { both, type Needed, refusal } from './answers.js'
import { issuersOf } from './api.js'
import { contract, passes, type Row } from './contract.js'
import { start } from './kit.js'
import { bearer, calledUrl, dpop, minted, proven } from './requests.js'
import type { RequiredName } from './required.js'

const now = start / 1000
const on = (name: RequiredName) => ({ target: `/required/${name}` })
const user = (claims: MintOptions['claims']): MintOptions => ({ claims: { sub: 'user-1', ...claims } })

/** What the token tells of the authentication; undefined: good enough. */
const cases: readonly (readonly [
  name: string,
  rules: string,
  on: RequiredName,
  claims: NonNullable<MintOptions['claims']>,
  needed: Needed | undefined,
])[] = [
  ['the preferred acr', 'STEP-02', 'acr', { acr: 'gold' }, undefined],
  ['any of the values of acr', 'STEP-02', 'acr', { acr: 'silver' }, undefined],
  ['another acr', 'STEP-01, STEP-02', 'acr', { acr: 'bronze' }, { acrValues: 'gold silver' }],
  ['no acr', 'STEP-03', 'acr', {}, { acrValues: 'gold silver' }],
  ['an acr in another case', 'STEP-01', 'acr', { acr: 'Gold' }, { acrValues: 'gold silver' }],
  ['an acr with several values', 'STEP-01', 'acr', { acr: 'gold silver' }, { acrValues: 'gold silver' }],
  ['an acr that is a list', 'STEP-01', 'acr', { acr: ['gold'] }, { acrValues: 'gold silver' }],
  ['an acr that is a number', 'STEP-01', 'acr', { acr: 1 }, { acrValues: 'gold silver' }],
  ['the acr in amr alone', 'STEP-01', 'acr', { amr: ['gold'] }, { acrValues: 'gold silver' }],
  ['an authentication of just now', 'STEP-01', 'max-age', { auth_time: now }, undefined],
  ['an authentication as old as it may be', 'STEP-03', 'max-age', { auth_time: now - 300 }, undefined],
  [
    'an authentication a second too old',
    'STEP-01, STEP-03',
    'max-age',
    { auth_time: now - 301 },
    { maxAge: 300 },
  ],
  ['no auth_time', 'STEP-03', 'max-age', {}, { maxAge: 300 }],
  [
    'a new token with an old authentication',
    'STEP-03',
    'max-age',
    { auth_time: 0, iat: now },
    { maxAge: 300 },
  ],
  ['an authentication in the future', 'STEP-03', 'max-age', { auth_time: now + 1 }, { maxAge: 300 }],
  ['an auth_time in milliseconds', 'STEP-03', 'max-age', { auth_time: start }, { maxAge: 300 }],
  ['an auth_time that is a text', 'STEP-03', 'max-age', { auth_time: String(now) }, { maxAge: 300 }],
  ['both together', 'STEP-01', 'step-up', { acr: 'silver', auth_time: now }, undefined],
  [
    'neither of both, with what fits each and is the strictest',
    'STEP-01, STEP-02',
    'step-up',
    {},
    { acrValues: 'gold silver', maxAge: 300 },
  ],
  [
    'one of both, and names both, for the next token needs them',
    'STEP-01',
    'step-up',
    { acr: 'gold', auth_time: now - 400 },
    { acrValues: 'gold silver', maxAge: 300 },
  ],
  [
    'what a client can obtain, not who it is',
    'STEP-01',
    'step-up-or-role',
    {},
    { acrValues: 'gold', maxAge: 0 },
  ],
  ['the role instead', 'STEP-01', 'step-up-or-role', { roles: ['admin'] }, undefined],
  ['the only acr that leads on', 'STEP-01, STEP-02', 'step-up-one-way', {}, { acrValues: 'silver' }],
  [
    'the only acr that leads on, where another is there',
    'STEP-01, STEP-02',
    'step-up-one-way',
    { acr: 'gold' },
    { acrValues: 'silver' },
  ],
  ['the acr that was named', 'STEP-01, STEP-02', 'step-up-one-way', { acr: 'silver' }, undefined],
  [
    'the time alone where the scope is there',
    'STEP-04',
    'scope-and-step-up',
    { scope: 'accounts:write', acr: 'gold', auth_time: 0 },
    { acrValues: 'gold', maxAge: 300 },
  ],
  [
    'all with the scope',
    'STEP-04',
    'scope-and-step-up',
    { scope: 'accounts:write', acr: 'gold', auth_time: now },
    undefined,
  ],
  [
    'a better one, after a rule said yes',
    'BEARER-22, STEP-01',
    'check-and-step-up',
    { rule: true },
    { acrValues: 'gold' },
  ],
  [
    'a better one, although a rule throws',
    'BEARER-22, STEP-01',
    'check-and-step-up',
    { rule: 'throws' },
    { acrValues: 'gold' },
  ],
]

const rows = (
  how: string,
  rule: string,
  request: (token: MintOptions, name: RequiredName) => Row['request'],
) =>
  cases.map(
    ([name, rules, route, claims, needed]): Row => ({
      name: `${needed ? 'asks a user to authenticate again' : 'lets in'}${how}, on ${route}: ${name} (${rule}${rules})`,
      request: request(user(claims), route),
      answer: needed ? refusal('authentication_insufficient', needed) : passes(),
    }),
  )

contract('I. Step-up authentication (RFC 9470)', [
  ...rows('', '', (token, name) => minted(token, on(name))),
  {
    name: 'names the scope and the authentication in one challenge where both are missing (STEP-04, BEARER-22)',
    request: minted(user({ acr: 'low' }), on('scope-and-step-up')),
    answer: refusal('scope_insufficient', { scope: 'accounts:write', acrValues: 'gold', maxAge: 300 }),
  },
  {
    name: 'tells that a rule says no before anybody authenticates again (BEARER-22)',
    request: minted(user({ rule: false }), on('check-and-step-up')),
    answer: refusal('requirement_unmet', { acrValues: 'gold', unmet: ['contract is active'] }),
  },
  {
    name: 'names no requirement to a token that expired (STEP-06)',
    request: minted({ ...user({}), expiresInSeconds: 0 }, on('step-up')),
    answer: refusal('token_expired'),
  },
  {
    name: 'names no requirement to a token that another key signed (STEP-06)',
    request: async ({ main, other }) =>
      bearer(await main.mint({ ...user({}), key: other.keys.ES256.privateKey }), on('step-up')),
    answer: refusal('token_signature_invalid'),
  },
  {
    name: 'names no requirement to a token for another resource (STEP-06)',
    request: minted({ ...user({}), audience: 'https://another.example' }, on('step-up')),
    answer: refusal('token_audience_mismatch'),
  },
  {
    name: 'names no requirement to whoever comes without credentials (STEP-06)',
    request: () => on('step-up'),
    answer: refusal('credential_missing'),
  },
  {
    name: 'tells operators that the token of a client alone usually cannot pass (STEP-06)',
    request: minted({}, on('step-up')),
    answer: refusal('authentication_insufficient', { acrValues: 'gold silver', maxAge: 300 }),
    also: ({ events }) => {
      const message = expect.stringContaining('tokens for clients alone, without a user, usually have none')
      expect(events).toEqual([expect.objectContaining({ message })])
    },
  },
])

contract(
  'I. Step-up authentication, with a tolerance for clocks',
  [
    {
      name: 'lets in an authentication that lies ahead within it (STEP-03)',
      request: minted(user({ auth_time: now + 5 }), on('max-age')),
      answer: passes(),
    },
    {
      name: 'refuses one that lies further ahead (STEP-03)',
      request: minted(user({ auth_time: now + 6 }), on('max-age')),
      answer: refusal('authentication_insufficient', { maxAge: 300 }),
    },
    {
      name: 'refuses one that is too old, by however little (STEP-03)',
      request: minted(user({ auth_time: now - 301 }), on('max-age')),
      answer: refusal('authentication_insufficient', { maxAge: 300 }),
    },
  ],
  { options: { clockToleranceSeconds: 5 } },
)

contract(
  'I. Step-up authentication with DPoP',
  cases.map(
    ([name, rules, route, claims, needed]): Row => ({
      name: `${needed ? 'asks a user to authenticate again' : 'lets in'} with a proof, on ${route}: ${name} (STEP-05, ${rules})`,
      request: proven({ token: user(claims) }, on(route)),
      answer: needed ? both.dpop('authentication_insufficient', needed) : passes({ scheme: 'DPoP' }),
    }),
  ),
  { options: { dpop: {} } },
)

contract(
  'I. What else is wrong with a request that needs step-up authentication and DPoP',
  [
    {
      name: 'is told before it: a proof for another method (STEP-05, STEP-06, BEARER-22)',
      request: proven({ token: user({}), proof: { method: 'POST' } }, on('step-up')),
      answer: both.dpop('proof_method_mismatch'),
    },
    {
      name: 'is told before it: a bound token as Bearer (STEP-05, STEP-06, BEARER-22)',
      request: async ({ main, client }) =>
        bearer(await main.mint({ ...user({}), boundTo: client }), on('step-up')),
      answer: both.bearer('confirmation_downgraded'),
    },
    {
      name: 'is nothing for a plain bearer token, which hears it under Bearer (STEP-05)',
      request: minted(user({}), on('acr')),
      answer: both.bearer('authentication_insufficient', { acrValues: 'gold silver' }),
    },
  ],
  { options: { dpop: {} } },
)

/** The same claims, in the answer of an introspection endpoint. */
const introspected = {
  issuers: (trusted) => [
    ...issuersOf(trusted),
    introspectionIssuer({
      issuer: trusted.main.issuer,
      endpoint: trusted.main.introspectionEndpoint,
      client: trusted.main.introspectionClient,
    }),
  ],
} satisfies Parameters<typeof contract>[2]

contract(
  'I. Step-up authentication by introspection (RFC 9470 §6.2)',
  rows(
    ' by what its issuer answers',
    'STEP-05, ',
    (token, name) => async (kit) => bearer(await kit.main.mintOpaque(token), on(name)),
  ),
  introspected,
)

contract(
  'I. Step-up authentication by introspection, with DPoP',
  [
    {
      name: 'asks for it under DPoP (STEP-05)',
      request: async ({ main, client }) => {
        const token = await main.mintOpaque({ ...user({ acr: 'low' }), boundTo: client })
        return dpop(token, client.proof({ ...calledUrl(on('acr')), token }), on('acr'))
      },
      answer: both.dpop('authentication_insufficient', { acrValues: 'gold silver' }),
    },
    {
      name: 'lets in under DPoP who authenticated well enough (STEP-05)',
      request: async ({ main, client }) => {
        const token = await main.mintOpaque({ ...user({ acr: 'gold' }), boundTo: client })
        return dpop(token, client.proof({ ...calledUrl(on('acr')), token }), on('acr'))
      },
      answer: passes({ scheme: 'DPoP' }),
    },
    {
      name: 'reads authorization_details from its answer, too (RAR-01)',
      request: async ({ main }) =>
        bearer(
          await main.mintOpaque({ claims: { authorization_details: [{ type: 'payment' }] } }),
          on('details-of-a-type'),
        ),
      answer: passes(),
    },
    {
      name: 'refuses authorization_details of its answer that are no list (RAR-01, RAR-04)',
      request: async ({ main }) =>
        bearer(
          await main.mintOpaque({ claims: { authorization_details: { type: 'payment' } } }),
          on('details-of-a-type'),
        ),
      answer: both.bearer('details_insufficient'),
    },
  ],
  { ...introspected, options: { dpop: {} } },
)
