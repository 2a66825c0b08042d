import { jwtIssuer, type Scheme } from '@portcullis/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Offer, type RefusalCode, refusal, refusalsWith, same } from './answers.js'
import { type ApiOptions, issuersOf, resource } from './api.js'
import { contract, other, passes, type Row, serverOf } from './contract.js'
import { nothingReported } from './every-credential.js'
import { type Answer, type Exchange, exchange } from './exchange.js'
import { type Kit, startKit } from './kit.js'
import { authorization, bearer, minted, proven } from './requests.js'
import { servers } from './servers/index.js'
import { startGuardedNestOnExpress, startGuardedNestOnFastify } from './servers/nest.js'
import { prefixed } from './servers/prefixed.js'
import { partnerIssuer, twoResources } from './servers/two-resources.js'

const wellKnown = '/.well-known/oauth-protected-resource'
const url = resource + wellKnown
const algs = 'ES256 ES384 ES512 PS256 PS384 PS512 Ed25519 EdDSA'
const publishMetadata = true

/** What of an answer has to be the same in all servers, beside its status and its body. */
const fields = [
  'content-type',
  'content-encoding',
  'cache-control',
  'access-control-allow-origin',
  'access-control-allow-credentials',
  'access-control-allow-methods',
  'access-control-allow-headers',
  'access-control-max-age',
  'allow',
  'www-authenticate',
  'set-cookie',
  'location',
]

interface Published {
  readonly status: number
  readonly fields: Readonly<Record<string, string>>
  readonly body: string
}

function published({ status, headers, body }: Answer): Published {
  const present = fields.flatMap((name) => headers.get(name)?.map((value) => [name, value] as const) ?? [])
  return { status, fields: Object.fromEntries(present), body }
}

const found = {
  'content-type': 'application/json; charset=utf-8',
  'cache-control': 'public, max-age=3600',
  'access-control-allow-origin': '*',
}
const everybody = { 'access-control-allow-origin': '*', allow: 'GET, HEAD, OPTIONS' }
const preflight: Published = {
  status: 204,
  fields: {
    ...everybody,
    'access-control-allow-methods': 'GET, HEAD',
    'access-control-allow-headers': '*',
    'access-control-max-age': '3600',
  },
  body: '',
}
const notAllowed: Published = { status: 405, fields: everybody, body: '' }

/** Written out by hand, member by member: RFC 9728 §2. */
const document = ({ main, other, legacy }: Kit) =>
  `{"resource":"https://api.example.com","authorization_servers":["${main.issuer}","${other.issuer}","${legacy.issuer}"],` +
  `"scopes_supported":["accounts:read","accounts:write"],"bearer_methods_supported":["header"]}`
const served = (kit: Kit, body = document(kit)): Published => ({ status: 200, fields: found, body })

/** One request, and the complete answer; nobody hears of it. */
function row(name: string, request: Exchange, answer: (kit: Kit) => Published): Row {
  return {
    name,
    request: () => ({ target: wellKnown, ...request }),
    answer: (kit) => other(answer(kit).status),
    also: async (kit, given, server) => {
      expect(published(given)).toEqual(answer(kit))
      await nothingReported(kit, given, server)
    },
  }
}

const guarded = [
  ['Nest on Express, with a global guard', startGuardedNestOnExpress],
  ['Nest on Fastify, with a global guard', startGuardedNestOnFastify],
] as const

const elsewhere = [
  '/.well-known/oauth-protected-resource/',
  '/.well-known/oauth-protected-resource/any',
  '/.well-known/oauth-protected-resource.json',
  '/.well-known/OAuth-Protected-Resource',
  '/.well-known/oauth-protected-resourc%65',
  '/.well-known%2Foauth-protected-resource',
  '//.well-known/oauth-protected-resource',
  '/x/../.well-known/oauth-protected-resource',
  '/any/.well-known/oauth-protected-resource',
  '/.well-known/oauth-authorization-server',
  '/.well-known/openid-configuration',
  '/.well-known/',
]
const forged: readonly (readonly [what: string, request: Exchange])[] = [
  ['Host', { host: 'evil.example' }],
  ['Host with a port', { host: 'api.example.com:8443' }],
  ['X-Forwarded-Host', { headers: [['X-Forwarded-Host', 'evil.example']] }],
  ['Forwarded', { headers: [['Forwarded', 'host=evil.example;proto=http']] }],
  ['X-Forwarded-Prefix', { headers: [['X-Forwarded-Prefix', '/evil']] }],
  ['X-Original-URL', { headers: [['X-Original-URL', '/evil']] }],
]

