import { describe, expect, test, vi } from 'vitest'
import { thrownBy } from '../../test-support/refusal.js'
import { type DpopOptions, dpopPolicy, readDpopOptions } from './dpop-options.js'
import { memoryReplayStore } from './memory-replay-store.js'
import { rotatingNonce } from './rotating-nonce.js'

const where = 'protectedResource.dpop'
const read = (options: object) => readDpopOptions(where, options)
const localStore = vi.fn(() => memoryReplayStore())
const store = { firstUse: () => true }
const nonce = { current: () => 'n', judge: () => 'current' as const }
const modern = ['ES256', 'ES384', 'ES512', 'PS256', 'PS384', 'PS512', 'Ed25519', 'EdDSA']

describe('what is enforced', () => {
  test('is nothing when neither the resource nor the issuer asks for DPoP (DPOP-27)', () => {
    localStore.mockClear()
    expect(dpopPolicy(undefined, undefined, localStore)).toBeUndefined()
    expect(localStore).not.toHaveBeenCalled()
  })

  test.each<[string, DpopOptions | undefined, DpopOptions | undefined]>([
    ['by the resource', {}, undefined],
    ['by the issuer', undefined, {}],
    ['by both', {}, {}],
  ])('is the default when DPoP is asked for %s (DPOP-07, DPOP-20)', (_, ofResource, ofIssuer) => {
    expect(dpopPolicy(ofResource, ofIssuer, () => store)).toStrictEqual({
      required: false,
      algorithms: modern,
      proofMaxAgeSeconds: 60,
      futureSkewSeconds: 10,
      replayStore: store,
      nonce: undefined,
    })
  })

  test('is what the resource says, where the issuer says nothing', () => {
    const given = {
      required: true,
      algorithms: ['RS256'],
      proofMaxAgeSeconds: 5,
      futureSkewSeconds: 0,
      replayStore: store,
      nonce,
    } as const
    localStore.mockClear()
    expect(dpopPolicy(read(given), undefined, localStore)).toStrictEqual(given)
    expect(dpopPolicy(read(given), read({}), localStore)).toStrictEqual(given)
    expect(dpopPolicy(undefined, read(given), localStore)).toStrictEqual(given)
    expect(localStore).not.toHaveBeenCalled()
  })

  test.each<[keyof DpopOptions, unknown, unknown]>([
    ['required', true, false],
    ['required', false, true],
    ['algorithms', ['ES256'], ['PS256', 'ES512']],
    ['proofMaxAgeSeconds', 30, 0],
    ['futureSkewSeconds', 5, 0],
    ['replayStore', store, { firstUse: () => false }],
    ['nonce', nonce, rotatingNonce({ secrets: ['s'.repeat(32)] })],
  ])(
    'is what the issuer says of %s, and what the resource says of all else',
    (name, ofResource, ofIssuer) => {
      const all = {
        required: true,
        algorithms: ['ES384'],
        proofMaxAgeSeconds: 7,
        futureSkewSeconds: 3,
        replayStore: store,
        nonce,
      } as const
      const policy = dpopPolicy(read({ ...all, [name]: ofResource }), read({ [name]: ofIssuer }), localStore)
      expect(policy).toStrictEqual({ ...all, [name]: ofIssuer })
    },
  )

  test('names one store of its own for all issuers that name none', () => {
    const shared = memoryReplayStore()
    const policies = [dpopPolicy({}, undefined, () => shared), dpopPolicy(undefined, {}, () => shared)]
    for (const policy of policies) expect(policy?.replayStore).toBe(shared)
  })
})

describe('what was read', () => {
  test('cannot be changed afterwards', () => {
    const algorithms = ['ES256']
    const given = { required: true, algorithms }
    const settings = read(given)
    algorithms.push('none')
    given.required = false
    expect(settings).toStrictEqual({ required: true, algorithms: ['ES256'] })
    expect(Object.isFrozen(settings)).toBe(true)
  })

  test('has nothing in it that was not given: it would hide what the resource says', () => {
    expect(read({})).toStrictEqual({})
    expect(read({ required: true })).toStrictEqual({ required: true })
  })

  test.each([0, 0.5, 60, 300])('takes %d seconds (DPOP-20)', (seconds) => {
    const given = { proofMaxAgeSeconds: seconds, futureSkewSeconds: seconds }
    expect(read(given)).toStrictEqual(given)
  })
})

