import { inspect } from 'node:util'
import fc from 'fast-check'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { isRefusal, kindOfValue, quote, Rejection, Unavailable } from './rejection.js'

describe('quote', () => {
  test.each([
    ['text', '"text"'],
    ['', '""'],
    [5, '5'],
    [-0, '0'],
    [Infinity, 'null'],
    [null, 'null'],
    [undefined, 'undefined'],
    [true, 'true'],
    [['a', { b: 1 }], '["a",{"b":1}]'],
    ['a"b\\c', '"a\\"b\\\\c"'],
    ['a\r\nb\tc\0', '"a\\r\\nb\\tc\\u0000"'],
    ['é', '"\\u00e9"'],
    ['\u2028\u202e\ufeff', '"\\u2028\\u202e\\ufeff"'],
    ['😀', '"\\ud83d\\ude00"'],
    ['\x7f\x9b31m', '"\\u007f\\u009b31m"'],
    ['\ud800', '"\\ud800"'],
    [{ toString: 1, valueOf: 2, toJSON: 3 }, '{"toString":1,"valueOf":2,"toJSON":3}'],
  ])('prints %j in ASCII, on one line', (value, printed) => {
    expect(quote(value)).toBe(printed)
  })

  test('cuts what is long', () => {
    expect(quote('x'.repeat(78))).toBe(`"${'x'.repeat(78)}"`)
    expect(quote('x'.repeat(79))).toBe(`"${'x'.repeat(79)}...`)
    expect(quote(Array.from({ length: 10_000 }, () => 'é'))).toHaveLength(83)
  })

  test('makes every JSON value harmless', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => /^[\x20-\x7e]{0,80}(?:\.{3})?$/.test(quote(value))))
  })
})

describe('a Rejection', () => {
  const cause = new Error('cause')
  const rejection = new Rejection('token_expired', 'exp 1 is not after 2', { cause, scheme: 'Bearer' })

  test('carries a code, and through it status, error and one public sentence', () => {
    expect(rejection).toBeInstanceOf(Error)
    expect(rejection).toMatchObject({
      name: 'Rejection',
      code: 'token_expired',
      scheme: 'Bearer',
      issuer: undefined,
      cause,
    })
    expect([rejection.status, rejection.error, rejection.description]).toEqual([
      401,
      'invalid_token',
      'The access token expired.',
    ])
  })

  test('knows no scheme unless it is told', () => {
    expect(new Rejection('credential_missing', '').scheme).toBeUndefined()
  })

  test('knows the issuer and the scopes that were needed only when it is told', () => {
    const told = { scheme: 'Bearer', issuer: 'https://as.example', neededScopes: ['a', 'b'] } as const
    expect(new Rejection('scope_insufficient', '', told)).toMatchObject(told)
    expect(rejection.neededScopes).toEqual([])
  })

  test('knows which authentication was needed, and which rules said no, only when it is told', () => {
    const told = {
      neededAuthentication: { acrValues: ['a'], maxAge: undefined },
      unmetChecks: ['x'],
    } as const
    expect(new Rejection('authentication_insufficient', '', told)).toMatchObject(told)
    expect(rejection).toMatchObject({ neededAuthentication: undefined, unmetChecks: [] })
  })

  test('prints code and message', () => {
    const printed = inspect(rejection)
    expect(printed).toContain('exp 1 is not after 2')
    expect(printed).toContain("code: 'token_expired'")
  })
})

describe('Unavailable', () => {
  test.each([
    [0, 1],
    [0.2, 1],
    [1, 1],
    [1.2, 2],
    [-5, 1],
  ])(
    'asks for a new attempt after whole seconds, at least one: %d becomes %d',
    (given, retryAfterSeconds) => {
      const unavailable = new Unavailable('keys_unavailable', 'no answer', { retryAfterSeconds: given })
      expect(unavailable).toMatchObject({
        name: 'Unavailable',
        code: 'keys_unavailable',
        status: 503,
        retryAfterSeconds,
      })
    },
  )
})

describe('quote', () => {
  const circular: Record<string, unknown> = {}
  circular['itself'] = circular
  const nasty = {
    get a() {
      throw new Error('no')
    },
  }
  const bare = Object.assign(Object.create(null) as object, { toJSON: () => undefined })

  test.each<[unknown, string]>([
    [5n, '5n'],
    [[5n], 'what is of type object and no JSON'],
    [circular, 'what is of type object and no JSON'],
    [nasty, 'what is of type object and no JSON'],
    [bare, 'what is of type object and no JSON'],
    [undefined, 'undefined'],
    [Symbol('a'), 'Symbol(a)'],
    ['é', '"\\u00e9"'],
  ])('never throws: %#', (value, quoted) => {
    expect(quote(value)).toBe(quoted)
  })
})

test.each([
  [undefined, 'undefined'],
  [null, 'null'],
  [[], 'list'],
  [{}, 'object'],
  ['a', 'string'],
])('kindOfValue(%j) is %s', (value, kind) => {
  expect(kindOfValue(value)).toBe(kind)
})

describe('isRefusal', () => {
  afterEach(() => void vi.resetModules())

  test('tells our refusals from every other error', () => {
    expect(isRefusal(new Rejection('token_expired', ''))).toBe(true)
    expect(isRefusal(new Unavailable('keys_unavailable', '', { retryAfterSeconds: 1 }))).toBe(true)
    const others = [
      new Error('token_expired'),
      new TypeError(),
      { code: 'token_expired', status: 401 },
      null,
      undefined,
      'x',
      5,
    ]
    for (const other of others) expect(isRefusal(other)).toBe(false)
  })

  test('knows the refusals of another copy of this module, and they know ours', async () => {
    vi.resetModules()
    const copy = await import('./rejection.js')
    expect(copy.Rejection).not.toBe(Rejection)
    expect(isRefusal(new copy.Rejection('token_expired', ''))).toBe(true)
    expect(isRefusal(new copy.Unavailable('keys_unavailable', '', { retryAfterSeconds: 1 }))).toBe(true)
    expect(copy.isRefusal(new Rejection('token_expired', ''))).toBe(true)
  })

  test('takes no error from JSON for one of ours', () => {
    const rejection = new Rejection('token_expired', 'x')
    expect(isRefusal(Object.assign({}, rejection))).toBe(false)
    expect(isRefusal(JSON.parse(JSON.stringify(rejection)))).toBe(false)
  })
})
