import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { normalizedUri } from './normalized-uri.js'

const origin = 'https://api.example'
const pathOf = (path: string) => normalizedUri(origin + path)?.slice(origin.length)

test.each([`${origin}/v1/accounts/7.json`, `${origin}//a/~b/c;d=1,e:f@g`, 'http://localhost/'])(
  'leaves alone what is in normal form: %s (DPOP-14)',
  (uri) => {
    expect(normalizedUri(uri)).toBe(uri)
  },
)

describe('dot segments are removed', () => {
  test.each([
    ['/a/b/c/./../../g', '/a/g'],
    ['/mid/content=5/../6', '/mid/6'],
  ])('as in the examples of RFC 3986 §5.2.4: %s (DPOP-14)', (path, expected) => {
    expect(pathOf(path)).toBe(expected)
  })

  /** The examples of RFC 3986 §5.4, merged with their base `/b/c/d;p` (§5.2.3). */
  test.each([
    ['/b/c/./g', '/b/c/g'],
    ['/b/c/g/', '/b/c/g/'],
    ['/b/c/;x', '/b/c/;x'],
    ['/b/c/g;x', '/b/c/g;x'],
    ['/b/c/.', '/b/c/'],
    ['/b/c/./', '/b/c/'],
    ['/b/c/..', '/b/'],
    ['/b/c/../', '/b/'],
    ['/b/c/../g', '/b/g'],
    ['/b/c/../..', '/'],
    ['/b/c/../../', '/'],
    ['/b/c/../../g', '/g'],
    ['/b/c/../../../g', '/g'],
    ['/b/c/../../../../g', '/g'],
    ['/./g', '/g'],
    ['/../g', '/g'],
    ['/b/c/g.', '/b/c/g.'],
    ['/b/c/.g', '/b/c/.g'],
    ['/b/c/g..', '/b/c/g..'],
    ['/b/c/..g', '/b/c/..g'],
    ['/b/c/./../g', '/b/g'],
    ['/b/c/./g/.', '/b/c/g/'],
    ['/b/c/g/./h', '/b/c/g/h'],
    ['/b/c/g/../h', '/b/c/h'],
    ['/b/c/g;x=1/./y', '/b/c/g;x=1/y'],
    ['/b/c/g;x=1/../y', '/b/c/y'],
  ])('as in the examples of RFC 3986 §5.4: %s (DPOP-14)', (path, expected) => {
    expect(pathOf(path)).toBe(expected)
  })

  test.each([
    ['/.', '/'],
    ['/..', '/'],
    ['/../..', '/'],
    ['/...', '/...'],
    ['/a/...', '/a/...'],
    ['//..', '/'],
    ['/a//../b', '/a/b'],
    ['/a//./b', '/a//b'],
    ['/..//b', '//b'],
    ['/%2e%2E/v1/%2e/x', '/v1/x'],
    ['/a/%2e./v1/x', '/v1/x'],
    ['/a/..%2fv1/x', '/a/..%2Fv1/x'],
  ])('wherever they stand, and once they are unescaped: %s (DPOP-14)', (path, expected) => {
    expect(pathOf(path)).toBe(expected)
  })
})

describe('are one URI', () => {
  test.each([
    // RFC 3986 §6.2.2 and §6.2.2.1, with a scheme that is known here
    ['https://a/b/c/%7Bfoo%7D', 'HTTPS://a/./b/../b/%63/%7bfoo%7d'],
    ['HTTP://www.EXAMPLE.com/', 'http://www.example.com/'],
    // RFC 3986 §6.2.2.2
    ['http://www.example.com/~smith/', 'http://www.example.com/%7Esmith/'],
    ['http://www.example.com/%7esmith/', 'http://www.example.com/%7Esmith/'],
    // RFC 3986 §6.2.3
    ['http://example.com', 'http://example.com/'],
    ['http://example.com:/', 'http://example.com/'],
    ['http://example.com:80/', 'http://example.com/'],
    ['https://example.com:443', 'https://example.com/'],
    ['https://[2001:DB8::1]:443/', 'https://[2001:db8::1]/'],
    // RFC 9449 §4.3
    ['https://api.example/v1/x?a=1', 'https://api.example/v1/x'],
    ['https://api.example/v1/x#y', 'https://api.example/v1/x'],
    ['https://api.example/v1/x?', 'https://api.example/v1/x'],
    ['https://api.example/v1/x#', 'https://api.example/v1/x'],
    ['https://api.example/v1/x?a=../b/%2e#/../y?z', 'https://api.example/v1/x'],
    ['https://api.example?a', 'https://api.example/'],
    ['https://api.example#a', 'https://api.example/'],
  ])('%s and %s (DPOP-13, DPOP-14, DPOP-15)', (one, other) => {
    expect(normalizedUri(one)).toBeDefined()
    expect(normalizedUri(one)).toBe(normalizedUri(other))
  })
})

