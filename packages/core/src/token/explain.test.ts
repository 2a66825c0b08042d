import { expect, test } from 'vitest'
import { forgeToken, signingKey, signToken } from '../../test-support/tokens.js'
import { Rejection } from '../rejection.js'
import { type Explain, explain, type RefusedToken } from './explain.js'

const key = await signingKey('ES256', 'k1')
const token = await signToken(key, { tenant: 't1' })

/** The message of a refusal of this token, once these were asked. */
function told(text: string, ...ideas: (Explain | undefined)[]): string {
  const rejection = new Rejection('token_expired', 'why')
  explain(
    rejection,
    text,
    ideas.map((one) => ({ explain: one })),
  )
  return rejection.message
}

function seen(text: string): RefusedToken | undefined {
  let refused: RefusedToken | undefined
  told(text, (one) => {
    refused = one
    return undefined
  })
  return refused
}

test('adds what the first says that has an idea', () => {
  expect(
    told(
      token,
      undefined,
      () => undefined,
      () => 'the cause',
      () => 'another',
    ),
  ).toBe('why; the cause')
})

test.each<[string, Explain]>([
  ['knows none', () => undefined],
  ['says nothing', () => ''],
  ['says what is no text', () => 5 as unknown as string],
  [
    'throws',
    () => {
      throw new Error('broken')
    },
  ],
])('adds nothing where it %s', (_, idea) => {
  expect(told(token, idea)).toBe('why')
})

test('prints ASCII alone, and 300 characters of it', () => {
  expect(told(token, () => `a\r\nb\u2028${'x'.repeat(400)}`)).toBe(`why; a??b?${'x'.repeat(295)}`)
})

test('shows the code, and what a JWT says', () => {
  expect(seen(token)).toMatchObject({
    code: 'token_expired',
    form: 'jwt',
    header: { typ: 'at+jwt' },
    claims: { tenant: 't1' },
  })
})

test.each<[RefusedToken['form'], string]>([
  ['opaque', 'A1b2C3d4'],
  ['encrypted', `${token}.AA.AA`],
  ['malformed', forgeToken('no JSON', {})],
  ['malformed', `${token}.AA`],
  ['malformed', `${token}.AA.AA.AA`],
])('tells a token that is %s', (form, text) => {
  expect(seen(text)).toEqual({ code: 'token_expired', form, header: undefined, claims: undefined })
})
