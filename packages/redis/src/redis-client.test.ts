import { Cluster, Redis } from 'ioredis'
import { Cluster as Cluster5, Redis as Redis5 } from 'ioredis5'
import { createClient, createClientPool, createCluster } from 'redis'
import { createClient as createClient4, createCluster as createCluster4 } from 'redis4'
import {
  createClient as createClient5,
  createClientPool as createClientPool5,
  createCluster as createCluster5,
} from 'redis5'
import { describe, expect, test, vi } from 'vitest'
import { setIfAbsentWith } from './redis-client.js'

const rootNodes = [{ url: 'redis://127.0.0.1:1' }]
const startupNodes = [{ host: '127.0.0.1', port: 1 }]
const lazyConnect = true

describe('of node-redis', () => {
  test.each([
    ['createClient of redis 6', createClient()],
    ['createCluster of redis 6', createCluster({ rootNodes })],
    ['createClientPool of redis 6', createClientPool()],
    ['createClient of redis 5', createClient5()],
    ['createCluster of redis 5', createCluster5({ rootNodes })],
    ['createClientPool of redis 5', createClientPool5()],
  ])('sets with an object of options: %s', async (_name, client) => {
    const set = vi.spyOn(client, 'set').mockResolvedValue('OK')
    await expect(setIfAbsentWith(client)('key', 1500)).resolves.toBe('OK')
    const options = { condition: 'NX', expiration: { type: 'PX', value: 1500 } }
    expect(set.mock.calls).toEqual([['key', '1', options]])
    expect(set.mock.contexts).toEqual([client])
  })

  test.each([
    ['createClient', createClient4()],
    ['createCluster', createCluster4({ rootNodes })],
  ])('refuses %s of redis 4, which ignores the condition', (_name, client) => {
    expect(() => setIfAbsentWith(client as never)).toThrow(/got a client of redis 4 or earlier$/)
  })
})

describe('of ioredis', () => {
  test.each([
    ['Redis of ioredis 6', new Redis({ lazyConnect })],
    ['Cluster of ioredis 6', new Cluster(startupNodes, { lazyConnect })],
    ['Redis of ioredis 5', new Redis5({ lazyConnect })],
    ['Cluster of ioredis 5', new Cluster5(startupNodes, { lazyConnect })],
  ])('sets with a list of arguments: %s', async (_name, client) => {
    const set = vi.spyOn(client, 'set').mockResolvedValue('OK')
    await expect(setIfAbsentWith(client)('key', 1500)).resolves.toBe('OK')
    expect(set.mock.calls).toEqual([['key', '1', 'PX', 1500, 'NX']])
    expect(set.mock.contexts).toEqual([client])
  })
})

test.each([
  ['nothing', undefined, 'undefined'],
  ['null', null, 'null'],
  ['a Map', new Map(), 'another object'],
  ['the options of a client', { url: 'redis://:secret@localhost' }, 'another object'],
  ['a URL', 'redis://:secret@localhost', 'a string'],
  ['the function that makes a client', createClient, 'a function'],
  ['a transaction of node-redis', createClient().multi(), 'another object'],
  ['a pipeline of ioredis', new Redis({ lazyConnect }).pipeline(), 'another object'],
  ['an object without set()', { isOpen: true, withTypeMapping: () => ({}) }, 'another object'],
  ['an object with only a status', { status: 'ready', set: () => ({}) }, 'another object'],
])('refuses %s, and prints nothing of what it holds', (_name, given, printed) => {
  const attempt = () => setIfAbsentWith(given as never)
  expect(attempt).toThrow(TypeError)
  expect(attempt).toThrow(
    'redisReplayStore: expected a client of node-redis (redis 5 or 6: createClient, createCluster, createClientPool) or of ' +
      `ioredis (5 or 6: Redis, Cluster), got ${printed}`,
  )
})