describe('are two URIs', () => {
  test.each([
    ['/v1/x', '/v1/X'],
    ['/v1/x', '/v1/x/'],
    ['/v1/x', '/v1//x'],
    ['/v1/x', '//v1/x'],
    ['/v1/x', '/v1%2Fx'],
    ['/v1/x', '/v1/x%20'],
    ['/v1/x', '/v1/x%00'],
    ['/v1/x', '/v1/x;a=1'],
    ['/v1/x', '/v1/x%3Fa'],
    ['/v1/x', '/v1/x%23a'],
    ['/v1/a+b', '/v1/a%20b'],
    ['/v1/a+b', '/v1/a%2Bb'],
    ['/v1/a:b', '/v1/a%3Ab'],
    ['/v1/x', '/v1/%2578'],
    ['/v1/x', '/v1/%C3%97'],
    ['/v1/e', '/v1/%C3%A9'],
  ])('%s and %s, by their paths (DPOP-16)', (one, other) => {
    expect(pathOf(one)).toBeDefined()
    expect(pathOf(other)).toBeDefined()
    expect(pathOf(one)).not.toBe(pathOf(other))
  })

  test.each([
    'http://api.example/v1/x',
    'https://api.example:80/v1/x',
    'https://api.example:8443/v1/x',
    'https://api.example.:443/v1/x',
    'https://www.api.example/v1/x',
    'https://api.example.evil/v1/x',
    'http://api.example:443/v1/x',
    'https://api-example/v1/x',
    'https://[::1]/v1/x',
  ])('https://api.example/v1/x and %s, by their origins (DPOP-16)', (other) => {
    expect(normalizedUri(other)).toBeDefined()
    expect(normalizedUri(other)).not.toBe(normalizedUri('https://api.example/v1/x'))
  })
})

