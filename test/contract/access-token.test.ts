import type { MintOptions } from '@portcullis/testing'
import { refusal } from './answers.js'
import type { Trusted } from './api.js'
import { contract, type Expected, passes, type Row } from './contract.js'
import type { Exchange } from './exchange.js'
import { bearer, minted } from './requests.js'

const read: Exchange = { target: '/read' }
const noScope = refusal('scope_insufficient', 'accounts:read')

/** Values of `typ` that the profile `jwt` takes; those that no profile takes are in the corpus. */
const legacyTypes: readonly (readonly [typ: string | undefined, answer: Expected])[] = [
  ['at+jwt', passes()],
  ['JWT', passes()],
  ['jwt', passes()],
  ['application/jwt', passes()],
  ['Application/AT+JWT', passes()],
  [undefined, passes()],
  ['JOSE', refusal('token_type_unexpected')],
  ['JWT ', refusal('token_type_unexpected')],
  ['JWT;v=1', refusal('token_type_unexpected')],
  ['application/jose', refusal('token_type_unexpected')],
]

/** Claims that are not of the type that their RFC gives them, beyond the corpus. */
const mistyped: readonly (readonly [server: keyof Trusted, claims: Readonly<Record<string, unknown>>])[] = [
  ['main', { sub: '' }],
  ['main', { client_id: '' }],
  ['main', { jti: '' }],
  ['legacy', { sub: '' }],
  ['legacy', { client_id: undefined, azp: ['web'] }],
  ['legacy', { client_id: undefined, azp: '' }],
  ['legacy', { nbf: '0' }],
  ['legacy', { iat: null }],
]

/** What names scopes, and what only looks so: RFC 9068 §2.2.3. A claim of another type is absent, not a match. */
const scopes: readonly (readonly [
  server: keyof Trusted,
  claims: Readonly<Record<string, unknown>>,
  answer: Expected,
])[] = [
  ['main', { scope: 'accounts:read' }, passes({ scopes: ['accounts:read'] })],
  ['main', { scope: ['accounts:read'] }, noScope],
  ['main', { scope: { 'accounts:read': true } }, noScope],
  ['main', { scope: true }, noScope],
  ['main', { scope: null }, noScope],
  ['main', { scp: ['accounts:read'] }, noScope],
  ['main', { roles: ['accounts:read'] }, noScope],
  ['main', { groups: ['accounts:read'], entitlements: ['accounts:read'] }, noScope],
  ['legacy', { scope: ['accounts:read'] }, passes({ scopes: ['accounts:read'] })],
  [
    'legacy',
    { scp: 'accounts:read accounts:write' },
    passes({ scopes: ['accounts:read', 'accounts:write'] }),
  ],
  ['legacy', { scp: ['accounts:read'] }, passes({ scopes: ['accounts:read'] })],
  ['legacy', { roles: ['accounts:read'] }, passes()],
  ['legacy', { permissions: ['accounts:read'] }, passes()],
  ['legacy', { scope: 'openid', roles: ['accounts:read'] }, passes({ scopes: ['openid', 'accounts:read'] })],
  ['legacy', { scp: ['accounts:read', 1] }, noScope],
  ['legacy', { scp: [['accounts:read']] }, noScope],
  ['legacy', { roles: 'accounts:read' }, noScope],
  ['legacy', { permissions: 'accounts:read' }, noScope],
  ['legacy', { roles: ['accounts:read Manager'] }, noScope],
  ['legacy', { roles: { 'accounts:read': true } }, noScope],
  ['legacy', { permissions: 1 }, noScope],
  ['legacy', { scp: ['accounts:read accounts:write'] }, noScope],
  ['legacy', { groups: ['accounts:read'], entitlements: ['accounts:read'] }, noScope],
]

/** Claims that only an ID token (OpenID Connect Core §2, §3.3.2.11) or a logout token (Back-Channel Logout §2.4) has. */
const foreignClaims: readonly Readonly<Record<string, unknown>>[] = [
  { nonce: 'n-0S6_WzA2Mj' },
  { nonce: '' },
  { nonce: null },
  { at_hash: 'MTIzNDU2Nzg5MDEyMzQ1Ng' },
  { c_hash: 'MTIzNDU2Nzg5MDEyMzQ1Ng' },
  { s_hash: 'MTIzNDU2Nzg5MDEyMzQ1Ng' },
  { events: { 'http://schemas.openid.net/event/backchannel-logout': {} } },
  { events: {} },
]

/** Claims that look like those, and that access tokens have, too. */
const sharedClaims: readonly Readonly<Record<string, unknown>>[] = [
  { auth_time: 1, acr: '1', amr: ['pwd'], sid: 's', azp: 'test-client' },
  { Nonce: 'n', nonce_supported: true, at_hash_alg: 'S256', event: {} },
]

