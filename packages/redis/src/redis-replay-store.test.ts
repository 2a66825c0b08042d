import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { IoRedisClient, NodeRedisClient } from './redis-client.js'
import { redisReplayStore } from './redis-replay-store.js'

/** Answers like Redis, by the clock of the test, until it is told to behave in another way. */
function fakeRedis() {
  const expires = new Map<string, number>()
  const redis = {
    sent: [] as { key: string; milliseconds: number }[],
    answer: undefined as (() => unknown) | undefined,
    set(key: string, milliseconds: number): Promise<string | null> {
      redis.sent.push({ key, milliseconds })
      if (redis.answer) return redis.answer() as Promise<string | null>
      if ((expires.get(key) ?? 0) > Date.now()) return Promise.resolve(null)
      expires.set(key, Date.now() + milliseconds)
      return Promise.resolve('OK')
    },
  }
  const nodeRedis: NodeRedisClient = {
    isOpen: true,
    withTypeMapping: () => nodeRedis,
    set: (key, _value, { expiration }) => redis.set(key, expiration.value),
  }
  const ioRedis: IoRedisClient = {
    status: 'ready',
    isCluster: false,
    set: (key, _value, _unit, milliseconds) => redis.set(key, milliseconds),
  }
  return { redis, nodeRedis, ioRedis }
}

const now = 1_800_000_000
const use = { id: 'a-proof', owner: 'somebody', until: now + 60, now }
const never = () => new Promise(() => {})

beforeEach(() => {
  vi.useFakeTimers({ now: now * 1000 })
})

afterEach(() => {
  vi.useRealTimers()
})

