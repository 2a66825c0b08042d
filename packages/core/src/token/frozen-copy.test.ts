import { expect, test } from 'vitest'
import { deepFrozenCopy, holdsChangeable } from './frozen-copy.js'

test.each([undefined, null, 5, 'a', true, Symbol.iterator])('what is no object is itself: %s', (value) => {
  expect(deepFrozenCopy(value)).toBe(value)
})

test('copies lists and plain objects through and through, and freezes the copy alone', () => {
  const inner = { b: [1] }
  const value = { list: [inner], empty: Object.assign(Object.create(null) as object, { c: inner }) }
  const copy = deepFrozenCopy(value)
  expect(copy).toStrictEqual(value)
  for (const part of [copy, copy.list, copy.list[0], copy.list[0]?.b, copy.empty])
    expect(Object.isFrozen(part)).toBe(true)
  for (const part of [value, value.list, inner, inner.b, value.empty])
    expect(Object.isFrozen(part)).toBe(false)
  expect(Object.getPrototypeOf(copy.empty)).toBe(null)
})

test.each([new Date(0), new Map([['a', { b: 1 }]]), new Set([{ c: 1 }])])(
  'makes a copy of its own of what cannot be frozen: %s',
  (value) => {
    const [first, second] = [deepFrozenCopy({ value }), deepFrozenCopy({ value })]
    expect(first).toEqual({ value })
    expect(first.value).not.toBe(value)
    expect(first.value).not.toBe(second.value)
    expect([holdsChangeable(first), holdsChangeable({ list: [{ value }] })]).toEqual([true, true])
  },
)

test('freezes what stands in a Map or a Set', () => {
  const copy = deepFrozenCopy(new Map([['a', { b: 1 }]]))
  expect(Object.isFrozen(copy.get('a'))).toBe(true)
  const [one] = deepFrozenCopy(new Set([{ c: 1 }]))
  expect(Object.isFrozen(one)).toBe(true)
})

test('plain data holds nothing that can be changed, also where it contains itself', () => {
  const value: Record<string, unknown> = { list: [1, 'a', null, undefined] }
  value['itself'] = value
  expect(holdsChangeable(value)).toBe(false)
})

test.each([new Uint8Array(1), new (class Tenant {})(), () => 5])(
  'passes on objects of other classes, and leaves it as it is: %s',
  (value) => {
    const copy = deepFrozenCopy({ value })
    expect(copy.value).toBe(value)
    expect(Object.isFrozen(value)).toBe(false)
  },
)

test('copies what contains itself, and what stands there twice, once', () => {
  const value: Record<string, unknown> = { twice: {} }
  Object.assign(value, { itself: value, again: value['twice'] })
  const copy = deepFrozenCopy(value)
  expect(copy['itself']).toBe(copy)
  expect(copy['again']).toBe(copy['twice'])
})

test('a member called __proto__ is a member like others (JOSE-35)', () => {
  const value = JSON.parse('{"__proto__":{"admin":true}}') as { admin?: true }
  const copy = deepFrozenCopy(value)
  expect([copy.admin, Object.keys(copy), Object.getPrototypeOf(copy)]).toEqual([
    undefined,
    ['__proto__'],
    Object.prototype,
  ])
})

test('asks a getter once, and keeps what it said', () => {
  let asked = 0
  const copy = deepFrozenCopy({
    get a() {
      return ++asked
    },
  })
  expect([copy.a, copy.a, asked]).toEqual([1, 1, 1])
})
