import { describe, expect, test, vi } from 'vitest'
import { reasonOf } from '../../test-support/refusal.js'
import { moment } from '../../test-support/tokens.js'
import { Rejection, Unavailable } from '../rejection.js'
import { type ReplayStore, useOnce as useAtOnce } from './replay-store.js'

/** So that what it throws at once can be waited for like everything else. */
const useOnce = async (...given: Parameters<typeof useAtOnce>) => useAtOnce(...given)

const use = { id: 'a', owner: 'b', until: moment + 60, now: moment }
const storeOf = (firstUse: () => unknown) => ({ firstUse: vi.fn(firstUse) }) as unknown as ReplayStore

test.each<[string, () => unknown]>([
  ['at once', () => true],
  ['later', async () => true],
])('the first use is good when the store says so %s (DPOP-41)', async (_, firstUse) => {
  const store = storeOf(firstUse)
  await expect(useOnce(store, use)).resolves.toBeUndefined()
  expect(store.firstUse).toHaveBeenCalledExactlyOnceWith(use)
})

test('is told at once by a store that tells it at once', () => {
  expect(useAtOnce({ firstUse: () => true }, use)).toBeUndefined()
  expect(useAtOnce({ firstUse: async () => true }, use)).toBeInstanceOf(Promise)
})

test.each<[string, () => unknown]>([
  ['at once', () => false],
  ['later', async () => false],
])('every other is refused when the store says so %s (DPOP-41)', async (_, firstUse) => {
  const error = await reasonOf(useOnce(storeOf(firstUse), use))
  expect(error).toBeInstanceOf(Rejection)
  expect(error).toMatchObject({ code: 'proof_replayed', error: 'invalid_dpop_proof', status: 401 })
})

describe('nobody is let in, and nobody is blamed, when the store', () => {
  const failure = new Error('connection lost')
  test.each<[string, () => unknown]>([
    ['answers nothing', () => undefined],
    ['answers null', () => null],
    ['answers a number', () => 1],
    ['answers as Redis does', () => 'OK'],
    ['answers later with a number', async () => 1],
    ['answers with an object', () => ({ first: true })],
    ['answers with a promise in an object', () => [Promise.resolve(true)]],
    [
      'throws',
      () => {
        throw failure
      },
    ],
    ['rejects', () => Promise.reject(failure)],
    ['rejects with nothing', () => Promise.reject(undefined)],
    ['rejects with a text', () => Promise.reject('c2VjcmV0')],
    ['is none', undefined as never],
  ])('%s (DPOP-45)', async (_, firstUse) => {
    const store = firstUse ? storeOf(firstUse) : ({} as ReplayStore)
    const error = (await reasonOf(useOnce(store, use))) as Unavailable
    expect(error).toBeInstanceOf(Unavailable)
    expect(error).toMatchObject({ code: 'replay_store_unavailable', status: 503, retryAfterSeconds: 1 })
    expect(error.message).not.toContain('c2VjcmV0')
  })

  test('says why: operators are told on one line of ASCII, with the cause (DPOP-45)', async () => {
    const cause = new Error('lost\r\nconnection é')
    const error = await reasonOf(
      useOnce(
        storeOf(() => Promise.reject(cause)),
        use,
      ),
    )
    expect(error).toMatchObject({
      message: String.raw`the replay store failed: "lost\r\nconnection \u00e9"`,
      cause,
    })
  })

  test('knows for itself that it is full (DPOP-45)', async () => {
    const full = new Unavailable('replay_store_full', 'no more', { retryAfterSeconds: 7 })
    expect(
      await reasonOf(
        useOnce(
          storeOf(() => Promise.reject(full)),
          use,
        ),
      ),
    ).toBe(full)
  })
})