/** What `new URL` reads as https://api.example/v1/x, or as something else that it should not. */
test.each([
  '',
  ' ',
  '/v1/x',
  '//api.example/v1/x',
  'api.example/v1/x',
  'v1/x',
  'https:/api.example/v1/x',
  'https:api.example/v1/x',
  'https:///api.example/v1/x',
  'https:\\\\api.example\\v1\\x',
  'https://api.example\\v1\\x',
  'https://api.example/v1\\x',
  ' https://api.example/v1/x',
  'https://api.example/v1/x ',
  'https://api.example/v1/x\n',
  'https://api.example/v1/x\r\n',
  'ht\ntps://api.example/v1/x',
  'https://api.ex\tample/v1/x',
  'https://api.example/v1/\tx',
  'https://api.example/v1/x?a b',
  'https://api.example/v1/x?\n',
  'https://api.example/v1/x#\u00e9',
  'https://api.example/v1/é',
  'https://api.example/v1/%',
  'https://api.example/v1/%7',
  'https://api.example/v1/%zz',
  'https://api.example/v1/%u0078',
  'https://api.example/v1/"x"',
  'https://api.example/v1/<x>',
  'https://api.example/v1/{x}',
  'https://api.example/v1/|x',
  'https://api.example/v1/^x',
  'https://api.example/v1/`x',
  'https://api.example/v1/[x]',
  'https://api.example/v1/x\0',
  'https://user@api.example/v1/x',
  'https://user:password@api.example/v1/x',
  'https://@api.example/v1/x',
  'https://:@api.example/v1/x',
  'https://api.example@evil.example/v1/x',
  'https://api.example:443@evil.example/v1/x',
  'https://api.example:port/v1/x',
  'https://api.example:-1/v1/x',
  'https://api.example:443:443/v1/x',
  'https://:443/v1/x',
  'https:///v1/x',
  'https://',
  'https://?',
  'https://%61pi.example/v1/x',
  'https://ápi.example/v1/x',
  'https://api。example/v1/x',
  'https://ａpi.example/v1/x',
  'https://[::1/v1/x',
  'https://::1/v1/x',
  'https://[api.example]/v1/x',
  'https://[::1%25eth0]/v1/x',
  'https://[]/v1/x',
  'ftp://api.example/v1/x',
  'ws://api.example/v1/x',
  'wss://api.example/v1/x',
  'httpss://api.example/v1/x',
  'xhttps://api.example/v1/x',
  'view-source:https://api.example/v1/x',
  'javascript://api.example/v1/x',
  'urn:example:x',
  '*',
  'api.example:443',
  'https://api.example/v1/x, https://api.example/v1/x',
])('is none for what is no http(s) URI by RFC 3986: %j (DPOP-17)', (text) => {
  expect(normalizedUri(text)).toBeUndefined()
})

test.each([
  'https://0x7f.1/v1/x',
  'https://2130706433/v1/x',
  'https://127.1/v1/x',
  'https://0177.0.0.1/v1/x',
])('does not read %s as an address, as new URL does (DPOP-17)', (text) => {
  expect(new URL(text).hostname).toBe('127.0.0.1')
  expect(normalizedUri(text)).toBe(text)
})

const letters = (alphabet: string, minLength: number, maxLength: number) =>
  fc.string({ unit: fc.constantFrom(...alphabet.split('')), minLength, maxLength })
const unreserved = 'abcxyzABCXYZ0123456789-._~'
const isNoDotSegment = (segment: string) => segment !== '.' && segment !== '..'
/** In normal form: escapes in upper case, and only of what is not unreserved. */
const canonicalSegment = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...unreserved.split('')) },
      fc.constantFrom(...`!$&'()*+,;=:@`.split('')),
      fc.constantFrom('%2F', '%20', '%00', '%25', '%3F', '%C3', '%A9', '%5C', '%7B', '%0A'),
    ),
    { maxLength: 6 },
  )
  .map((parts) => parts.join(''))
  .filter(isNoDotSegment)
const canonicalPath = fc
  .array(canonicalSegment, { minLength: 1, maxLength: 5 })
  .map((segments) => `/${segments.join('/')}`)
const canonicalHost = fc.oneof(
  fc
    .array(letters('abcdefghijklmnopqrstuvwxyz', 1, 8), { minLength: 1, maxLength: 3 })
    .map((labels) => labels.join('.')),
  fc.constantFrom('127.0.0.1', '[::1]', '[2001:db8::1]', 'xn--bcher-kva.example'),
)
const canonicalUri = fc.record({
  scheme: fc.constantFrom('http', 'https'),
  host: canonicalHost,
  port: fc.option(
    fc.integer({ min: 1, max: 65_535 }).filter((port) => port !== 80 && port !== 443),
    { nil: undefined },
  ),
  path: canonicalPath,
})
type Parts = typeof canonicalUri extends fc.Arbitrary<infer T> ? T : never
const write = ({ scheme, host, port, path }: Parts) =>
  `${scheme}://${host}${port === undefined ? '' : `:${port}`}${path}`

/** Coins for the choices that a writer of a URI has: used up one after the other, again and again. */
const coins = fc.array(fc.boolean(), { minLength: 50, maxLength: 50 })
function tosser(given: readonly boolean[]): () => boolean {
  let at = 0
  return () => given[at++ % given.length] ?? false
}

