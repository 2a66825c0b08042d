import { jwtIssuer, protectedResource } from '@portcullis/core'
import { redisReplayStore } from '@portcullis/redis'
import { Redis } from 'ioredis'
import { createClient, createCluster } from 'redis'

const stores = [
  redisReplayStore(createClient({ disableOfflineQueue: true })),
  redisReplayStore(createCluster({ rootNodes: [] })),
  redisReplayStore(new Redis({ lazyConnect: true, enableOfflineQueue: false }), { prefix: 'smoke:' }),
]

const use = { id: 'a', owner: 'b', until: 1, now: 0 }

/** Nothing is connected, so nothing may be taken for a first use. */
async function isRefused(replayStore: (typeof stores)[number]): Promise<boolean> {
  const issuers = [jwtIssuer({ issuer: 'https://as.example.com' })]
  protectedResource({
    resource: 'https://api.example.com',
    issuers,
    dpop: { replayStore },
    onEvent: () => undefined,
  })
  try {
    await replayStore.firstUse(use)
    return false
  } catch {
    return true
  }
}

void Promise.all(stores.map(isRefused)).then((refused) => process.exit(refused.every(Boolean) ? 0 : 1))
