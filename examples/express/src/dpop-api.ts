import { jwtIssuer, protectedResource, rotatingNonce } from '@portcullis/core'
import { redisReplayStore } from '@portcullis/redis'
import { createClient } from 'redis'

const redis = createClient({
  url: process.env['REDIS_URL'] ?? 'redis://localhost:6379',
  disableOfflineQueue: true,
  pingInterval: 2000,
  socket: { socketTimeout: 5000 },
})
redis.on('error', (error) => console.error('Redis:', error))
void redis.connect()

export const api = protectedResource({
  resource: 'https://api.example.com',
  issuers: [jwtIssuer({ issuer: 'https://as.example.com' })],
  dpop: {
    required: true,
    replayStore: redisReplayStore(redis),
    nonce: rotatingNonce({ secrets: [process.env['DPOP_NONCE_SECRET'] ?? ''] }),
  },
})
