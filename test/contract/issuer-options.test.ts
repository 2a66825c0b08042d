import { introspectionIssuer, jwtIssuer, role, scope } from '@portcullis/core'
import { expect } from 'vitest'
import { refusal, unavailable } from './answers.js'
import { contract, passes, type Row } from './contract.js'
import { bearer, minted } from './requests.js'

const service = { claims: { roles: ['service'] } }

contract(
  'C. What an issuer requires of each of its tokens',
  [
    {
      name: 'lets in a token that brings it (BEARER-19)',
      request: minted(service),
      answer: passes(),
    },
    {
      name: 'refuses one without it, on a route that requires nothing: 403 (BEARER-19)',
      request: minted(),
      answer: refusal('requirement_unmet'),
    },
    {
      name: 'refuses one without it on an optional route, too (BEARER-04)',
      request: minted({}, { target: '/optional' }),
      answer: refusal('requirement_unmet'),
    },
    {
      name: 'is nothing that a public route asks for (BCP-01)',
      request: minted({}, { target: '/public' }),
      answer: passes(null),
    },
    {
      name: 'asks tokens of another issuer for nothing',
      request: async ({ other }) => bearer(await other.mint({ audience: 'accounts' })),
      answer: passes(),
    },
    {
      name: 'is asked of an opaque token: a token without audience passes by its scope',
      request: async ({ legacy }) =>
        bearer(await legacy.mintOpaque({ scope: 'accounts:read', claims: { aud: undefined } })),
      answer: passes({ audience: [] }),
    },
    {
      name: 'names the scope that it lacks (BEARER-20)',
      request: async ({ legacy }) => bearer(await legacy.mintOpaque({ scope: 'other' })),
      answer: refusal('scope_insufficient', { scope: 'accounts:read' }),
    },
  ] satisfies Row[],
  {
    issuers: ({ main, other, legacy }) => [
      jwtIssuer({ issuer: main.issuer, requires: role('service') }),
      jwtIssuer({ issuer: other.issuer, audience: 'accounts' }),
      introspectionIssuer({
        issuer: legacy.issuer,
        endpoint: legacy.introspectionEndpoint,
        client: legacy.introspectionClient,
        audience: { absent: 'allowed' },
        requires: scope('accounts:read'),
      }),
    ],
  },
)

const cause = 'the client asked for a token for Graph'

contract(
  'C. Tokens of an issuer that does not follow RFC 9068',
  [
    {
      name: 'pass with the typ, the claims and the name of the client that it has (AT-02, AT-03)',
      request: minted({ claims: { tenant: 'north', azp: 'app-1', client_id: undefined } }),
      answer: passes({ clientId: 'app-1' }),
    },
    {
      name: 'are refused without a claim that is demanded (AT-03)',
      request: minted(),
      answer: refusal('token_claim_missing'),
    },
    {
      name: 'are refused for another audience; operators are told the likely cause, and clients nothing of it (BCP-02)',
      request: minted({ audience: 'https://graph.example', claims: { tenant: 'north' } }),
      answer: refusal('token_audience_mismatch'),
      also: ({ events }) => expect(events).toMatchObject([{ message: expect.stringContaining(cause) }]),
    },
    {
      name: 'are nobody’s fault where its extend() throws: 503',
      request: minted({ claims: { tenant: 'throws' } }),
      answer: unavailable('check_unavailable'),
      also: ({ events }) => expect(JSON.stringify(events)).not.toContain('db.internal'),
    },
  ] satisfies Row[],
  {
    issuers: ({ main }) => [
      jwtIssuer({
        issuer: main.issuer,
        profile: 'jwt',
        types: ['at+jwt', 'absent'],
        requiredClaims: ['tenant'],
        clientIdClaims: ['azp', 'client_id'],
        explain: ({ code }) => (code === 'token_audience_mismatch' ? cause : undefined),
        extend: ({ claims: { tenant } }) => {
          if (tenant === 'throws') throw new Error('db.internal is down')
          return { organisation: tenant }
        },
      }),
    ],
  },
)
