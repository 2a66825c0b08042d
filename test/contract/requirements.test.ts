import {
  acr,
  allOf,
  anyOf,
  check,
  claim,
  client,
  details,
  jwtIssuer,
  maxAge,
  permission,
  protectedResource,
  type Requirement,
  role,
  scope,
} from '@portcullis/core'
import { describe, expect, it } from 'vitest'
import { refusal } from './answers.js'
import { resource } from './api.js'
import { contract, passes, type Row } from './contract.js'
import type { Exchange } from './exchange.js'
import { legacy, minted } from './requests.js'

const read = 'accounts:read'
const write = 'accounts:write'
const on = (target: string): Exchange => ({ target })

const both = `${read} ${write}`
/** What a token carries; what is missing on each route. */
const combinations: readonly (readonly [
  carried: string,
  missing: Readonly<Record<string, string | undefined>>,
])[] = [
  ['', { '/both': both, '/all-of': both, '/any-of': read }],
  [read, { '/both': both, '/all-of': both, '/any-of': undefined }],
  [write, { '/both': both, '/all-of': both, '/any-of': undefined }],
  [both, { '/both': undefined, '/all-of': undefined, '/any-of': undefined }],
  ['other', { '/both': both, '/all-of': both, '/any-of': read }],
]

contract(
  'C. Requirements of several scopes',
  combinations.flatMap(([carried, routes]) =>
    Object.entries(routes).map(([target, missing]) => ({
      name: `${missing ? `refuses "${carried}", and names "${missing}",` : `lets in "${carried}"`} on ${target} (SCOPE-03, BEARER-20)`,
      request: minted({ scope: carried }, on(target)),
      answer: missing ? refusal('scope_insufficient', missing) : passes(),
    })),
  ),
)

/** A token that names no audience could have been meant for any resource: only a scope says that it is for this one. */
const withoutAudience: readonly (readonly [
  target: string,
  scope: string | undefined,
  answer: Row['answer'],
])[] = [
  ['/any', undefined, refusal('scope_insufficient')],
  ['/any', both, refusal('scope_insufficient')],
  ['/optional', both, refusal('scope_insufficient')],
  ['/public', both, passes(null)],
  ['/read', read, passes({ audience: [], scopes: [read] })],
  ['/read', write, refusal('scope_insufficient', read)],
  ['/read', undefined, refusal('scope_insufficient', read)],
  ['/both', both, passes({ audience: [] })],
  ['/all-of', both, passes({ audience: [] })],
  ['/all-of', read, refusal('scope_insufficient', both)],
  ['/any-of', read, passes({ audience: [] })],
  ['/any-of', write, passes({ audience: [] })],
  ['/any-of', 'other', refusal('scope_insufficient', read)],
]

contract('C. Tokens without audience, where the issuer is allowed to issue them', [
  ...withoutAudience.map(([target, scope, answer]) => ({
    name: `${'passes' in (answer as object) ? 'lets' : 'refuses'} one with ${scope ?? 'no scope'} on ${target} (AT-05, SCOPE-03)`,
    request: legacy({ claims: { aud: undefined, scope } }, on(target)),
    answer,
  })),
  {
    name: 'refuses one with an empty list of audiences, which is no absence (AT-05, JOSE-26)',
    request: legacy({ claims: { aud: [], scope: read } }, on('/read')),
    answer: refusal('token_audience_mismatch'),
  },
  {
    name: 'refuses one from an issuer that was not allowed to (AT-05)',
    request: minted({ claims: { aud: undefined, scope: read } }, on('/read')),
    answer: refusal('token_claim_missing'),
  },
  {
    name: 'lets in one with an audience where no scope is required (AT-05)',
    request: legacy(),
    answer: passes({ audience: [resource] }),
  },
])

/** A requirement that requires nothing is a mistake in a program, never "let everybody in". */
const empty: Readonly<Record<string, () => unknown>> = {
  'scope()': () => Reflect.apply(scope, undefined, []),
  'allOf()': () => Reflect.apply(allOf, undefined, []),
  'anyOf()': () => Reflect.apply(anyOf, undefined, []),
  "scope('')": () => scope(''),
  "scope('a b')": () => scope('a b'),
  'allOf(undefined)': () => allOf(undefined as unknown as Requirement),
  'role()': () => Reflect.apply(role, undefined, []),
  "role('')": () => role(''),
  'permission()': () => Reflect.apply(permission, undefined, []),
  "claim('tenant', [])": () => claim('tenant', []),
  "claim('tenant', undefined)": () => claim('tenant', undefined as unknown as string),
  'client(undefined)': () => client(undefined as unknown as string),
  'acr()': () => Reflect.apply(acr, undefined, []),
  "acr('a b')": () => acr('a b'),
  'maxAge(-1)': () => maxAge(-1),
  'maxAge(1.5)': () => maxAge(1.5),
  'maxAge(undefined)': () => maxAge(undefined as unknown as number),
  'details({})': () => details({} as { type: string }),
  "details({ type: 'a', actions: [] })": () => details({ type: 'a', actions: [] }),
  "details({ type: 'a', action: ['b'] })": () => details({ type: 'a', action: ['b'] } as { type: string }),
  "check('x')": () => Reflect.apply(check, undefined, ['x']),
  "check('', …)": () => check('', () => true),
}

describe('C. Requirements that require nothing, or nothing that can be', () => {
  const api = protectedResource({
    resource,
    scopes: [read],
    issuers: [jwtIssuer({ issuer: 'https://as.example.com' })],
  })
  const declared: readonly unknown[] = [
    undefined,
    null,
    '',
    'accounts:read',
    [],
    {},
    { kind: 'scope', scopes: [] },
    { kind: 'allOf', of: [] },
    { kind: 'anyOf', of: [] },
    scope('accounts:unknown'),
    anyOf(scope(read), scope('accounts:unknown')),
  ]

  it.each(Object.entries(empty))('refuses %s when the program starts (SCOPE-03, STEP-02)', (_, make) => {
    expect(make).toThrow(TypeError)
  })

  it.each(declared.map((one) => [one]))(
    'refuses a route declared with %j when the program starts (SCOPE-03)',
    (requirement) => {
      expect(() => api.routePolicy([requirement])).toThrow(TypeError)
    },
  )

  it('refuses a requirement outside the scopes of the resource when a request is authorized (SCOPE-03)', async () => {
    const request = { method: 'GET', target: '/', header: () => [], raw: {} }
    const elsewhere = scope('accounts:unknown') as Requirement as Requirement<typeof read>
    await expect(api.authenticate(request, elsewhere)).rejects.toThrow(TypeError)
  })
})
