import { describe, expect, test } from 'vitest'
import { thrownBy } from '../../test-support/refusal.js'
import { details } from './kinds/details.js'
import { role } from './kinds/role.js'
import { scope } from './kinds/scope.js'
import { allOf } from './requirement.js'
import { routePolicy } from './route-policy.js'

const read = scope('accounts:read')
const known = { scopes: ['accounts:read'], detailsTypes: ['account'] }

test.each([
  ['no argument: any valid token', [], { access: 'token', requirement: undefined }],
  ['a requirement', [read], { access: 'token', requirement: read }],
  [
    'requirements of any kind, combined',
    [allOf(read, role('Admin'), details({ type: 'account' }))],
    { access: 'token', requirement: allOf(read, role('Admin'), details({ type: 'account' })) },
  ],
  ['a public route', ['nothing'], { access: 'nothing', requirement: undefined }],
  ['an optional route', ['optional'], { access: 'optional', requirement: undefined }],
])('takes %s', (_, given, policy) => {
  expect(routePolicy(given, known)).toEqual(policy)
})

describe('a wrong declaration is a TypeError', () => {
  test.each([
    ['an argument that is undefined, as a mistyped constant is', [undefined], 'undefined'],
    ['null', [null], 'null'],
    ['a scope as text', ['accounts:read'], "'accounts:read'"],
    ['a mistyped word', ['Nothing'], "'Nothing'"],
    ['an empty text', [''], "''"],
    ['a boolean', [false], 'false'],
    ['a list', [[read]], '[ [Object] ]'],
    ['no requirement', [{ kind: 'roles' }], 'roles'],
    ['a requirement without what it is about', [{ kind: 'role' }], 'undefined'],
    ['two requirements', [read, read], 'kind'],
    ['a word and undefined', ['nothing', undefined], 'nothing'],
    ['a scope of another resource', [scope('other')], "'other'"],
    ['details of another resource', [details({ type: 'other' })], "'other'"],
  ])('%s (SCOPE-03)', (_, given, printed) => {
    const error = thrownBy(() => routePolicy(given, known)) as TypeError
    expect(error).toBeInstanceOf(TypeError)
    expect(error.message).toMatch(/^requires\(\): expected /)
    if (printed !== 'kind') expect(error.message).toContain(printed)
  })

  test.each(['accounts:read', 'Nothing', ''])('%j: what a text may have meant is said', (given) => {
    expect(thrownBy(() => routePolicy([given], known))).toMatchObject({
      message: `requires(): expected scope('…'), 'optional' or 'nothing', got '${given}'`,
    })
  })

  test('two requirements: how they are combined is said', () => {
    expect(thrownBy(() => routePolicy([read, read], known))).toMatchObject({
      message: expect.stringContaining('combine several with allOf() or anyOf()'),
    })
  })
})
