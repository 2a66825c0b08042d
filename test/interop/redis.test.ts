import { redisReplayStore } from '@portcullis/redis'
import { Cluster, Redis } from 'ioredis'
import { createClient, createClientPool, createCluster } from 'redis'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { hasRedis, type RedisServer, startRedis, startRedisCluster } from './redis-server.js'

const nodeRedis = (url: string) => createClient({ url })
const strictNodeRedis = (url: string) => createClient({ url, disableOfflineQueue: true })
const ioRedis = (url: string) => new Redis(url, { lazyConnect: true })
const strictIoRedis = (url: string) => new Redis(url, { lazyConnect: true, enableOfflineQueue: false })
const pool = (url: string) => createClientPool({ url })

type Client = ReturnType<typeof nodeRedis> | ReturnType<typeof pool> | Redis

const libraries: [string, (url: string) => Client][] = [
  ['node-redis', nodeRedis],
  ['node-redis without offline queue', strictNodeRedis],
  ['a pool of node-redis', pool],
  ['ioredis', ioRedis],
  ['ioredis without offline queue', strictIoRedis],
]

const opened = new Set<Client>()

function open<Made extends Client>(client: Made): Made {
  client.on('error', () => {})
  opened.add(client)
  return client
}

async function connected<Made extends Client>(client: Made): Promise<Made> {
  await open(client).connect()
  return client
}

afterAll(() => {
  for (const client of opened) {
    if (client instanceof Redis) client.disconnect()
    else client.destroy()
  }
})

let proofs = 0

function newUse(secondsLeft = 60) {
  proofs += 1
  const now = Date.now() / 1000
  return { id: `proof-${proofs}`, owner: 'somebody', until: now + secondsLeft, now }
}

describe.skipIf(!hasRedis)('a Redis', { timeout: 20_000 }, () => {
  let server: RedisServer
  beforeAll(async () => {
    server = await startRedis()
  })
  afterAll(() => server.stop())

  test.each(libraries)(
    'tells the first use of a proof from the second: %s (DPOP-41)',
    async (_name, make) => {
      const store = redisReplayStore(await connected(make(server.url)))
      const use = newUse()
      expect(await store.firstUse(use)).toBe(true)
      expect(await store.firstUse(use)).toBe(false)
      expect(await store.firstUse(newUse())).toBe(true)
    },
  )

  test('knows in one library what was used in another', async () => {
    const stores = [
      redisReplayStore(await connected(nodeRedis(server.url))),
      redisReplayStore(await connected(ioRedis(server.url))),
    ] as const
    for (const [first, second] of [stores, stores.toReversed()]) {
      const use = newUse()
      expect(await first?.firstUse(use)).toBe(true)
      expect(await second?.firstUse(use)).toBe(false)
    }
  })

  test('lets exactly one of 50 simultaneous uses be the first, from ten connections of two libraries', async () => {
    const clients = await Promise.all(
      Array.from({ length: 10 }, (_, nr) => connected(nr % 2 ? nodeRedis(server.url) : ioRedis(server.url))),
    )
    const stores = clients.map((client) => redisReplayStore(client))
    const use = newUse()
    const uses = Array.from({ length: 50 }, async (_, nr) => stores[nr % stores.length]?.firstUse(use))
    const answers = await Promise.all(uses)
    expect(answers.filter((answer) => answer === true)).toHaveLength(1)
    expect(answers.filter((answer) => answer === false)).toHaveLength(49)
  })

  test.each(libraries)('forgets a proof 10 s after its end: %s (DPOP-44)', async (_name, make) => {
    const store = redisReplayStore(await connected(make(server.url)), { prefix: 'expiry:' })
    const client = await connected(ioRedis(server.url))
    const [current, over] = [newUse(60), newUse(-60)]
    await store.firstUse(current)
    await store.firstUse(over)
    const left = [await client.pttl(`expiry:${current.id}`), await client.pttl(`expiry:${over.id}`)]
    expect(left[0]).toBeGreaterThan(65_000)
    expect(left[0]).toBeLessThanOrEqual(70_001)
    expect(left[1]).toBeGreaterThan(5000)
    expect(left[1]).toBeLessThanOrEqual(10_000)
  })

  test('does not let a second use prolong the memory of the first', async () => {
    const store = redisReplayStore(await connected(nodeRedis(server.url)))
    const client = await connected(ioRedis(server.url))
    const use = newUse(1)
    await store.firstUse(use)
    await store.firstUse({ ...use, until: use.until + 3600 })
    expect(await client.pttl(`portcullis:proof:${use.id}`)).toBeLessThanOrEqual(11_001)
  })

  test('keeps the prefix of ioredis in front of ours', async () => {
    const store = redisReplayStore(
      await connected(new Redis(server.url, { lazyConnect: true, keyPrefix: 'app:' })),
    )
    const use = newUse()
    await store.firstUse(use)
    const client = await connected(ioRedis(server.url))
    expect(await client.exists(`app:portcullis:proof:${use.id}`)).toBe(1)
  })

  test.each(libraries)('answers when Redis refuses: %s', async (_name, make) => {
    const client = await connected(make(server.url))
    const admin = await connected(ioRedis(server.url))
    await admin.config('SET', 'maxmemory', '1')
    onTestFinished(() => void admin.config('SET', 'maxmemory', '0'))
    const failure = redisReplayStore(client).firstUse(newUse())
    await expect(failure).rejects.toMatchObject({
      message: 'Redis did not record the use of a DPoP proof',
      cause: { message: expect.stringMatching(/^OOM /) },
    })
    await admin.config('SET', 'maxmemory', '0')
    expect(await redisReplayStore(client).firstUse(newUse())).toBe(true)
  })
})