describe('a wrong option is a TypeError that names it, what was expected and what came', () => {
  test.each<[name: string, value: unknown, expected: RegExp]>([
    ['required', 'true', /true or false, got 'true'/],
    ['required', 1, /true or false, got 1/],
    ['required', null, /true or false, got null/],
    ['algorithms', 'ES256', /a list out of RS256, .*, got 'ES256'/],
    ['algorithms', [], /a list out of .*, got \[\]/],
    ['algorithms', null, /a list out of .*, got null/],
    ['algorithms', ['none'], /a list out of .*, got 'none'/],
    ['algorithms', ['HS256'], /a list out of .*, got 'HS256'/],
    ['algorithms', ['ES256', 'es384'], /a list out of .*, got 'es384'/],
    ['algorithms', ['ES256', 'ES256'], /a list without doubles/],
    ['proofMaxAgeSeconds', -1, /from 0 to 300, got -1/],
    ['proofMaxAgeSeconds', 301, /from 0 to 300, got 301/],
    ['proofMaxAgeSeconds', '60', /from 0 to 300, got '60'/],
    ['proofMaxAgeSeconds', NaN, /from 0 to 300, got NaN/],
    ['proofMaxAgeSeconds', Infinity, /from 0 to 300, got Infinity/],
    ['proofMaxAgeSeconds', null, /from 0 to 300, got null/],
    ['futureSkewSeconds', -1, /from 0 to 300, got -1/],
    ['futureSkewSeconds', 301, /from 0 to 300, got 301/],
    ['futureSkewSeconds', NaN, /from 0 to 300, got NaN/],
    ['replayStore', {}, /a replay store, with firstUse\(\), got object$/],
    ['replayStore', { firstUse: true }, /a replay store/],
    ['replayStore', new Map(), /a replay store/],
    ['replayStore', memoryReplayStore, /a replay store/],
    ['nonce', {}, /a source of nonces, such as rotatingNonce\(\)/],
    ['nonce', { current: () => 'n' }, /a source of nonces/],
    ['nonce', { judge: () => 'current' }, /a source of nonces/],
    ['nonce', true, /a source of nonces/],
    ['nonce', rotatingNonce, /a source of nonces/],
  ])('%s: %j (DPOP-07, DPOP-20)', (name, value, expected) => {
    const error = thrownBy(() => read({ [name]: value })) as TypeError
    expect(error).toBeInstanceOf(TypeError)
    expect(error.message).toMatch(new RegExp(String.raw`^protectedResource\.dpop\.${name}: expected `))
    expect(error.message).toMatch(expected)
  })

  test.each(['required', 'algorithms', 'proofMaxAgeSeconds', 'futureSkewSeconds', 'replayStore', 'nonce'])(
    '%s: present but undefined, as an unset variable is',
    (name) => {
      expect(thrownBy(() => read({ [name]: undefined }))).toMatchObject({
        name: 'TypeError',
        message: `${where}.${name}: expected a value (or leave the option out), got undefined`,
      })
    },
  )

  test.each(['replayStore', 'nonce'])(
    '%s: empty, as what an unset variable guards is; it would switch off what was meant (DPOP-36)',
    (name) => {
      for (const value of ['', null, false, 0, NaN]) {
        const error = thrownBy(() => read({ [name]: value })) as TypeError
        expect(error).toBeInstanceOf(TypeError)
        expect(error.message).toMatch(new RegExp(String.raw`^protectedResource\.dpop\.${name}: expected a `))
      }
    },
  )

  test('nonce: a secret in place of its source, which is not printed (BCP-02)', () => {
    const secret = 'c2VjcmV0-c2VjcmV0-c2VjcmV0-c2VjcmV0'
    for (const value of [secret, [secret], Buffer.from(secret)]) {
      const error = thrownBy(() => read({ nonce: value })) as TypeError
      expect(error).toBeInstanceOf(TypeError)
      expect(error.message).not.toMatch(/c2VjcmV0|63 32/)
    }
  })

  test.each(['require', 'nonces', 'maxAge', 'replay'])('%s: unknown, with the known ones', (name) => {
    expect(thrownBy(() => read({ [name]: 1 }))).toMatchObject({
      name: 'TypeError',
      message: `${where}: unknown option "${name}", expected one of required, algorithms, proofMaxAgeSeconds, futureSkewSeconds, replayStore, nonce`,
    })
  })

  test.each([null, true, 'required', 5, [], [{}]])('no options at all: %j', (options) => {
    expect(thrownBy(() => read(options as unknown as object))).toMatchObject({
      name: 'TypeError',
      message: expect.stringMatching(/^protectedResource\.dpop: expected an object with options, got /),
    })
  })
})
