import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseChallenges } from '../../test-support/parse-challenges.js'
import { wwwAuthenticate } from './www-authenticate.js'

test('writes one challenge (RFC 6750 §3)', () => {
  const field = wwwAuthenticate([
    {
      scheme: 'Bearer',
      parameters: [
        ['realm', 'a b'],
        ['error', 'invalid_token'],
      ],
    },
  ])
  expect(field).toBe('Bearer realm="a b", error="invalid_token"')
})

test('joins several challenges in one field, and a client can part them again (BEARER-11, RFC 9110 §11.6.1)', () => {
  const challenges = [
    {
      scheme: 'Bearer',
      parameters: [
        ['realm', 'https://api.example'],
        ['scope', 'a b'],
      ],
    },
    {
      scheme: 'DPoP',
      parameters: [
        ['realm', 'https://api.example'],
        ['algs', 'ES256 PS256'],
      ],
    },
  ] as const
  const field = wwwAuthenticate(challenges)
  expect(field).not.toMatch(/[\r\n]/)
  expect(parseChallenges(field)).toEqual(challenges)
})

const legal = Array.from({ length: 0x7f - 0x20 }, (_, at) => String.fromCharCode(0x20 + at)).filter(
  (c) => !/["\\]/.test(c),
)

test('writes every character that RFC 6750 §3 allows so that a client reads it back (BEARER-10)', () => {
  const value = fc.string({ unit: fc.constantFrom(...legal) })
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 4 }), (values) => {
      const challenge = { scheme: 'Bearer', parameters: values.map((one, at) => [`p${at}`, one] as const) }
      expect(parseChallenges(wwwAuthenticate([challenge, challenge]))).toEqual([challenge, challenge])
    }),
  )
})

describe('throws rather than write', () => {
  test.each(['"', '\\', '\r', '\n', 'a\r\nset-cookie: a=b', '\t', '\0', '\x7f', '\x80', 'é', '\u2028', '😀'])(
    '%j (BEARER-10)',
    (value) => {
      const write = () => wwwAuthenticate([{ scheme: 'Bearer', parameters: [['realm', `a${value}b`]] }])
      expect(write).toThrow(/characters/)
      expect(write).not.toThrow(value)
    },
  )

  test('a line break at the end', () => {
    expect(() => wwwAuthenticate([{ scheme: 'Bearer', parameters: [['realm', 'a\n']] }])).toThrow(
      /characters/,
    )
  })
})

describe('the parser of these tests', () => {
  test.each([
    '',
    'Bearer',
    'Bearer ',
    'Bearer realm=',
    'Bearer realm="a',
    'Bearer realm="a" error="b"',
    'Bearer realm="a",',
    'Bearer realm="é"',
  ])('takes no field that a client could misread: %s', (field) => {
    expect(() => parseChallenges(field)).toThrow(/no challenge/)
  })

  test('takes tokens, escapes and names in any case', () => {
    expect(parseChallenges('Bearer REALM="a\\"b" , max_age=5 , DPoP algs="ES256"')).toEqual([
      {
        scheme: 'Bearer',
        parameters: [
          ['realm', 'a"b'],
          ['max_age', '5'],
        ],
      },
      { scheme: 'DPoP', parameters: [['algs', 'ES256']] },
    ])
  })
})
