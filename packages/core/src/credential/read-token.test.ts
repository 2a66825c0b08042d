import { describe, expect, test } from 'vitest'
import { readCredential } from '../../test-support/credentials.js'
import { rejection, thrownBy } from '../../test-support/refusal.js'
import { requestWith } from '../../test-support/tokens.js'
import type { Rejection } from '../rejection.js'

const read = (...fields: string[]) => readCredential(requestWith(...fields), ['Bearer'])
const refused = (...fields: string[]) => thrownBy(() => read(...fields)) as Rejection

test.each(['mF_9.B5f-4.1JqM', 'a', 'aZ09-._~+/', 'YQ==', 'a='])(
  'reads the token %s (BEARER-01, RFC 6750 §2.1)',
  (token) => {
    expect(read(`Bearer ${token}`)).toEqual({ scheme: 'Bearer', token })
  },
)

test.each(['bearer', 'BEARER', 'bEaReR'])(
  'takes the scheme as %s, the token as it is (BEARER-02)',
  (scheme) => {
    expect(read(`${scheme} aBc`)).toEqual({ scheme: 'Bearer', token: 'aBc' })
  },
)

test('takes more than one space (BEARER-03, RFC 9110 §11.4)', () => {
  expect(read('Bearer   a').token).toBe('a')
})

describe('an attempt in a scheme on offer is malformed', () => {
  test.each([
    ['without a token', 'Bearer'],
    ['with a space for a token', 'Bearer '],
    ['with a tab before the token', 'Bearer\ta'],
    ['with a tab after the space', 'Bearer \ta'],
    ['with two tokens', 'Bearer a b'],
    ['with a parameter', 'Bearer a=b'],
    ['with a quoted token', 'Bearer "a"'],
    ['with a letter beyond ASCII', 'Bearer é'],
    ['with padding first', 'Bearer =a'],
    ['with padding alone', 'Bearer =='],
    ['with a space at the end', 'Bearer a '],
    ['with a line break at the end', 'Bearer a\n'],
    ['with a comma at the end', 'Bearer a,'],
    ['with a comma and a space at the end', 'Bearer a, '],
    ['with a comma and a parameter', 'Bearer a, b=c'],
    ['with a parameter after a parameter', 'Bearer realm="a", nc=1'],
    ['with a colon for a space', 'Bearer:a'],
  ])('%s (BEARER-03, BEARER-04, BEARER-14)', (_, field) => {
    expect(refused(field)).toEqual(rejection('credential_malformed'))
    expect(refused(field)).toMatchObject({ scheme: 'Bearer', status: 400, error: 'invalid_request' })
  })

  test('when the field is longer than 16 KB (BEARER-23)', () => {
    const longest = `Bearer ${'a'.repeat(16 * 1024 - 'Bearer '.length)}`
    expect(read(longest).token).toHaveLength(longest.length - 'Bearer '.length)
    expect(refused(`${longest}a`)).toEqual(rejection('credential_malformed'))
    expect(refused(`${longest}, Bearer b`)).toEqual(rejection('credential_malformed'))
    expect(refused(`Basic ${'a'.repeat(20_000)}`)).toEqual(rejection('credential_malformed'))
  })

  test('and the refusal quotes nothing of it', () => {
    const { message, stack } = refused('Bearer "c2VjcmV0LXRva2Vu"')
    expect(`${message} ${stack}`).not.toContain('c2VjcmV0LXRva2Vu')
  })
})

const digest =
  'Digest username="Mufasa", realm="http-auth@example.org", uri="/dir/index.html", nc=1, qop=auth'
const aws = 'AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host;range, Signature=c'

describe('no credential came', () => {
  test.each([
    ['in an absent field', []],
    ['in an empty field', ['']],
    ['in a foreign scheme', ['Basic eDp5']],
    ['in a scheme that is not on offer', ['DPoP a']],
    ['in a scheme whose name goes on', ['BearerX a']],
    ['in a scheme whose name goes on after a hyphen', ['Bearer-Token a']],
    ['in a token without a scheme', ['mF_9.B5f-4.1JqM']],
    ['in two fields of foreign schemes', ['Basic eDp5', 'Negotiate a']],
    ['in two foreign schemes in one line', ['Basic eDp5, Negotiate a']],
    ['in a foreign scheme with parameters', [digest]],
    ['in a foreign scheme with parameters and no spaces', ['Digest username="u",realm="r",nonce=n']],
    ['in a foreign scheme with many signed parameters', [aws]],
    ['in a foreign scheme that names ours in a parameter', ['Digest username=Bearer, realm="Bearer a"']],
    ['in a foreign scheme of any length up to the limit', [`Basic ${'a'.repeat(16_000)}`]],
  ])('%s (BEARER-05, BEARER-06)', (_, fields) => {
    expect(refused(...fields)).toEqual(rejection('credential_missing'))
    expect(refused(...fields).scheme).toBeUndefined()
  })

  test('in the query: it is not looked at (BEARER-12, BEARER-15)', () => {
    const request = { ...requestWith(), target: '/v1/x?access_token=a' }
    expect(() => readCredential(request, ['Bearer'])).toThrow(rejection('credential_missing'))
  })
})

