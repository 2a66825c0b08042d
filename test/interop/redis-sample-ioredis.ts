// #region sample
import { redisReplayStore } from '@portcullis/redis'
import { Redis } from 'ioredis'

const client = new Redis(process.env['REDIS_URL'] ?? 'redis://localhost:6379', {
  enableOfflineQueue: false,
  socketTimeout: 5000,
})
client.on('error', (error) => console.error('Redis:', error))

export const replayStore = redisReplayStore(client)
// #endregion sample

export { client }
