import { type DpopOptions, rotatingNonce } from '@portcullis/core'
import { dpopClient, type MintOptions } from '@portcullis/testing'
import { refusalsWith, withNonce } from './answers.js'
import { issuersOf, type Trusted } from './api.js'
import { contract, passes, type Row } from './contract.js'
import { start } from './kit.js'
import { bearer, minted, proven } from './requests.js'

const now = () => start
const es384 = dpopClient({ algorithm: 'ES384', now })
const rs256 = dpopClient({ algorithm: 'RS256', now })
const byDefault = 'ES256 ES384 ES512 PS256 PS384 PS512 Ed25519 EdDSA'

const withAlgs = (algs: string) => refusalsWith({ schemes: ['Bearer', 'DPoP'], algs })
const chosen = withAlgs('RS256 ES384')

contract(
  'D. Algorithms of proofs by configuration (RFC 9449 §7.1)',
  [
    {
      name: 'lets in a proof with an algorithm that is named (DPOP-07)',
      request: proven({ client: es384 }),
      answer: passes({ scheme: 'DPoP' }),
    },
    {
      name: 'lets in RS256 where it is named (DPOP-07)',
      request: proven({ client: rs256 }),
      answer: passes({ scheme: 'DPoP' }),
    },
    {
      name: 'refuses one that is not named, and tells those that are (DPOP-07, DPOP-32)',
      request: proven(),
      answer: chosen.dpop('proof_malformed'),
    },
    {
      name: 'tells them where no credentials came (DPOP-30, DPOP-32)',
      request: () => ({}),
      answer: chosen.neither('credential_missing'),
    },
    {
      name: 'tells them to a bearer token, too (DPOP-31, DPOP-32)',
      request: minted({ expiresInSeconds: 0 }),
      answer: chosen.bearer('token_expired'),
    },
    {
      name: 'tells them with 403 (DPOP-32, DPOP-33)',
      request: proven({ client: es384 }, { target: '/read' }),
      answer: chosen.dpop('scope_insufficient', 'accounts:read'),
    },
  ],
  { options: { dpop: { algorithms: ['RS256', 'ES384'] } } },
)

/** The edges of windows: how far back and how far ahead a proof may be, and whether one this far ahead may pass. */
const windows: readonly (readonly [back: number, ahead: number, cases: Readonly<Record<string, boolean>>])[] =
  [
    [300, 0, { '-300.5': false, '-300': true, '0': true, '0.5': false }],
    [0, 300, { '-0.5': false, '0': true, '300': true, '300.5': false }],
    [0, 0, { '-0.001': false, '0': true, '0.001': false }],
    [5, 25, { '-6': false, '-5': true, '25': true, '26': false }],
  ]

for (const [proofMaxAgeSeconds, futureSkewSeconds, cases] of windows) {
  contract(
    `D. Proofs of ${proofMaxAgeSeconds} s back and ${futureSkewSeconds} s ahead by configuration (RFC 9449 §11.1)`,
    Object.entries(cases).map(([ahead, good]) => ({
      name: `${good ? 'lets in' : 'refuses'} a proof of ${ahead} s ahead (DPOP-20)`,
      request: proven({ proof: { claims: { iat: start / 1000 + Number(ahead) } } }),
      answer: good ? passes({ scheme: 'DPoP' }) : withAlgs(byDefault).dpop('proof_stale'),
    })),
    { options: { dpop: { proofMaxAgeSeconds, futureSkewSeconds } } },
  )
}

const nonce = rotatingNonce({ secrets: [Buffer.alloc(32, 'x')] })
/** The nonce of the moment at which every row happens. */
const current = nonce.current({ resource: 'https://api.example.com', now: start / 1000 })

/** DPoP is off for the resource, and so for `main`. */
const ofIssuers: Partial<Record<keyof Trusted, DpopOptions>> = {
  other: { required: true, algorithms: ['ES384'], nonce },
  legacy: { algorithms: ['ES256'] },
}
const [ofMain, ofOther, ofLegacy] = [withAlgs('ES384 ES256'), withAlgs('ES384'), withAlgs('ES256')]
const bound = { cnf: { jkt: 'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs' } }

