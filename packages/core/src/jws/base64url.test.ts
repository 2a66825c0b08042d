import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeBase64url } from './base64url.js'

test('decodes whatever bytes were encoded (RFC 7515 §2)', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      const decoded = decodeBase64url(Buffer.from(bytes).toString('base64url'))
      expect(decoded && [...decoded]).toEqual([...bytes])
    }),
  )
})

test('takes each text for one sequence of bytes and no two texts for the same (JOSE-02)', () => {
  const text = fc.string({ unit: fc.constantFrom(...Array.from('ABQRYZaz019-_+/= \n!é')), maxLength: 9 })
  fc.assert(
    fc.property(text, (written) => {
      const bytes = decodeBase64url(written)
      if (bytes) expect(Buffer.from(bytes).toString('base64url')).toBe(written)
    }),
  )
})

test.each([
  ['padding', 'YQ=='],
  ['half of the padding', 'YQ='],
  ['padding after whole groups', 'YWJj='],
  ['the standard alphabet', '-_+/'],
  ['a foreign character', 'YW!Jj'],
  ['a space', 'YW Jj'],
  ['a space at the end', 'YWJj '],
  ['a line break', 'YWJj\n'],
  ['a NUL', 'YWJj\0'],
  ['a letter beyond ASCII', 'YWJé'],
  ['a digit of full width', 'YWJ１'],
  ['bits that are not zero after one byte', 'YR'],
  ['bits that are not zero after two bytes', 'YWJ'],
  ['a lone character', 'A'],
  ['a lone character after whole groups', 'YWJjA'],
])('refuses %s (JOSE-02, RFC 4648 §3.5)', (_, text) => {
  expect(decodeBase64url(text)).toBeUndefined()
})
