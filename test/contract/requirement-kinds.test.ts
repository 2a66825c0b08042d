import type { MintOptions } from '@portcullis/testing'
import { expect } from 'vitest'
import { refusal, type Same, unavailable } from './answers.js'
import { contract, passes, type Row } from './contract.js'
import { bearer, minted } from './requests.js'
import type { RequiredName } from './required.js'

type Claims = NonNullable<MintOptions['claims']>
type Case = readonly [name: string, token: unknown]

/** What a token has to be to meet the requirement, and what comes near and is not enough. */
interface Kind {
  readonly on: RequiredName
  /** How a value of the table becomes a token. Default: the values are tokens. */
  readonly token?: (value: never) => MintOptions
  readonly meeting: readonly Case[]
  readonly missing: readonly Case[]
  readonly refusal: Same
  readonly rules: string
}

const unmet = refusal('requirement_unmet')
const roles = (given: unknown): MintOptions => ({ claims: { roles: given } })
const permissions = (given: unknown): MintOptions => ({ claims: { permissions: given } })
const tenant = (given: unknown): MintOptions => ({ claims: { tenant: given } })
const clientId = (given: string): MintOptions => ({ clientId: given })

const kinds: readonly Kind[] = [
  {
    on: 'role',
    token: roles,
    meeting: [
      ['the role', ['admin']],
      ['the role among others', ['auditor', 'admin']],
      ['the role as SCIM writes it', [{ value: 'admin', display: 'Administrators' }]],
    ],
    missing: [
      ['no roles', undefined],
      ['another role', ['auditor']],
      ['another case', ['Admin']],
      ['a longer role', ['administrator']],
      ['one text with two roles', ['admin auditor']],
      ['a text', 'admin'],
      ['an object', { admin: true }],
      ['a list in a list', [['admin']]],
      ['null', null],
    ],
    refusal: unmet,
    rules: 'AT-11, BEARER-20',
  },
  {
    on: 'roles',
    token: roles,
    meeting: [['both roles', ['auditor', 'admin']]],
    missing: [
      ['one of two roles', ['admin']],
      ['the other of two roles', ['auditor']],
    ],
    refusal: unmet,
    rules: 'AT-11, BEARER-20',
  },
  {
    on: 'permission',
    token: permissions,
    meeting: [['the permission', ['read:accounts', 'close:accounts']]],
    missing: [
      ['no permissions', undefined],
      ['another permission', ['read:accounts']],
      ['a pattern', ['close:*']],
      ['a text', 'close:accounts'],
      ['true', true],
    ],
    refusal: unmet,
    rules: 'BEARER-20',
  },
  {
    on: 'permission',
    meeting: [],
    missing: [
      ['the permission as a role', roles(['close:accounts'])],
      ['the permission as a scope', { scope: 'close:accounts' }],
    ],
    refusal: unmet,
    rules: 'BEARER-20',
  },
  {
    on: 'claim',
    token: tenant,
    meeting: [
      ['one of the values', 'north'],
      ['another of the values', 'south'],
      ['a list that contains one', ['east', 'south']],
    ],
    missing: [
      ['no such claim', undefined],
      ['another value', 'east'],
      ['another case', 'North'],
      ['a longer value', 'northern'],
      ['an empty list', []],
      ['an object', { north: true }],
      ['a list in a list', [['north']]],
      ['null', null],
      ['true', true],
    ],
    refusal: unmet,
    rules: 'BEARER-20',
  },
  {
    on: 'client',
    token: clientId,
    meeting: [
      ['one of the clients', 'billing'],
      ['another of the clients', 'reports'],
    ],
    missing: [
      ['another client', 'test-client'],
      ['another case', 'Billing'],
    ],
    refusal: unmet,
    rules: 'BEARER-20',
  },
  {
    on: 'client',
    meeting: [],
    missing: [['the client in azp alone', { clientId: 'x', claims: { azp: 'billing', sub: 'billing' } }]],
    refusal: unmet,
    rules: 'BEARER-20',
  },
  {
    on: 'any-of',
    meeting: [
      ['the role alone', roles(['admin'])],
      ['the claim alone', tenant('north')],
      ['the scope alone', { scope: 'accounts:write' }],
    ],
    missing: [
      ['none of the alternatives', {}],
      ['nearly each of them', { scope: 'accounts:read', claims: { roles: ['x'], tenant: 'south' } }],
    ],
    refusal: refusal('scope_insufficient', 'accounts:write'),
    rules: 'SCOPE-03, BEARER-20',
  },
  {
    on: 'nested',
    meeting: [
      ['the first of each', { scope: 'accounts:read', ...roles(['admin']) }],
      ['the second and the first', { scope: 'accounts:read', ...permissions(['close:accounts']) }],
      ['the second of each', { clientId: 'billing', scope: 'accounts:write', ...roles(['admin']) }],
    ],
    missing: [
      ['the first part', { scope: 'accounts:read' }],
      ['the first part, with the right client', { clientId: 'billing', scope: 'accounts:write' }],
    ],
    refusal: unmet,
    rules: 'SCOPE-03, BEARER-20',
  },
  {
    on: 'nested',
    meeting: [],
    missing: [
      ['the second part', roles(['admin'])],
      ['the client of the second part', { scope: 'accounts:write', ...roles(['admin']) }],
    ],
    refusal: refusal('scope_insufficient', 'accounts:read'),
    rules: 'SCOPE-03, BEARER-20',
  },
  {
    on: 'nested',
    meeting: [],
    missing: [['both parts', {}]],
    refusal: refusal('scope_insufficient', 'accounts:read'),
    rules: 'SCOPE-03, BEARER-20, BEARER-22',
  },
]

