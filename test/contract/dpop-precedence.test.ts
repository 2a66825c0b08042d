import { rotatingNonce } from '@portcullis/core'
import { dpopClient } from '@portcullis/testing'
import { both, type RefusalCode, withNonce } from './answers.js'
import { contract, passes, type Row } from './contract.js'
import { start } from './kit.js'
import { type Proven, proven } from './requests.js'

const nonce = rotatingNonce({ secrets: [Buffer.alloc(32, 'x')] })
const current = nonce.current({ resource: 'https://api.example.com', now: start / 1000 })
const thief = dpopClient({ now: () => start })

interface Fault {
  readonly code: RefusalCode
  readonly token?: Proven['token']
  readonly proof?: Proven['proof'] & { claims?: Record<string, unknown>; header?: Record<string, unknown> }
}

/** In the order in which they are told: token before proof, what is cheap before the signature, all of it before scope. */
const faults: readonly Fault[] = [
  { code: 'token_issuer_untrusted', token: { claims: { iss: 'https://another.example' } } },
  { code: 'token_type_unexpected', token: { header: { typ: 'JWT' } } },
  { code: 'token_signature_invalid', token: { key: thief.privateKey } },
  { code: 'token_audience_mismatch', token: { audience: 'https://another.example' } },
  { code: 'token_expired', token: { expiresInSeconds: 0 } },
  { code: 'confirmation_unsupported', token: { claims: { cnf: {} } } },
  { code: 'confirmation_required', token: { claims: { cnf: undefined } } },
  { code: 'proof_malformed', proof: { header: { typ: 'JWT' } } },
  { code: 'confirmation_mismatch', proof: { header: { jwk: thief.jwk } } },
  { code: 'proof_method_mismatch', proof: { claims: { htm: 'POST' } } },
  { code: 'proof_target_mismatch', proof: { claims: { htu: 'https://evil.example/read' } } },
  { code: 'proof_token_mismatch', proof: { claims: { ath: 'x' } } },
  { code: 'proof_nonce_missing', proof: { claims: { nonce: undefined } } },
  { code: 'proof_nonce_unknown', proof: { claims: { nonce: 'x' } } },
  { code: 'proof_stale', proof: { claims: { iat: 0 } } },
  { code: 'proof_signature_invalid', proof: { key: thief.privateKey } },
]

/** A request with all of these faults, and with too little scope. */
function having(wrong: readonly Fault[]): Row['request'] {
  const token: NonNullable<Proven['token']> = {}
  const proof: NonNullable<Proven['proof']> = { nonce: current }
  for (const fault of wrong.toReversed()) {
    const claims = { ...token.claims, ...fault.token?.claims }
    Object.assign(token, fault.token, { claims })
    const [header, proofClaims] = [
      { ...proof.header, ...fault.proof?.header },
      { ...proof.claims, ...fault.proof?.claims },
    ]
    Object.assign(proof, fault.proof, { header, claims: proofClaims })
  }
  return proven({ token, proof }, { target: '/read' })
}

contract(
  'D. What is told first when several things are wrong with a token and its proof',
  [
    ...faults.flatMap((fault, at): Row[] => [
      {
        name: `tells of ${fault.code} before everything that comes after it (BEARER-22, DPOP-35)`,
        request: having(faults.slice(at)),
        answer: withNonce(both.dpop(fault.code)),
      },
      {
        name: `tells of ${fault.code} before too little scope (BEARER-22, DPOP-33)`,
        request: having([fault]),
        answer: withNonce(both.dpop(fault.code)),
      },
    ]),
    {
      name: 'tells of a missing proof before a bad token (BEARER-22, DPOP-02)',
      request: async ({ main, client }) => {
        const token = await main.mint({ boundTo: client, expiresInSeconds: 0 })
        return { headers: [['Authorization', `DPoP ${token}`]] }
      },
      answer: withNonce(both.dpop('proof_missing')),
    },
    {
      name: 'tells of too little scope when everything else is good (BEARER-22, DPOP-33)',
      request: having([]),
      answer: withNonce(both.dpop('scope_insufficient', 'accounts:read')),
    },
    {
      name: 'tells of nothing when everything is good (BEARER-22)',
      request: proven({ token: { scope: 'accounts:read' }, proof: { nonce: current } }, { target: '/read' }),
      answer: passes({ scheme: 'DPoP' }),
    },
  ],
  { options: { dpop: { nonce } } },
)
