import { jwtIssuer } from '@portcullis/core'
import { expect, it, onTestFinished } from 'vitest'
import { z } from 'zod'
import { both, type Needed, type RefusalCode, refusal, type UnavailableCode, unavailable } from './answers.js'
import { issuersOf, resource } from './api.js'
import { contract, passes, type Row } from './contract.js'
import { startKit } from './kit.js'
import { authorization, bearer, minted, type Proven, proven } from './requests.js'

/** How far a request came: whether its scheme was read, and whether its issuer was recognised. */
type Known = 'nothing' | 'scheme' | 'issuer'

const refused: readonly (readonly [
  code: RefusalCode,
  known: Known,
  request: Row['request'],
  needed?: string | Needed,
])[] = [
  ['credential_missing', 'nothing', () => ({})],
  ['credential_missing', 'nothing', authorization('Basic eDp5')],
  [
    'credential_ambiguous',
    'nothing',
    authorization('Bearer a', { headers: [['Authorization', 'Bearer b']] }),
  ],
  ['credential_ambiguous', 'nothing', authorization('Bearer a, Bearer b')],
  ['credential_malformed', 'scheme', authorization('Bearer')],
  ['token_malformed', 'scheme', authorization('Bearer a.b.c')],
  ['token_issuer_untrusted', 'scheme', minted({ claims: { iss: 'https://another.example' } })],
  ['token_type_unexpected', 'issuer', minted({ header: { typ: 'JWT' } })],
  ['token_key_unknown', 'issuer', minted({ header: { kid: 'unknown' } })],
  [
    'token_signature_invalid',
    'issuer',
    async ({ main, other }) => bearer(await main.mint({ key: other.keys.ES256.privateKey })),
  ],
  ['token_expired', 'issuer', minted({ expiresInSeconds: 0 })],
  ['confirmation_unsupported', 'issuer', minted({ claims: { cnf: {} } })],
  ['scope_insufficient', 'issuer', minted({}, { target: '/read' }), 'accounts:read'],
  ['details_insufficient', 'issuer', minted({}, { target: '/required/details' })],
  ['requirement_unmet', 'issuer', minted({}, { target: '/required/role' })],
  [
    'requirement_unmet',
    'issuer',
    minted({ claims: { rule: false } }, { target: '/required/check-later' }),
    { unmet: ['within opening hours'] },
  ],
  [
    'authentication_insufficient',
    'issuer',
    minted({}, { target: '/required/step-up' }),
    { acrValues: 'gold silver', maxAge: 300 },
  ],
]

/** One refused request, and the one event that tells of it. */
function reported(rows: typeof refused): Row[] {
  return rows.map(([code, known, request, needed]) => {
    const answer = refusal(code, needed)
    const { error } = JSON.parse(answer.body) as { error?: string }
    return {
      name: `reports ${code} once, with what is known: ${known} (BCP-02)`,
      request,
      answer,
      also: ({ main, events }) => {
        const expected = {
          type: 'rejected',
          resource,
          code,
          status: answer.status,
          error,
          message: expect.stringMatching(/./),
          scheme: known === 'nothing' ? undefined : 'Bearer',
          issuer: known === 'issuer' ? main.issuer : undefined,
        }
        expect(events).toEqual([expected])
      },
    }
  })
}

contract('A. What operators hear', [
  ...reported(refused),
  {
    name: 'reports nothing of a request that passes (BCP-02)',
    request: minted(),
    answer: passes(),
    also: ({ events }) => expect(events).toEqual([]),
  },
])

contract(
  'A. What operators hear of revoked tokens',
  reported([
    ['token_revoked', 'issuer', minted()],
    ['token_expired', 'issuer', minted({ expiresInSeconds: 0 })],
  ]),
  { options: { clockToleranceSeconds: 0, revoked: async () => true } },
)

contract(
  'A. What operators hear of claims that do not fit',
  reported([['token_claim_invalid', 'issuer', minted()]]),
  { issuers: ({ main }) => [jwtIssuer({ issuer: main.issuer, claims: z.object({ tenant: z.string() }) })] },
)

/** What cannot be decided, and the one event that tells of it, whichever server is asked first. */
const undecided: readonly (readonly [code: UnavailableCode, request: Row['request']])[] = [
  ['check_unavailable', minted({ claims: { rule: 'throws' } }, { target: '/required/check' })],
  ['revocation_unavailable', minted({ clientId: 'unknown' })],
]

