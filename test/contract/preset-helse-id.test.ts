import { type HelseIdOptions, helseId } from '@portcullis/issuers'
import { contract, type Row } from './contract.js'
import { helseIdDialect as dialect, helseIdRefusals } from './helse-id-dialect.js'
import type { Setting } from './kit.js'
import { type Changes, now, tells, tokenOf, withToken } from './preset-dialect.js'
import { everyPreset, letsIn, refuses } from './preset-negatives.js'
import { bearer } from './requests.js'

const { payload } = dialect.fixture
const audience = payload.aud

function trusting(options: Partial<HelseIdOptions> = {}): Setting {
  return {
    issuers: ({ legacy }) => [
      helseId({ environment: 'test', audience, jwksUri: legacy.jwksUri, ...options }),
    ],
    options: { clockToleranceSeconds: dialect.clockToleranceSeconds },
  }
}

contract('Presets. HelseID: what every preset refuses', everyPreset(dialect), trusting())

const organisation = { parent: '312232324', child: '312232326', supplier: '313745392' }
const orgnr = (which: string) => `helseid://claims/client/claims/orgnr_${which}`

contract(
  'Presets. HelseID: tokens',
  [
    letsIn(
      dialect,
      'the fixture as a client of its own, for an organisation',
      {},
      {
        issuer: 'https://helseid-sts.test.nhn.no',
        scheme: 'DPoP',
        actsFor: 'client',
        clientId: payload.client_id,
        audience: [audience],
        scopes: payload.scope,
        organisation,
      },
    ),
    letsIn(dialect, 'typ JWT', { header: { typ: 'JWT' } }),
    letsIn(dialect, 'typ application/at+jwt', { header: { typ: 'application/at+jwt' } }),
    letsIn(dialect, 'scope as a string', { claims: { scope: 'a b' } }, { scopes: ['a', 'b'] }),
    letsIn(dialect, 'aud as a list of one', { claims: { aud: [audience] } }, { audience: [audience] }),
    letsIn(
      dialect,
      'a token without organisation, where none is demanded',
      {
        claims: { [orgnr('parent')]: undefined, [orgnr('child')]: undefined, [orgnr('supplier')]: undefined },
      },
      { organisation: {} },
    ),
    refuses(dialect, 'typ absent', 'token_type_unexpected', { header: { typ: undefined } }),
    refuses(dialect, 'a custom typ', 'token_type_unexpected', { header: { typ: 'custom+jwt' } }),
    refuses(dialect, 'another aud', 'token_audience_mismatch', { claims: { aud: 'nhn:another-api' } }),
    refuses(dialect, 'aud in another case', 'token_audience_mismatch', {
      claims: { aud: audience.toUpperCase() },
    }),
    refuses(
      dialect,
      'two audiences, and tells operators why there may be two',
      'token_audience_mismatch',
      { claims: { aud: [audience, 'nhn:another-api'] } },
      tells('the client asked for scopes of several APIs at once'),
    ),
    ...['aud', 'iat', 'nbf', 'exp', 'jti', 'client_id'].map((name) =>
      refuses(dialect, `a token without ${name}`, 'token_claim_missing', { claims: { [name]: undefined } }),
    ),
    ...['31223232', '3122323245', '0192:312232324', 312232324, null, ''].map((number) =>
      refuses(dialect, `orgnr_parent ${JSON.stringify(number)}`, 'token_claim_invalid', {
        claims: { [orgnr('parent')]: number },
      }),
    ),
    ...[
      ['https://helseid-sts.nhn.no', 'the token is from the production environment of HelseID'],
      ['https://helseid-sts.qa.nhn.no', 'the token is from the QA environment of HelseID'],
      [
        'https://samsvarstesting-sts-test.helseid.sky.nhn.no/6b0ec7c1-6f5c-4b8e-9f3e-0d3c0a1f5f10',
        "the token is from a session of HelseID's conformity test",
      ],
    ].map(([iss = '', cause = '']) =>
      refuses(
        dialect,
        `iss ${iss}, and tells operators whose it is`,
        'token_issuer_untrusted',
        { claims: { iss } },
        tells(cause),
      ),
    ),
  ],
  trusting(),
)