describe.skipIf(!hasRedis).concurrent('an outage', { timeout: 20_000 }, () => {
  test.each(libraries)('of a Redis that hangs ends by itself: %s', async (_name, make) => {
    const server = await startRedis()
    const client = await connected(make(server.url))
    const store = redisReplayStore(client, { timeoutSeconds: 0.5 })
    const use = newUse()
    expect(await store.firstUse(use)).toBe(true)
    server.pause()
    const begin = performance.now()
    await expect(store.firstUse(newUse())).rejects.toThrow('Redis did not answer within 0.5 s')
    expect(performance.now() - begin).toBeLessThan(5000)
    server.resume()
    await vi.waitFor(async () => expect(await store.firstUse(newUse())).toBe(true), 10_000)
    expect(await store.firstUse(use)).toBe(false)
  })

  test.each(libraries)('of a Redis that is gone ends when it is back: %s', async (_name, make) => {
    const server = await startRedis()
    const client = await connected(make(server.url))
    const store = redisReplayStore(client, { timeoutSeconds: 0.5 })
    expect(await store.firstUse(newUse())).toBe(true)
    await server.stop()
    await expect(store.firstUse(newUse())).rejects.toThrow(/^Redis did not/)
    await expect(store.firstUse(newUse())).rejects.toThrow(/^Redis did not/)
    await server.restart()
    await vi.waitFor(async () => expect(await store.firstUse(newUse())).toBe(true), 10_000)
  })

  test.each([
    ['node-redis', nodeRedis],
    ['ioredis', ioRedis],
  ])('before the first connection ends when there is one: %s', async (_name, make) => {
    const server = await startRedis()
    await server.stop()
    const client = open<Client>(make(server.url))
    const store = redisReplayStore(client, { timeoutSeconds: 0.5, maxPending: 2 })
    await expect(store.firstUse(newUse())).rejects.toThrow(/^Redis did not/)
    void client.connect().catch(() => {})
    await expect(store.firstUse(newUse())).rejects.toThrow(/^Redis did not/)
    await server.restart()
    await vi.waitFor(async () => expect(await store.firstUse(newUse())).toBe(true), 10_000)
  })

  test.each([
    ['node-redis', nodeRedis],
    ['ioredis', ioRedis],
  ])('does not fill the queue of the client: %s', async (_name, make) => {
    const server = await startRedis()
    const client = await connected(make(server.url))
    const store = redisReplayStore(client, { timeoutSeconds: 0.5, maxPending: 5 })
    server.pause()
    const asked = await Promise.allSettled(Array.from({ length: 20 }, async () => store.firstUse(newUse())))
    const messages = asked.map((one) => (one.status === 'rejected' ? one.reason.message : 'accepted'))
    expect(messages.filter((message) => message.includes('did not answer'))).toHaveLength(5)
    expect(messages.filter((message) => message.includes('was not asked'))).toHaveLength(15)
    await expect(store.firstUse(newUse())).rejects.toThrow('was not asked')
    server.resume()
    await vi.waitFor(async () => expect(await store.firstUse(newUse())).toBe(true), 10_000)
  })
})

describe.skipIf(!hasRedis)('a cluster', { timeout: 20_000 }, () => {
  test('remembers proofs for clients of both libraries', async () => {
    const server = await startRedisCluster()
    const nodes = createCluster({ rootNodes: [{ url: server.url }] })
    nodes.on('error', () => {})
    await nodes.connect()
    const cluster = new Cluster([{ host: '127.0.0.1', port: server.port }])
    onTestFinished(() => {
      nodes.destroy()
      cluster.disconnect()
    })
    const stores = [redisReplayStore(nodes), redisReplayStore(cluster)] as const
    for (const [first, second] of [stores, stores.toReversed()]) {
      for (const use of Array.from({ length: 20 }, () => newUse())) {
        expect(await first?.firstUse(use)).toBe(true)
        expect(await second?.firstUse(use)).toBe(false)
      }
    }
  })
})

test.skipIf(!hasRedis)('the samples of the documentation work', async () => {
  const server = await startRedis()
  vi.stubEnv('REDIS_URL', server.url)
  const samples = [await import('./redis-sample.js'), await import('./redis-sample-ioredis.js')] as const
  onTestFinished(() => {
    vi.unstubAllEnvs()
    samples[0].client.destroy()
    samples[1].client.disconnect()
  })
  const use = newUse()
  const [nodeRedis, ioRedis] = samples
  expect(await nodeRedis.replayStore.firstUse(use)).toBe(true)
  await vi.waitFor(async () => expect(await ioRedis.replayStore.firstUse(use)).toBe(false))
})
