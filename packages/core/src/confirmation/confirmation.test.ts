import { describe, expect, test } from 'vitest'
import { rejection } from '../../test-support/refusal.js'
import { draftClaims } from '../../test-support/tokens.js'
import { parseJsonObject } from '../jws/strict-json.js'
import { readConfirmation } from './confirmation.js'

const read = (changes: object) => readConfirmation(draftClaims(changes))
const jkt = '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I'
const x5t = 'A4DtL2JmUMhAsvJj5tKyn64SqzmuXbMrJa0n761y5v0'

test('of a token without cnf is none', () => {
  expect(read({})).toBeUndefined()
})

test.each([
  [{ jkt }, { jkt }],
  [{ 'x5t#S256': x5t }, { 'x5t#S256': x5t }],
  [
    { 'x5t#S256': x5t, jkt },
    { jkt, 'x5t#S256': x5t },
  ],
  [{ jkt, kid: 'k', jwk: {}, foo: null }, { jkt }],
  [{ jkt, 'x5t#s256': 5, JKT: 5, 'x5t#S1': 'a' }, { jkt }],
])(
  'of %j is %j: members that nobody knows mean nothing beside one that is known (RFC 7800 §3.1, DPOP-48)',
  (cnf, expected) => {
    expect(read({ cnf })).toStrictEqual(expected)
  },
)

test('cannot be changed by whoever gets it', () => {
  expect(Object.isFrozen(read({ cnf: { jkt } }))).toBe(true)
})

describe('never becomes none, but is refused', () => {
  test.each([
    [{}],
    [{ foo: 1 }],
    [{ kid: 'k' }],
    [{ jwk: { kty: 'EC' } }],
    [{ jwe: 'a' }],
    [{ jku: 'https://as.example/keys' }],
    [{ 'x5t#s256': x5t }],
    [{ JKT: jkt }],
    [{ 'jkt ': jkt }],
    [[]],
    [[{ jkt }]],
    [jkt],
    [''],
    [null],
    [false],
    [true],
    [0],
    [5],
    [undefined],
  ])('when cnf is %j (DPOP-25, MTLS-08)', (cnf) => {
    const claims = { ...draftClaims(), cnf }
    expect(() => readConfirmation(claims)).toThrow(rejection('confirmation_unsupported'))
  })

  test.each([5, null, true, false, '', [], [jkt], {}, { jkt }, undefined])(
    'when one of its known members is %j, whatever the other is (DPOP-25, MTLS-08)',
    (value) => {
      for (const cnf of [
        { jkt: value },
        { 'x5t#S256': value },
        { jkt: value, 'x5t#S256': x5t },
        { jkt, 'x5t#S256': value },
      ])
        expect(() => read({ cnf })).toThrow(rejection('confirmation_unsupported'))
    },
  )

  test('when a known member is only inherited', () => {
    expect(() => read({ cnf: Object.create({ jkt }) })).toThrow(rejection('confirmation_unsupported'))
  })
})

test('is read from an object that inherits nothing, as parsing makes it', () => {
  const claims = (json: string) => parseJsonObject(Buffer.from(json))
  expect(readConfirmation(claims(`{"cnf":{"jkt":"${jkt}","__proto__":{"x5t#S256":"a"}}}`))).toEqual({ jkt })
  expect(() => readConfirmation(claims(`{"cnf":{"__proto__":{"jkt":"${jkt}"}}}`))).toThrow(
    rejection('confirmation_unsupported'),
  )
  expect(readConfirmation(claims('{"__proto__":{"cnf":{}}}'))).toBeUndefined()
})
