/**
 * What is needed of a client of node-redis (`redis`), 5 or 6: what createClient(), createCluster(), createClientPool() and
 * createSentinel() make.
 */
export interface NodeRedisClient {
  readonly isOpen: boolean
  /** Not called: it tells 5 from 4, which ignores `condition` and would overwrite the key. */
  withTypeMapping(mapping: object): unknown
  set(
    key: string,
    value: string,
    options: { condition: 'NX'; expiration: { type: 'PX'; value: number } },
  ): Promise<string | null>
}

/** What is needed of a client of ioredis, 5 or 6: a `Redis` or a `Cluster`. */
export interface IoRedisClient {
  readonly status: string
  readonly isCluster: boolean
  set(key: string, value: string, unit: 'PX', milliseconds: number, condition: 'NX'): Promise<string | null>
}

/** A client of node-redis or ioredis. It is the application that connects, watches and closes it. */
export type RedisClient = NodeRedisClient | IoRedisClient

/** `SET key 1 PX milliseconds NX`: 'OK' when the key is new, null when it is there already. */
export type SetIfAbsent = (key: string, milliseconds: number) => Promise<unknown>

/** @throws TypeError for anything but a client that is known to honour NX */
export function setIfAbsentWith(client: RedisClient): SetIfAbsent {
  if (isNodeRedis(client)) {
    return (key, value) => client.set(key, '1', { condition: 'NX', expiration: { type: 'PX', value } })
  }
  if (isIoRedis(client)) {
    return (key, milliseconds) => client.set(key, '1', 'PX', milliseconds, 'NX')
  }
  throw new TypeError(
    'redisReplayStore: expected a client of node-redis (redis 5 or 6: createClient, createCluster, createClientPool) or of ' +
      `ioredis (5 or 6: Redis, Cluster), got ${kindOf(client)}`,
  )
}

function isNodeRedis(client: unknown): client is NodeRedisClient {
  return (
    hasSet(client) && typeof client['isOpen'] === 'boolean' && typeof client['withTypeMapping'] === 'function'
  )
}

function isIoRedis(client: unknown): client is IoRedisClient {
  return hasSet(client) && typeof client['status'] === 'string' && typeof client['isCluster'] === 'boolean'
}

function hasSet(client: unknown): client is Record<string, unknown> {
  return typeof client === 'object' && client !== null && 'set' in client && typeof client.set === 'function'
}

/** Never what it holds: a URL or the options of a client contain a password. */
function kindOf(given: unknown): string {
  if (given === null || given === undefined) return String(given)
  if (typeof given !== 'object') return `a ${typeof given}`
  if (hasSet(given) && typeof given['isOpen'] === 'boolean') return 'a client of redis 4 or earlier'
  return 'another object'
}
