import { rotatingNonce } from '@portcullis/core'
import { type DuendeOptions, duende } from '@portcullis/issuers'
import { dpopClient } from '@portcullis/testing'
import { expect } from 'vitest'
import { withNonce } from './answers.js'
import { contract, passes, type Row } from './contract.js'
import { duendeDialect as dialect, duendeRefusals, duendeRequired } from './duende-dialect.js'
import type { Kit, Setting } from './kit.js'
import { type Changes, now, presented, tells, tokenOf, withToken } from './preset-dialect.js'
import { everyPreset, letsIn, refuses } from './preset-negatives.js'
import { bearer, calledUrl, dpop } from './requests.js'
import { stories } from './stories.js'

const { iss: authority, ...claims } = dialect.fixture.payload

function trusting(options: Partial<DuendeOptions> = {}): Setting {
  return {
    issuers: ({ legacy }) => [duende({ authority, audience: 'api1', jwksUri: legacy.jwksUri, ...options })],
  }
}

/** A bearer token that is bound to no key. */
const plain = { ...dialect, scheme: 'Bearer', refusal: duendeRefusals.bearer } as const

contract('Presets. Duende: what every preset refuses', everyPreset(dialect), trusting())
contract('Presets. Duende: what every preset refuses, of bearer tokens', everyPreset(plain), trusting())

contract(
  'Presets. Duende: tokens',
  [
    letsIn(
      dialect,
      'the fixture as a client of its own, with what is known of the client',
      {},
      {
        issuer: authority,
        scheme: 'DPoP',
        tokenKind: 'jwt',
        actsFor: 'client',
        clientId: 'm2m.client',
        audience: ['api1'],
        scopes: claims.scope,
        clientClaims: { tenant: 'acme' },
      },
    ),
    letsIn(
      dialect,
      'scope as a string',
      { claims: { scope: 'invoices.read invoices.write' } },
      { scopes: claims.scope },
    ),
    letsIn(
      dialect,
      'a token without scope, which then grants none',
      { claims: { scope: undefined } },
      { scopes: [] },
    ),
    letsIn(
      dialect,
      'several audiences',
      { claims: { aud: ['api1', `${authority}/resources`] } },
      { audience: ['api1', `${authority}/resources`] },
    ),
    letsIn(dialect, 'a token without jti, as IncludeJwtId may be off', { claims: { jti: undefined } }),
    letsIn(dialect, 'typ application/at+jwt', { header: { typ: 'application/at+jwt' } }),
    letsIn(
      dialect,
      'a token of a user, as one',
      { claims: { sub: '818727', idp: 'local', amr: ['pwd'] } },
      { actsFor: 'user', subject: '818727' },
    ),
    letsIn(
      dialect,
      'a token with sub and nothing else of a user, as that of one',
      { claims: { sub: '818727' } },
      { actsFor: 'user' },
    ),
    refuses(
      dialect,
      'no audience, and tells operators where it comes from',
      'token_claim_missing',
      { claims: { aud: undefined } },
      tells("no API resource of the server has the token's scopes"),
    ),
    refuses(
      dialect,
      'the audience of every token, and tells operators that it names no API',
      'token_audience_mismatch',
      { claims: { aud: `${authority}/resources` } },
      tells('EmitStaticAudienceClaim'),
    ),
    refuses(dialect, 'another audience', 'token_audience_mismatch', { claims: { aud: 'api2' } }),
    refuses(
      dialect,
      'typ JWT, and tells operators what it may be',
      'token_type_unexpected',
      { header: { typ: 'JWT' } },
      tells('it may be an ID token; where AccessTokenJwtType was changed'),
    ),
    refuses(dialect, 'typ absent', 'token_type_unexpected', { header: { typ: undefined } }),
    refuses(
      dialect,
      'iss in another case, and tells operators',
      'token_issuer_untrusted',
      { claims: { iss: 'https://Demo.DuendeSoftware.com' } },
      tells('LowerCaseIssuerUri'),
    ),
    refuses(dialect, 'an algorithm that is not accepted', 'token_algorithm_refused', ({ legacy }) => ({
      alg: 'ES256',
      key: legacy.keys.ES256.privateKey,
      header: { alg: 'ES256', kid: legacy.keys.ES256.kid },
    })),
    ...['exp', 'iat', 'nbf', 'client_id'].map((name) =>
      refuses(dialect, `a token without ${name}`, 'token_claim_missing', { claims: { [name]: undefined } }),
    ),
    refuses(dialect, 'a client_id that is no text', 'token_claim_invalid', { claims: { client_id: ['a'] } }),
    {
      name: 'Duende: refuses a reference token where it cannot be asked, and tells operators how it can',
      request: () => bearer(handle),
      answer: duendeRefusals.bearer('token_malformed'),
      also: tells('reference tokens need duende({ referenceTokens })'),
    },
  ],
  trusting(),
)

