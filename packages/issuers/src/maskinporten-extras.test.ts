import { Rejection } from '@portcullis/core'
import { expect, test } from 'vitest'
import type { MaskinportenClaims } from './maskinporten-claims.js'
import { maskinportenExtras } from './maskinporten-extras.js'
import type { OrganisationClaim } from './organisation-id.js'

const named = (number: string): OrganisationClaim => ({
  authority: 'iso6523-actorid-upis',
  ID: `0192:${number}`,
})
const id = (organisationNumber: string) => ({
  id: `0192:${organisationNumber}`,
  icd: '0192',
  organisationNumber,
})
const [customer, vendor] = ['910753614', '991825827']
const systemUser = {
  type: 'urn:altinn:systemuser',
  systemuser_id: ['33a0911a'],
  systemuser_org: named(customer),
  system_id: 'books',
}
const extras = (claims: Partial<MaskinportenClaims> = {}) =>
  maskinportenExtras({ scope: 'a:b', consumer: named(customer), ...claims })
const nothing = { pid: undefined, supplier: undefined, delegationSource: undefined, systemUser: undefined }

test('takes the consumer for the customer where nobody calls for it', () => {
  expect(extras()).toEqual({ ...nothing, access: 'direct', customer: id(customer) })
})

test('takes the consumer for the customer where a supplier calls for it', () => {
  expect(extras({ supplier: named(vendor), delegation_source: 'https://www.altinn.no' })).toEqual({
    ...nothing,
    access: 'delegated',
    customer: id(customer),
    supplier: id(vendor),
    delegationSource: 'https://www.altinn.no',
  })
})

test('takes the organisation of a system user for the customer, and the consumer for the vendor', () => {
  expect(extras({ consumer: named(vendor), authorization_details: [systemUser] })).toEqual({
    ...nothing,
    access: 'system-user',
    customer: id(customer),
    supplier: id(vendor),
    systemUser: { ids: ['33a0911a'], systemId: 'books' },
  })
})

test('says so also where a vendor’s system user acts for the vendor itself', () => {
  expect(extras({ authorization_details: [systemUser] })).toMatchObject({
    access: 'system-user',
    customer: id(customer),
    supplier: id(customer),
  })
})

test('looks only for system users among the authorization details', () => {
  const consent = { type: 'urn:altinn:consent' }
  expect(extras({ authorization_details: [consent] }).access).toBe('direct')
  expect(extras({ authorization_details: [consent, systemUser] }).access).toBe('system-user')
})

test('tells the person whom the token is about', () => {
  expect(extras({ pid: '01011998123' }).pid).toBe('01011998123')
})

const unclear: Record<string, [code: string, claims: Partial<MaskinportenClaims>]> = {
  'a supplier without delegation_source': ['token_claim_missing', { supplier: named(vendor) }],
  'delegation_source without a supplier': [
    'token_claim_missing',
    { delegation_source: 'https://www.altinn.no' },
  ],
  'two system users': ['token_claim_invalid', { authorization_details: [systemUser, systemUser] }],
  'a system user and a supplier': [
    'token_claim_invalid',
    {
      authorization_details: [systemUser],
      supplier: named(vendor),
      delegation_source: 'https://www.altinn.no',
    },
  ],
}

test.each(Object.entries(unclear))('refuses %s', (_, [code, claims]) => {
  expect(() => extras(claims)).toThrow(Rejection)
  expect(() => extras(claims)).toThrow(expect.objectContaining({ code }))
})
