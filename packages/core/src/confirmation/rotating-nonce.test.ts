import { randomBytes } from 'node:crypto'
import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { thrownBy } from '../../test-support/refusal.js'
import { moment, resource } from '../../test-support/tokens.js'
import { type RotatingNonceOptions, rotatingNonce } from './rotating-nonce.js'

const [a, b] = [randomBytes(32), randomBytes(32)]
const every = 300
/** The beginning of a slot. */
const start = Math.ceil(moment / every) * every
const at = (now: number, name = resource) => ({ resource: name, now })
const sourceOf = (...secrets: (string | Uint8Array)[]) => rotatingNonce({ secrets, everySeconds: every })

describe('a nonce', () => {
  test('is made of the characters that RFC 9449 §8.1 has for it (DPOP-37)', () => {
    for (let slot = 0; slot < 1000; slot++)
      expect(sourceOf(a).current(at(start + slot * every))).toMatch(/^[\x21\x23-\x5b\x5d-\x7e]{43}$/)
  })

  test('is another one in each of ten thousand slots (DPOP-37)', () => {
    const source = sourceOf(a)
    const nonces = Array.from({ length: 10_000 }, (_, slot) => source.current(at(start + slot * every)))
    expect(new Set(nonces).size).toBe(10_000)
  })

  test('cannot be told without the secret: another secret, another nonce (DPOP-37)', () => {
    const nonces = Array.from({ length: 100 }, () => sourceOf(randomBytes(32)).current(at(start)))
    expect(new Set(nonces).size).toBe(100)
  })

  test('stays the same for the whole slot, and no longer', () => {
    const source = sourceOf(a)
    const first = source.current(at(start))
    expect(source.current(at(start + every - 0.001))).toBe(first)
    expect(source.current(at(start + every))).not.toBe(first)
    expect(source.current(at(start - 0.001))).not.toBe(first)
    expect(source.current(at(start))).toBe(first)
  })

  test('lasts five minutes unless it is told otherwise', () => {
    const source = rotatingNonce({ secrets: [a] })
    expect(source.current(at(start + 299))).toBe(source.current(at(start)))
    expect(source.current(at(start + 300))).not.toBe(source.current(at(start)))
  })

  test.each([1, 7, 86_400])('may last %d s', (everySeconds) => {
    const source = rotatingNonce({ secrets: [a], everySeconds })
    const begin = Math.ceil(moment / everySeconds) * everySeconds
    const nonce = source.current(at(begin))
    const standings = [-0.5, 0, everySeconds - 0.5, everySeconds, 2 * everySeconds - 0.5, 2 * everySeconds]
    expect(standings.map((seconds) => source.judge(nonce, at(begin + seconds)))).toEqual([
      'current',
      'current',
      'current',
      'previous',
      'previous',
      'unknown',
    ])
  })
})