const escaped = (character: string, toss: () => boolean) => {
  const hex = character.charCodeAt(0).toString(16).padStart(2, '0')
  return `%${toss() ? hex : hex.toUpperCase()}`
}
const inSomeCase = (text: string, toss: () => boolean) =>
  text
    .split('')
    .map((letter) => (toss() ? letter.toUpperCase() : letter))
    .join('')

function respelledSegment(segment: string, toss: () => boolean): string {
  return segment.replace(/%..|[\w\-.~]/g, (part) => {
    if (part.startsWith('%')) return toss() ? part.toLowerCase() : part
    return toss() ? escaped(part, toss) : part
  })
}

function respelledPath(path: string, toss: () => boolean): string {
  const segments = path.split('/').slice(1)
  const written = segments.flatMap((segment) => {
    const detour = toss() ? ['.'] : []
    if (toss()) detour.push('detour', toss() ? '..' : '%2e%2E')
    return [...detour, respelledSegment(segment, toss)]
  })
  if (segments.at(-1) === '' && toss()) written[written.length - 1] = '.'
  return path === '/' && toss() ? '' : `/${written.join('/')}`
}

function respelled({ scheme, host, port, path }: Parts, toss: () => boolean): string {
  const defaultPort = toss() ? ':' : { http: ':80', https: ':443' }[scheme]
  const written = port === undefined ? (toss() ? defaultPort : '') : `:${port}`
  const query = toss() ? '?a=../b&c=%zz?' : ''
  const fragment = toss() ? '#d/../e' : ''
  return [
    inSomeCase(scheme, toss),
    '://',
    inSomeCase(host, toss),
    written,
    respelledPath(path, toss),
    query,
    fragment,
  ].join('')
}

describe('for any URI', () => {
  test('equal ones stay equal, however they are spelled (DPOP-13, DPOP-14, DPOP-15)', () => {
    fc.assert(
      fc.property(canonicalUri, coins, (parts, given) => {
        expect(normalizedUri(respelled(parts, tosser(given)))).toBe(write(parts))
      }),
      { numRuns: 2000 },
    )
  })

  test('different ones never become equal, however they are spelled (DPOP-16)', () => {
    fc.assert(
      fc.property(canonicalUri, canonicalUri, coins, coins, (one, other, given, more) => {
        fc.pre(write(one) !== write(other))
        const forms = [respelled(one, tosser(given)), respelled(other, tosser(more))].map(normalizedUri)
        expect(forms[0]).not.toBe(forms[1])
      }),
      { numRuns: 2000 },
    )
  })

  test('those that differ in one part alone never become equal (DPOP-16)', () => {
    const part = fc.constantFrom('scheme', 'host', 'port', 'path')
    fc.assert(
      fc.property(canonicalUri, canonicalUri, part, coins, (one, other, name, given) => {
        const changed = { ...one, [name]: other[name] }
        fc.pre(write(one) !== write(changed))
        expect(normalizedUri(respelled(changed, tosser(given)))).not.toBe(normalizedUri(write(one)))
      }),
      { numRuns: 2000 },
    )
  })

  test('one that was normalised already stays as it is (DPOP-14)', () => {
    const pieces = fc.array(
      fc.constantFrom('/', '.', '..', '//', '%2e', '%2F', '%2f', '%7e', 'a', 'A', ':', '?', '#', '%41', '@'),
      { maxLength: 20 },
    )
    fc.assert(
      fc.property(pieces, (rest) => {
        const once = normalizedUri(`https://A.example/${rest.join('')}`)
        expect(once === undefined || normalizedUri(once) === once).toBe(true)
        expect(/\/\.{1,2}(?:\/|$)|%[a-f]|%7E|%41/.test(once ?? '')).toBe(false)
      }),
      { numRuns: 2000 },
    )
  })
})

