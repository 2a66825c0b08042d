import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { principalWith } from '../../test-support/principals.js'
import { reasonOf } from '../../test-support/refusal.js'
import type { Principal } from '../principal.js'
import { kindOfValue } from '../rejection.js'
import { checkRevocation } from './revocation.js'

const principal = principalWith()
const asking = (revoked: (principal: Principal) => unknown) => checkRevocation(principal, revoked)

test('asks once, about who calls', async () => {
  const revoked = vi.fn(() => false)
  await asking(revoked)
  expect(revoked.mock.calls).toEqual([[principal]])
})

test.each<[string, () => unknown]>([
  ['false', () => false],
  ['a promise of false', async () => false],
])('lets a token pass on %s', async (_, revoked) => {
  await expect(asking(revoked)).resolves.toBeUndefined()
})

test.each<[string, () => unknown]>([
  ['true', () => true],
  ['a promise of true', async () => true],
])('refuses it on %s (BEARER-19)', async (_, revoked) => {
  expect(await reasonOf(asking(revoked))).toMatchObject({
    code: 'token_revoked',
    status: 401,
    error: 'invalid_token',
  })
})

describe('cannot tell, and blames nobody (FAPI-02)', () => {
  const unavailable = {
    name: 'Unavailable',
    code: 'revocation_unavailable',
    status: 503,
    retryAfterSeconds: 1,
  }

  test.each([undefined, null, 0, 1, '', 'false', 'no', {}, [], [false], Symbol('no'), () => false])(
    'when the answer is %s',
    async (answer) => {
      for (const revoked of [() => answer, async () => answer]) {
        const error = await reasonOf(asking(revoked))
        expect(error).toMatchObject(unavailable)
        expect(error).toHaveProperty(
          'message',
          `revoked() answered with ${kindOfValue(answer)}, expected true or false`,
        )
      }
    },
  )

  const cause = new RangeError('redis://:s3cr3t@host')

  test.each<[string, () => unknown, unknown, string]>([
    [
      'throws',
      () => {
        throw cause
      },
      cause,
      'threw RangeError',
    ],
    ['rejects', () => Promise.reject(cause), cause, 'threw RangeError'],
    ['rejects with false', () => Promise.reject(false), false, 'threw what is no error'],
  ])(
    'when it %s; operators are told the class alone, and find the cause',
    async (_, revoked, thrown, told) => {
      const error = await reasonOf(asking(revoked))
      expect(error).toMatchObject({ ...unavailable, message: `revoked() ${told}`, cause: thrown })
    },
  )

  describe('when it takes its time', () => {
    beforeEach(() => void vi.useFakeTimers())
    afterEach(() => void vi.useRealTimers())

    test('that is five seconds', async () => {
      const error = reasonOf(asking(() => new Promise(() => undefined)))
      await vi.advanceTimersByTimeAsync(5000)
      expect(await error).toMatchObject({ ...unavailable, message: 'revoked() gave no answer in 5 s' })
    })
  })
})
