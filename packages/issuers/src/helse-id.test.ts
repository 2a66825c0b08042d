import { protectedResource } from '@portcullis/core'
import { expect, test } from 'vitest'
import { helseId } from './helse-id.js'

test('trusts the HelseID of its environment, and needs nothing but a name', () => {
  expect(helseId({ environment: 'test', audience: 'nhn:api' }).issuer).toBe('https://helseid-sts.test.nhn.no')
  const issuers = [helseId({ environment: 'production', audience: 'nhn:api' })]
  expect(() => protectedResource({ resource: 'https://api.example', issuers })).not.toThrow()
})