const handle = '5B1F8A0C3D9E4F7A8B2C6D1E0F3A4B5C9D8E7F6A1B2C3D4E5F60718293A4B5C6-1'

contract(
  'Presets. Duende: what a server may be configured to',
  [
    letsIn(dialect, 'typ JWT', { header: { typ: 'JWT' } }),
    letsIn(dialect, 'typ absent', { header: { typ: undefined } }),
    {
      name: 'Duende: lets in another algorithm that is accepted',
      request: (kit) => {
        const { kid, privateKey: key } = kit.legacy.keys.PS256
        return presented(
          kit,
          dialect,
          tokenOf(kit, dialect, { alg: 'PS256', key, header: { alg: 'PS256', kid } }),
        )
      },
      answer: passes(),
    },
    refuses(dialect, 'an ID token all the same', 'token_type_unexpected', {
      header: { typ: 'JWT' },
      claims: { nonce: 'n-0S6_WzA2Mj' },
    }),
  ],
  trusting({ types: ['JWT', 'absent', 'at+jwt'], algorithms: ['PS256', 'RS256'] }),
)

const nowhere = { claims: { aud: undefined, scope: ['accounts:read'] } }

contract(
  'Presets. Duende: API scopes only',
  [
    {
      name: 'Duende: lets in a token without audience where a scope is required (AT-05)',
      request: withToken(dialect, nowhere, { target: '/read' }),
      answer: passes({ audience: [], scopes: ['accounts:read'] }),
    },
    {
      name: 'Duende: forbids it where none is required (AT-05)',
      request: withToken(dialect, nowhere),
      answer: duendeRefusals.dpop('scope_insufficient'),
    },
    {
      name: 'Duende: forbids it without the scope (AT-05)',
      request: withToken(dialect, { claims: { aud: undefined } }, { target: '/read' }),
      answer: duendeRefusals.dpop('scope_insufficient', 'accounts:read'),
    },
    ...['/read', '/any'].map(
      (target): Row => ({
        name: `Duende: takes the audience of every token for none, at ${target} (AT-05)`,
        request: withToken(
          dialect,
          { claims: { aud: `${authority}/resources`, scope: 'accounts:read' } },
          { target },
        ),
        answer: target === '/read' ? passes({ audience: [] }) : duendeRefusals.dpop('scope_insufficient'),
      }),
    ),
    refuses(dialect, 'the audience of another API', 'token_audience_mismatch', { claims: { aud: 'api2' } }),
  ],
  trusting({ audience: { absent: 'allowed' } }),
)

contract(
  'Presets. Duende: API scopes only, where another value means so too',
  [
    {
      name: 'Duende: forbids the audience of every token where no scope is required (AT-05)',
      request: withToken(dialect, { claims: { aud: `${authority}/resources`, scope: 'accounts:read' } }),
      answer: duendeRefusals.dpop('scope_insufficient'),
    },
  ],
  trusting({ audience: { absent: 'allowed', absentValues: ['unspecified'] } }),
)

const provenAt = (iat: number) => (kit: Kit) => {
  return presented(kit, dialect, tokenOf(kit, dialect), {}, { claims: { iat } })
}
const bound = (kit: Kit, changes: Changes = {}) => tokenOf(kit, dialect, changes)