contract(
  'C. Requirements beside scope',
  kinds.flatMap(({ on, token = (given) => given, meeting, missing, refusal, rules }): Row[] => {
    const request = (value: unknown) => minted(token(value as never), { target: `/required/${on}` })
    return [
      ...meeting.map(([what, value]) => ({
        name: `lets in for ${on}: ${what} (${rules})`,
        request: request(value),
        answer: passes(),
      })),
      ...missing.map(([what, value]) => ({
        name: `refuses for ${on}: ${what} (${rules})`,
        request: request(value),
        answer: refusal,
      })),
    ]
  }),
)

const [active, inTime] = ['contract is active', 'within opening hours']
const no = (...names: string[]) => refusal('requirement_unmet', { unmet: names })

/** What the rule of the application says, or that it throws; and the names that the caller is told. */
const said = (rule: unknown, token: MintOptions = {}): MintOptions => ({
  ...token,
  claims: { ...token.claims, rule },
})
const nearlyTrue = ['true', 'yes', 1, [true], { ok: true }, [], null, undefined, false]

const onChecks: readonly (readonly [name: string, on: RequiredName, MintOptions, Row['answer']])[] = [
  ...(['check', 'check-later'] as const).flatMap((on) => {
    const name = on === 'check' ? active : inTime
    return [
      [`lets in where ${on} says true`, on, said(true), passes()],
      ...nearlyTrue.map((rule) => [
        `refuses where ${on} says ${JSON.stringify(rule)}`,
        on,
        said(rule),
        no(name),
      ]),
      [`answers 503 where ${on} throws`, on, said('throws'), unavailable('check_unavailable')],
    ] as (readonly [string, RequiredName, MintOptions, Row['answer']])[]
  }),
  ['lets in where two rules say true', 'checks', said(true), passes()],
  ['names the rule that says no first, and asks no other', 'checks', said(false), no(active)],
  [
    'names the rule although a role would do for another',
    'checks',
    said(false, roles(['admin'])),
    no(active),
  ],
  ['answers 503 where several rules throw', 'checks', said('throws'), unavailable('check_unavailable')],
  [
    'lets in with everything of allOf',
    'all-of',
    said(true, { scope: 'accounts:read', ...roles(['admin']) }),
    passes(),
  ],
  [
    'names the rule where everything else of allOf is there',
    'all-of',
    said(false, { scope: 'accounts:read', ...roles(['admin']) }),
    no(active),
  ],
  [
    'names the scope, and asks no rule, where the scope is missing',
    'all-of',
    said('throws', roles(['admin'])),
    refusal('scope_insufficient', 'accounts:read'),
  ],
  ['asks no rule where a role is missing', 'all-of', said('throws', { scope: 'accounts:read' }), unmet],
]

contract(
  'C. Rules of the application’s own',
  onChecks.map(([name, on, token, answer]) => ({
    name: `${name} (BEARER-20, BEARER-22)`,
    request: minted(token, { target: `/required/${on}` }),
    answer,
    also: ({ events }) => expect(JSON.stringify(events)).not.toContain('db.internal'),
  })),
)

const payment = { type: 'payment', actions: ['initiate'], locations: ['https://api.example.com/payments'] }
const detailsMissing = refusal('details_insufficient')
const details = (given: unknown): MintOptions => ({ claims: { authorization_details: given } })

