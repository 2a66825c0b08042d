import type { IntrospectionIssuerOptions } from '@portcullis/core'
import { refusal } from './answers.js'
import { type ApiOptions, resource } from './api.js'
import { contract, type Expected, passes, type Row } from './contract.js'
import { activeRows } from './introspection-active.js'
import { answered, askingMain } from './introspection-api.js'
import { bodyRows } from './introspection-bodies.js'
import { start } from './kit.js'

const now = start / 1000
const [missing, invalid] = [refusal('token_claim_missing'), refusal('token_claim_invalid')]
const [expired, notYet] = [refusal('token_expired'), refusal('token_not_yet_valid')]
const mismatch = refusal('token_audience_mismatch')
const untrusted = refusal('token_issuer_untrusted')
const needsRead = refusal('scope_insufficient', 'accounts:read')

/** What is different in the answer, which says that the token is active all the same; `undefined` removes a member. */
type Case = readonly [changes: Record<string, unknown>, answer: Expected, target?: string]

/** Cases under one configuration. */
interface Table {
  readonly title: string
  readonly issuer?: Partial<IntrospectionIssuerOptions>
  readonly options?: ApiOptions
  readonly cases: readonly Case[]
}

const tables: readonly Table[] = [
  {
    title: 'by default',
    cases: [
      [{ exp: now }, expired],
      [{ exp: now + 0.5 }, passes({ expiresAt: now + 0.5 })],
      [{ exp: undefined }, missing],
      [{ exp: null }, missing],
      [{ exp: String(now + 300) }, invalid],
      [{ nbf: now }, passes()],
      [{ nbf: now + 1 }, notYet],
      [{ iat: now + 60 }, passes()],
      [{ iat: now + 61 }, notYet],
      [{ iat: undefined }, passes()],
      [{ sub: undefined, client_id: undefined, jti: undefined }, passes()],
      [{ client_id: ['app'] }, invalid],
      [{ iss: 'https://stranger.example' }, untrusted],
      [{ iss: ['https://stranger.example'] }, invalid],
      [{ iss: undefined }, passes()],
      [{ aud: 'https://other.example' }, mismatch],
      [{ aud: `${resource}/` }, mismatch],
      [{ aud: resource.toUpperCase() }, mismatch],
      [{ aud: ['https://other.example', resource] }, passes()],
      [{ aud: [] }, mismatch],
      [{ aud: 'api' }, mismatch],
      [{ aud: undefined }, missing],
      [{ aud: null }, missing],
      [{ aud: { [resource]: true } }, invalid],
      [{ aud: [resource, 1] }, invalid],
      [{ scope: 'accounts:read' }, passes({ scopes: ['accounts:read'] }), '/read'],
      [{ scope: 'accounts:write accounts:read' }, passes(), '/both'],
      [{ scope: 'accounts:write' }, needsRead, '/read'],
      [{ scope: 'accounts:reader xaccounts:read' }, needsRead, '/read'],
      [{ scope: undefined }, needsRead, '/read'],
      [{ scope: ['accounts:read'] }, needsRead, '/read'],
      [{ scp: 'accounts:read' }, needsRead, '/read'],
      [{ scope: undefined }, passes({ scopes: [] })],
    ],
  },
  {
    title: 'with a tolerance of 5 s',
    options: { clockToleranceSeconds: 5 },
    cases: [
      [{ exp: now - 4 }, passes({ expiresAt: now - 4 })],
      [{ exp: now - 5 }, expired],
      [{ nbf: now + 5 }, passes()],
      [{ nbf: now + 6 }, notYet],
    ],
  },
  {
    title: 'where little need be said, and scopes stand elsewhere',
    issuer: {
      expiry: { absent: 'allowed' },
      audience: { absent: 'allowed' },
      scopeClaims: ['scp', 'roles'],
    },
    cases: [
      [{ exp: undefined }, passes()],
      [{ exp: now }, expired],
      [{ exp: 'never' }, invalid],
      [{ aud: undefined, scp: ['accounts:read'] }, passes({ audience: [] }), '/read'],
      [{ aud: undefined }, refusal('scope_insufficient')],
      [{ aud: 'https://other.example', scp: 'accounts:read' }, mismatch, '/read'],
      [{ scp: 'accounts:read', roles: ['accounts:write'], scope: 'x' }, passes(), '/both'],
      [{ scope: 'accounts:read', permissions: ['accounts:read'] }, needsRead, '/read'],
    ],
  },
  {
    title: 'where it must be meant for nobody else',
    issuer: { audience: { only: 'accounts' } },
    cases: [
      [{ aud: 'accounts' }, passes({ audience: ['accounts'] })],
      [{ aud: ['accounts', resource] }, mismatch],
      [{ aud: resource }, mismatch],
    ],
  },
]

/** The changes as they stand in the name of a test, with times from now. */
const shown = (changes: Record<string, unknown>) => {
  const values = Object.entries(changes).map(
    ([name, value]) => `${name} ${JSON.stringify(value) ?? 'absent'}`,
  )
  return values.join(', ').replaceAll(/\d{10}(?:\.5)?/g, (date) => `now ${Number(date) - now}`)
}

for (const { title, issuer, options, cases } of tables) {
  const rows = cases.map(
    ([changes, answer, target = '/any']): Row => ({
      name: `${'passes' in answer ? 'lets in' : 'refuses'} ${shown(changes)} at ${target} (INTRO-06)`,
      request: answered((right) => ({ ...right, ...changes }), {}, { target }),
      answer,
    }),
  )
  contract(`What is said of an active token, ${title} (RFC 7662 §4, RFC 9700 §2.3)`, rows, {
    issuers: askingMain(issuer),
    ...(options && { options }),
  })
}

contract('What an authorization server says of a token (RFC 7662 §2.2)', [...activeRows, ...bodyRows], {
  issuers: askingMain(),
})
