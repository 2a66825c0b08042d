import type { MintOptions } from '@portcullis/testing'
import { refusal } from './answers.js'
import { contract, passes } from './contract.js'
import type { Exchange } from './exchange.js'
import { legacy, minted } from './requests.js'

const read = 'accounts:read'
const write = 'accounts:write'
const on = (target: string): Exchange => ({ target })

/** Values of the claim `scope` that grant accounts:read. */
const granting: readonly (readonly [name: string, scope: string, scopes: readonly string[]])[] = [
  ['the scope alone (SCOPE-01)', read, [read]],
  ['the scope among others (SCOPE-01)', `openid ${read} other`, ['openid', read, 'other']],
  ['the scopes in another order (SCOPE-01)', `${write} ${read}`, [write, read]],
  ['the scope twice (SCOPE-02)', `${read} ${read}`, [read]],
  ['two spaces between (SCOPE-02)', `a  ${read}`, ['a', read]],
  ['spaces before and after (SCOPE-02)', `  ${read}  `, [read]],
]

/** Values of the claim `scope` that do not. */
const denying: readonly (readonly [name: string, scope: unknown])[] = [
  ['another case (SCOPE-01)', 'Accounts:Read'],
  ['upper case (SCOPE-01)', 'ACCOUNTS:READ'],
  ['a longer scope (SCOPE-01)', 'accounts:readonly'],
  ['a shorter scope (SCOPE-01)', 'accounts'],
  ['the scope within another (SCOPE-01)', `x${read}x`],
  ['a pattern (SCOPE-01)', 'accounts:*'],
  ['a look-alike letter (SCOPE-01)', 'accounts:r\u0435ad'],
  ['a compatible form (SCOPE-01)', 'accounts\uff1aread'],
  ['nothing (SCOPE-02)', ''],
  ['spaces alone (SCOPE-02)', '   '],
  ['a tab between (SCOPE-02)', `${write}\t${read}`],
  ['a line break between (SCOPE-02)', `${write}\n${read}`],
  ['a comma between (SCOPE-02)', `${write},${read}`],
  ['a semicolon between (SCOPE-02)', `${write};${read}`],
  ['a plus sign between (SCOPE-02)', `${write}+${read}`],
  ['a no-break space between (SCOPE-02)', `${write}\u00a0${read}`],
  ['quotes (SCOPE-02)', `"${read}"`],
  ['a list (SCOPE-02, AT-11)', [read]],
  ['a list of one text with both (SCOPE-02, AT-11)', [`${read} ${write}`]],
  ['an object (AT-11)', { [read]: true }],
  ['an object like a list (AT-11)', { 0: read, length: 1 }],
  ['a number (AT-11)', 1],
  ['true (AT-11)', true],
  ['null (AT-11)', null],
]

contract('C. Scopes of a token (RFC 6749 §3.3, RFC 9068 §2.2.3)', [
  ...granting.map(([name, scope, scopes]) => ({
    name: `lets in ${name}`,
    request: minted({ scope }, on('/read')),
    answer: passes({ scopes }),
  })),
  ...denying.map(([name, scope]) => ({
    name: `refuses ${name}`,
    request: minted({ claims: { scope } }, on('/read')),
    answer: refusal('scope_insufficient', read),
  })),
  {
    name: 'refuses a token without scope (SCOPE-01)',
    request: minted({}, on('/read')),
    answer: refusal('scope_insufficient', read),
  },
  ...['scp', 'roles', 'permissions', 'groups', 'entitlements', 'scopes'].map((claim) => ({
    name: `does not read scopes from ${claim} unless told to (SCOPE-02, AT-11)`,
    request: minted({ claims: { [claim]: [read] } }, on('/read')),
    answer: refusal('scope_insufficient', read),
  })),
  ...['', '  ', undefined].map((scope) => ({
    name: `makes no scope of ${JSON.stringify(scope) ?? 'an absent claim'} (SCOPE-02)`,
    request: minted({ claims: { scope } }),
    answer: passes({ scopes: [] }),
  })),
])

/** Claims of the issuer with `scopeClaims`, and the scopes that come of them. */
const vendors: readonly (readonly [
  name: string,
  claims: MintOptions['claims'],
  scopes: readonly string[],
])[] = [
  ['scope as a string', { scope: `${write} ${read}` }, [write, read]],
  ['scope as a list', { scope: [write, read] }, [write, read]],
  ['scp as a string', { scp: ` ${write}  ${read} ` }, [write, read]],
  ['scp as a list', { scp: [read] }, [read]],
  ['roles as a list', { roles: [read] }, [read]],
  ['permissions as a list', { permissions: [read] }, [read]],
  ['names of roles with spaces in them', { roles: [read, 'Site Manager'] }, [read, 'Site Manager']],
  ['roles as a string beside permissions as a list', { roles: write, permissions: [read] }, [read]],
  [
    'several claims together',
    { scope: write, scp: [read, 'x'], roles: ['y'], permissions: [read] },
    [write, read, 'x', 'y'],
  ],
  ['one good claim beside one of a wrong type', { scp: 7, roles: [read] }, [read]],
]

const vendorsDenied: readonly (readonly [name: string, claims: MintOptions['claims']])[] = [
  ['a list with one text for two scopes', { scp: [`${write} ${read}`] }],
  ['a list with something that is no string', { scp: [read, 1] }],
  ['a list in a list', { roles: [[read]] }],
  ['roles as a string', { roles: read }],
  ['roles as a string of several', { roles: `${write} ${read}` }],
  ['permissions as a string', { permissions: read }],
  ['permissions as a string of several', { permissions: `${write} ${read}` }],
  ['the name of a role with the scope as one of its words', { roles: [`${read} Manager`] }],
  ['an object', { roles: { [read]: true } }],
  ['true', { permissions: true }],
  ['a comma between', { scp: `${write},${read}` }],
  ['a claim that was not named', { groups: [read], entitlements: [read] }],
]

contract('C. Scopes from the claims that an issuer is configured with', [
  ...vendors.map(([name, claims, scopes]) => ({
    name: `reads ${name} (SCOPE-02)`,
    request: legacy({ claims: { ...claims } }, on('/read')),
    answer: passes({ scopes }),
  })),
  ...vendorsDenied.map(([name, claims]) => ({
    name: `grants nothing for ${name} (SCOPE-02, AT-11)`,
    request: legacy({ claims: { ...claims } }, on('/read')),
    answer: refusal('scope_insufficient', read),
  })),
])