contract(
  'H. The metadata of a protected resource (RFC 9728)',
  [
    row('answers GET with the document, as JSON, for everybody (PRM-02, PRM-03, PRM-06)', {}, served),
    {
      name: 'names no keys, no algorithms of signed answers and no signed metadata, for there are none (PRM-05)',
      request: () => ({ target: wellKnown }),
      answer: other(200),
      also: (_, { body }) => {
        const members = ['jwks_uri', 'resource_signing_alg_values_supported', 'signed_metadata']
        for (const member of members) expect(JSON.parse(body)).not.toHaveProperty(member)
      },
    },
    row('answers HEAD as GET, without the document (PRM-03)', { method: 'HEAD' }, (kit) => served(kit, '')),
    row('answers OPTIONS, for scripts of any origin (PRM-03)', { method: 'OPTIONS' }, () => preflight),
    row(
      'answers a preflight for any fields that a script may send (PRM-03)',
      {
        method: 'OPTIONS',
        headers: [
          ['Origin', 'https://app.example'],
          ['Access-Control-Request-Method', 'GET'],
          ['Access-Control-Request-Headers', 'mcp-protocol-version, x-anything'],
        ],
      },
      () => preflight,
    ),
    ...['POST', 'PUT', 'PATCH', 'DELETE'].map((method) =>
      row(`refuses ${method}, and says what is allowed (PRM-03)`, { method }, () => notAllowed),
    ),
    row(
      'refuses POST with a body (PRM-03)',
      { method: 'POST', headers: [['Content-Type', 'application/json']], body: '{"resource":"x"}' },
      () => notAllowed,
    ),
    row(
      'does not look at a query (PRM-02)',
      { target: `${wellKnown}?resource=https://evil.example` },
      served,
    ),
    row(
      'answers a target in absolute form by its path alone (PRM-02, PRM-09)',
      { target: `https://evil.example${wellKnown}` },
      served,
    ),
    ...['Bearer a.b.c', 'Bearer', 'Basic eDp5', 'Bearer a, Bearer b'].map((value) =>
      row(`does not look at credentials: ${value} (PRM-03)`, { headers: [['Authorization', value]] }, served),
    ),
    ...forged.map(([what, request]) => row(`is the same whatever ${what} says (PRM-09)`, request, served)),
    ...elsewhere.map(
      (target): Row => ({
        name: `leaves ${target} to the framework (PRM-02, PRM-10)`,
        request: () => ({ target }),
        answer: other(404),
        also: nothingReported,
      }),
    ),
    {
      name: 'leaves the routes of the application as they are (PRM-03)',
      request: minted({ scope: 'accounts:read' }, { target: '/read' }),
      answer: passes({ scopes: ['accounts:read'] }),
      also: (_, { headers }) => expect(headers.get('access-control-allow-origin')).toBeUndefined(),
    },
  ],
  { set: [...servers, ...guarded], options: { publishMetadata } },
)

contract('H. Where no metadata is published', [
  {
    name: 'leaves the well-known path to the framework (PRM-10)',
    request: () => ({ target: wellKnown }),
    answer: other(404),
    also: nothingReported,
  },
  {
    name: 'names no metadata in challenges (PRM-08)',
    request: () => ({}),
    answer: refusal('credential_missing'),
    also: (_, { headers }) =>
      expect(headers.get('www-authenticate')?.join()).not.toContain('resource_metadata'),
  },
])