const user = {
  sub: 'WkQjvcJW9SvJUrEKkJKRMUBHBqMNHBRbsvjoPMvgFJs=',
  'helseid://claims/identity/pid': '01011998123',
  'helseid://claims/identity/security_level': '4',
}

/** A refusal by a requirement of the issuer: 403. */
function forbids(what: string, unmet: string, changes: Changes): Row {
  return {
    name: `HelseID: forbids ${what}`,
    request: withToken(dialect, changes),
    answer: helseIdRefusals.dpop('requirement_unmet', { unmet: [unmet] }),
  }
}

const ofClient = 'a token of a client that acts for itself'
const clientsAlone = [
  forbids('a token of a user', ofClient, { claims: user }),
  forbids('a token with a pid and no sub', ofClient, {
    claims: { 'helseid://claims/identity/pid': '01011998123' },
  }),
  ...[
    'helseid://claims/identity/assurance_level',
    'helseid://claims/identity/pid_pseudonym',
    'helseid://claims/hpr/hpr_number',
    'helseid://claims/hpr/hpr_details',
    'auth_time',
    'sid',
  ].map((name) => forbids(`a token with ${name} and no sub`, ofClient, { claims: { [name]: now } })),
  forbids('a token whose sub is the client, and that has an hpr_number', ofClient, {
    claims: { sub: payload.client_id, 'helseid://claims/hpr/hpr_number': '431001110' },
  }),
  forbids('a token with a sub of which nobody can tell who it is', ofClient, { claims: { sub: 'somebody' } }),
  letsIn(dialect, 'a sub that is the client', { claims: { sub: payload.client_id } }, { actsFor: 'client' }),
]
contract('Presets. HelseID: clients alone, by default', clientsAlone, trusting())
contract('Presets. HelseID: clients alone', clientsAlone, trusting({ mode: 'm2m' }))

contract(
  'Presets. HelseID: users alone',
  [
    letsIn(dialect, 'a token of a user', { claims: user }, { actsFor: 'user', subject: user.sub }),
    letsIn(
      dialect,
      'a token with nothing of a user but an hpr_number',
      { claims: { sub: user.sub, 'helseid://claims/hpr/hpr_number': '431001110' } },
      { actsFor: 'user' },
    ),
    forbids('a token of a client', 'a token of a user', {}),
  ],
  trusting({ mode: 'user' }),
)

contract(
  'Presets. HelseID: users and clients',
  [
    letsIn(dialect, 'a token of a user', { claims: user }, { actsFor: 'user' }),
    letsIn(dialect, 'a token of a client', {}, { actsFor: 'client' }),
  ],
  trusting({ mode: 'any' }),
)

const withoutParent: Changes = { claims: { [orgnr('parent')]: undefined } }
const named = 'a token with an organisation number'

contract(
  'Presets. HelseID: an organisation is demanded',
  [
    letsIn(dialect, 'a token with orgnr_parent', {}, { organisation }),
    forbids('a token without orgnr_parent', named, withoutParent),
    forbids('a token with orgnr_child alone, which the client says of itself', named, {
      claims: { ...withoutParent.claims, [orgnr('supplier')]: undefined },
    }),
    refuses(dialect, 'an expired token without orgnr_parent with 401', 'token_expired', {
      claims: { ...withoutParent.claims, exp: now - 60 },
    }),
  ],
  trusting({ organisationRequired: true }),
)

contract(
  'Presets. HelseID: Bearer',
  [
    {
      name: 'HelseID: refuses a bound token under Bearer',
      request: (kit) => bearer(tokenOf(kit, dialect)),
      answer: helseIdRefusals.bearer('confirmation_downgraded'),
    },
    {
      name: 'HelseID: refuses a token that is bound to no key under Bearer',
      request: (kit) => bearer(tokenOf(kit, dialect, { claims: { cnf: undefined } })),
      answer: helseIdRefusals.bearer('confirmation_required'),
    },
    {
      name: 'HelseID: refuses a token that is bound to no key with a proof',
      request: withToken(dialect, { claims: { cnf: undefined } }),
      answer: helseIdRefusals.dpop('confirmation_required'),
    },
    {
      name: 'HelseID: refuses a token whose cnf has no jkt with a proof',
      request: withToken(dialect, { claims: { cnf: {} } }),
      answer: helseIdRefusals.dpop('confirmation_unsupported'),
    },
  ],
  trusting(),
)