contract(
  'A. What operators hear of what cannot be decided',
  undecided.map(
    ([code, request]): Row => ({
      name: `reports ${code} at most once, with the issuer (BCP-02)`,
      request,
      answer: unavailable(code),
      also: ({ main, events }) => {
        const message = expect.stringMatching(/./)
        const told = { type: 'unavailable', resource, code, message, issuer: main.issuer }
        expect(events.length).toBeLessThanOrEqual(1)
        for (const event of events) expect(event).toMatchObject(told)
      },
    }),
  ),
  {
    options: {
      clockToleranceSeconds: 0,
      revoked: ({ clientId }) => (clientId === 'unknown' ? Promise.reject(new Error('down')) : false),
    },
  },
)

const provenAndRefused: readonly (readonly [code: RefusalCode, special: Proven])[] = [
  ['token_expired', { token: { expiresInSeconds: 0 } }],
  ['confirmation_required', { token: { claims: { cnf: undefined } } }],
  ['proof_malformed', { proof: { claims: { jti: undefined } } }],
  ['proof_method_mismatch', { proof: { method: 'POST' } }],
  ['proof_target_mismatch', { proof: { url: 'https://evil.example/any' } }],
  ['proof_token_mismatch', { proof: { token: 'another' } }],
  ['proof_stale', { proof: { claims: { iat: 0 } } }],
]

contract(
  'D. What operators hear of requests with a proof',
  provenAndRefused.map(
    ([code, special]): Row => ({
      name: `reports ${code} once, under the scheme DPoP, and not the proof (BCP-02, DPOP-31)`,
      request: proven(special),
      answer: both.dpop(code),
      also: ({ main, events }) => {
        const { status, error } = JSON.parse(both.dpop(code).body) as { status: number; error: string }
        const [scheme, issuer, message] = ['DPoP', main.issuer, expect.stringMatching(/./)]
        expect(events).toEqual([{ type: 'rejected', resource, code, status, error, message, scheme, issuer }])
      },
    }),
  ),
  { options: { dpop: {} } },
)

it('D. What operators hear when the servers start with DPoP: what is enforced, and that a store is local', async () => {
  const kit = await startKit({
    issuers: (trusted) =>
      issuersOf(trusted, {
        main: { required: true, algorithms: ['ES256'], proofMaxAgeSeconds: 30, futureSkewSeconds: 0 },
        other: {},
      }),
    options: { publicUrls: ['https://api.example.com/', 'https://gateway.example/accounts-api'] },
  })
  onTestFinished(kit.close)
  const algorithms = ['ES256', 'ES384', 'ES512', 'PS256', 'PS384', 'PS512', 'Ed25519', 'EdDSA']
  const byDefault = {
    required: false,
    algorithms,
    proofMaxAgeSeconds: 60,
    futureSkewSeconds: 10,
    nonce: false,
  }
  const ofMain = {
    required: true,
    algorithms: ['ES256'],
    proofMaxAgeSeconds: 30,
    futureSkewSeconds: 0,
    nonce: false,
  }
  expect(kit.events).toMatchObject([
    {
      type: 'started',
      schemes: ['Bearer', 'DPoP'],
      publicUrls: ['https://api.example.com', 'https://gateway.example/accounts-api'],
      issuers: [{ dpop: ofMain }, { dpop: byDefault }, { dpop: undefined }],
    },
    { type: 'warning', resource, code: 'replay_store_local' },
  ])
})

it('A. What operators hear when the servers start: once, whom the resource trusts, and with which audience', async () => {
  const kit = await startKit()
  onTestFinished(kit.close)
  const { events, main, other, legacy } = kit
  const algorithms = ['RS256', 'PS256', 'ES256', 'Ed25519', 'EdDSA']
  const rfc9068 = { kind: 'jwt', profile: 'rfc9068', audienceMayBeAbsent: false, algorithms }
  expect(events).toEqual([
    {
      type: 'started',
      resource,
      schemes: ['Bearer'],
      resolver: false,
      publicUrls: [resource],
      scopes: ['accounts:read', 'accounts:write'],
      revoked: false,
      issuers: [
        { issuer: main.issuer, ...rfc9068, audience: [resource] },
        { issuer: other.issuer, ...rfc9068, audience: ['accounts', 'https://accounts.example.com'] },
        {
          issuer: legacy.issuer,
          kind: 'jwt',
          profile: 'jwt',
          audience: [resource],
          audienceMayBeAbsent: true,
          algorithms,
        },
      ],
    },
  ])
})