contract(
  'H. The metadata where routes have prefixes',
  [
    row('is at the root, outside of every prefix (PRM-02)', {}, served),
    row('answers OPTIONS there, too (PRM-03)', { method: 'OPTIONS' }, () => preflight),
    row('refuses POST there, too (PRM-03)', { method: 'POST' }, () => notAllowed),
    ...['/api', '/api/v1', '/v1'].map(
      (prefix): Row => ({
        name: `is not below ${prefix} (PRM-02)`,
        request: () => ({ target: prefix + wellKnown }),
        answer: other(404),
      }),
    ),
    {
      name: 'is named by what is below a prefix (PRM-08)',
      request: () => ({ target: '/api/v1/read' }),
      answer: refusalsWith({ schemes: ['Bearer'], algs, metadata: url }).neither('credential_missing'),
    },
  ],
  { set: prefixed, options: { publishMetadata } },
)

const ofPartner =
  '{"resource":"https://api.example.com/partner","authorization_servers":["https://as.partner.example"],"bearer_methods_supported":[],' +
  '"dpop_signing_alg_values_supported":["ES256"],"dpop_bound_access_tokens_required":true,"resource_name":"Partners"}'

contract(
  'H. The metadata of two resources in one application',
  [
    row('is that of the first at its own path (PRM-10)', {}, served),
    row('is that of the second at its own path (PRM-02, PRM-10)', { target: `${wellKnown}/partner` }, (kit) =>
      served(kit, ofPartner),
    ),
    row(
      'is the same whatever Host says (PRM-09, PRM-10)',
      { target: `${wellKnown}/partner`, host: 'x' },
      (kit) => served(kit, ofPartner),
    ),
    ...['/partner/', '/partner/any', '/partners', '/any'].map(
      (path): Row => ({
        name: `is not at the path of neither: ${path} (PRM-10)`,
        request: () => ({ target: wellKnown + path }),
        answer: other(404),
      }),
    ),
    {
      name: 'is named by the challenge of the first (PRM-08, PRM-10)',
      request: () => ({}),
      answer: refusalsWith({ schemes: ['Bearer'], algs, metadata: url }).neither('credential_missing'),
    },
    {
      name: 'names for each resource the issuer whose tokens it takes (PRM-07, PRM-10)',
      request: async ({ main }) => bearer(await main.mint({ claims: { iss: partnerIssuer } })),
      answer: refusalsWith({ schemes: ['Bearer'], algs, metadata: url }).bearer('token_issuer_untrusted'),
    },
  ],
  { set: twoResources, options: { publishMetadata } },
)

describe('H. The challenge of the second of two resources', () => {
  let kit: Kit
  beforeAll(async () => {
    kit = await startKit({ set: twoResources, options: { publishMetadata } })
  })
  afterAll(() => kit.close())

  it.each(twoResources.map(([name]) => name))(
    '%s: names the metadata of that one (PRM-08, PRM-10)',
    async (name) => {
      const given = await exchange(serverOf(kit, name).port, { target: '/partner/any' })
      expect(same(given)).toEqual({
        ...refusal('credential_missing'),
        'www-authenticate': [
          `DPoP realm="${resource}/partner", algs="ES256", resource_metadata="${url}/partner"`,
        ],
      })
    },
  )
})

/** One request for each way that a challenge is made. */
const refused: readonly (readonly [
  code: RefusalCode,
  used: Scheme | undefined,
  Row['request'],
  needed?: object,
])[] = [
  ['credential_missing', undefined, () => ({})],
  ['credential_missing', undefined, authorization('Basic eDp5')],
  ['credential_malformed', 'Bearer', authorization('Bearer')],
  ['credential_ambiguous', undefined, authorization('Bearer a, Bearer b')],
  ['token_malformed', 'Bearer', authorization('Bearer a.b.c')],
  ['token_expired', 'Bearer', minted({ expiresInSeconds: 0 })],
  ['token_expired', 'DPoP', proven({ token: { expiresInSeconds: 0 } })],
  ['proof_method_mismatch', 'DPoP', proven({ proof: { method: 'POST' } })],
  ['scope_insufficient', 'DPoP', proven({}, { target: '/read' }), { scope: 'accounts:read' }],
  [
    'authentication_insufficient',
    'DPoP',
    proven({}, { target: '/required/step-up' }),
    { acrValues: 'gold silver', maxAge: 300 },
  ],
  ['requirement_unmet', 'DPoP', proven({}, { target: '/required/role' })],
]

