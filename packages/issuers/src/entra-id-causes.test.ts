import type { RefusedToken } from '@portcullis/core'
import { describe, expect, test } from 'vitest'
import { entraIdCauses } from './entra-id-causes.js'

const [tenant, another] = ['8eaef023-2b34-4da1-9baa-8bc8c9d6a490', '11111111-2222-3333-4444-555555555555']
const issuer = 'http://127.0.0.1:4000/entra'
const trust = { tenants: [tenant, another], versions: ['2.0', '1.0'], isListed: false } as const

function told(code: RefusedToken['code'], claims: object, mode: 'app' | 'user' | 'any' = 'any', more = {}) {
  const refused = { code, form: 'jwt', header: {}, claims: { ...claims } } as const
  return entraIdCauses({ ...trust, issuer: undefined, mode, ...more })(refused)
}

describe('a claim that is invalid', () => {
  const v2 = { iss: `https://login.microsoftonline.com/${tenant}/v2.0`, tid: tenant, ver: '2.0' }
  const v1 = { iss: `https://sts.windows.net/${tenant}/`, tid: tenant, ver: '1.0' }

  test.each<[string, object]>([
    ['exp', { ...v2, exp: '1735998393' }],
    ['roles', { ...v1, roles: 'admin' }],
    ['a claim of another issuer', { iss: 'https://as.example', exp: '1735998393' }],
    ['a claim of nobody', {}],
  ])('is not tid or ver where it is %s', (_, claims) => {
    expect(told('token_claim_invalid', claims)).toBeUndefined()
  })

  test.each<[string, object]>([
    ['tid of another tenant', { ...v2, tid: another }],
    ['tid in capitals', { ...v1, tid: tenant.toUpperCase() }],
    ['tid as a number', { ...v2, tid: 5 }],
    ['ver of the other version', { ...v1, ver: '2.0' }],
  ])('is told for %s', (_, claims) => {
    expect(told('token_claim_invalid', claims)).toMatch('tid has to be the tenant that iss names')
  })

  test('is told of an issuer by another name', () => {
    const renamed = { issuer, tenants: [tenant], versions: ['1.0'] }
    const of = (claims: object) => told('token_claim_invalid', { iss: issuer, ...claims }, 'any', renamed)
    expect(of({ tid: tenant, ver: '1.0', exp: 'soon' })).toBeUndefined()
    expect(of({ tid: another, ver: '1.0' })).toMatch('tid has to be')
    expect(of({ tid: tenant, ver: '2.0' })).toMatch('tid has to be')
  })
})

describe('a requirement that is not met', () => {
  const noRoles = 'it has no roles: every application of the tenant gets such tokens'

  test.each<[string, object]>([
    ['no roles', {}],
    ['an empty list', { roles: [] }],
    ['empty roles', { roles: ['', ' '] }],
  ])('is the role of an application with %s', (_, claims) => {
    expect(told('requirement_unmet', { idtyp: 'app', ...claims })).toMatch(noRoles)
  })

  test.each<[string, object]>([
    ['a user', { scp: 'read', sub: 's', oid: 'o' }],
    ['nobody knows whom', { sub: 's', oid: 'o' }],
    ['an application with a role', { idtyp: 'app', roles: ['admin'] }],
  ])('is told nothing of roles for a token of %s', (_, claims) => {
    expect(told('requirement_unmet', claims)).toBeUndefined()
  })

  test('is that of the mode first', () => {
    expect(told('requirement_unmet', { scp: 'read' }, 'app')).toMatch('the token of a user (scp)')
    expect(told('requirement_unmet', { idtyp: 'app' }, 'user')).toMatch(
      'the token of an application (no scp)',
    )
  })

  test('is no role where clients are on a list', () => {
    expect(told('requirement_unmet', { idtyp: 'app' }, 'any', { isListed: true })).toBeUndefined()
  })
})
