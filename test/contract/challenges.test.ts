import { describe, expect, it } from 'vitest'
import { type ParsedChallenge, parseChallenges } from './challenges.js'

const params = (parameters: Record<string, string>) => Object.entries(parameters)

/** Fields, and what they say. */
const layouts: readonly (readonly [
  name: string,
  fields: readonly string[],
  challenges: readonly ParsedChallenge[],
])[] = [
  [
    'two challenges in one field',
    ['Bearer realm="x", error="invalid_token", DPoP algs="ES256 PS256"'],
    [
      { scheme: 'Bearer', parameters: params({ realm: 'x', error: 'invalid_token' }) },
      { scheme: 'DPoP', parameters: params({ algs: 'ES256 PS256' }) },
    ],
  ],
  [
    'two challenges in two fields',
    ['Bearer realm="x"', 'DPoP algs="ES256"'],
    [
      { scheme: 'Bearer', parameters: params({ realm: 'x' }) },
      { scheme: 'DPoP', parameters: params({ algs: 'ES256' }) },
    ],
  ],
  [
    'a challenge without parameters before another',
    ['Bearer, DPoP algs=ES256'],
    [
      { scheme: 'Bearer', parameters: [] },
      { scheme: 'DPoP', parameters: params({ algs: 'ES256' }) },
    ],
  ],
  [
    'token68, escapes, commas in quotes, names in upper case, empty elements',
    [', Negotiate YII=, , Bearer REALM = "a, \\"b\\"" ,scope=c,'],
    [
      { scheme: 'Negotiate', token68: 'YII=', parameters: [] },
      { scheme: 'Bearer', parameters: params({ realm: 'a, "b"', scope: 'c' }) },
    ],
  ],
]

const broken = [
  'realm="x"',
  'Bearer realm="x',
  'Bearer realm="x" error="y"',
  'Bearer realm="x\r\ny"',
  'Bearer realm=é',
]

describe('The parser that reads challenges in these tests', () => {
  it.each(layouts)('reads %s (BEARER-11)', (_, fields, challenges) => {
    expect(parseChallenges(fields)).toEqual(challenges)
  })

  it.each(broken)('refuses %j (BEARER-11)', (field) => {
    expect(() => parseChallenges([field])).toThrow(SyntaxError)
  })
})