/** Claims of an ID token (OpenID Connect Core §2) and of a logout token, for the client and not for the API. */
const forClients: Readonly<Record<string, MintOptions>> = {
  'an ID token': { claims: { client_id: undefined, jti: undefined, nonce: 'n', auth_time: 1 } },
  'an ID token that names its presenter': {
    claims: { client_id: undefined, azp: 'test-client', nonce: 'n' },
  },
  'a logout token without a type of its own': {
    claims: {
      client_id: undefined,
      sid: 's',
      events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
    },
  },
}

contract('C. JWT access tokens (RFC 9068)', [
  ...legacyTypes.map(
    ([typ, answer]): Row => ({
      name: `${'passes' in answer ? 'lets in' : 'refuses'} typ ${typ} from an issuer of the profile jwt (AT-01, AT-02)`,
      request: from('legacy', { header: { typ } }),
      answer,
    }),
  ),
  {
    name: 'demands of an issuer of the profile jwt only what no token can do without (AT-07)',
    request: from('legacy', {
      claims: { sub: undefined, client_id: undefined, iat: undefined, jti: undefined },
    }),
    answer: ({ legacy }) => passes({ issuer: legacy.issuer, scopes: [] }),
  },
  ...mistyped.map(
    ([server, claims]): Row => ({
      name: `refuses ${JSON.stringify(claims)} from ${server} (AT-07)`,
      request: from(server, { claims }),
      answer: refusal('token_claim_invalid'),
    }),
  ),
  ...scopes.map(
    ([server, claims, answer]): Row => ({
      name: `${'passes' in answer ? 'finds' : 'does not find'} the scope in ${JSON.stringify(claims)} of ${server} (AT-11)`,
      request: from(server, { claims }, read),
      answer,
    }),
  ),
  {
    name: 'names the client that acts for itself as its own subject (AT-12)',
    request: minted({ clientId: 'reports-daemon' }),
    answer: passes({ subject: 'reports-daemon', clientId: 'reports-daemon' }),
  },
  {
    name: 'keeps a user whose name is that of a client apart from the client that calls (AT-12)',
    request: minted({ clientId: 'web-shop', claims: { sub: 'reports-daemon' } }),
    answer: passes({ subject: 'reports-daemon', clientId: 'web-shop' }),
  },
  {
    name: 'does not take the subject for the client where no client is named (AT-12)',
    request: from('legacy', { claims: { client_id: undefined } }),
    answer: passes({ subject: 'test-client' }),
    also: (_, { body }) => {
      if (body.includes('clientId')) throw new Error(`a client that the token does not name: ${body}`)
    },
  },
  {
    name: 'finds the client in azp where the issuer does not follow RFC 9068 (AT-12)',
    request: from('legacy', { claims: { client_id: undefined, azp: 'web-shop' } }),
    answer: passes({ clientId: 'web-shop' }),
  },
  {
    name: 'prefers client_id to azp (AT-12)',
    request: from('legacy', { claims: { azp: 'web-shop' } }),
    answer: passes({ clientId: 'test-client' }),
  },
  {
    name: 'never finds the client in azp where the issuer follows RFC 9068 (AT-07)',
    request: minted({ claims: { client_id: undefined, azp: 'web-shop' } }),
    answer: refusal('token_claim_missing'),
  },
  ...Object.entries(forClients).flatMap(([name, { claims = {} }]) =>
    ['JWT', undefined].map(
      (typ): Row => ({
        name: `refuses ${name} with typ ${typ} from an issuer of the profile jwt (AT-13)`,
        request: from('legacy', { header: { typ }, claims: { ...claims, aud: 'test-client' } }),
        answer: refusal('token_type_unexpected'),
      }),
    ),
  ),
  ...Object.entries(forClients).map(
    ([name, options]): Row => ({
      name: `refuses ${name} from an issuer of the profile jwt also if it is for this API (AT-13)`,
      request: from('legacy', options),
      answer: refusal('token_type_unexpected'),
    }),
  ),
  {
    name: 'refuses an ID token without a claim of its own by its audience, which is the client (AT-13)',
    request: from('legacy', { header: { typ: 'JWT' }, claims: { client_id: undefined, aud: 'test-client' } }),
    answer: refusal('token_audience_mismatch'),
  },
  ...foreignClaims.flatMap((claims) =>
    ['at+jwt', 'JWT', undefined].map(
      (typ): Row => ({
        name: `refuses ${JSON.stringify(claims)} with typ ${typ} from an issuer of the profile jwt (AT-13)`,
        request: from('legacy', { header: { typ }, claims }),
        answer: refusal('token_type_unexpected'),
      }),
    ),
  ),
  ...foreignClaims.map(
    (claims): Row => ({
      name: `does not mind ${JSON.stringify(claims)} where the type alone says that it is an access token (AT-13)`,
      request: minted({ claims }),
      answer: passes(),
    }),
  ),
  ...sharedClaims.map(
    (claims): Row => ({
      name: `does not mind ${JSON.stringify(claims)} from an issuer of the profile jwt (AT-13)`,
      request: from('legacy', { claims }),
      answer: passes(),
    }),
  ),
])

function from(server: keyof Trusted, options: MintOptions, request: Exchange = {}): Row['request'] {
  return async (kit) => bearer(await kit[server].mint(options), request)
}
