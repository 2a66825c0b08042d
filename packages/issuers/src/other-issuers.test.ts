import type { RejectionCode } from '@portcullis/core'
import { expect, test } from 'vitest'
import { causes } from './causes.js'
import { otherIssuers } from './other-issuers.js'

const explain = causes(
  ...otherIssuers('the test environment', [
    ['https://as.example/', 'production'],
    [/^https:\/\/sandbox\.example\//, 'a sandbox'],
  ]),
)
const cause = (iss: unknown, code: RejectionCode = 'token_issuer_untrusted') =>
  explain({ code, form: 'jwt', header: {}, claims: { iss } })

test('tells whose token it is, with or without a slash at the end', () => {
  for (const iss of ['https://as.example/', 'https://as.example']) {
    expect(cause(iss)).toBe('the token is from production, and this API trusts the test environment')
  }
  expect(cause('https://sandbox.example/1')).toMatch('from a sandbox')
})

test('knows nothing of other issuers, of what is no issuer and of opaque tokens', () => {
  for (const iss of ['https://as.example/x', 'https://as.example.evil', '', undefined, 5]) {
    expect(cause(iss)).toBeUndefined()
  }
  const opaque = { form: 'opaque', header: undefined, claims: undefined } as const
  expect(explain({ code: 'token_issuer_untrusted', ...opaque })).toBeUndefined()
})

test('knows nothing of tokens that are refused for another reason', () => {
  expect(cause('https://as.example/', 'token_expired')).toBeUndefined()
})

test('knows nothing of the trusted issuer with another slash, which core explains', () => {
  const own = causes(...otherIssuers('production', [['https://as.example/', 'production']]))
  const claims = { iss: 'https://as.example' }
  expect(own({ code: 'token_issuer_untrusted', form: 'jwt', header: {}, claims })).toBeUndefined()
})
