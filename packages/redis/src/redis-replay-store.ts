import type { ReplayStore } from '@portcullis/core'
import { type RedisReplayStoreOptions, readOptions } from './options.js'
import { type RedisClient, setIfAbsentWith } from './redis-client.js'
import { withinSeconds } from './within-seconds.js'

/** So long keys outlive their proofs: the clocks of two instances differ, and that of Redis may jump. */
const clockSlackSeconds = 10

/**
 * Remembers used DPoP proofs in Redis or Valkey, for all processes that share it: RFC 9449 §11.1.
 *
 * One proof is one key, written by one command (`SET … NX PX`) that works on a cluster too. The key goes away by itself, 10
 * seconds after the proof could last be accepted. Redis must run with `maxmemory-policy noeviction`: nothing here checks that.
 *
 * `firstUse` rejects when Redis does not answer in time, refuses the command or is not connected, and when too many answers are
 * outstanding; the request is a 503 then. The client may connect later, and again: that is left to it.
 *
 * @throws TypeError for a client or an option that cannot be used
 * @example
 * const client = createClient({ url: process.env.REDIS_URL, disableOfflineQueue: true })
 * const replayStore = redisReplayStore(client)
 */
export function redisReplayStore(client: RedisClient, options: RedisReplayStoreOptions = {}): ReplayStore {
  const setIfAbsent = setIfAbsentWith(client)
  const { prefix, timeoutSeconds, maxPending } = readOptions(options)
  let pending = 0

  const record = async (key: string, milliseconds: number) => {
    pending += 1
    try {
      return await setIfAbsent(key, milliseconds)
    } catch (cause) {
      throw new Error('Redis did not record the use of a DPoP proof', { cause })
    } finally {
      pending -= 1
    }
  }

  return {
    async firstUse({ id, until, now }) {
      if (pending >= maxPending) {
        throw new Error(`Redis was not asked about a DPoP proof: ${pending} commands are without an answer`)
      }
      const seconds = Math.max(0, until - now) + clockSlackSeconds
      const answer = await withinSeconds(timeoutSeconds, record(`${prefix}${id}`, Math.ceil(seconds * 1000)))
      if (answer === 'OK') return true
      if (answer === null) return false
      throw new Error('Redis was asked about a DPoP proof and answered neither OK nor nil')
    },
  }
}
