import { describe, expect, test } from 'vitest'
import { rejection, thrownBy } from '../../test-support/refusal.js'
import { forgeToken } from '../../test-support/tokens.js'
import { parseCompactJws } from '../jws/compact-jws.js'
import { chooseIssuer } from './choose-issuer.js'

const issuers = [
  { issuer: 'https://a.example' },
  { issuer: 'https://b.example/' },
  { issuer: 'LoginRadius' },
] as const
const choose = (claims: object) =>
  chooseIssuer(parseCompactJws(forgeToken({ alg: 'ES256' }, claims)), issuers)
const messageFor = (iss: unknown) => {
  const error = thrownBy(() => choose({ iss }))
  expect(error).toEqual(rejection('token_issuer_untrusted'))
  return (error as Error).message
}

test.each(issuers)('chooses the issuer that the token names: $issuer (JOSE-28)', (expected) => {
  expect(choose({ iss: expected.issuer })).toBe(expected)
})

test.each([
  'https://evil.example',
  '',
  'https://A.example',
  'https://a.example:443',
  'https://a.example/x',
  'loginradius',
])('refuses the issuer %j (JOSE-27, JOSE-29)', (iss) => {
  expect(messageFor(iss)).toMatch(/^iss is ".*", which is not a trusted issuer$/)
})

test.for<unknown>([
  null,
  5,
  true,
  [],
  ['https://a.example'],
  [['https://b.example']],
  {},
  { toString: 1, valueOf: 1 },
  { toJSON: null },
])('refuses the issuer %j like any other bad one', (iss) => {
  expect(messageFor(iss)).toMatch(/which is not a trusted issuer$/)
})

test('refuses a token without issuer', () => {
  expect(thrownBy(() => choose({}))).toEqual(rejection('token_issuer_untrusted'))
})

test('refuses every token where no issuer is trusted', () => {
  const jws = parseCompactJws(forgeToken({ alg: 'ES256' }, { iss: 'https://a.example' }))
  expect(() => chooseIssuer(jws, [])).toThrow(rejection('token_issuer_untrusted'))
})

describe('the slash at the end', () => {
  test.each([
    ['https://a.example/', 'https://a.example'],
    ['https://b.example', 'https://b.example/'],
  ])('makes another issuer of %s, and operators are told (JOSE-27)', (iss, near) => {
    expect(messageFor(iss)).toBe(`iss is "${iss}", which differs from "${near}" only by the slash at the end`)
  })

  test('is the only difference that is hinted at', () => {
    expect(messageFor('https://a.example//')).toMatch(/not a trusted issuer/)
  })
})
