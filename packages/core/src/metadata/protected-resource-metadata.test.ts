import { BlockList } from 'node:net'
import { describe, expect, test } from 'vitest'
import { policyWith } from '../../test-support/dpop.js'
import { type Enforced, metadataUrl, protectedResourceMetadata } from './protected-resource-metadata.js'

describe('where the metadata of a resource is', () => {
  test.each([
    ['https://h.example', 'https://h.example/.well-known/oauth-protected-resource'],
    ['https://h.example/', 'https://h.example/.well-known/oauth-protected-resource'],
    ['https://h.example/a', 'https://h.example/.well-known/oauth-protected-resource/a'],
    ['https://h.example/a/', 'https://h.example/.well-known/oauth-protected-resource/a/'],
    ['https://h.example/a/b', 'https://h.example/.well-known/oauth-protected-resource/a/b'],
    ['https://h.example?q=1', 'https://h.example/.well-known/oauth-protected-resource?q=1'],
    ['https://h.example/?q=1', 'https://h.example/.well-known/oauth-protected-resource?q=1'],
    ['https://h.example/a?q=/1', 'https://h.example/.well-known/oauth-protected-resource/a?q=/1'],
    ['https://h.example:8443/a', 'https://h.example:8443/.well-known/oauth-protected-resource/a'],
    ['https://h.example/%C3%A9', 'https://h.example/.well-known/oauth-protected-resource/%C3%A9'],
    ['http://localhost:3000/a', 'http://localhost:3000/.well-known/oauth-protected-resource/a'],
    ['http://[::1]:3000', 'http://[::1]:3000/.well-known/oauth-protected-resource'],
  ])('of %s: %s (PRM-02, RFC 9728 §3.1)', (resource, url) => {
    expect(metadataUrl(resource)).toBe(url)
  })
})

const bare: Enforced = {
  resource: 'https://api.example',
  policies: [{ dpop: undefined }],
  issuers: ['https://as.example'],
  schemes: ['Bearer'],
  certificate: undefined,
  described: {},
}
const told = (changes: Partial<Enforced> = {}) => protectedResourceMetadata({ ...bare, ...changes })

describe('the document', () => {
  test('says what is enforced, and leaves out what has no value (PRM-04)', () => {
    expect(told()).toEqual({
      resource: 'https://api.example',
      authorization_servers: ['https://as.example'],
      bearer_methods_supported: ['header'],
    })
    expect(Object.isFrozen(told())).toBe(true)
  })

  test.each(['https://api.example', 'https://api.example/', 'https://API.example:443/a/../b?c'])(
    'names the resource exactly as it is configured: %s (PRM-03)',
    (resource) => {
      expect(told({ resource })['resource']).toBe(resource)
    },
  )

  test('has members of the types of RFC 9728 §2 (PRM-06)', () => {
    const dpop = policyWith({ algorithms: ['ES256', 'Ed25519'], required: true })
    const everything = told({
      policies: [{ dpop }, { dpop: policyWith({ algorithms: ['ES256', 'ES384'] }) }, { dpop: undefined }],
      issuers: ['https://a.example', 'https://b.example'],
      schemes: ['Bearer', 'DPoP'],
      scopes: ['a', 'b'],
      detailsTypes: ['account'],
      certificate: { header: 'client-cert', format: 'rfc9440', proxies: new BlockList() },
      described: {
        resource_name: 'Accounts',
        'resource_name#nb': 'Kontoer',
        resource_tos_uri: 'https://t.example',
      },
    })
    expect(everything).toEqual({
      resource: 'https://api.example',
      authorization_servers: ['https://a.example', 'https://b.example'],
      scopes_supported: ['a', 'b'],
      bearer_methods_supported: ['header'],
      tls_client_certificate_bound_access_tokens: true,
      authorization_details_types_supported: ['account'],
      dpop_signing_alg_values_supported: ['ES256', 'Ed25519', 'ES384'],
      resource_name: 'Accounts',
      'resource_name#nb': 'Kontoer',
      resource_tos_uri: 'https://t.example',
    })
  })

  test('says that no bearer token is accepted, where DPoP is required (PRM-04, PRM-07)', () => {
    const dpop = policyWith({ algorithms: ['ES256'], required: true })
    expect(told({ policies: [{ dpop }], schemes: ['DPoP'] })).toEqual({
      resource: 'https://api.example',
      authorization_servers: ['https://as.example'],
      bearer_methods_supported: [],
      dpop_signing_alg_values_supported: ['ES256'],
      dpop_bound_access_tokens_required: true,
    })
  })

  test.each<[string, Partial<Enforced>, string]>([
    ['scopes', { scopes: [] }, 'scopes_supported'],
    ['types of details', { detailsTypes: [] }, 'authorization_details_types_supported'],
    ['issuers', { issuers: [] }, 'authorization_servers'],
    ['certificates', { certificate: undefined }, 'tls_client_certificate_bound_access_tokens'],
    ['DPoP', {}, 'dpop_signing_alg_values_supported'],
    ['required DPoP', {}, 'dpop_bound_access_tokens_required'],
  ])('without %s says nothing of them (PRM-04)', (_, changes, member) => {
    expect(told(changes)).not.toHaveProperty(member)
  })

  test('names no issuer that clients cannot find: one whose name is no URL (RFC 8414 §2)', () => {
    const issuers = [
      'legacy',
      'urn:example:as',
      'https://as.example',
      'http://as.example',
      'http://localhost:9000',
    ]
    expect(told({ issuers })['authorization_servers']).toEqual([
      'https://as.example',
      'http://localhost:9000',
    ])
  })
})
