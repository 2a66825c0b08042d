import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { afterAll } from 'vitest'

/** A redis-server of its own, on loopback, that keeps nothing on disk. */
export interface RedisServer {
  readonly port: number
  readonly url: string
  /** Stops its process where it stands: connections stay open, nothing is answered. */
  pause(): void
  resume(): void
  /** Ends it as a crash would; connections are closed and its memory is gone. */
  stop(): Promise<void>
  /** Starts it anew on the same port, without any data. */
  restart(): Promise<void>
}

interface RedisServerOptions {
  readonly port?: number
  /** Further lines of its configuration: `{ maxmemory: '3mb' }`. */
  readonly config?: Readonly<Record<string, string>>
}

/** Where it is absent its tests are skipped, with a notice, and are not counted as passed; in CI that is a failure. */
export const hasRedis: boolean = spawnSync('redis-server', ['--version']).status === 0

if (!hasRedis) {
  const notice =
    'redis-server is not installed: no test ran against a real Redis (apt-get install redis-server)'
  if (process.env['CI'] === 'true') throw new Error(notice)
  console.warn(`\nNOTICE: ${notice}\n`)
}

const running = new Set<ChildProcess>()
let folder: string | undefined

function killAll() {
  for (const child of running) child.kill('SIGKILL')
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
  folder = undefined
}

process.once('exit', killAll)
afterAll(killAll)

/** Starts a server, and waits until it answers. What still runs after the tests of the file is killed. */
export async function startRedis(options: RedisServerOptions = {}): Promise<RedisServer> {
  const port = options.port ?? (await freePort())
  const start = () => spawnRedis(port, options.config ?? {})
  let child = await start()
  const stop = async () => {
    if (!running.has(child)) return
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  }
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    stop,
    async restart() {
      await stop()
      child = await start()
    },
  }
}

/** A cluster of one node that serves every slot. */
export async function startRedisCluster(): Promise<RedisServer> {
  const port = await freePort()
  const server = await startRedis({
    port,
    config: {
      'cluster-enabled': 'yes',
      'cluster-port': String(await freePort()),
      'cluster-config-file': `nodes-${port}.conf`,
      'cluster-announce-ip': '127.0.0.1',
    },
  })
  redisCli(port, 'cluster', 'addslotsrange', '0', '16383')
  while (!redisCli(port, 'cluster', 'info').includes('cluster_state:ok')) {
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  return server
}

function redisCli(port: number, ...command: string[]): string {
  const { status, stdout, stderr } = spawnSync('redis-cli', ['-p', String(port), ...command], {
    encoding: 'utf8',
  })
  if (status === 0) return stdout
  throw new Error(`redis-cli ${command.join(' ')} failed: ${stderr}${stdout}`)
}

async function spawnRedis(port: number, config: Readonly<Record<string, string>>): Promise<ChildProcess> {
  folder ??= mkdtempSync(join(tmpdir(), 'portcullis-redis-'))
  const lines = {
    port: String(port),
    bind: '127.0.0.1',
    dir: folder,
    save: '',
    appendonly: 'no',
    'maxmemory-policy': 'noeviction',
    ...config,
  }
  const args = Object.entries(lines).flatMap(([name, value]) => [`--${name}`, value])
  const child = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'inherit'] })
  running.add(child)
  child.once('exit', () => running.delete(child))
  await untilReady(child.stdout)
  child.stdout.resume()
  return child
}

async function untilReady(output: Readable): Promise<void> {
  const printed: string[] = []
  for await (const line of createInterface({ input: output })) {
    if (line.includes('Ready to accept connections')) return
    printed.push(line)
  }
  throw new Error(`redis-server did not start: ${printed.join('\n')}`)
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (typeof address !== 'object' || address === null) throw new Error('no free port')
  return address.port
}
