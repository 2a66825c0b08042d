import { refusal } from './answers.js'
import { contract, passes, type Row } from './contract.js'
import type { Exchange } from './exchange.js'
import { bearer, minted, presenting } from './requests.js'

/** Asks for more than the token carries. */
const tooMuch: Exchange = { method: 'POST', target: '/write' }

const rows: readonly (readonly [name: string, request: Row['request'], answer: Row['answer']])[] = [
  [
    'ambiguity before a token that expired',
    async ({ main }) => {
      const expired = await main.mint({ expiresInSeconds: 0 })
      return bearer(expired, { headers: [['Authorization', `Bearer ${expired}`]] })
    },
    refusal('credential_ambiguous'),
  ],
  [
    'ambiguity before too little scope',
    presenting((token) => [`Bearer ${token}`, `Bearer ${token}`], tooMuch),
    refusal('credential_ambiguous'),
  ],
  [
    'ambiguity on one line before bad form',
    presenting((token) => `Bearer ${token} x, Bearer ${token}`),
    refusal('credential_ambiguous'),
  ],
  [
    'ambiguity on one line before a token that expired',
    async ({ main }) => {
      const expired = await main.mint({ expiresInSeconds: 0 })
      return bearer(`${expired}, Bearer ${expired}`, tooMuch)
    },
    refusal('credential_ambiguous'),
  ],
  [
    'a wrong type before a wrong signature',
    async ({ legacy, other }) =>
      bearer(await legacy.mint({ key: other.keys.ES256.privateKey, claims: { nonce: 'n' } })),
    refusal('token_type_unexpected'),
  ],
  [
    'a wrong type before another audience',
    async ({ legacy }) =>
      bearer(await legacy.mint({ claims: { nonce: 'n', aud: 'test-client' }, expiresInSeconds: 0 }), tooMuch),
    refusal('token_type_unexpected'),
  ],
  [
    'bad form before too little scope',
    presenting((token) => `Bearer ${token} x`, tooMuch),
    refusal('credential_malformed'),
  ],
  [
    'bad form before an unknown issuer',
    async ({ main }) => bearer(`${await main.mint({ claims: { iss: 'https://another.example' } })},`),
    refusal('credential_malformed'),
  ],
  ['missing credentials before too little scope', () => tooMuch, refusal('credential_missing')],
  [
    'an expired token before too little scope',
    minted({ expiresInSeconds: 0 }, tooMuch),
    refusal('token_expired'),
  ],
  [
    'a token for another resource before too little scope',
    minted({ audience: 'https://another.example' }, tooMuch),
    refusal('token_audience_mismatch'),
  ],
  [
    'an unknown issuer before too little scope',
    minted({ claims: { iss: 'https://another.example' } }, tooMuch),
    refusal('token_issuer_untrusted'),
  ],
  [
    'a wrong signature before too little scope',
    async ({ main, other }) => bearer(await main.mint({ key: other.keys.ES256.privateKey }), tooMuch),
    refusal('token_signature_invalid'),
  ],
  [
    'a wrong signature before an expired token',
    async ({ main, other }) =>
      bearer(await main.mint({ key: other.keys.ES256.privateKey, expiresInSeconds: 0 }), tooMuch),
    refusal('token_signature_invalid'),
  ],
  [
    'a bound token before too little scope',
    minted({ claims: { cnf: {} } }, tooMuch),
    refusal('confirmation_unsupported'),
  ],
  [
    'nothing before too little scope, when the token is good',
    minted({ scope: 'accounts:read' }, tooMuch),
    refusal('scope_insufficient', 'accounts:write'),
  ],
  [
    'nothing at all, when the token is good and carries enough',
    minted({ scope: 'accounts:write' }, tooMuch),
    passes(),
  ],
]

contract(
  'A. What is told first when several things are wrong',
  rows.map(([name, request, answer]) => ({ name: `tells of ${name} (BEARER-22)`, request, answer })),
)
