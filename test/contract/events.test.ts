import type { RejectionCode } from '@portcullis/core'
import { expect, it, onTestFinished } from 'vitest'
import { refusal } from './answers.js'
import { resource } from './api.js'
import { contract, passes, type Row } from './contract.js'
import { startKit } from './kit.js'
import { authorization, bearer, minted } from './requests.js'

/** How far a request came: whether its scheme was read, and whether its issuer was recognised. */
type Known = 'nothing' | 'scheme' | 'issuer'

const refused: readonly (readonly [
  code: RejectionCode,
  known: Known,
  request: Row['request'],
  scope?: string,
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
]

contract('A. What operators hear', [
  ...refused.map(([code, known, request, scope]): Row => {
    const answer = refusal(code, scope)
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
  }),
  {
    name: 'reports nothing of a request that passes (BCP-02)',
    request: minted(),
    answer: passes(),
    also: ({ events }) => expect(events).toEqual([]),
  },
])

it('A. What operators hear when the servers start: once, whom the resource trusts, and with which audience', async () => {
  const kit = await startKit()
  onTestFinished(kit.close)
  const { events, main, other, legacy } = kit
  const algorithms = ['RS256', 'PS256', 'ES256', 'Ed25519', 'EdDSA']
  const rfc9068 = { profile: 'rfc9068', audienceMayBeAbsent: false, algorithms }
  expect(events).toEqual([
    {
      type: 'started',
      resource,
      schemes: ['Bearer'],
      issuers: [
        { issuer: main.issuer, ...rfc9068, audience: [resource] },
        { issuer: other.issuer, ...rfc9068, audience: ['accounts', 'https://accounts.example.com'] },
        {
          issuer: legacy.issuer,
          profile: 'jwt',
          audience: [resource],
          audienceMayBeAbsent: true,
          algorithms,
        },
      ],
    },
  ])
})