describe('two fields are ambiguous', () => {
  test.each([
    ['of one scheme', ['Bearer a', 'Bearer a']],
    ['of a foreign scheme and one on offer', ['Basic eDp5', 'Bearer a']],
    ['of which the second is empty', ['Bearer a', '']],
    ['that are malformed, too', ['Bearer', 'Bearer "a"']],
  ])('%s (BEARER-13)', (_, fields) => {
    expect(refused(...fields)).toEqual(rejection('credential_ambiguous'))
    expect(refused(...fields).scheme).toBeUndefined()
  })
})

describe('two credentials in one line, which Headers or a proxy joined, are ambiguous', () => {
  test.each([
    ['of one scheme', 'Bearer a, Bearer b'],
    ['of one scheme, twice the same', 'Bearer a, Bearer a'],
    ['without a space after the comma', 'Bearer a,Bearer b'],
    ['with other whitespace around the comma', 'Bearer a ,\tBearer b'],
    ['of a scheme that is not on offer and one that is', 'DPoP a, Bearer b'],
    ['of a foreign scheme and one on offer', 'Basic x, Bearer y'],
    ['of one on offer and a foreign scheme', 'Bearer y, Basic x'],
    ['of one on offer and one that is not', 'Bearer a, DPoP b'],
    ['of a foreign scheme with padding and one on offer', 'Basic eDp5Og==, Bearer y'],
    ['with padding before the comma', 'Bearer YQ==, Bearer YQ=='],
    ['with parameters before ours', 'Digest username="u", realm="r", nc=1, Bearer b'],
    ['with parameters after ours', 'Bearer a, Digest username="u", realm="r"'],
    ['of which the first has no token', 'Bearer, Bearer b'],
    ['of which the last has no token', 'Bearer a, Bearer'],
    ['of which the last has no scheme', 'Bearer a, b'],
    ['of which the last has no scheme, with a comma for a space', 'Bearer,a'],
    ['that are three', 'Bearer a, Bearer b, Bearer c'],
    ['that are malformed, too', 'Bearer "a", Bearer "b"'],
    ['after nothing', ', Bearer a'],
  ])('%s (BEARER-13, BEARER-14)', (_, line) => {
    expect(refused(line)).toEqual(rejection('credential_ambiguous'))
    expect(refused(line)).toMatchObject({ scheme: undefined, status: 400, error: 'invalid_request' })
  })

  test('beside a field of its own, too (BEARER-13)', () => {
    expect(refused('Basic x', 'Basic x, Bearer y')).toEqual(rejection('credential_ambiguous'))
    expect(refused('Basic x', 'Basic x, Bearer y').message).toMatch(/^3 credentials/)
  })

  test('and the refusal quotes nothing of them (BCP-02)', () => {
    const { message, stack } = refused('Bearer c2VjcmV0LXRva2Vu, Bearer c2VjcmV0LXRva2Vu')
    expect(`${message} ${stack}`).not.toContain('c2VjcmV0LXRva2Vu')
  })
})

describe('a hostile field is read with work that grows with its length, not with its square (BEARER-23)', () => {
  const many = 5_000
  const spaces = ' '.repeat(many)

  test.each([
    ['long words', `Basic ${'a'.repeat(many)},${'b.'.repeat(many)}=`],
    ['whitespace', `Basic a,${spaces}"${spaces},${spaces}"`],
    ['commas', `Basic ${','.repeat(many)}"`],
    ['parameters', `Digest ${'a=b,'.repeat(3_000)}`],
    [
      'all of them',
      `Digest ${'a'.repeat(1_000)},${' '.repeat(1_000)}${'b.'.repeat(1_000)}=,${',a='.repeat(1_000)}`,
    ],
  ])('%s', (_, field) => {
    expect(refused(field)).toEqual(rejection('credential_missing'))
    expect(refused(`${field}, Bearer a`)).toEqual(rejection('credential_ambiguous'))
    expect(refused(`Bearer ${field}`)).toEqual(rejection('credential_malformed'))
  })
})
