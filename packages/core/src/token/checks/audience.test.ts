import { describe, expect, test } from 'vitest'
import { rejection, thrownBy } from '../../../test-support/refusal.js'
import { type AudiencePolicy, audienceOf, checkAudience, readAudience } from './audience.js'

const api = 'https://api.example'
const anyOf: AudiencePolicy = { values: [api, 'accounts'], single: false, absentAllowed: false }
const only: AudiencePolicy = { values: [api], single: true, absentAllowed: false }
const orAbsent: AudiencePolicy = { values: [api], single: false, absentAllowed: true }
const passes = (aud: string | readonly string[] | undefined, policy: AudiencePolicy) =>
  expect(checkAudience(audienceOf(aud), policy)).toBeUndefined()
const refused = (aud: string | readonly string[] | undefined, policy: AudiencePolicy) =>
  thrownBy(() => checkAudience(audienceOf(aud), policy))

describe('any of the audiences', () => {
  test.each<[string | string[]]>([[api], ['accounts'], [[api]], [['x', api]], [['x', 'accounts', api]]])(
    'passes %j (JOSE-26, RES-01)',
    (aud) => passes(aud, anyOf),
  )

  test.each<[string | string[]]>([
    [[]],
    [''],
    [['']],
    ['https://api.example/'],
    ['https://API.example'],
    ['https://api.example:443'],
    ['https://api.exampl'],
    ['https://api.example.evil'],
    [['x', 'y']],
    [`${api} accounts`],
  ])('refuses %j (JOSE-26)', (aud) => {
    expect(refused(aud, anyOf)).toEqual(rejection('token_audience_mismatch'))
  })

  test('refuses a token without aud (AT-05)', () => {
    expect(refused(undefined, anyOf)).toEqual(rejection('token_claim_missing'))
  })
})

describe('one audience and no other', () => {
  test.each<[string | string[]]>([[api], [[api]]])('passes %j', (aud) => passes(aud, only))

  test.each<[string | string[]]>([[[api, 'x']], [['x', api]], ['x'], [[]]])('refuses %j', (aud) => {
    expect(refused(aud, only)).toEqual(rejection('token_audience_mismatch'))
  })

  test('refuses a token without aud (AT-05)', () => {
    expect(refused(undefined, only)).toEqual(rejection('token_claim_missing'))
  })
})

describe('an audience that may be absent', () => {
  test('passes a token without aud', () => passes(undefined, orAbsent))
  test('passes a token with the audience', () => passes(['x', api], orAbsent))

  test.each<[string | string[]]>([['x'], [''], [[]]])('refuses %j all the same (JOSE-26)', (aud) => {
    expect(refused(aud, orAbsent)).toEqual(rejection('token_audience_mismatch'))
  })
})

describe('a value that means that there is none', () => {
  const policy = { ...orAbsent, absentValues: ['unspecified', 'none'] }

  test.each<[string | string[]]>([['unspecified'], [['unspecified']], ['none']])(
    'passes as absent: %j',
    (aud) => {
      expect(audienceOf(aud, policy)).toBeUndefined()
      expect(checkAudience(audienceOf(aud, policy), policy)).toBeUndefined()
    },
  )

  test.each<[string | string[]]>([
    [['unspecified', 'x']],
    [['unspecified', 'none']],
    ['Unspecified'],
    [''],
    [[]],
  ])('is that value alone: %j is refused (JOSE-26)', (aud) => {
    const audience = audienceOf(aud, policy)
    expect(audience).toEqual([aud].flat())
    expect(thrownBy(() => checkAudience(audience, policy))).toEqual(rejection('token_audience_mismatch'))
  })

  test('does not keep a token from naming the audience', () => {
    expect(audienceOf(['unspecified', api], policy)).toEqual(['unspecified', api])
    expect(checkAudience(['unspecified', api], policy)).toBeUndefined()
  })

  test('means nothing where none is named', () => {
    expect(audienceOf('unspecified', orAbsent)).toEqual(['unspecified'])
    expect(audienceOf(undefined, policy)).toBeUndefined()
  })
})

