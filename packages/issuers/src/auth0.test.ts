import { protectedResource } from '@portcullis/core'
import { describe, expect, test } from 'vitest'
import { type Auth0Options, auth0 } from './index.js'

const domain = 'example.eu.auth0.com'
const audience = 'https://api.example'

/** What somebody wrote without a compiler. */
const made = (options: object) => auth0(options as Auth0Options)
const names = (options: object) => made({ audience, ...options }).map(({ issuer }) => issuer)

describe('its issuers', () => {
  test('are one for each domain, with a slash at the end', () => {
    expect(names({ domain })).toEqual(['https://example.eu.auth0.com/'])
    expect(names({ domains: [domain, 'login.example.com'] })).toEqual([
      'https://example.eu.auth0.com/',
      'https://login.example.com/',
    ])
  })

  test('have another name where one is given', () => {
    expect(names({ domain, issuer: 'http://127.0.0.1:4000/' })).toEqual(['http://127.0.0.1:4000/'])
  })

  test.each(['auth0', 'rfc9068', 'either'] as const)('stand in a resource: %s', (profile) => {
    const issuers = auth0({ domain, audience, profile, mode: 'any', organisations: ['org_1'] })
    expect(() => protectedResource({ resource: audience, issuers })).not.toThrow()
  })
})

describe('a wrong option is refused:', () => {
  test.each<[string, object, string]>([
    ['no domain', {}, 'auth0: expected either domain or domains'],
    ['a URL', { domain: 'https://example.eu.auth0.com/' }, 'auth0: expected a domain in lower case'],
    ['a slash', { domain: 'example.eu.auth0.com/' }, 'without https:// and slash'],
    ['a name alone', { domain: 'example' }, 'auth0: expected a domain'],
    ['capitals', { domain: 'Example.auth0.com' }, 'auth0: expected a domain in lower case'],
    ['a domain twice', { domains: [domain, domain] }, 'auth0.domains: expected each one once'],
    ['no audience', { domain, audience: '' }, 'auth0.audience: expected a string, or a list'],
    [
      'an unknown profile',
      { domain, profile: 'jwt' },
      'auth0.profile: expected one of auth0, rfc9068, either',
    ],
    ['an unknown mode', { domain, mode: 'app' }, 'auth0.mode: expected one of m2m, user, any'],
    [
      'HS256',
      { domain, algorithms: ['HS256'] },
      'auth0.algorithms: expected one of RS256, PS256, got "HS256"',
    ],
    ['no organisations', { domain, organisations: [] }, 'auth0.organisations: expected a string, or a list'],
    ['another spelling', { domain, organizations: ['org_1'] }, 'auth0: unknown option "organizations"'],
    ['what is neither true nor false', { domain, permissionsAreScopes: 'no' }, 'expected true or false'],
    [
      'one name for several issuers',
      { domains: [domain, 'login.example.com'], issuer: 'https://as.example' },
      'auth0.issuer: expected one domain beside it',
    ],
  ])('%s', (_, options, message) => {
    expect(() => made({ audience, ...options })).toThrow(TypeError)
    expect(() => made({ audience, ...options })).toThrow(message)
  })
})
