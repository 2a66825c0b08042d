import { expect, test } from 'vitest'
import { definePreset, flag, listOf, oneOf, text } from './define-preset.js'

const made = (options: unknown) => definePreset('preset', options as object, ['own'], () => 'made')

test('makes what it is asked to make of options that it knows', () => {
  expect(made({ own: 1, issuer: 'https://as.example', http: {} })).toBe('made')
})

test('refuses an option that it does not know, and names those that it knows', () => {
  expect(() => made({ ownn: 1 })).toThrow(
    new TypeError(
      'preset: unknown option "ownn", expected one of own, issuer, jwksUri, jwks, http, claims, requires, dpop',
    ),
  )
})

test('refuses an option that is there but undefined', () => {
  expect(() => made({ own: undefined })).toThrow(
    new TypeError('preset.own: expected a value (or leave the option out), got undefined'),
  )
})

test.each([undefined, null, 'https://as.example', [{}]])('refuses %j in place of options', (options) => {
  expect(() => made(options)).toThrow(new TypeError('preset: expected an object with options'))
})

test('tells what core finds wrong under the name of the preset, once', () => {
  const failing = (error: Error) => () =>
    definePreset('preset', {}, [], () => {
      throw error
    })
  expect(failing(new TypeError('jwtIssuer.issuer: wrong'))).toThrow('preset: jwtIssuer.issuer: wrong')
  expect(failing(new TypeError('preset.own: wrong'))).toThrow(/^preset\.own: wrong$/)
  expect(failing(new RangeError('other'))).toThrow(/^other$/)
})

test('reads one of several values', () => {
  expect(oneOf('preset.own', 'a', ['a', 'b'])).toBe('a')
  expect(() => oneOf('preset.own', 'A', ['a', 'b'])).toThrow('preset.own: expected one of a, b, got "A"')
  expect(() => oneOf('preset.own', null, ['a', 'b'])).toThrow('preset.own: expected one of a, b, got object')
})

test('reads a string that is not empty', () => {
  expect(text('preset.own', 'a')).toBe('a')
  expect(() => text('preset.own', '')).toThrow(
    'preset.own: expected a string that is not empty, got an empty one',
  )
  expect(() => text('preset.own', 1)).toThrow('preset.own: expected a string that is not empty, got number')
})

test('reads a string, or a list of strings, none empty and each once', () => {
  const given = ['a', 'b']
  const list = listOf('preset.own', given)
  given.push('c')
  expect(list).toEqual(['a', 'b'])
  expect(listOf('preset.own', 'a')).toEqual(['a'])
  for (const wrong of [[], '', ['a', ''], ['a', 1], {}, undefined]) {
    expect(() => listOf('preset.own', wrong)).toThrow(
      'preset.own: expected a string, or a list of strings, none empty',
    )
  }
  expect(() => listOf('preset.own', ['a', 'a'])).toThrow('preset.own: expected each one once')
})

test('reads true or false, and takes what was left out for false', () => {
  expect([flag('preset.own', true), flag('preset.own', false), flag('preset.own')]).toEqual([
    true,
    false,
    false,
  ])
  expect(() => flag('preset.own', 'yes')).toThrow('preset.own: expected true or false, got string')
})
