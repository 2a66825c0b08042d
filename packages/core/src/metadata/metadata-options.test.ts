import { describe, expect, test } from 'vitest'
import { typeErrorOf } from '../../test-support/refusal.js'
import { readMetadataOptions } from './metadata-options.js'

const read = (given: unknown) => readMetadataOptions('here', given)

test.each([undefined, false])('%s: nothing is published', (given) => {
  expect(read(given)).toBeUndefined()
})

test.each([true, {}])('%j: what is enforced, and nothing else', (given) => {
  expect(read(given)).toEqual({})
})

test('reads what people are told, under the names of RFC 9728 (PRM-06)', () => {
  const described = read({
    name: 'Accounts',
    documentation: 'https://docs.example/accounts',
    policy: 'https://example.com/policy?a=b',
    termsOfService: 'https://example.com/terms',
  })
  expect(described).toEqual({
    resource_name: 'Accounts',
    resource_documentation: 'https://docs.example/accounts',
    resource_policy_uri: 'https://example.com/policy?a=b',
    resource_tos_uri: 'https://example.com/terms',
  })
  expect(Object.isFrozen(described)).toBe(true)
})

test.each<[object, object]>([
  [
    { '': 'Accounts', nb: 'Kontoer' },
    { resource_name: 'Accounts', 'resource_name#nb': 'Kontoer' },
  ],
  [{ 'en-GB': 'Accounts' }, { 'resource_name#en-GB': 'Accounts' }],
  [{ 'zh-Hant-TW': '帳戶' }, { 'resource_name#zh-Hant-TW': '帳戶' }],
])('reads names by language: %j (PRM-06, RFC 9728 §2.1)', (name, described) => {
  expect(read({ name })).toEqual(described)
})

describe('is a TypeError that names the option, for', () => {
  test.each([null, 'yes', 1, [], ['name']])('%j in place of options', (given) => {
    expect(typeErrorOf(() => read(given))).toMatch(
      /^here: expected true, false or an object with options, got /,
    )
  })

  test('an option that is not known', () => {
    expect(typeErrorOf(() => read({ resource_name: 'Accounts' }))).toMatch(
      /^here: unknown option "resource_name", expected one of name, documentation, policy, termsOfService/,
    )
  })

  test.each(['name', 'documentation', 'policy', 'termsOfService'])(
    '%s: undefined, as an unset variable is',
    (name) => {
      expect(typeErrorOf(() => read({ [name]: undefined }))).toMatch(
        new RegExp(`^here\\.${name}: expected a value`),
      )
    },
  )

  test.each([null, '', 5, true, ['Accounts'], { en: '' }, { en: 5 }, { '': undefined }, {}, []])(
    'name: %j',
    (name) => {
      expect(typeErrorOf(() => read({ name }))).toMatch(
        /^here\.name: expected a text, or texts by language tag, got /,
      )
    },
  )

  test.each(['e', 'en_GB', 'en-', '-en', 'en#x', 'en gb', 'englishlanguage', 'é', '__proto__'])(
    'name: the language %j (BCP 47)',
    (language) => {
      const name: unknown = JSON.parse(`{${JSON.stringify(language)}:"Accounts"}`)
      expect(typeErrorOf(() => read({ name }))).toMatch(/^here\.name: /)
    },
  )

  const pages = ['documentation', 'policy', 'termsOfService']
  const wrong = [
    null,
    '',
    5,
    'docs.example',
    '/docs',
    'http://docs.example',
    'javascript:alert(1)',
    'https://a:b@c.example',
  ]
  test.each(pages.flatMap((name) => wrong.map((given) => [name, given] as const)))(
    '%s: %j',
    (name, given) => {
      expect(typeErrorOf(() => read({ [name]: given }))).toMatch(
        new RegExp(`^here\\.${name}: expected an https URL`),
      )
    },
  )
})