contract(
  'Presets. Duende: proofs',
  [
    ...[-30, 25].map(
      (seconds): Row => ({
        name: `Duende: lets in a proof of ${seconds} s, for it is good for 5 s and clocks may differ by 25 (DPOP-20)`,
        request: provenAt(now + seconds),
        answer: passes(),
      }),
    ),
    ...[-31, 26].map(
      (seconds): Row => ({
        name: `Duende: refuses a proof of ${seconds} s (DPOP-20)`,
        request: provenAt(now + seconds),
        answer: duendeRefusals.dpop('proof_stale'),
      }),
    ),
    ...(['RS256', 'PS256', 'ES256'] as const).map(
      (algorithm): Row => ({
        name: `Duende: lets in a proof by ${algorithm}`,
        request: (kit) => {
          const client = dpopClient({ algorithm, now: kit.clock.now })
          const token = bound(kit, { claims: { cnf: { jkt: client.thumbprint } } })
          return dpop(token, client.proof({ ...calledUrl({}), token }))
        },
        answer: passes({ scheme: 'DPoP' }),
      }),
    ),
    {
      name: 'Duende: refuses a proof by Ed25519, which its clients never make',
      request: (kit) => {
        const client = dpopClient({ algorithm: 'Ed25519', now: kit.clock.now })
        const token = bound(kit, { claims: { cnf: { jkt: client.thumbprint } } })
        return dpop(token, client.proof({ ...calledUrl({}), token }))
      },
      answer: duendeRefusals.dpop('proof_malformed'),
    },
    {
      name: 'Duende: refuses a bound token as a bearer token (DPOP-26)',
      request: (kit) => bearer(bound(kit)),
      answer: duendeRefusals.bearer('confirmation_downgraded'),
    },
    {
      name: 'Duende: refuses two proofs (DPOP-03)',
      request: (kit) => {
        const token = bound(kit)
        const proof = () => kit.client.proof({ ...calledUrl({}), token })
        return dpop(token, [proof(), proof()])
      },
      answer: duendeRefusals.dpop('proof_malformed'),
    },
    {
      name: 'Duende: refuses the proof for another token (DPOP-23)',
      request: (kit) => {
        const other = bound(kit, { claims: { jti: 'another' } })
        return dpop(bound(kit), kit.client.proof({ ...calledUrl({}), token: other }))
      },
      answer: duendeRefusals.dpop('proof_token_mismatch'),
    },
    {
      name: 'Duende: lets in a bearer token that is bound to nothing, where DPoP is not required',
      request: withToken(plain),
      answer: passes({ scheme: 'Bearer' }),
    },
  ],
  trusting(),
)

contract(
  'Presets. Duende: DPoP required',
  [
    letsIn(dialect, 'a bound token', {}),
    {
      name: 'Duende: refuses a bearer token that is bound to nothing (DPOP-29)',
      request: withToken(plain),
      answer: duendeRequired.bearer('confirmation_required'),
    },
  ],
  trusting({ dpop: { required: true } }),
)

const nonce = rotatingNonce({ secrets: ['a secret of 32 bytes or even more'] })
const heard: string[] = []

stories('Presets. Duende: a nonce', [
  {
    name: 'Duende: asks for a nonce, and lets in the proof that brings it (DPOP-34)',
    issuers: (kit) => trusting({ dpop: { nonce } }).issuers?.(kit) ?? [],
    steps: [
      {
        request: withToken(dialect),
        answer: withNonce(duendeRefusals.dpop('proof_nonce_missing')),
        also: (_, { headers }) => void heard.splice(0, 1, headers.get('dpop-nonce')?.[0] ?? ''),
      },
      {
        request: (kit) => presented(kit, dialect, tokenOf(kit, dialect), {}, { nonce: heard[0] }),
        answer: passes({ scheme: 'DPoP' }),
      },
      {
        request: (kit) => presented(kit, dialect, tokenOf(kit, dialect), {}, { nonce: 'of-the-server' }),
        answer: withNonce(duendeRefusals.dpop('proof_nonce_unknown')),
      },
    ],
  },
])

let asked = 0

