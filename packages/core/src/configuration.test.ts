import { describe, expect, test, vi } from 'vitest'
import { thrownBy } from '../test-support/refusal.js'
import {
  checkOptionNames,
  checkPresent,
  ifGiven,
  isSafeUrl,
  misconfigured,
  readSeconds,
  readStrings,
  readUrl,
} from './configuration.js'

const messageOf = (run: () => unknown) => {
  const error = thrownBy(run)
  expect(error).toBeInstanceOf(TypeError)
  return (error as TypeError).message
}

describe('a wrong value', () => {
  test('is told with its option, what was expected and what came', () => {
    expect(misconfigured('api.size', 'a number', 'big').message).toBe(
      "api.size: expected a number, got 'big'",
    )
    expect(misconfigured('api.size', 'a number', undefined).message).toBe(
      'api.size: expected a number, got undefined',
    )
  })

  test('is printed on one line and cut short', () => {
    const big = { text: 'x'.repeat(10_000), list: Array.from({ length: 1000 }, () => 1), deep: { secret: 1 } }
    const { message } = misconfigured('api.size', 'a number', big)
    expect(message.length).toBeLessThan(400)
    expect(message).not.toMatch(/\n|secret/)
  })
})

describe('checkOptionNames', () => {
  test.each([undefined, null, 'x', 5, () => 1])('refuses what is no object: %j', (given) => {
    expect(messageOf(() => checkOptionNames('api', given, ['a']))).toMatch(
      /^api: expected an object with options/,
    )
  })

  test('names the unknown option and the known ones', () => {
    const message = messageOf(() => checkOptionNames('api', { size: 1, sise: 2 }, ['size', 'shape']))
    expect(message).toMatch(/^api: .*"sise".*size, shape/)
  })

  test('passes any choice of known options', () => {
    expect(checkOptionNames('api', {}, ['size'])).toBeUndefined()
    expect(checkOptionNames('api', { size: undefined }, ['size'])).toBeUndefined()
  })
})

describe('checkPresent', () => {
  test('refuses an option that is present but undefined', () => {
    const message = messageOf(() => checkPresent('api', { size: undefined }, ['size']))
    expect(message).toMatch(/^api\.size: expected a value.*got undefined/)
  })

  test.each([{}, { size: 0 }, { size: null }, { other: undefined }])('passes %j', (options) => {
    expect(checkPresent('api', options, ['size'])).toBeUndefined()
  })
})

describe('ifGiven', () => {
  test.each([0, '', false, null])('reads what is given: %j', (given) => {
    expect(ifGiven<unknown, unknown[]>(given, (value) => [value])).toEqual([given])
  })

  test('reads nothing where nothing is given', () => {
    const read = vi.fn()
    expect(ifGiven(undefined, read)).toBeUndefined()
    expect(read).not.toHaveBeenCalled()
  })
})

describe('readSeconds', () => {
  test('takes the default when nothing is given', () => {
    expect(readSeconds('x', undefined, 5, 60)).toBe(5)
  })

  test.each([0, 0.5, 59.9, 60])('takes %d', (given) => {
    expect(readSeconds('x', given, 5, 60)).toBe(given)
  })

  test('takes as much as its bound allows', () => {
    expect(readSeconds('x', 1e9, 5, 1e9)).toBe(1e9)
  })

  test.each([-1, -0.001, 60.001, NaN, Infinity, -Infinity, '5', null, 5n, [5], {}])('refuses %s', (given) => {
    expect(messageOf(() => readSeconds('api.x', given, 5, 60))).toMatch(
      /^api\.x: expected .*seconds, from 0 to 60, got/,
    )
  })

  test.each([-1, NaN, Infinity])('refuses %s whatever the bound, too', (given) => {
    expect(messageOf(() => readSeconds('api.x', given, 5, 1e9))).toMatch(/from 0 to 1000000000/)
  })

  test('needs its bound', () => {
    // @ts-expect-error: no number of seconds is unbounded
    expect(messageOf(() => readSeconds('api.x', 5, 5))).toMatch(/^api\.x: expected /)
  })
})

describe('readStrings', () => {
  test('gives a frozen copy', () => {
    const given = ['a', 'b']
    const read = readStrings('x', given)
    given.push('c')
    expect(read).toEqual(['a', 'b'])
    expect(Object.isFrozen(read)).toBe(true)
  })

  test('refuses an empty list', () => {
    expect(messageOf(() => readStrings('api.x', []))).toMatch(/^api\.x: expected a list of strings/)
  })

  test.each([undefined, null, 'a', 5, {}, { length: 1, 0: 'a' }, [5], ['a', undefined], ['a', ''], [['a']]])(
    'refuses %j',
    (given) => {
      expect(messageOf(() => readStrings('api.x', given))).toMatch(/^api\.x: expected a list of strings/)
    },
  )

  test('refuses a string that occurs twice', () => {
    expect(messageOf(() => readStrings('api.x', ['a', 'b', 'a']))).toMatch(/^api\.x: .*without doubles/)
  })
})

