import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { RequestMemo } from './request-memo.js'

test('gives back what was set for a request last, by that memo', () => {
  const [one, other] = [new RequestMemo<string>(), new RequestMemo<string>()]
  const request = {}
  expect(one.get(request)).toBeUndefined()
  one.set(request, 'a')
  other.set(request, 'b')
  expect([one.get(request), other.get(request)]).toEqual(['a', 'b'])
  one.set(request, 'c')
  expect([one.get(request), other.get(request), one.get({})]).toEqual(['c', 'b', undefined])
})

test.each<[string, <Request extends object>(request: Request) => object]>([
  ['derived from it', (request) => Object.create(request) as object],
  ['copied from it', (request) => ({ ...request })],
  [
    'copied from it with its prototype',
    (request) => Object.assign(Object.create(request) as object, request),
  ],
  ['a proxy of it', (request) => new Proxy(request, {})],
])('knows nothing of an object that is %s: it may bring other credentials', (_, derive) => {
  const memo = new RequestMemo<string>()
  const request = { url: '/' }
  memo.set(request, 'a')
  const another = derive(request)
  expect(memo.get(another)).toBeUndefined()
  memo.set(another, 'b')
  expect([memo.get(request), memo.get(another)]).toEqual(['a', 'b'])
})

test.each([Object.freeze, Object.seal, Object.preventExtensions])(
  'remembers objects that take no new fields (%o)',
  (close) => {
    const memo = new RequestMemo<string>()
    const request = close({})
    memo.set(request, 'a')
    expect(memo.get(request)).toBe('a')
    memo.set(request, 'b')
    expect(memo.get(request)).toBe('b')
    expect(memo.get(close({}))).toBeUndefined()
  },
)

const wrapped = (value: object): object =>
  new Proxy(value, {
    get: (target, name): unknown => {
      const member: unknown = Reflect.get(target, name)
      return typeof member === 'object' && member !== null ? wrapped(member) : member
    },
  })
const refusing = () => {
  throw new Error('read only')
}

test.each<[string, object]>([
  ['refuses new fields', new Proxy({}, { set: () => false })],
  ['throws at new fields', new Proxy({}, { set: refusing })],
  ['forgets new fields', new Proxy({}, { set: () => true })],
  ['wraps whatever is read of it', wrapped({})],
  [
    'has another idea of its symbols',
    new Proxy({}, { get: (_, name) => (typeof name === 'symbol' ? 1 : 2) }),
  ],
])('remembers an object that %s', (_, request) => {
  const memo = new RequestMemo<string>()
  memo.set(request, 'a')
  expect(memo.get(request)).toBe('a')
  memo.set(request, 'b')
  expect(memo.get(request)).toBe('b')
})

test('knows nothing of an object that was derived from a frozen one, or cloned through and through', () => {
  const memo = new RequestMemo<string>()
  const request = {}
  memo.set(request, 'a')
  const clone = {}
  for (const symbol of Object.getOwnPropertySymbols(request)) {
    const note = Reflect.get(request, symbol) as object
    Reflect.set(
      clone,
      symbol,
      Object.assign(Object.create(Object.getPrototypeOf(note) as object) as object, note),
    )
  }
  for (const another of [Object.create(Object.freeze(request)) as object, clone]) {
    expect(memo.get(another)).toBeUndefined()
    memo.set(another, 'b')
    expect([memo.get(request), memo.get(another)]).toEqual(['a', 'b'])
  }
})

test.each([undefined, null, 'a', 1])('knows nothing of what is no object: %s', (nothing) => {
  expect(new RequestMemo<string>().get(nothing as never)).toBeUndefined()
})

test('goes on knowing an object that was frozen later', () => {
  const memo = new RequestMemo<string>()
  const request = {}
  memo.set(request, 'a')
  Object.freeze(request)
  memo.set(request, 'b')
  expect(memo.get(request)).toBe('b')
})

test('shows nothing to whoever prints the request, or goes through its members', () => {
  const request = { url: '/' }
  new RequestMemo<object>().set(request, { token: 'secret' })
  expect(inspect(request, { depth: null, showHidden: true })).not.toContain('secret')
  expect(JSON.stringify(request)).toBe('{"url":"/"}')
  expect(Object.entries(request)).toEqual([['url', '/']])
})