/** A reference token, of which the server says this. */
const reference =
  (changes: Readonly<Record<string, unknown>> = {}, target = '/any', from: 'legacy' | 'other' = 'legacy') =>
  async (kit: Kit) => {
    const members = { ...claims, nbf: now, iat: now, exp: now + 3600, scope: 'accounts:read', sub: undefined }
    const changed = { iss: authority, ...members, ...changes }
    return { token: await kit[from].mintOpaque({ claims: changed }), target }
  }
const asBearer =
  (...given: Parameters<typeof reference>): Row['request'] =>
  async (kit) => {
    const { token, target } = await reference(...given)(kit)
    return bearer(token, { target })
  }

contract(
  'Presets. Duende: reference tokens',
  [
    {
      name: 'Duende: lets in a reference token that its server knows, as a JWT (INTRO-01)',
      request: asBearer({}, '/read'),
      answer: passes({
        tokenKind: 'introspected',
        issuer: authority,
        clientId: 'm2m.client',
        actsFor: 'client',
        scopes: ['accounts:read'],
        clientClaims: { tenant: 'acme' },
      }),
    },
    letsIn(dialect, 'a JWT beside them, without asking', {}, { tokenKind: 'jwt' }),
    {
      name: 'Duende: refuses one without a scope of this API, for the server calls it inactive, and tells operators (INTRO-04)',
      request: asBearer({ active: false }),
      answer: duendeRefusals.bearer('token_inactive'),
      also: tells('without any scope of the API resource that asks'),
    },
    {
      name: 'Duende: refuses one that its server does not know (INTRO-04)',
      request: asBearer({}, '/any', 'other'),
      answer: duendeRefusals.bearer('token_inactive'),
    },
    {
      name: 'Duende: forbids a scope that is not among those of this API (SCOPE-01)',
      request: asBearer({ scope: 'invoices.read' }, '/read'),
      answer: duendeRefusals.bearer('scope_insufficient', 'accounts:read'),
    },
    ...(
      [
        ['another audience', { aud: 'api2' }, 'token_audience_mismatch'],
        ['no audience', { aud: undefined }, 'token_claim_missing'],
        ['another issuer', { iss: `${authority}/` }, 'token_issuer_untrusted'],
        ['no client', { client_id: undefined }, 'token_claim_invalid'],
        ['nbf that has not come', { nbf: now + 1 }, 'token_not_yet_valid'],
        ['exp as a text', { exp: String(now + 60) }, 'token_claim_invalid'],
      ] as const
    ).map(
      ([what, changes, code]): Row => ({
        name: `Duende: refuses an answer with ${what} (INTRO-06)`,
        request: asBearer(changes),
        answer: duendeRefusals.bearer(code),
      }),
    ),
    {
      name: 'Duende: refuses a bound reference token as a bearer token (DPOP-26)',
      request: (kit) => asBearer({ cnf: { jkt: kit.client.thumbprint }, token_type: undefined })(kit),
      answer: duendeRefusals.bearer('confirmation_downgraded'),
    },
    {
      name: 'Duende: lets in a bound reference token with its proof (DPOP-47)',
      request: async (kit) => {
        const cnf = { jkt: kit.client.thumbprint }
        const { token } = await reference({ cnf, token_type: undefined })(kit)
        return presented(kit, dialect, token)
      },
      answer: passes({ scheme: 'DPoP', tokenKind: 'introspected' }),
    },
    {
      name: 'Duende: asks about no JWT, whatever is wrong with it (INTRO-10)',
      request: (kit) => {
        asked = kit.legacy.count('introspection')
        return withToken(dialect, { claims: { aud: 'api2' } })(kit)
      },
      answer: duendeRefusals.dpop('token_audience_mismatch'),
      also: ({ legacy }) => expect(legacy.count('introspection')).toBe(asked),
    },
  ],
  {
    issuers: ({ legacy }) => [
      duende({
        authority,
        audience: 'api1',
        jwksUri: legacy.jwksUri,
        referenceTokens: { client: legacy.introspectionClient, endpoint: legacy.introspectionEndpoint },
      }),
    ],
  },
)