const ofBearer: typeof refused = [
  ...refused.filter(([, used]) => used !== 'DPoP'),
  ['scope_insufficient', 'Bearer', minted({}, { target: '/read' }), { scope: 'accounts:read' }],
  [
    'authentication_insufficient',
    'Bearer',
    minted({}, { target: '/required/step-up' }),
    { acrValues: 'gold silver', maxAge: 300 },
  ],
  ['details_insufficient', 'Bearer', minted({}, { target: '/required/details' })],
]

const offers: readonly (readonly [
  name: string,
  offer: Omit<Offer, 'algs' | 'metadata'>,
  options: ApiOptions,
  rows: typeof refused,
])[] = [
  ['Bearer', { schemes: ['Bearer'] }, {}, ofBearer],
  ['Bearer and DPoP', { schemes: ['Bearer', 'DPoP'] }, { dpop: {} }, [...ofBearer, ...refused]],
  ['DPoP', { schemes: ['DPoP'] }, { dpop: { required: true } }, refused],
]

for (const [name, { schemes }, options, rows] of offers) {
  const told = refusalsWith({ schemes, algs, metadata: url })
  contract(
    `H. Challenges where metadata is published and ${name} is on offer`,
    rows.flatMap(([code, used, request, needed]): Row[] => {
      const by = used === undefined ? told.neither : used === 'DPoP' ? told.dpop : told.bearer
      const answer = by(code, needed)
      return [
        { name: `name its URL for every scheme: ${code}, ${used ?? 'no scheme'} (PRM-08)`, request, answer },
        {
          name: `name that URL whatever Host says: ${code}, ${used ?? 'no scheme'} (PRM-08, PRM-09)`,
          request: async (kit) => {
            const sent = await request(kit)
            const headers = [...(sent.headers ?? []), ['X-Forwarded-Host', 'evil.example'] as const]
            return { ...sent, headers, host: 'evil.example' }
          },
          answer,
        },
      ]
    }),
    { options: { clockToleranceSeconds: 0, publishMetadata, ...options } },
  )
}

interface Enforcing {
  readonly name: string
  readonly options: ApiOptions
  readonly issuers?: (kit: Kit | Parameters<typeof issuersOf>[0]) => ReturnType<typeof issuersOf>
  /** What the document says beside resource, servers and scopes. */
  readonly says: Readonly<Record<string, unknown>>
  /** Whether a bearer token passes, and one with a proof by ES256. */
  readonly lets: Readonly<Record<'bearer' | 'dpop', boolean>>
}