test('tells operators what came and what was expected', () => {
  expect(refused(['x', 'é"'], anyOf)).toMatchObject({
    message: 'aud is ["x","\\u00e9\\""], expected one of "https://api.example", "accounts"',
  })
  expect(refused(['x'], only)).toMatchObject({
    message: expect.stringContaining('expected only "https://api.example"'),
  })
})

describe('operators are told of the slash at the end', () => {
  const hint = ' (mind the slash at the end)'

  test.each<[string | string[], AudiencePolicy]>([
    [`${api}/`, anyOf],
    [['x', `${api}/`], anyOf],
    ['accounts/', anyOf],
    [`${api}/`, only],
    [api, { ...anyOf, values: [`${api}/`] }],
  ])('where it is the difference: %j (JOSE-26)', (aud, policy) => {
    const { message } = refused(aud, policy) as Error
    expect(message.endsWith(hint)).toBe(true)
  })

  test.each<[string | string[], AudiencePolicy]>([
    ['x', anyOf],
    ['/', anyOf],
    [`${api}//`, anyOf],
    [[], anyOf],
    [[api, 'x'], only],
  ])('and nowhere else: %j', (aud, policy) => {
    expect((refused(aud, policy) as Error).message).not.toContain(hint)
  })
})

describe('the option', () => {
  test.each([
    ['a', { values: ['a'] }],
    [['a', 'b'], { values: ['a', 'b'] }],
    [{ only: 'a' }, { values: ['a'], single: true }],
    [{ absent: 'allowed' }, { absentAllowed: true }],
    [
      { absent: 'allowed', anyOf: 'a' },
      { values: ['a'], absentAllowed: true },
    ],
    [
      { absent: 'allowed', anyOf: ['a', 'b'] },
      { values: ['a', 'b'], absentAllowed: true },
    ],
    [
      { absent: 'allowed', absentValues: ['unspecified'] },
      { absentAllowed: true, absentValues: ['unspecified'] },
    ],
    [
      { absent: 'allowed', anyOf: 'a', absentValues: ['b', 'c'] },
      { values: ['a'], absentAllowed: true, absentValues: ['b', 'c'] },
    ],
  ])('is read: %j', (given, policy) => {
    expect(readAudience('x', given)).toEqual(policy)
  })

  test.each([
    [undefined],
    [null],
    [5],
    [''],
    [[]],
    [['']],
    [[5]],
    [['a', 'a']],
    [{}],
    [{ only: '' }],
    [{ only: ['a'] }],
    [{ only: undefined }],
    [{ only: 'a', anyOf: ['b'] }],
    [{ only: 'a', absent: 'allowed' }],
    [{ anyOf: ['a'] }],
    [{ absent: true }],
    [{ absent: undefined }],
    [{ absent: 'allowed', anyOf: [] }],
    [{ absent: 'allowed', anyOf: '' }],
    [{ absent: 'allowed', anyOf: undefined }],
    [{ any: 'a' }],
    [{ absentValues: ['a'] }],
    [{ only: 'a', absentValues: ['b'] }],
    [{ absent: 'allowed', absentValues: [] }],
    [{ absent: 'allowed', absentValues: [''] }],
    [{ absent: 'allowed', absentValues: ['a', 'a'] }],
    [{ absent: 'allowed', absentValues: undefined }],
  ])('is a TypeError that names it: %j (AT-05)', (given) => {
    const error = thrownBy(() => readAudience('api.audience', given)) as TypeError
    expect(error).toBeInstanceOf(TypeError)
    expect(error.message).toMatch(/^api\.audience(\.only|\.absent|\.anyOf|\.absentValues)?: /)
  })

  test.each<[unknown, string]>([
    ['', 'api.audience'],
    [null, 'api.audience'],
    [5, 'api.audience'],
    [undefined, 'api.audience'],
    [{}, 'api.audience'],
    [{ only: '' }, 'api.audience'],
    [{ absent: true }, 'api.audience'],
    [{ absent: 'allowed', anyOf: '' }, 'api.audience.anyOf'],
  ])('is told in which forms it comes: %j', (given, name) => {
    const { message } = thrownBy(() => readAudience('api.audience', given)) as TypeError
    const forms = "a string, a list of strings, { only: '…' } or { absent: 'allowed' }, nothing in them empty"
    expect(message.startsWith(`${name}: expected ${forms}, got `)).toBe(true)
  })
})
