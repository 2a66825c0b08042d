// #region sample
import { redisReplayStore } from '@portcullis/redis'
import { createClient } from 'redis'

const client = createClient({
  url: process.env['REDIS_URL'] ?? 'redis://localhost:6379',
  disableOfflineQueue: true,
  pingInterval: 2000,
  socket: { socketTimeout: 5000 },
})
client.on('error', (error) => console.error('Redis:', error))
await client.connect()

export const replayStore = redisReplayStore(client)
// #endregion sample

export { client }
