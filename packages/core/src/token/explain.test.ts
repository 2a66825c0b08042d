import { describe, expect, test, vi } from 'vitest'
import { forgeToken, issuer } from '../../test-support/tokens.js'
import { Rejection } from '../rejection.js'
import { type Explain, explain, type TokenForm } from './explain.js'

const jwt = forgeToken({ alg: 'ES256', typ: 'JWT' }, { iss: issuer, aud: 'x' })

/** What operators are told of a refused token by issuers with these ideas. */
function told(token: string, ...ideas: readonly (Explain | undefined)[]): string {
  const rejection = new Rejection('token_audience_mismatch', 'aud is "x"')
  explain(
    rejection,
    token,
    ideas.map((idea) => ({ explain: idea })),
  )
  return rejection.message
}

test('adds the likely cause to the message', () => {
  expect(told(jwt, () => 'ask for the API, not for Graph')).toBe('aud is "x"; ask for the API, not for Graph')
})

test('sees the code, the form, the header and the claims', () => {
  const idea = vi.fn(() => undefined)
  told(jwt, idea)
  const header = { alg: 'ES256', typ: 'JWT' }
  expect(idea.mock.calls).toEqual([
    [{ code: 'token_audience_mismatch', form: 'jwt', header, claims: { iss: issuer, aud: 'x' } }],
  ])
})

test.each<[TokenForm, string]>([
  ['opaque', 'A1b2C3d4'],
  ['opaque', ''],
  ['encrypted', `${jwt}.AA.AA`],
  ['malformed', 'a.b.c'],
  ['malformed', `${jwt}.AA`],
  ['malformed', `${jwt}.AA.AA.AA`],
])('sees that a token is %s, and nothing in it: %j', (form, token) => {
  const idea = vi.fn(() => 'no JWT')
  expect(told(token, idea)).toBe('aud is "x"; no JWT')
  expect(idea.mock.calls).toEqual([
    [{ code: 'token_audience_mismatch', form, header: undefined, claims: undefined }],
  ])
})

test('of several issuers, the first that has an idea is heard', () => {
  expect(
    told(
      jwt,
      undefined,
      () => undefined,
      () => 'the second',
      () => 'the third',
    ),
  ).toBe('aud is "x"; the second')
})

describe('adds nothing', () => {
  test.each<[string, readonly (Explain | undefined)[]]>([
    ['without issuers', []],
    ['where no issuer explains', [undefined, undefined]],
    ['where none has an idea', [() => undefined, () => '']],
    [
      'where it says what is no text',
      [(() => 5) as unknown as Explain, (async () => 'later') as unknown as Explain],
    ],
    [
      'where it throws',
      [
        () => {
          throw new Error('s3cr3t')
        },
      ],
    ],
  ])('%s', (_, ideas) => {
    expect(told(jwt, ...ideas)).toBe('aud is "x"')
  })
})

test('a promise is no idea, and nobody hears of it when it fails', async () => {
  const unhandled = vi.fn()
  process.on('unhandledRejection', unhandled)
  const late = (() => Promise.reject(new Error('s3cr3t'))) as unknown as Explain
  expect(told(jwt, late)).toBe('aud is "x"')
  await new Promise(setImmediate)
  process.off('unhandledRejection', unhandled)
  expect(unhandled).not.toHaveBeenCalled()
})

test('what it says is harmless to print: one line of ASCII, cut short (BCP-02)', () => {
  expect(told(jwt, () => 'a\r\nb\u202eé')).toBe('aud is "x"; a??b??')
  expect(told(jwt, () => 'x'.repeat(1000))).toHaveLength('aud is "x"; '.length + 300)
})
