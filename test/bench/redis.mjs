// A Redis of our own behind a socket file, when this machine has one.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from 'redis'
import { redisReplayStore } from '../../packages/redis/dist/index.js'

/** The server alone, for processes that share it; undefined when there is none on this machine. */
export async function startRedisServer() {
  const directory = mkdtempSync(join(tmpdir(), 'bench-redis-'))
  const path = join(directory, 'redis.sock')
  const words = ['--port', '0', '--unixsocket', path, '--save', '', '--appendonly', 'no', '--dir', directory]
  const child = spawn('redis-server', words, { stdio: ['ignore', 'pipe', 'ignore'] })
  const stop = async () => {
    if (child.exitCode === null && child.kill()) await once(child, 'exit')
    rmSync(directory, { recursive: true, force: true })
  }
  const started = await new Promise((resolve) => {
    child.on('error', () => resolve(false))
    child.on('exit', () => resolve(false))
    child.stdout.on('data', (text) => String(text).includes('ready to accept') && resolve(true))
  })
  if (started) return { path, stop }
  rmSync(directory, { recursive: true, force: true })
  return undefined
}

/** @param {string} path */
export async function connectRedis(path) {
  const client = createClient({ socket: { path, tls: false }, disableOfflineQueue: true })
  client.on('error', (error) => console.error(error))
  await client.connect()
  return { store: redisReplayStore(client), disconnect: () => client.destroy() }
}

export async function startRedis() {
  const server = await startRedisServer()
  if (!server) return undefined
  const { store, disconnect } = await connectRedis(server.path)
  return {
    store,
    close: async () => {
      disconnect()
      await server.stop()
    },
  }
}
