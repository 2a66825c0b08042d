import { generateKeyPairSync } from 'node:crypto'
import { protectedResource } from '@portcullis/core'
import { describe, expect, test } from 'vitest'
import { type EntraIdOptions, entraId } from './index.js'

const tenant = '8eaef023-2b34-4da1-9baa-8bc8c9d6a490'
const another = '11111111-2222-3333-4444-555555555555'
const audience = '00001111-aaaa-2222-bbbb-3333cccc4444'

/** What somebody wrote without a compiler. */
const made = (options: object) => entraId(options as EntraIdOptions)
const names = (options: object) => made({ audience, ...options }).map(({ issuer }) => issuer)

describe('its issuers', () => {
  test('are one of each version and tenant', () => {
    expect(names({ tenants: [tenant, another] })).toEqual([
      `https://login.microsoftonline.com/${tenant}/v2.0`,
      `https://sts.windows.net/${tenant}/`,
      `https://login.microsoftonline.com/${another}/v2.0`,
      `https://sts.windows.net/${another}/`,
    ])
  })

  test('are of the versions that are named', () => {
    expect(names({ tenant, versions: ['1.0'] })).toEqual([`https://sts.windows.net/${tenant}/`])
  })

  test('have another name where one is given', () => {
    const issuer = 'http://127.0.0.1:4000/entra'
    expect(names({ tenant, versions: ['2.0'], issuer })).toEqual([issuer])
    expect(names({ tenant, versions: ['1.0'], issuer })).toEqual([issuer])
  })

  test('stand in one resource, together and beside those of another call', () => {
    const issuers = [entraId({ tenant, audience }), entraId({ tenant: another, audience, dpop: {} })]
    expect(() => protectedResource({ resource: 'https://api.example', issuers })).not.toThrow()
  })
})

describe('keys', () => {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const of = (issuer: unknown) => ({ keys: [{ ...publicKey.export({ format: 'jwk' }), issuer }] })
  const unusable = 'entraId: jwtIssuer.jwks: expected a usable key for at least one of RS256'

  test.each<[string, unknown]>([
    ['the template', 'https://login.microsoftonline.com/{tenantid}/v2.0'],
    ['the tenant', `https://login.microsoftonline.com/${tenant}/v2.0`],
  ])('of %s are accepted for both versions', (_, issuer) => {
    expect(() => made({ tenant, audience, jwks: of(issuer) })).not.toThrow()
  })

  test('without an issuer are accepted', () => {
    expect(() => made({ tenant, audience, jwks: of(undefined) })).not.toThrow()
  })

  test.each<[string, unknown]>([
    ['another tenant', `https://login.microsoftonline.com/${another}/v2.0`],
    ['another host', 'https://login.microsoftonline.us/{tenantid}/v2.0'],
    ['what is no text', [`https://login.microsoftonline.com/${tenant}/v2.0`]],
    ['nobody', ''],
  ])('of %s are not', (_, issuer) => {
    expect(() => made({ tenant, audience, jwks: of(issuer) })).toThrow(new TypeError(unusable))
  })

  test('of version 1.0 are not for tokens of version 2.0', () => {
    const jwks = of(`https://sts.windows.net/${tenant}/`)
    expect(() => made({ tenant, audience, versions: ['1.0'], jwks })).not.toThrow()
    expect(() => made({ tenant, audience, versions: ['2.0'], jwks })).toThrow(unusable)
  })
})

describe('a wrong option is refused:', () => {
  test.each<[string, object, string]>([
    ['no tenant', {}, 'entraId: expected either tenant or tenants'],
    ['two forms of it', { tenant, tenants: [tenant] }, 'entraId: expected either tenant or tenants'],
    ['no tenants', { tenants: [] }, 'entraId.tenants: expected a string, or a list of strings, none empty'],
    ['a tenant twice', { tenants: [tenant, tenant] }, 'entraId.tenants: expected each one once'],
    ['a tenant that is a list', { tenant: [tenant] }, 'entraId.tenant: expected a string, got object'],
    ['any tenant', { tenant: 'common' }, 'got "common"; an API for any tenant has a resolver'],
    ['a tenant by its name', { tenant: 'contoso.onmicrosoft.com' }, 'a GUID in lower case'],
    ['a tenant in capitals', { tenant: tenant.toUpperCase() }, 'a GUID in lower case'],
    ['no audience', { tenant, audience: [] }, 'entraId.audience: expected a string, or a list'],
    ['an audience that may be absent', { tenant, audience: { absent: 'allowed' } }, 'entraId.audience'],
    ['an unknown version', { tenant, versions: ['3.0'] }, 'entraId.versions: expected one of 2.0, 1.0'],
    ['an unknown mode', { tenant, mode: 'm2m' }, 'entraId.mode: expected one of app, user, any'],
    ['a list of no clients', { tenant, clients: [] }, 'entraId.clients: expected a string, or a list'],
    ['an option that is undefined', { tenant, clients: undefined }, 'entraId.clients: expected a value'],
    ['an unknown option', { tenant, client: 'a' }, 'entraId: unknown option "client"'],
    [
      'one name for several issuers',
      { tenant, issuer: 'https://as.example' },
      'entraId.issuer: expected one tenant and one of the versions beside it',
    ],
  ])('%s', (_, options, message) => {
    expect(() => made({ audience, ...options })).toThrow(TypeError)
    expect(() => made({ audience, ...options })).toThrow(message)
  })
})
