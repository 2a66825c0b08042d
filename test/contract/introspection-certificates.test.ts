import { afterAll, expect } from 'vitest'
import { both, refusal, unavailable } from './answers.js'
import type { Trusted } from './api.js'
import { contract, passes, type Row } from './contract.js'
import { asking, askingMain, opaque, opaqueProven } from './introspection-api.js'
import { fetchTrusting, startRelay } from './introspection-relay.js'
import type { Identity } from './tls/certificates.js'
import { authorityCertificate, clients, serverIdentity } from './tls/identities.js'
import { overTls, secureServers } from './tls/over-tls.js'

const { selfSigned, renewed, thief } = clients
const missing = refusal('certificate_missing')
const mismatch = refusal('certificate_mismatch')

const confirmedBy = ({ hash }: Identity) => ({ 'x5t#S256': hash })
const cnf = confirmedBy(selfSigned)
const bound = opaque({ claims: { cnf } })
const named = (members: unknown) => opaque({ claims: { cnf: members } })
const letsIn = passes({ scheme: 'Bearer', confirmation: cnf })

const rows: readonly Row[] = [
  {
    name: 'lets in who comes with the certificate (MTLS-04)',
    open: overTls(selfSigned),
    request: bound,
    answer: letsIn,
  },
  {
    name: 'refuses another certificate (MTLS-04, MTLS-02)',
    open: overTls(thief),
    request: bound,
    answer: mismatch,
  },
  {
    name: 'refuses another certificate with the same key and name (MTLS-04, MTLS-02)',
    open: overTls(renewed),
    request: bound,
    answer: mismatch,
  },
  {
    name: 'refuses who comes without a certificate (MTLS-04, MTLS-02)',
    open: overTls(),
    request: bound,
    answer: missing,
  },
  {
    name: 'refuses who comes without a certificate where none is required, too (MTLS-04, MTLS-02)',
    open: overTls(),
    request: opaque({ claims: { cnf } }, { target: '/optional' }),
    answer: missing,
  },
  {
    name: 'refuses the hash with padding (MTLS-04, MTLS-03)',
    open: overTls(selfSigned),
    request: named({ 'x5t#S256': `${selfSigned.hash}=` }),
    answer: mismatch,
  },
  {
    name: 'refuses a hash that is no text (MTLS-04, MTLS-03)',
    open: overTls(selfSigned),
    request: named({ 'x5t#S256': [selfSigned.hash] }),
    answer: refusal('confirmation_unsupported'),
  },
  ...['x5t', 'x5t#s256', 'x5c'].map(
    (member): Row => ({
      name: `refuses a token that is bound by ${member} alone (MTLS-04, MTLS-08)`,
      open: overTls(selfSigned),
      request: named({ [member]: selfSigned.hash }),
      answer: refusal('confirmation_unsupported'),
    }),
  ),
  {
    name: 'lets in a token that is bound to nothing, from a client with a certificate (MTLS-04)',
    open: overTls(selfSigned),
    request: opaque(),
    answer: passes({ scheme: 'Bearer' }),
  },
]

contract('An opaque token that is bound to a client certificate, over TLS (RFC 8705 §3.2)', rows, {
  set: secureServers,
  issuers: askingMain(),
  options: { certificate: 'socket' },
})

contract(
  'An opaque token that is bound to a client certificate, where none can be seen',
  [
    {
      name: 'refuses it over plain HTTP (MTLS-04, MTLS-02)',
      request: bound,
      answer: missing,
    },
  ],
  { issuers: askingMain(), options: { certificate: 'socket' } },
)

contract(
  'An opaque token that is bound to a client certificate, where no source of certificates is named',
  [
    {
      name: 'refuses it with the right certificate (MTLS-04, MTLS-06)',
      open: overTls(selfSigned),
      request: bound,
      answer: refusal('confirmation_unsupported'),
    },
  ],
  { set: secureServers, issuers: askingMain() },
)

/** A token that is bound to a certificate and to the key of proofs. */
const boundToBoth: Row['request'] = (kit) =>
  opaqueProven({ token: { claims: { cnf: { ...cnf, jkt: kit.client.thumbprint }, token_type: 'DPoP' } } })(
    kit,
  )

contract(
  'An opaque token that is bound to two keys, over TLS',
  [
    {
      name: 'lets in who has both (MTLS-04, DPOP-47, MTLS-08)',
      open: overTls(selfSigned),
      request: boundToBoth,
      answer: ({ client }) => passes({ scheme: 'DPoP', confirmation: { jkt: client.thumbprint, ...cnf } }),
    },
    {
      name: 'refuses a good proof with another certificate (MTLS-04, DPOP-47, MTLS-08)',
      open: overTls(thief),
      request: boundToBoth,
      answer: both.dpop('certificate_mismatch'),
    },
    {
      name: 'refuses the right certificate under Bearer (MTLS-04, DPOP-47, DPOP-26)',
      open: overTls(selfSigned),
      request: (kit) => named({ ...cnf, jkt: kit.client.thumbprint })(kit),
      answer: both.bearer('confirmation_downgraded'),
    },
  ],
  { set: secureServers, issuers: askingMain(), options: { certificate: 'socket', dpop: {} } },
)

/** Its certificate is of an authority that nobody knows who was not told. */
const relay = await startRelay(serverIdentity)
afterAll(() => relay.close())

contract(
  'An endpoint whose certificate is not trusted',
  [
    {
      name: 'answers 503, and tells it nothing (INTRO-03)',
      request: opaque(),
      answer: unavailable('introspection_unavailable'),
      also: ({ events }) => {
        expect(relay.seen).toEqual([])
        expect(events.at(-1)).toMatchObject({ message: expect.stringMatching(/CERT|VERIFY/) })
      },
    },
  ],
  { issuers: ({ main }: Trusted) => [asking(main, { endpoint: relay.before(main) })] },
)

contract(
  'An endpoint whose certificate the application trusts',
  [
    {
      name: 'lets in, and tells it who asks (INTRO-03)',
      request: opaque(),
      answer: passes(),
      also: () => expect(relay.last().fields.has('authorization')).toBe(true),
    },
  ],
  {
    issuers: ({ main }: Trusted) => [
      asking(main, { endpoint: relay.before(main), http: { fetch: fetchTrusting(authorityCertificate) } }),
    ],
  },
)
