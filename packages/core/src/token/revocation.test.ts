import { describe, expect, test, vi } from 'vitest'
import { principalWith } from '../../test-support/principals.js'
import { reasonOf } from '../../test-support/refusal.js'
import type { Principal } from '../principal.js'
import { checkRevocation } from './revocation.js'

const principal = principalWith()
const asking = (revoked: (token: Principal) => unknown) => checkRevocation(principal, revoked)

test('asks nobody where nobody is named', async () => {
  await expect(checkRevocation(principal, undefined)).resolves.toBeUndefined()
})

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
          `revoked() answered with "${typeof answer}", expected true or false`,
        )
      }
    },
  )

  test.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('redis://:s3cr3t@host')
      },
    ],
    ['rejects', () => Promise.reject(new Error('redis://:s3cr3t@host'))],
    ['rejects with false', () => Promise.reject(false)],
  ])('when it %s, and tells nothing of that', async (_, revoked) => {
    const error = await reasonOf(asking(revoked))
    expect(error).toMatchObject({ ...unavailable, message: 'revoked() threw' })
    expect(error).not.toHaveProperty('cause')
  })
})
