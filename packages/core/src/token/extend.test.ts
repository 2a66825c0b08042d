import { describe, expect, test, vi } from 'vitest'
import { accessTokenWith } from '../../test-support/principals.js'
import { thrownBy } from '../../test-support/refusal.js'
import { Rejection, type Unavailable } from '../rejection.js'
import { type Extend, extrasOf, type VerifiedToken } from './extend.js'

const { fittedClaims: _, extras: __, ...token } = accessTokenWith({ org: '5' })
const made = (extend: (token: VerifiedToken) => unknown) => extrasOf(token, extend as Extend)
const cause = new RangeError('postgres://user:s3cr3t@db')
const broken = () => {
  throw cause
}

test('makes what it says of the verified token', () => {
  const extend = vi.fn(({ claims }: VerifiedToken) => ({ organisation: claims['org'] }))
  expect(made(extend)).toEqual({ organisation: '5' })
  expect(extend.mock.calls).toEqual([[token]])
})

test('makes what is frozen through and through, and freezes nothing of the application’s own', () => {
  const known = { id: '5', units: ['a'] }
  const { organisation } = made(() => ({ organisation: known })) as { organisation: typeof known }
  expect(organisation).toEqual(known)
  expect([Object.isFrozen(organisation), Object.isFrozen(organisation.units)]).toEqual([true, true])
  expect([Object.isFrozen(known), Object.isFrozen(known.units)]).toEqual([false, false])
})

test('may refuse the token, with an error of its own for each request', () => {
  const rejection = new Rejection('token_claim_invalid', 'no such organisation')
  const refuse = () => {
    throw rejection
  }
  const [first, second] = [thrownBy(() => made(refuse)), thrownBy(() => made(refuse))]
  expect([first, second]).toEqual([rejection, rejection])
  expect(new Set([first, second, rejection]).size).toBe(3)
})

describe('is broken, which is nobody’s fault: 503', () => {
  const unavailable = { name: 'Unavailable', code: 'check_unavailable', status: 503, retryAfterSeconds: 1 }

  test.each<[string, () => unknown]>([
    ['throws', broken],
    ['has a getter that throws', () => Object.defineProperty({}, 'a', { get: broken, enumerable: true })],
    [
      'has one deep inside',
      () => ({ a: [Object.defineProperty({}, 'b', { get: broken, enumerable: true })] }),
    ],
  ])('when it %s: its class is told, and it is the cause', (_, extend) => {
    const message = 'extend() of the issuer threw RangeError'
    expect(thrownBy(() => made(extend))).toMatchObject({ ...unavailable, message, cause })
  })

  test.each([undefined, null, 5, 'text', true, [{ a: 1 }], () => ({})])(
    'when it makes %j of the token',
    (extras) => {
      const error = thrownBy(() => made(() => extras)) as Unavailable
      expect(error).toMatchObject({
        ...unavailable,
        message: 'extend() of the issuer made no object of the token',
      })
    },
  )

  test('when it has to be waited for; that it fails later harms nobody', async () => {
    const unhandled = vi.fn()
    process.on('unhandledRejection', unhandled)
    for (const extend of [async () => ({}), () => Promise.reject(cause), () => new Promise(() => undefined)])
      expect(thrownBy(() => made(extend))).toMatchObject(unavailable)
    await new Promise(setImmediate)
    process.off('unhandledRejection', unhandled)
    expect(unhandled).not.toHaveBeenCalled()
  })
})
