import type { ReplayStore } from '@portcullis/core'
import { Cluster, Redis } from 'ioredis'
import { Cluster as Cluster5, Redis as Redis5 } from 'ioredis5'
import {
  createClient,
  createClientPool,
  createCluster,
  createSentinel,
  RESP_TYPES,
  type RedisClientPoolType,
  type RedisClientType,
  type RedisClusterType,
} from 'redis'
import { createClient as createClient4, createCluster as createCluster4 } from 'redis4'
import {
  createClient as createClient5,
  createClientPool as createClientPool5,
  createCluster as createCluster5,
  type RedisClientType as RedisClientType5,
} from 'redis5'
import { expectTypeOf } from 'vitest'
import { type RedisClient, type RedisReplayStoreOptions, redisReplayStore } from './index.js'

const rootNodes = [{ url: 'redis://localhost:6379' }]
const startupNodes = [{ host: 'localhost', port: 6379 }]
const sentinel = { name: 'main', sentinelRootNodes: [{ host: 'localhost', port: 26379 }] }

// What node-redis makes.
expectTypeOf(redisReplayStore(createClient())).toEqualTypeOf<ReplayStore>()
redisReplayStore(createClient({ url: 'redis://localhost:6379', disableOfflineQueue: true }))
redisReplayStore(createClient({ RESP: 2 }))
redisReplayStore(createClient({ RESP: 3 }))
redisReplayStore(createCluster({ rootNodes }))
redisReplayStore(createClientPool())
redisReplayStore(createSentinel(sentinel))
redisReplayStore(createClient5())
redisReplayStore(createClient5({ RESP: 3 }))
redisReplayStore(createCluster5({ rootNodes }))
redisReplayStore(createClientPool5())

// What a program that names the types of node-redis has.
declare const named: RedisClientType
declare const named5: RedisClientType5
declare const cluster: RedisClusterType
declare const pool: RedisClientPoolType
redisReplayStore(named)
redisReplayStore(named5)
redisReplayStore(cluster)
redisReplayStore(pool)
declare const returned: ReturnType<typeof createClient>
redisReplayStore(returned)

// What ioredis makes.
redisReplayStore(new Redis())
redisReplayStore(new Redis('redis://localhost:6379', { enableOfflineQueue: false }))
redisReplayStore(new Cluster(startupNodes))
redisReplayStore(new Redis5())
redisReplayStore(new Cluster5(startupNodes))
redisReplayStore(new Redis5.Cluster(startupNodes))

// What would not remember, or answers later than it says.
// @ts-expect-error redis 4 ignores the condition
redisReplayStore(createClient4())
// @ts-expect-error redis 4 ignores the condition
redisReplayStore(createCluster4({ rootNodes }))
// @ts-expect-error commands of a transaction are sent when it is executed
redisReplayStore(createClient().multi())
// @ts-expect-error commands of a pipeline are sent when it is executed
redisReplayStore(new Redis().pipeline())
// @ts-expect-error a client that answers in bytes
redisReplayStore(createClient().withTypeMapping({ [RESP_TYPES.SIMPLE_STRING]: Buffer }))
// @ts-expect-error not a client
redisReplayStore(new Map<string, string>())
// @ts-expect-error the URL of one
redisReplayStore('redis://localhost:6379')
// @ts-expect-error a client that turns out to be undefined
redisReplayStore(undefined)

declare const either: RedisClient
expectTypeOf(redisReplayStore).parameter(0).toEqualTypeOf<RedisClient>()
expectTypeOf(redisReplayStore).parameter(1).toEqualTypeOf<RedisReplayStoreOptions | undefined>()
redisReplayStore(either, { prefix: 'accounts:proof:', timeoutSeconds: 0.5, maxPending: 100 })
// @ts-expect-error an option that does not exist
redisReplayStore(either, { ttlSeconds: 60 })
// @ts-expect-error an option that turns out to be undefined
redisReplayStore(either, { prefix: undefined })
