import { expect, test } from 'vitest'
import { isMediaType } from './media-type.js'

test.each(['at+jwt', 'AT+JWT', 'application/at+jwt', 'Application/At+Jwt', 'jwt'])(
  'recognises %s (RFC 7515 §4.1.9)',
  (typ) => {
    expect(isMediaType(typ, 'at+jwt', 'jwt')).toBe(true)
  },
)

test.each([
  undefined,
  null,
  5,
  ['at+jwt'],
  {},
  '',
  'at',
  'at+jwt ',
  'text/at+jwt',
  'application/application/at+jwt',
  'id+jwt',
])('recognises nothing in %j (RFC 7515 §4.1.9)', (typ) => {
  expect(isMediaType(typ, 'at+jwt', 'jwt')).toBe(false)
})