function plain(from: keyof Trusted, options: MintOptions = {}): Row['request'] {
  return async (kit) => bearer(await kit[from].mint(options))
}

/** What the tokens of each issuer are worth, as they come. */
const byIssuer: readonly (readonly [name: string, request: Row['request'], answer: Row['answer']])[] = [
  ['off: a bearer token', plain('main'), passes({ scheme: 'Bearer' })],
  [
    'off: a bound token as Bearer',
    plain('main', { claims: bound }),
    ofMain.bearer('confirmation_downgraded'),
  ],
  ['off: a good proof', proven(), ofMain.dpop('confirmation_unsupported')],
  ['off: a bad token with a proof', proven({ token: { expiresInSeconds: 0 } }), ofMain.dpop('token_expired')],
  ['required: a bearer token', plain('other'), ofOther.bearer('confirmation_required')],
  [
    'required: a proof without nonce',
    proven({ from: 'other', client: es384 }),
    withNonce(ofOther.dpop('proof_nonce_missing')),
  ],
  [
    'required: a proof with its nonce',
    proven({ from: 'other', client: es384, proof: { nonce: current } }),
    passes({ scheme: 'DPoP' }),
  ],
  ['required: another algorithm', proven({ from: 'other' }), withNonce(ofOther.dpop('proof_malformed'))],
  ['optional: a bearer token', plain('legacy'), passes({ scheme: 'Bearer' })],
  ['optional: a good proof', proven({ from: 'legacy' }), passes({ scheme: 'DPoP' })],
  [
    'optional: another algorithm',
    proven({ from: 'legacy', client: es384 }),
    ofLegacy.dpop('proof_malformed'),
  ],
  ['nobody: no credentials', () => ({}), ofMain.neither('credential_missing')],
  [
    'nobody: a token that is none',
    () => ({
      headers: [
        ['Authorization', 'DPoP a.b.c'],
        ['DPoP', 'x'],
      ],
    }),
    withNonce(ofMain.dpop('token_malformed')),
  ],
  [
    'nobody: an unknown issuer',
    proven({ token: { claims: { iss: 'https://another.example' } } }),
    withNonce(ofMain.dpop('token_issuer_untrusted')),
  ],
]

contract(
  'D. DPoP by issuer (RFC 9449 §7.1, §7.2)',
  byIssuer.map(([name, request, answer]) => ({
    name: `keeps to what is configured for the issuer of the token, ${name} (DPOP-26, DPOP-29, DPOP-32)`,
    request,
    answer,
  })),
  { issuers: (trusted) => issuersOf(trusted, ofIssuers) },
)

contract(
  'D. DPoP by issuer, over what is configured for the resource (RFC 9449 §7.1)',
  [
    {
      name: 'keeps what the issuer does not change: DPoP is required (DPOP-29)',
      request: minted(),
      answer: refusalsWith({ schemes: ['DPoP'], algs: 'ES256' }).bearer('confirmation_required'),
    },
    {
      name: 'takes the algorithms of the issuer (DPOP-07, DPOP-32)',
      request: proven({ client: es384 }),
      answer: refusalsWith({ schemes: ['DPoP'], algs: 'ES256' }).dpop('proof_malformed'),
    },
    {
      name: 'takes the algorithms of the resource for others (DPOP-07, DPOP-32)',
      request: proven({ client: es384, from: 'other' }),
      answer: passes({ scheme: 'DPoP' }),
    },
    {
      name: 'tells all of them where no issuer is known (DPOP-30, DPOP-32)',
      request: () => ({}),
      answer: refusalsWith({ schemes: ['DPoP'], algs: 'ES256 ES384' }).neither('credential_missing'),
    },
  ],
  {
    issuers: (trusted) => issuersOf(trusted, { main: { algorithms: ['ES256'] } }),
    options: { dpop: { required: true, algorithms: ['ES384'] } },
  },
)
