import { describe, expect, test, vi } from 'vitest'
import { thrownBy } from '../../test-support/refusal.js'
import { moment, resource } from '../../test-support/tokens.js'
import { isRefusal } from '../rejection.js'
import { freshNonce, nonceHeaders } from './dpop-nonce.js'

const context = { resource, now: moment }
const sourceOf = (nonce: unknown) => ({
  current: vi.fn(() => nonce as string),
  judge: () => 'unknown' as const,
})

describe('a fresh nonce', () => {
  test.each(['a', 'n-0S6_WzA2Mj', '!', '~', '#[]', 'x'.repeat(200)])(
    'is what the source makes: %s',
    (nonce) => {
      const source = sourceOf(nonce)
      expect(freshNonce(source, context)).toBe(nonce)
      expect(source.current).toHaveBeenCalledExactlyOnceWith(context)
    },
  )

  test.each([
    '',
    'a b',
    ' a',
    'a"b',
    'a\\b',
    'a\r\nset-cookie: b',
    'a\n',
    'é',
    '\x7f',
    'a\0',
    undefined,
    null,
    5,
    ['a'],
    Promise.resolve('a'),
  ])(
    'is none when the source makes %j: that is its fault, no caller’s, and never becomes a header field (DPOP-37, RFC 9449 §8.1)',
    (nonce) => {
      const error = thrownBy(() => freshNonce(sourceOf(nonce), context)) as Error
      expect(error).toBeInstanceOf(Error)
      expect(isRefusal(error)).toBe(false)
      expect(error.message).toBe('dpop.nonce: current() returned a value that is not a nonce (RFC 9449 §8.1)')
    },
  )
})

describe('the header fields of a good answer', () => {
  test('tell a new nonce, and are not to be stored (DPOP-39)', () => {
    expect(nonceHeaders('n')).toStrictEqual({ 'dpop-nonce': 'n', 'cache-control': 'no-store' })
  })

  test('are none when there is nothing to tell', () => {
    expect(nonceHeaders(undefined)).toStrictEqual({})
  })

  test('cannot be changed for the next request', () => {
    for (const headers of [nonceHeaders('n'), nonceHeaders(undefined)])
      expect(Object.isFrozen(headers)).toBe(true)
  })
})