describe('for any text', () => {
  const nearly = fc
    .tuple(
      fc.constantFrom('https://', 'http://', 'HTTPS:', 'https:/', '//', 'https:\\\\', ''),
      fc.string({
        unit: fc.oneof(
          fc.constantFrom(...'aZ09.:/[]@%?#\\ \t\n-_~é。'.split('')),
          fc.string({ unit: 'binary', maxLength: 1 }),
        ),
      }),
    )
    .map((parts) => parts.join(''))

  test('never throws, and gives an absolute URI of printable ASCII or nothing (DPOP-17)', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), nearly), (text) => {
        expect(normalizedUri(text) ?? 'https://a/').toMatch(/^https?:\/\/[\da-z\-._~:[\]]+\/[\x21-\x7e]*$/i)
      }),
      { numRuns: 5000 },
    )
  })

  test('is of one opinion with new URL on the host of what it takes for a name (DPOP-17)', () => {
    const names = fc.oneof(canonicalUri.map(write), nearly)
    fc.assert(
      fc.property(names, coins, (text, given) => {
        const form = normalizedUri(inSomeCase(text, tosser(given)))
        const [, host = ''] = /^https?:\/\/([^/:[]*)/.exec(form ?? '') ?? []
        // A last label that is a number makes an address for new URL, as does 0x; by the letter of RFC 3986 it is a name.
        fc.pre(form !== undefined && URL.canParse(form) && !/(?:^|\.)(?:\d*|0x[\da-f]*)\.?$/i.test(host))
        const { hostname, username, password } = new URL(form)
        expect([hostname, username, password]).toEqual([host, '', ''])
      }),
      { numRuns: 2000 },
    )
  })

  test('is of one opinion with new URL on the dot segments of a path (DPOP-14)', () => {
    const path = fc.array(fc.constantFrom('/', '/.', '/..', '/a', '/%2e', '/.%2E', '/b.'), { minLength: 1 })
    fc.assert(
      fc.property(path, (parts) => {
        const text = `${origin}${parts.join('')}`
        expect(normalizedUri(text)).toBe(new URL(text).href)
      }),
      { numRuns: 2000 },
    )
  })
})

describe('reads a hostile text of 8 KB, which is the most that a proof has room for (DPOP-45)', () => {
  const size = 8 * 1024
  const fill = (piece: string) => piece.repeat(Math.ceil(size / piece.length))

  test.each<[string, string, string | undefined]>([
    ['of dot segments that go up', `${origin}${fill('/..')}`, `${origin}/`],
    ['of dot segments that stay', `${origin}${fill('/.')}`, `${origin}/`],
    ['of detours', `${origin}${fill('/a/..')}`, `${origin}/`],
    ['of escaped dots', `${origin}${fill('/%2e%2e')}`, `${origin}/`],
    ['of escapes', `${origin}/${fill('%41')}`, `${origin}/${fill('%41').replaceAll('%41', 'A')}`],
    ['of slashes', `${origin}${fill('/')}`, `${origin}${fill('/')}`],
    ['of slashes, with a character that no URI has', `${origin}${fill('/a')}\n`, undefined],
    ['of escapes, the last one cut short', `${origin}/${fill('%41')}%4`, undefined],
    ['of a host without an end', `https://${fill('a.')}\\`, undefined],
    ['of a host of digits and colons', `https://[${fill(':1')}`, undefined],
    ['of a port', `${origin}:${fill('4')}x`, undefined],
    ['of question marks', `${origin}/${fill('?')}\n`, undefined],
    ['of number signs', `${origin}/${fill('?#')}é`, undefined],
    ['of schemes', fill('https://'), `https://https//${fill('https://').slice('https://https://'.length)}`],
  ])('%s', (_, text, expected) => {
    expect(normalizedUri(text)).toBe(expected)
  })

  test('with work that grows with its length, not with its square', () => {
    // A thousand times what a proof has room for: with work by the square, this would not end.
    const text = `${origin}${'/a/../%2e/b'.repeat(700_000)}`
    expect(normalizedUri(`${text}\n`)).toBeUndefined()
    expect(normalizedUri(`https://${'a.'.repeat(4_000_000)}\n`)).toBeUndefined()
    expect(normalizedUri(`${origin}${'/a/..'.repeat(1_500_000)}`)).toBe(`${origin}/`)
  })
})