describe.each(['nodeRedis', 'ioRedis'] as const)('with a client like %s', (library) => {
  test('tells the first use of a proof from every other one (DPOP-41, RFC 9449 §11.1)', async () => {
    const store = redisReplayStore(fakeRedis()[library])
    expect(await store.firstUse(use)).toBe(true)
    expect(await store.firstUse(use)).toBe(false)
    expect(await store.firstUse({ ...use, owner: 'somebody else' })).toBe(false)
    expect(await store.firstUse({ ...use, id: 'another-proof' })).toBe(true)
  })

  test('lets one of many simultaneous uses be the first', async () => {
    const client = fakeRedis()[library]
    const uses = Array.from({ length: 50 }, async () => redisReplayStore(client).firstUse(use))
    const answers = await Promise.all(uses)
    expect(answers.filter(Boolean)).toHaveLength(1)
  })

  test('remembers a proof 10 seconds longer than it could be accepted, and no longer', async () => {
    const store = redisReplayStore(fakeRedis()[library])
    await store.firstUse(use)
    vi.setSystemTime((use.until + 10) * 1000 - 1)
    expect(await store.firstUse(use)).toBe(false)
    vi.setSystemTime((use.until + 10) * 1000)
    expect(await store.firstUse(use)).toBe(true)
  })

  test('rejects when the client throws instead of answering, and keeps the reason', async () => {
    const { redis, [library]: client } = fakeRedis()
    const reason = new Error('The client is closed')
    redis.answer = () => {
      throw reason
    }
    const failure = await failureOf(redisReplayStore(client).firstUse(use))
    expect(failure.message).toBe('Redis did not record the use of a DPoP proof')
    expect(failure.cause).toBe(reason)
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('the key', () => {
  test.each([
    ['60 s', now + 60, 70_000],
    ['a fraction of a millisecond, rounded up', now + 0.0001, 10_001],
    ['a proof that could just be accepted', now, 10_000],
    ['a proof that is over', now - 3600, 10_000],
  ])('lives as long as its proof and 10 s: %s', async (_name, until, milliseconds) => {
    const { redis, nodeRedis } = fakeRedis()
    await redisReplayStore(nodeRedis).firstUse({ ...use, until })
    expect(redis.sent).toEqual([{ key: 'portcullis:proof:a-proof', milliseconds }])
  })

  test('starts with the prefix', async () => {
    const { redis, ioRedis } = fakeRedis()
    await redisReplayStore(ioRedis, { prefix: 'accounts:' }).firstUse(use)
    expect(redis.sent[0]?.key).toBe('accounts:a-proof')
  })
})

test.each([undefined, 'QUEUED', '', 0, 1, true, false, Buffer.from('OK')])(
  'rejects an answer that is neither OK nor nil: %j',
  async (answer) => {
    const { redis, nodeRedis } = fakeRedis()
    redis.answer = () => Promise.resolve(answer)
    const failure = await failureOf(redisReplayStore(nodeRedis).firstUse(use))
    expect(failure.message).toBe('Redis was asked about a DPoP proof and answered neither OK nor nil')
  },
)

test('rejects what Redis refuses, keeps the reason and does not print it', async () => {
  const { redis, ioRedis } = fakeRedis()
  const reason = new Error("ERR unknown command 'SET', with args beginning with: 'portcullis:proof:a-proof'")
  redis.answer = () => Promise.reject(reason)
  const failure = await failureOf(redisReplayStore(ioRedis).firstUse(use))
  expect(failure.message).toBe('Redis did not record the use of a DPoP proof')
  expect(failure.cause).toBe(reason)
})

describe('the time limit', () => {
  test.each([
    [undefined, 1],
    [{ timeoutSeconds: 2.5 }, 2.5],
  ])('ends the wait for an answer: %j', async (options, seconds) => {
    const { redis, nodeRedis } = fakeRedis()
    redis.answer = never
    const failure = failureOf(redisReplayStore(nodeRedis, options).firstUse(use))
    const settled = vi.fn()
    void failure.then(settled)
    await vi.advanceTimersByTimeAsync(seconds * 1000 - 1)
    expect(settled).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(1)
    expect((await failure).message).toBe(`Redis did not answer within ${seconds} s`)
  })

  test('leaves no timer behind, and none that keeps the process alive', async () => {
    const { nodeRedis } = fakeRedis()
    const setTimeout = vi.spyOn(globalThis, 'setTimeout')
    await redisReplayStore(nodeRedis).firstUse(use)
    expect(vi.getTimerCount()).toBe(0)
    const [timer] = setTimeout.mock.results
    expect(timer?.value.hasRef()).toBe(false)
  })

  test('makes nothing of an answer that comes later', async () => {
    const { redis, nodeRedis } = fakeRedis()
    redis.answer = () => new Promise((resolve) => setTimeout(resolve, 1001, 'OK'))
    const failure = failureOf(redisReplayStore(nodeRedis).firstUse(use))
    await vi.advanceTimersByTimeAsync(1001)
    expect((await failure).message).toContain('did not answer')
  })

  test('makes no unhandled rejection of a failure that comes later', async () => {
    const unhandled = vi.fn()
    process.on('unhandledRejection', unhandled)
    const { redis, nodeRedis } = fakeRedis()
    redis.answer = () =>
      new Promise((_resolve, reject) => setTimeout(reject, 5000, new Error('Socket closed')))
    const failure = failureOf(redisReplayStore(nodeRedis).firstUse(use))
    await vi.advanceTimersByTimeAsync(5000)
    await failure
    vi.useRealTimers()
    await new Promise(setImmediate)
    process.off('unhandledRejection', unhandled)
    expect(unhandled).not.toHaveBeenCalled()
  })
})

describe('commands without an answer', () => {
  function asking(count: number) {
    const { redis, nodeRedis } = fakeRedis()
    const store = redisReplayStore(nodeRedis, { maxPending: count })
    const unanswered: ((answer: string | Error) => void)[] = []
    redis.answer = () =>
      new Promise((resolve, reject) => {
        unanswered.push((answer) => (answer instanceof Error ? reject(answer) : resolve(answer)))
      })
    const asked = Array.from({ length: count }, async () => store.firstUse(use))
    return { redis, store, unanswered, asked: Promise.allSettled(asked) }
  }

  test('refuses further ones at once, without sending them', async () => {
    const { redis, store } = asking(3)
    const failure = await failureOf(store.firstUse(use))
    expect(failure.message).toBe('Redis was not asked about a DPoP proof: 3 commands are without an answer')
    expect(redis.sent).toHaveLength(3)
    expect(vi.getTimerCount()).toBe(3)
  })

  test('counts them until they are answered, not until the time limit', async () => {
    const { store, asked } = asking(2)
    await vi.advanceTimersByTimeAsync(60_000)
    expect((await asked).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect((await failureOf(store.firstUse(use))).message).toContain('was not asked')
  })

  test.each([['OK'], [new Error('Socket closed')]])('asks again when one settles: %s', async (answer) => {
    const { redis, store, unanswered } = asking(2)
    await vi.advanceTimersByTimeAsync(1000)
    unanswered[0]?.(answer)
    await vi.advanceTimersByTimeAsync(0)
    redis.answer = undefined
    expect(await store.firstUse(use)).toBe(true)
  })

  test('counts none that the client refused by throwing', async () => {
    const { redis, nodeRedis } = fakeRedis()
    const store = redisReplayStore(nodeRedis, { maxPending: 1 })
    redis.answer = () => {
      throw new Error('not connected')
    }
    await failureOf(store.firstUse(use))
    redis.answer = undefined
    expect(await store.firstUse(use)).toBe(true)
  })

  test('are 1000 by default, and each store has its own', async () => {
    const { redis, nodeRedis } = fakeRedis()
    redis.answer = never
    const [store, another] = [redisReplayStore(nodeRedis), redisReplayStore(nodeRedis)]
    const asked = Promise.allSettled([
      ...Array.from({ length: 1001 }, async () => store.firstUse(use)),
      another.firstUse(use),
    ])
    expect(redis.sent).toHaveLength(1001)
    await vi.advanceTimersByTimeAsync(1000)
    await asked
  })
})

test('refuses a wrong client and wrong options when it is made', () => {
  const { nodeRedis } = fakeRedis()
  expect(() => redisReplayStore({} as never)).toThrow(TypeError)
  expect(() => redisReplayStore(nodeRedis, { maxPending: 0 })).toThrow('redisReplayStore.maxPending')
  expect(() => redisReplayStore(nodeRedis, null as never)).toThrow(TypeError)
})

async function failureOf(answer: boolean | Promise<boolean>): Promise<Error> {
  try {
    await answer
  } catch (error) {
    if (error instanceof Error) return error
  }
  throw new Error('did not fail')
}
