import { createHash } from 'node:crypto'
import { refusal } from '../answers.js'
import { contract, passes, type Row } from '../contract.js'
import type { Exchange } from '../exchange.js'
import { legacy, minted } from '../requests.js'
import type { Identity } from './certificates.js'
import { clients } from './identities.js'
import { overTls, secureServers } from './over-tls.js'

const scope = 'accounts:read accounts:write'
const { selfSigned, renewed, thief } = clients
const missing = refusal('certificate_missing')
const mismatch = refusal('certificate_mismatch')

const confirmedBy = ({ hash }: Identity) => ({ 'x5t#S256': hash })
const boundTo = (client: Identity, route: Exchange = {}) =>
  minted({ scope, claims: { cnf: confirmedBy(client) } }, route)

const routes: readonly Exchange[] = [
  { target: '/any' },
  { target: '/any', method: 'POST' },
  { target: '/optional' },
  { target: '/read' },
  { target: '/write', method: 'POST' },
  { target: '/all-of' },
  { target: '/any-of' },
  { target: '/all-methods', method: 'PUT' },
  { target: '/mounted/read' },
]

const kinds: Record<string, readonly [client: Identity, id: string]> = {
  'a self-signed certificate': [selfSigned, 'MTLS-01, MTLS-05'],
  'a self-signed certificate with an RSA key': [clients.selfSignedRsa, 'MTLS-01, MTLS-05'],
  'a certificate of an authority': [clients.issued, 'MTLS-01'],
  'a certificate of an authority with an RSA key': [clients.issuedRsa, 'MTLS-01'],
  'an expired certificate, for chain and validity are for the TLS server to judge': [
    clients.expired,
    'MTLS-05',
  ],
}

const sha256 = (data: string | Buffer) => createHash('sha256').update(data)
/** What is not base64url, unpadded, of the SHA-256 of the DER. */
const wrongHashes: Record<string, string> = {
  'with padding': `${selfSigned.hash}=`,
  'in hexadecimal': sha256(selfSigned.der).digest('hex'),
  'in hexadecimal with colons': sha256(selfSigned.der)
    .digest('hex')
    .replaceAll(/..(?!$)/g, '$&:'),
  'of SHA-1': createHash('sha1').update(selfSigned.der).digest('base64url'),
  'of SHA-512': createHash('sha512').update(selfSigned.der).digest('base64url'),
  'of the PEM': sha256(selfSigned.cert).digest('base64url'),
  'of the base64': sha256(selfSigned.der.toString('base64')).digest('base64url'),
  'of the hash': sha256(Buffer.from(selfSigned.hash, 'base64url')).digest('base64url'),
  'with whitespace': ` ${selfSigned.hash}`,
  'cut short': selfSigned.hash.slice(0, -1),
}

const noHashes: Record<string, unknown> = {
  empty: '',
  'a list': [selfSigned.hash],
  null: null,
  true: true,
  'an object': {},
}

