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