describe('readUrl', () => {
  test.each([
    'https://api.example',
    'https://api.example/',
    'https://API.example:8443/a/b?c=d',
    'HTTPS://api.example',
    'https://[2001:db8::1]/a',
    'https://xn--bcher-kva.example',
    'https://localhost',
  ])('takes %s and keeps it as it was written', (url) => {
    expect(readUrl('x', url)).toBe(url)
    expect(isSafeUrl(url, false)).toBe(true)
  })

  test.each([
    'http://127.0.0.1',
    'http://127.0.0.1:3000/a',
    'http://127.1.2.3',
    'http://127.255.255.255',
    'http://[::1]:3000',
    'http://localhost:3000',
    'http://LOCALHOST',
    // WHATWG URL, which `fetch` follows, reads these as addresses in 127.0.0.0/8: that is where a call would go.
    'http://0x7f.1',
    'http://2130706433',
    'http://127.1',
  ])('takes http on loopback: %s', (url) => {
    expect(readUrl('x', url)).toBe(url)
    expect(isSafeUrl(url, false)).toBe(false)
  })

  test.each([
    'http://api.example',
    'http://localhost.evil.example',
    'http://evil-localhost',
    'http://localhost.',
    'http://127.0.0.1.evil.example',
    'http://128.0.0.1',
    'http://0.0.0.0',
    'http://10.127.0.1',
    'http://[::]',
    'http://[::2]',
    'http://[::ffff:127.0.0.1]',
    'http://127.0.0.1%2eevil.example',
    'http://evil.example/127.0.0.1',
    'http://evil.example?localhost',
  ])('refuses http anywhere else: %s (JOSE-32, META-03)', (url) => {
    expect(messageOf(() => readUrl('api.x', url))).toMatch(/^api\.x: expected an https URL.*got/)
  })

  test.each([
    ['a fragment (PRM-01)', 'https://api.example/a#b'],
    ['an empty fragment', 'https://api.example/#'],
    ['user information', 'https://user:password@api.example'],
    ['a user', 'https://user@api.example'],
    ['user information before loopback', 'http://user@localhost'],
    ['loopback as user information', 'http://127.0.0.1@evil.example'],
    ['a letter beyond ASCII', 'https://bücher.example'],
    ['digits of full width', 'http://１２７.0.0.1'],
    ['a space', 'https://api.example/a b'],
    ['a space before it', ' https://api.example'],
    ['a line break after it', 'https://api.example\n'],
    ['a tab', 'https://api\t.example'],
    ['a backslash', 'https:\\\\api.example'],
    ['a backslash in the path', 'https://api.example\\a'],
    ['quotes', 'https://api.example/"a"'],
    ['one slash', 'https:/api.example'],
    ['no slash', 'https:api.example'],
    ['three slashes', 'https:///api.example'],
    ['no host', 'https://'],
    ['no scheme', 'api.example'],
    ['no scheme but slashes', '//api.example'],
    ['another scheme', 'ftp://api.example'],
    ['a name for a URL', 'urn:example:api'],
    ['a port that does not exist', 'https://api.example:99999'],
  ])('refuses %s', (_, url) => {
    expect(messageOf(() => readUrl('api.x', url))).toMatch(/^api\.x: expected an https URL.*got/)
    expect(isSafeUrl(url, true)).toBe(false)
  })

  test('takes 2048 characters and refuses more, which it does not print', () => {
    const longest = 'https://api.example/'.padEnd(2048, 'a')
    expect(readUrl('api.x', longest)).toBe(longest)
    const message = messageOf(() => readUrl('api.x', `${longest}a`))
    expect(message).toMatch(/^api\.x: expected an https URL.*got/)
    expect(message.length).toBeLessThan(400)
    expect(isSafeUrl(`${longest}a`, true)).toBe(false)
  })

  test('tells what is expected with a hint, and hides user information', () => {
    const message = messageOf(() => readUrl('api.x', 'https://user:c2VjcmV0@api.example', '; see y'))
    expect(message).toMatch(/loopback only\); see y, got 'https:\/\/…@api\.example'$/)
  })

  test.each([undefined, null, 5, {}, new URL('https://api.example')])(
    'refuses what is no string: %s',
    (given) => {
      expect(messageOf(() => readUrl('api.x', given))).toMatch(/^api\.x: expected an https URL.*got/)
    },
  )
})

test.each([
  ['127.0.0.1', true],
  ['127.255.0.9', true],
  ['[::1]', true],
  ['localhost', true],
  ['localhost.evil.example', false],
  ['127.0.0.1.evil.example', false],
  ['127.evil.example', false],
  ['1127.0.0.1', false],
])('decides on the host name of a parsed URL whether it is loopback: %s', (host, is) => {
  expect(isSafeUrl(`http://${host}/`, true)).toBe(is)
  expect(isSafeUrl(`http://${host}/`, false)).toBe(false)
})
