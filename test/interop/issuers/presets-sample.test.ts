import { fromFetch } from '@portcullis/core'
import { expect, test } from 'vitest'
import { api, organisationOf } from './presets-sample.js'

type Caller = Parameters<typeof organisationOf>[0]

test('trusts both, and asks nobody before a token comes', async () => {
  expect(api.health().map(({ issuer }) => issuer)).toEqual([
    'https://maskinporten.no/',
    'https://helseid-sts.nhn.no',
  ])
  const anonymous = fromFetch(new Request('https://api.example.com/invoices'))
  await expect(api.authenticate(anonymous)).rejects.toMatchObject({ code: 'credential_missing' })
})

test('finds the organisation wherever a token names it', () => {
  const callers = [
    { customer: { organisationNumber: '910753614' } },
    { organisation: { parent: '312232324' } },
  ]
  expect(callers.map((caller) => organisationOf(caller as Caller))).toEqual(['910753614', '312232324'])
})
