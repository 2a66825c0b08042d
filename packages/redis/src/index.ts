export type { RedisReplayStoreOptions } from './options.js'
export type { IoRedisClient, NodeRedisClient, RedisClient } from './redis-client.js'
export { redisReplayStore } from './redis-replay-store.js'