const everyAlgorithm = algs.split(' ')
const required = { bearer_methods_supported: [], dpop_bound_access_tokens_required: true }
const enforcing: readonly Enforcing[] = [
  {
    name: 'nothing but bearer tokens',
    options: {},
    says: { bearer_methods_supported: ['header'] },
    lets: { bearer: true, dpop: false },
  },
  {
    name: 'DPoP beside bearer tokens',
    options: { dpop: {} },
    says: { bearer_methods_supported: ['header'], dpop_signing_alg_values_supported: everyAlgorithm },
    lets: { bearer: true, dpop: true },
  },
  {
    name: 'DPoP alone',
    options: { dpop: { required: true, algorithms: ['ES256', 'RS256'] } },
    says: { ...required, dpop_signing_alg_values_supported: ['ES256', 'RS256'] },
    lets: { bearer: false, dpop: true },
  },
  {
    name: 'DPoP alone, by other algorithms',
    options: { dpop: { required: true, algorithms: ['Ed25519'] } },
    says: { ...required, dpop_signing_alg_values_supported: ['Ed25519'] },
    lets: { bearer: false, dpop: false },
  },
  {
    name: 'DPoP for the tokens of one issuer alone',
    options: {},
    issuers: (trusted) => issuersOf(trusted, { main: { required: true, algorithms: ['ES256'] } }),
    says: { bearer_methods_supported: ['header'], dpop_signing_alg_values_supported: ['ES256'] },
    lets: { bearer: false, dpop: true },
  },
  {
    name: 'tokens that are bound to certificates, and types of authorization details',
    options: { certificate: 'socket', authorizationDetailsTypes: ['payment', 'account'] },
    says: {
      bearer_methods_supported: ['header'],
      tls_client_certificate_bound_access_tokens: true,
      authorization_details_types_supported: ['payment', 'account'],
    },
    lets: { bearer: true, dpop: false },
  },
  {
    name: 'no types of authorization details but that of its routes, and what people are told',
    options: {
      authorizationDetailsTypes: ['payment'],
      publishMetadata: {
        name: { '': 'Accounts', 'nb-NO': 'Kontoer på nett' },
        documentation: 'https://docs.example/accounts',
        policy: 'https://docs.example/policy',
        termsOfService: 'https://docs.example/terms',
      },
    },
    says: {
      bearer_methods_supported: ['header'],
      authorization_details_types_supported: ['payment'],
      resource_name: 'Accounts',
      'resource_name#nb-NO': 'Kontoer på nett',
      resource_documentation: 'https://docs.example/accounts',
      resource_policy_uri: 'https://docs.example/policy',
      resource_tos_uri: 'https://docs.example/terms',
    },
    lets: { bearer: true, dpop: false },
  },
]

const token = { scope: 'accounts:read' }
const passesOrNot = (lets: boolean, { status }: Answer) => expect(status === 200).toBe(lets)

for (const { name, options, issuers = issuersOf, says, lets } of enforcing) {
  contract(
    `H. The metadata of a resource that takes ${name}`,
    [
      {
        name: 'says so, member by member, and nothing else (PRM-04, PRM-06, PRM-07)',
        request: () => ({ target: wellKnown }),
        answer: other(200),
        also: (kit, { body }) => {
          const { main, other, legacy } = kit
          const told: unknown = JSON.parse(Buffer.from(body, 'latin1').toString())
          expect(told).toEqual({
            resource,
            authorization_servers: [main.issuer, other.issuer, legacy.issuer],
            scopes_supported: ['accounts:read', 'accounts:write'],
            ...says,
          })
        },
      },
      ...(['bearer', 'dpop'] as const).map(
        (scheme): Row => ({
          name: `${lets[scheme] ? 'lets in' : 'refuses'} a token under ${scheme}, as it says (PRM-07)`,
          request: scheme === 'bearer' ? minted(token) : proven({ token }),
          answer: lets[scheme] ? passes() : refusedAs(says, scheme, options),
          also: (_, given) => passesOrNot(lets[scheme], given),
        }),
      ),
    ],
    { issuers, options: { publishMetadata, ...options } },
  )
}

/** The refusal of a good token that comes in a way the document does not name. */
function refusedAs(says: Enforcing['says'], scheme: 'bearer' | 'dpop', { dpop }: ApiOptions) {
  const told = says['dpop_signing_alg_values_supported'] as readonly string[] | undefined
  const isRequired = says['dpop_bound_access_tokens_required'] === true
  const schemes: Scheme[] = [...(isRequired ? [] : ['Bearer' as const]), ...(told ? ['DPoP' as const] : [])]
  const offer = refusalsWith({ schemes, algs: told?.join(' ') ?? '', metadata: url })
  if (scheme === 'bearer') return offer.bearer('confirmation_required')
  return dpop ? offer.dpop('proof_malformed') : offer.neither('credential_missing')
}

contract(
  'H. The metadata of a resource whose issuers have no URL',
  [
    row('names none of them, and no empty list (PRM-04, PRM-06)', {}, (kit) =>
      served(
        kit,
        '{"resource":"https://api.example.com","scopes_supported":["accounts:read","accounts:write"],"bearer_methods_supported":["header"]}',
      ),
    ),
  ],
  {
    issuers: ({ main }) => [jwtIssuer({ issuer: 'LoginRadius', jwks: main.jwks })],
    options: { publishMetadata },
  },
)
