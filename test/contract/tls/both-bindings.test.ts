import { dpopClient } from '@portcullis/testing'
import { both, required } from '../answers.js'
import { contract, passes, type Row } from '../contract.js'
import type { Kit } from '../kit.js'
import { bearer, dpop, type Proven, proven } from '../requests.js'
import { clients } from './identities.js'
import { overTls, secureServers } from './over-tls.js'

const { selfSigned, thief } = clients
const certificate = { 'x5t#S256': selfSigned.hash }
const cnfOf = ({ client }: Kit) => ({ jkt: client.thumbprint, ...certificate })

/** A token that is bound to both keys, with a good proof but for what is special. */
const boundToBoth =
  (special: Proven = {}) =>
  (kit: Kit) =>
    proven({ ...special, token: { claims: { cnf: cnfOf(kit) } } })(kit)
const minted = (cnf: (kit: Kit) => object) => (kit: Kit) => kit.main.mint({ claims: { cnf: cnf(kit) } })

const rows: readonly Row[] = [
  {
    name: 'lets in who has both (MTLS-08)',
    open: overTls(selfSigned),
    request: boundToBoth(),
    answer: (kit) => passes({ scheme: 'DPoP', confirmation: cnfOf(kit) }),
  },
  {
    name: 'refuses a good proof with another certificate (MTLS-08, MTLS-02)',
    open: overTls(thief),
    request: boundToBoth(),
    answer: both.dpop('certificate_mismatch'),
  },
  {
    name: 'refuses a good proof without a certificate (MTLS-08, MTLS-02)',
    open: overTls(),
    request: boundToBoth(),
    answer: both.dpop('certificate_missing'),
  },
  {
    name: "refuses the right certificate with a proof of another's key (MTLS-08, DPOP-24)",
    open: overTls(selfSigned),
    request: (kit) => boundToBoth({ client: dpopClient({ now: kit.clock.now }) })(kit),
    answer: both.dpop('confirmation_mismatch'),
  },
  {
    name: 'refuses the right certificate with a proof for another URL (MTLS-08)',
    open: overTls(selfSigned),
    request: boundToBoth({ proof: { url: 'https://api.example.com/other' } }),
    answer: both.dpop('proof_target_mismatch'),
  },
  {
    name: 'refuses the right certificate without a proof (MTLS-08)',
    open: overTls(selfSigned),
    request: async (kit) => dpop(await minted(cnfOf)(kit), []),
    answer: both.dpop('proof_missing'),
  },
  {
    name: 'refuses the right certificate under Bearer (MTLS-08, DPOP-26)',
    open: overTls(selfSigned),
    request: async (kit) => bearer(await minted(cnfOf)(kit)),
    answer: both.bearer('confirmation_downgraded'),
  },
  {
    name: 'refuses a token that names jkt alone well, and x5t#S256 as null (MTLS-08)',
    open: overTls(selfSigned),
    request: (kit) =>
      proven({ token: { claims: { cnf: { jkt: kit.client.thumbprint, 'x5t#S256': null } } } })(kit),
    answer: both.dpop('confirmation_unsupported'),
  },
  {
    name: 'refuses a token that names x5t#S256 alone well, and an empty jkt (MTLS-08)',
    open: overTls(selfSigned),
    request: async (kit) => bearer(await minted(() => ({ jkt: '', ...certificate }))(kit)),
    answer: both.bearer('confirmation_unsupported'),
  },
  {
    name: 'lets in a token that is bound to the certificate alone, under Bearer (MTLS-01)',
    open: overTls(selfSigned),
    request: async (kit) => bearer(await minted(() => certificate)(kit)),
    answer: passes({ scheme: 'Bearer', confirmation: certificate }),
  },
  {
    name: 'refuses a token that is bound to the certificate alone, under DPoP (MTLS-08)',
    open: overTls(selfSigned),
    request: (kit) => proven({ token: { claims: { cnf: certificate } } })(kit),
    answer: both.dpop('confirmation_required'),
  },
  {
    name: 'lets in a token that is bound to the key of proofs alone, without a certificate (MTLS-08)',
    open: overTls(),
    request: (kit) => proven()(kit),
    answer: (kit) => passes({ scheme: 'DPoP', confirmation: { jkt: kit.client.thumbprint } }),
  },
]

contract('A token that is bound to two keys, over TLS (RFC 7800 §3.1, RFC 8705, RFC 9449)', rows, {
  set: secureServers,
  options: { certificate: 'socket', dpop: {} },
})

contract(
  'A token that is bound to two keys, where only proofs are looked at',
  [
    {
      name: 'refuses a good proof, with or without the right certificate (MTLS-08)',
      open: overTls(selfSigned),
      request: boundToBoth(),
      answer: both.dpop('confirmation_unsupported'),
    },
  ],
  { set: secureServers, options: { dpop: {} } },
)

contract(
  'A token that is bound to a certificate, where proofs are required',
  [
    {
      name: 'refuses the right certificate under Bearer (MTLS-08)',
      open: overTls(selfSigned),
      request: async (kit) => bearer(await minted(() => certificate)(kit)),
      answer: required.bearer('confirmation_required'),
    },
    {
      name: 'lets in who has both (MTLS-08)',
      open: overTls(selfSigned),
      request: boundToBoth(),
      answer: (kit) => passes({ scheme: 'DPoP', confirmation: cnfOf(kit) }),
    },
  ],
  { set: secureServers, options: { certificate: 'socket', dpop: { required: true } } },
)
