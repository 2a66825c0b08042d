import { describe, expect, test } from 'vitest'
import { thrownBy } from '../../test-support/refusal.js'
import { forgeToken } from '../../test-support/tokens.js'
import { MalformedJws, parseCompactJws } from './compact-jws.js'

const header = { alg: 'ES256', kid: '1' }
const claims = { iss: 'https://as.example' }
const [head = '', body = '', signature = ''] = forgeToken(header, claims).split('.')

const errorText = (text: string) => {
  const error = thrownBy(() => parseCompactJws(text))
  expect(error).toBeInstanceOf(MalformedJws)
  return (error as MalformedJws).message
}

test('takes header, claims and segments apart (RFC 7515 §3.1)', () => {
  const jws = parseCompactJws(`${head}.${body}.${signature}`)
  expect(jws).toEqual({ header, claims, protected: head, payload: body, signature })
})

test('keeps header parameters and claims that it does not know (JOSE-05)', () => {
  const jws = parseCompactJws(forgeToken({ ...header, foo: 1 }, { ...claims, bar: [2] }))
  expect(jws.header['foo']).toBe(1)
  expect(jws.claims['bar']).toEqual([2])
})

test.each([
  ['nothing', ''],
  ['one segment', head],
  ['two segments', `${head}.${body}`],
  ['four segments', `${head}.${body}.${signature}.${signature}`],
  ['five segments, as a JWE has', `${head}.${body}.${signature}.${signature}.${signature}`],
  ['a dot at the end', `${head}.${body}.${signature}.`],
  ['an empty header', `.${body}.${signature}`],
  ['an empty payload', `${head}..${signature}`],
  ['an empty signature', `${head}.${body}.`],
  ['dots alone', '..'],
  ['the JSON serialisation', JSON.stringify({ protected: head, payload: body, signature })],
])('refuses %s (JOSE-01)', (_, text) => {
  expect(errorText(text)).toMatch(/three segments/)
})

describe.each([
  ['header', (segment: string) => `${segment}.${body}.${signature}`],
  ['payload', (segment: string) => `${head}.${segment}.${signature}`],
])('the %s', (name, withSegment) => {
  const encode = (content: string | Uint8Array) => Buffer.from(content).toString('base64url')

  test.each([
    ['padding', `${encode('{}')}==`],
    ['a space', ` ${encode('{}')}`],
    ['a line break', `${encode('{}')}\n`],
    ['a foreign character', `${encode('{}')}!`],
    ['a last character that is not canonical', 'e31'],
  ])('is refused with %s (JOSE-02)', (_, segment) => {
    expect(errorText(withSegment(segment))).toBe(`the ${name} is not base64url`)
  })

  test.each([
    ['a list', '[]'],
    ['a string', '"x"'],
    ['no JSON', 'x'],
    ['UTF-16', Buffer.from('{}', 'utf16le')],
    ['JSON after a byte order mark', '\ufeff{}'],
    ['an object with one name twice', '{"iss":"a","iss":"b"}'],
    ['an object of 33 levels', `{"a":${'['.repeat(32)}${']'.repeat(32)}}`],
  ])('is refused when it is %s (JOSE-03, JOSE-04, JOSE-35)', (_, content) => {
    expect(errorText(withSegment(encode(content)))).toMatch(new RegExp(`^the ${name} is `))
  })
})

test.each([`${signature}=`, `${signature} `, `${signature}\n`, 'YR', 'A', '!'])(
  'refuses the signature %j (JOSE-02)',
  (written) => {
    expect(errorText(`${head}.${body}.${written}`)).toBe('the signature is not base64url')
  },
)

test.each([
  ['an unknown extension', { crit: ['x'], x: 1 }],
  ['no extension at all', { crit: [] }],
  ['a parameter that is absent', { crit: ['exp'] }],
  ['a parameter of the base specifications', { crit: ['alg'] }],
  ['a string', { crit: 'exp' }],
  ['one extension twice', { crit: ['b64', 'b64'], b64: true }],
  ['null', { crit: null }],
  ['unencoded payloads', { crit: ['b64'], b64: false }],
])('refuses crit with %s (JOSE-08)', (_, extension) => {
  expect(errorText(forgeToken({ ...header, ...extension }, claims))).toMatch(/critical/)
})

test.each([false, true, null, 0, 'true'])('refuses b64 %j without crit, too (JOSE-09)', (b64) => {
  expect(errorText(forgeToken({ ...header, b64 }, claims))).toBe('the header has b64, which no JWT has')
})

test('quotes nothing of what it refuses', () => {
  const marker = 'c2VjcmV0LXNlZ21lbnQ'
  const texts = [marker, `${marker}.${marker}.${marker}`, `${head}.${marker}.x`, `${head}.${body}.${marker}!`]
  for (const text of texts) {
    const { stack, cause } = thrownBy(() => parseCompactJws(text)) as Error
    expect(`${stack} ${String(cause)}`).not.toContain(marker)
  }
})