/** Values of the claim `authorization_details`, and whether they cover the payment. */
const granted: readonly (readonly [name: string, value: unknown, covers: boolean])[] = [
  ['one object that covers it (RAR-01)', [payment], true],
  ['the object among others (RAR-01)', [{ type: 'account' }, payment], true],
  [
    'an object with more than is asked for (RAR-01)',
    [{ ...payment, actions: ['cancel', 'initiate'], amount: 5, privileges: ['x'] }],
    true,
  ],
  ['no such claim (RAR-01)', undefined, false],
  ['a text (RAR-01)', JSON.stringify([payment]), false],
  ['an object instead of a list (RAR-01)', payment, false],
  ['an object without a type (RAR-01)', [{ ...payment, type: undefined }], false],
  ['an empty object (RAR-01)', [{}], false],
  ['an empty list (RAR-01)', [], false],
  ['a good object beside one without a type (RAR-01)', [payment, {}], false],
  ['a good object beside a text (RAR-01)', [payment, 'payment'], false],
  ['a type that is no text (RAR-01)', [{ ...payment, type: ['payment'] }], false],
  ['actions as a text (RAR-01)', [{ ...payment, actions: 'initiate' }], false],
  ['another type (RAR-02)', [{ ...payment, type: 'payments' }], false],
  ['a type in another case (RAR-02)', [{ ...payment, type: 'Payment' }], false],
  ['a type with a look-alike letter (RAR-02)', [{ ...payment, type: 'p\u0430yment' }], false],
  ['a type in a compatible form (RAR-02)', [{ ...payment, type: '\uff50ayment' }], false],
  ['an action in another case (RAR-02)', [{ ...payment, actions: ['Initiate'] }], false],
  ['an action with a space (RAR-02)', [{ ...payment, actions: ['initiate '] }], false],
  ['a location with a slash (RAR-02)', [{ ...payment, locations: [`${payment.locations[0]}/`] }], false],
  [
    'a location with its host in upper case (RAR-02)',
    [{ ...payment, locations: ['https://API.example.com/payments'] }],
    false,
  ],
  [
    'a location with its default port (RAR-02)',
    [{ ...payment, locations: ['https://api.example.com:443/payments'] }],
    false,
  ],
  ['the action in one object, the location in another (RAR-03)', mixed('actions', 'locations'), false],
  [
    'the type in one object, everything else in another (RAR-03)',
    [{ type: 'payment' }, { ...payment, type: 'x' }],
    false,
  ],
  ['no actions at all (RAR-03)', [{ ...payment, actions: undefined }], false],
  ['no locations at all (RAR-03)', [{ ...payment, locations: [] }], false],
]

function mixed(...members: ('actions' | 'locations')[]): object[] {
  return members.map((name) => ({ type: 'payment', [name]: payment[name] }))
}

contract('I. Authorization details (RFC 9396)', [
  ...granted.map(([name, value, covers]) => ({
    name: `${covers ? 'lets in' : 'refuses'} ${name}`,
    request: minted(details(value), { target: '/required/details' }),
    answer: covers ? passes() : detailsMissing,
  })),
  {
    name: 'lets in a type alone where nothing else is required (RAR-03)',
    request: minted(details([{ type: 'payment' }]), { target: '/required/details-of-a-type' }),
    answer: passes(),
  },
  {
    name: 'answers 403 and insufficient_scope, and names no scope, for details are none (RAR-04)',
    request: minted({ scope: 'accounts:read' }, { target: '/required/details' }),
    answer: detailsMissing,
    also: (_, { status, headers }) => {
      expect(status).toBe(403)
      expect(headers.get('www-authenticate')).toEqual([
        'Bearer realm="https://api.example.com", error="insufficient_scope", error_description="The access token does not carry the authorization details that are needed."',
      ])
    },
  },
])

/** Everything that can be missing on this route; each row of the table lacks the one thing that is named, and all after it. */
const target = '/required/everything'
const whole: MintOptions = {
  scope: 'accounts:read accounts:write',
  claims: { authorization_details: [payment], roles: ['admin'], rule: true, acr: 'gold' },
}
const scopes = 'accounts:read accounts:write'
const stepUp = { acrValues: 'gold', maxAge: 300 }
const { authorization_details: covered, roles: admin, rule } = whole.claims as Claims

const inOrder: readonly (readonly [first: string, Row['request'], Row['answer']])[] = [
  [
    '400 for two credentials',
    async ({ main }) => {
      const expired = await main.mint({ expiresInSeconds: 0 })
      return bearer(expired, { target, headers: [['Authorization', 'Bearer x']] })
    },
    refusal('credential_ambiguous'),
  ],
  ['401 for a token that expired', minted({ expiresInSeconds: 0 }, { target }), refusal('token_expired')],
  [
    '403 for the scope, with what else the next token needs',
    minted({}, { target }),
    refusal('scope_insufficient', { scope: scopes, ...stepUp }),
  ],
  [
    '403 for the details, with how the user has to authenticate',
    minted({ scope: scopes }, { target }),
    refusal('details_insufficient', stepUp),
  ],
  [
    '403 for the role, with how the user has to authenticate',
    minted({ scope: scopes, claims: { authorization_details: covered, rule: 'throws' } }, { target }),
    refusal('requirement_unmet', stepUp),
  ],
  [
    '403 for a rule of the application, with how the user has to authenticate',
    minted(
      { scope: scopes, claims: { authorization_details: covered, roles: admin, rule: false } },
      { target },
    ),
    refusal('requirement_unmet', { ...stepUp, unmet: [active] }),
  ],
  [
    '401 for the authentication, when everything else is there',
    minted({ scope: scopes, claims: { authorization_details: covered, roles: admin, rule } }, { target }),
    refusal('authentication_insufficient', stepUp),
  ],
  [
    '401 for the authentication, when only its time is missing',
    minted(whole, { target }),
    refusal('authentication_insufficient', stepUp),
  ],
  [
    'nothing, when everything is there',
    async ({ main, clock }) =>
      bearer(await main.mint({ ...whole, claims: { ...whole.claims, auth_time: clock.now() / 1000 } }), {
        target,
      }),
    passes(),
  ],
]

contract(
  'C. What is told first when several requirements are not met',
  inOrder.map(([name, request, answer]) => ({
    name: `tells of ${name} (BEARER-22, STEP-04)`,
    request,
    answer,
  })),
)