const rows: readonly Row[] = [
  ...Object.entries(kinds).map(
    ([kind, [client, id]]): Row => ({
      name: `lets in who comes with ${kind} (${id})`,
      open: overTls(client),
      request: boundTo(client),
      answer: passes({ scheme: 'Bearer', confirmation: confirmedBy(client) }),
    }),
  ),
  ...routes.flatMap((route): Row[] => {
    const place = `${route.method ?? 'GET'} ${route.target}`
    return [
      {
        name: `lets in who comes with the certificate on ${place} (MTLS-01)`,
        open: overTls(selfSigned),
        request: boundTo(selfSigned, route),
        answer: passes({ confirmation: confirmedBy(selfSigned) }),
      },
      {
        name: `refuses another certificate on ${place} (MTLS-02)`,
        open: overTls(thief),
        request: boundTo(selfSigned, route),
        answer: mismatch,
      },
      {
        name: `refuses who comes without a certificate on ${place} (MTLS-02)`,
        open: overTls(),
        request: boundTo(selfSigned, route),
        answer: missing,
      },
    ]
  }),
  ...(['TLSv1.2', 'TLSv1.3'] as const).flatMap((version): Row[] => {
    const only = { minVersion: version, maxVersion: version }
    return [
      {
        name: `lets in who comes with the certificate over ${version} (MTLS-01)`,
        open: overTls(selfSigned, only),
        request: boundTo(selfSigned),
        answer: passes({ confirmation: confirmedBy(selfSigned) }),
      },
      {
        name: `refuses another certificate over ${version} (MTLS-02)`,
        open: overTls(thief, only),
        request: boundTo(selfSigned),
        answer: mismatch,
      },
    ]
  }),
  {
    name: 'refuses another certificate with the same key and name (MTLS-02)',
    open: overTls(renewed),
    request: boundTo(selfSigned),
    answer: mismatch,
  },
  {
    name: 'refuses the certificate of the authority that issued the right one (MTLS-02)',
    open: overTls(clients.issuedRsa),
    request: boundTo(clients.issued),
    answer: mismatch,
  },
  ...Object.entries(wrongHashes).map(
    ([form, hash]): Row => ({
      name: `refuses the right certificate when the token names its hash ${form} (MTLS-03)`,
      open: overTls(selfSigned),
      request: minted({ claims: { cnf: { 'x5t#S256': hash } } }),
      answer: mismatch,
    }),
  ),
  ...Object.entries(noHashes).map(
    ([form, hash]): Row => ({
      name: `refuses a token whose x5t#S256 is ${form} (MTLS-03)`,
      open: overTls(selfSigned),
      request: minted({ claims: { cnf: { 'x5t#S256': hash } } }),
      answer: refusal('confirmation_unsupported'),
    }),
  ),
  ...['x5t', 'x5t#s256', 'x5t#S512', 'x5c'].map(
    (member): Row => ({
      name: `refuses a token that is bound by ${member} alone (MTLS-08)`,
      open: overTls(selfSigned),
      request: minted({ claims: { cnf: { [member]: selfSigned.hash } } }),
      answer: refusal('confirmation_unsupported'),
    }),
  ),
  {
    name: 'lets in a token with further members in cnf, which mean nothing (MTLS-08)',
    open: overTls(selfSigned),
    request: minted({ claims: { cnf: { foo: 1, ...confirmedBy(selfSigned) } } }),
    answer: passes({ confirmation: confirmedBy(selfSigned) }),
  },
  {
    name: 'looks at the certificate of tokens in the profile jwt, too (MTLS-01)',
    open: overTls(selfSigned),
    request: legacy({ claims: { cnf: confirmedBy(selfSigned) } }),
    answer: passes({ confirmation: confirmedBy(selfSigned) }),
  },
  {
    name: 'looks at the certificate of tokens in the profile jwt, too, and refuses another (MTLS-02)',
    open: overTls(thief),
    request: legacy({ claims: { cnf: confirmedBy(selfSigned) } }),
    answer: mismatch,
  },
  {
    name: 'lets in a token that is bound to nothing, from a client with a certificate (MTLS-01)',
    open: overTls(selfSigned),
    request: minted(),
    answer: passes({ subject: 'test-client' }),
    also: (_, { body }) => {
      if (body.includes('confirmation')) throw new Error(`a confirmation of nothing: ${body}`)
    },
  },
  {
    name: 'says that the certificate is another before it says that the scope is too small (MTLS-02, BEARER-22)',
    open: overTls(thief),
    request: minted({ claims: { cnf: confirmedBy(selfSigned) } }, { target: '/read' }),
    answer: mismatch,
  },
  {
    name: 'refuses a scope that is too small, with the right certificate (MTLS-01)',
    open: overTls(selfSigned),
    request: minted({ claims: { cnf: confirmedBy(selfSigned) } }, { target: '/read' }),
    answer: refusal('scope_insufficient', 'accounts:read'),
  },
  {
    name: 'does not look at certificates where nothing is required (MTLS-02)',
    open: overTls(),
    request: boundTo(selfSigned, { target: '/public' }),
    answer: passes(null),
  },
]

contract('A token that is bound to a client certificate, over TLS (RFC 8705 §3)', rows, {
  set: secureServers,
  options: { certificate: 'socket' },
})

contract(
  'A token that is bound to a client certificate, over plain HTTP (RFC 8705 §3)',
  routes.map((route) => ({
    name: `never lets it in on ${route.method ?? 'GET'} ${route.target} (MTLS-02)`,
    request: boundTo(selfSigned, route),
    answer: missing,
  })),
  { options: { certificate: 'socket' } },
)

contract(
  'A token that is bound to a client certificate, where no source of certificates is named',
  [
    {
      name: 'refuses it over TLS with the right certificate (MTLS-02, MTLS-06)',
      open: overTls(selfSigned),
      request: boundTo(selfSigned),
      answer: refusal('confirmation_unsupported'),
    },
    {
      name: 'refuses it without a certificate (MTLS-02)',
      open: overTls(),
      request: boundTo(selfSigned, { target: '/optional' }),
      answer: refusal('confirmation_unsupported'),
    },
    {
      name: 'refuses it with a certificate in a header field (MTLS-06)',
      open: overTls(),
      request: boundTo(selfSigned, {
        headers: [['Client-Cert', `:${selfSigned.der.toString('base64')}:`]],
      }),
      answer: refusal('confirmation_unsupported'),
    },
  ],
  { set: secureServers },
)