describe('is judged (DPOP-35, DPOP-38)', () => {
  const source = sourceOf(a)
  const nonce = source.current(at(start))

  test.each([
    ['current in its slot', 0, 'current'],
    ['current to its last moment', every - 0.001, 'current'],
    ['previous in the slot after that', every, 'previous'],
    ['previous to the last moment of that', 2 * every - 0.001, 'previous'],
    ['unknown after that', 2 * every, 'unknown'],
    ['unknown long after that', 1000 * every, 'unknown'],
    ['current one slot early: the clock of another instance may be ahead', -every, 'current'],
    ['unknown two slots early', -every - 0.001, 'unknown'],
  ])('%s', (_, seconds, standing) => {
    expect(source.judge(nonce, at(start + seconds))).toBe(standing)
  })

  test('unknown at another resource (DPOP-35)', () => {
    expect(source.judge(nonce, at(start, 'https://other.example'))).toBe('unknown')
    expect(source.judge(nonce, at(start, `${resource}/`))).toBe('unknown')
    expect(source.judge(nonce, at(start))).toBe('current')
  })

  test.each<[string, string]>([
    ['empty', ''],
    ['cut short', nonce.slice(0, -1)],
    ['longer', `${nonce}A`],
    ['with padding', `${nonce}=`],
    ['in another case', nonce.toLowerCase() === nonce ? nonce.toUpperCase() : nonce.toLowerCase()],
    ['with its first character changed', `${nonce.startsWith('A') ? 'B' : 'A'}${nonce.slice(1)}`],
    ['with its last character changed', `${nonce.slice(0, -1)}${nonce.endsWith('A') ? 'B' : 'A'}`],
    ['of another length in UTF-8', 'é'.repeat(43)],
    ['of the same length in UTF-8', `${'é'.repeat(21)}A`],
    ['of surrogates alone', '\ud800'.repeat(43)],
    ['as long as a proof may be', 'A'.repeat(8192)],
    ['of another source', sourceOf(b).current(at(start))],
    ['random', randomBytes(32).toString('base64url')],
  ])('unknown when it is %s (DPOP-35)', (_, given) => {
    expect(source.judge(given, at(start))).toBe('unknown')
  })

  test('alike by every instance that has the same secrets, before and after a restart (DPOP-36, DPOP-38)', () => {
    const text = a.toString('hex')
    const [one, other] = [sourceOf(text, b), sourceOf(text, b)]
    expect(other.judge(one.current(at(start)), at(start))).toBe('current')
    expect(other.judge(one.current(at(start)), at(start + every))).toBe('previous')
    // One clock is ahead of the other, over the edge of a slot.
    expect(other.judge(one.current(at(start)), at(start - 0.5))).toBe('current')
    expect(other.judge(one.current(at(start - 0.5)), at(start))).toBe('previous')
  })

  test('alike when several resources ask one source in turn', () => {
    const names = [resource, 'https://other.example']
    const nonces = names.map((name) => source.current(at(start, name)))
    expect(nonces[0]).not.toBe(nonces[1])
    for (let round = 0; round < 3; round++) {
      expect(names.map((name, which) => source.judge(nonces[which] ?? '', at(start, name)))).toEqual([
        'current',
        'current',
      ])
      expect(names.map((name, which) => source.judge(nonces[1 - which] ?? '', at(start, name)))).toEqual([
        'unknown',
        'unknown',
      ])
    }
  })
})

describe('secrets', () => {
  test('are exchanged in three steps; in none is a nonce refused that any instance gave out (DPOP-38)', () => {
    const steps = [sourceOf(a), sourceOf(a, b), sourceOf(b, a), sourceOf(b)]
    for (let step = 0; step + 1 < steps.length; step++) {
      const [before, after] = steps.slice(step, step + 2)
      const given = before?.current(at(start)) ?? ''
      // While a step is under way, instances before it and after it stand side by side.
      for (const maker of [before, after]) {
        const nonce = maker?.current(at(start)) ?? ''
        if (step < 2)
          expect([before, after].map((judge) => judge?.judge(nonce, at(start)))).toEqual([
            'current',
            'current',
          ])
        if (step < 2)
          expect([before, after].map((judge) => judge?.judge(nonce, at(start + every)))).toEqual([
            'previous',
            'previous',
          ])
      }
      expect(given).toBe((step < 2 ? sourceOf(a) : sourceOf(b)).current(at(start)))
    }
    // The old secret is dropped: what was made with it is worth nothing from now on.
    expect(sourceOf(b).judge(sourceOf(a).current(at(start)), at(start))).toBe('unknown')
  })

  test('may be text or bytes, and their order says which one makes nonces', () => {
    const text = 'x'.repeat(32)
    expect(sourceOf(text).current(at(start))).toBe(
      sourceOf(new TextEncoder().encode(text)).current(at(start)),
    )
    expect(sourceOf(a, b).current(at(start))).toBe(sourceOf(a).current(at(start)))
    expect(sourceOf(b, a).current(at(start))).toBe(sourceOf(b).current(at(start)))
  })

  test('are copied: nothing that is done to them later matters (DPOP-38)', () => {
    const bytes = new Uint8Array(a)
    const secrets: (string | Uint8Array)[] = [bytes]
    const options: RotatingNonceOptions = { secrets, everySeconds: every }
    const source = rotatingNonce(options)
    bytes.fill(0)
    secrets[0] = b
    secrets.push(b)
    Object.assign(options, { everySeconds: 1, secrets: [b] })
    expect(source.current(at(start))).toBe(sourceOf(a).current(at(start)))
    expect(source.judge(sourceOf(b).current(at(start)), at(start))).toBe('unknown')
  })

  test('are part of a larger buffer at times, and that alone counts', () => {
    const pool = new Uint8Array(100).fill(7)
    pool.set(a, 10)
    expect(sourceOf(pool.subarray(10, 42)).current(at(start))).toBe(sourceOf(a).current(at(start)))
  })

  test('do not stand in what is printed of the source (BCP-02)', () => {
    const secret = 'c2VjcmV0-c2VjcmV0-c2VjcmV0-c2VjcmV0'
    const source = sourceOf(secret)
    source.current(at(start))
    const printed =
      inspect(source, { depth: Infinity, showHidden: true, getters: true }) + JSON.stringify(source)
    expect(printed).not.toMatch(/c2VjcmV0|63 32 56/)
  })
})

