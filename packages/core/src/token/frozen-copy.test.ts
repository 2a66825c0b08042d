import { expect, test } from 'vitest'
import { deepFrozenCopy } from './frozen-copy.js'

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

test.each([
  new Date(0),
  new Map([['a', {}]]),
  new Set([1]),
  new Uint8Array(1),
  new (class Tenant {})(),
  () => 5,
])('passes on what is no plain data, and leaves it as it is: %s', (value) => {
  const copy = deepFrozenCopy({ value })
  expect(copy.value).toBe(value)
  expect(Object.isFrozen(value)).toBe(false)
})

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
