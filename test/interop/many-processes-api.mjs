// One process of an API that many processes serve. What they share and where they differ comes from the environment.
import { once } from 'node:events'
import { jwtIssuer, protectedResource, rotatingNonce } from '@portcullis/core'
import { redisReplayStore } from '@portcullis/redis'
import { frameworks } from './many-processes-frameworks.mjs'

const { FRAMEWORK, STRICT_ISSUER, LENIENT_ISSUER, NONCE_SECRETS, REDIS_URL, REDIS_LIBRARY } = process.env

// Whoever started this process holds the other end: it does not outlive its tests, however they end.
process.stdin.on('end', () => process.exit()).resume()

/** Set up as the README says. */
const connectors = {
  async 'node-redis'() {
    const { createClient } = await import('redis')
    const client = createClient({
      url: REDIS_URL,
      disableOfflineQueue: true,
      pingInterval: 2000,
      socket: { socketTimeout: 5000 },
    })
    client.on('error', (error) => console.error('Redis:', error.message))
    return client.connect()
  },

  async ioredis() {
    const { Redis } = await import('ioredis')
    const client = new Redis(REDIS_URL, { enableOfflineQueue: false, socketTimeout: 5000 })
    client.on('error', (error) => console.error('Redis:', error.message))
    await once(client, 'ready')
    return client
  },
}

/** Without a Redis: the store that everybody gets who names none. */
async function sharedStore() {
  if (!REDIS_URL) return {}
  const client = await connectors[REDIS_LIBRARY]()
  return { replayStore: redisReplayStore(client) }
}

const api = protectedResource({
  resource: 'https://api.example.com',
  publicUrls: ['https://api.example.com'],
  issuers: [
    jwtIssuer({ issuer: STRICT_ISSUER }),
    jwtIssuer({ issuer: LENIENT_ISSUER, dpop: { required: false } }),
  ],
  dpop: {
    required: true,
    nonce: rotatingNonce({ secrets: NONCE_SECRETS.split(' ') }),
    ...(await sharedStore()),
  },
  onEvent: (event) => console.log('event', JSON.stringify(event)),
})

const server = await frameworks[FRAMEWORK](api)
console.log(`Listening on http://127.0.0.1:${server.address().port}`)