describe('a wrong option is a TypeError, in which no secret is printed', () => {
  const secret = 'c2VjcmV0-c2VjcmV0-c2VjcmV0-c2VjcmV0'
  const make = (options: unknown) =>
    thrownBy(() => rotatingNonce(options as RotatingNonceOptions)) as TypeError

  test.each<[string, unknown, RegExp]>([
    ['no list', secret, /^rotatingNonce\.secrets: expected a list with at least one secret, got string$/],
    ['no secret', [], /^rotatingNonce\.secrets: expected a list/],
    ['null', null, /^rotatingNonce\.secrets: expected a list/],
    ['left undefined', undefined, /^rotatingNonce\.secrets: expected /],
    ['a set', new Set([secret]), /^rotatingNonce\.secrets: expected a list/],
    [
      'short text',
      [secret.slice(0, 31)],
      /^rotatingNonce\.secrets\[0\]: .* at least 32 bytes, got 31 bytes \(is the variable set\?\)$/,
    ],
    [
      'short bytes',
      [secret, new Uint8Array(31)],
      /^rotatingNonce\.secrets\[1\]: .* got 31 bytes \(is the variable set\?\)$/,
    ],
    ['an empty text', [''], /^rotatingNonce\.secrets\[0\]: .* got 0 bytes \(is the variable set\?\)$/],
    ['undefined, as an unset variable is', [undefined], /^rotatingNonce\.secrets\[0\]: .* got undefined$/],
    ['a number', [secret, 5], /^rotatingNonce\.secrets\[1\]: .* got number$/],
    ['a list in the list', [[secret]], /^rotatingNonce\.secrets\[0\]: .* got a list$/],
    ['an ArrayBuffer', [new ArrayBuffer(32)], /^rotatingNonce\.secrets\[0\]: .* got object$/],
  ])('secrets: %s', (_, secrets, expected) => {
    const error = make({ secrets })
    expect(error).toBeInstanceOf(TypeError)
    expect(error.message).toMatch(expected)
    expect(error.stack).not.toContain(secret.slice(0, 10))
  })

  test('secrets: counted in bytes, not in characters', () => {
    expect(() => rotatingNonce({ secrets: ['é'.repeat(16)] })).not.toThrow()
    expect(make({ secrets: ['é'.repeat(15)] }).message).toContain('got 30 bytes')
  })

  test.each([0, -1, 0.5, 300.5, 86_401, NaN, Infinity, '300', null, undefined])(
    'everySeconds: %j',
    (everySeconds) => {
      const error = make({ secrets: [secret], everySeconds })
      expect(error).toBeInstanceOf(TypeError)
      expect(error.message).toMatch(/^rotatingNonce\.everySeconds: expected a /)
    },
  )

  test('an unknown option', () => {
    expect(make({ secret })).toMatchObject({
      name: 'TypeError',
      message: 'rotatingNonce: unknown option "secret", expected one of secrets, everySeconds',
    })
  })

  test.each<[string, unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['a secret', secret],
    ['a list of secrets', [secret]],
  ])('no options at all, but %s (BCP-02)', (_, options) => {
    const error = make(options)
    expect(error).toBeInstanceOf(TypeError)
    expect(error.message).toMatch(/^rotatingNonce: expected /)
    expect(error.message).not.toContain(secret.slice(0, 10))
  })
})
