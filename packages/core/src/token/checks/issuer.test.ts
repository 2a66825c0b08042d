import { expect, test } from 'vitest'
import { rejection } from '../../../test-support/refusal.js'
import { checkIssuer } from './issuer.js'

const issuer = 'https://as.example/é'

test('passes the configured issuer (JOSE-27)', () => {
  expect(checkIssuer(issuer, issuer)).toBeUndefined()
})

test.each([
  `${issuer}/`,
  'https://AS.example/é',
  'https://as.example:443/é',
  'https://as.example/e\u0301',
  'https://as.example/%C3%A9',
  '',
  undefined,
  null,
  [issuer],
])('refuses %j: nothing is normalised (JOSE-27, RFC 8414 §4)', (iss) => {
  expect(() => checkIssuer(iss, issuer)).toThrow(rejection('token_issuer_untrusted'))
})
