import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import type { ProtectionEvent } from '@portcullis/core'
import {
  type AuthorizationServerOptions,
  startAuthorizationServer,
  type TestClock,
  testClock,
} from '@portcullis/testing'
import { issuersOf, resource, type TestApi, type Trusted, testApi } from './api.js'
import { type ServerSet, servers } from './servers/index.js'
import { portOf, type RunningServer } from './servers/running-server.js'

/** When every row happens. */
export const start = Date.UTC(2026, 0, 1)

/** What the rows of a table share: three authorization servers, a clock, a canary, and the servers under test. */
export interface Kit extends Trusted {
  readonly clock: TestClock
  /** Where nobody may ever connect to. */
  readonly canary: { readonly url: string; connections(): number }
  /** What the resource reported since the row began. */
  readonly events: ProtectionEvent[]
  /** By name. */
  readonly running: ReadonlyMap<string, RunningServer>
  close(): Promise<void>
}

export async function startKit(set: ServerSet = servers): Promise<Kit> {
  const clock = testClock(start)
  const trusted = await startAuthorizationServers(clock)
  const events: ProtectionEvent[] = []
  const canary = await startCanary()
  const api = testApi(issuersOf(trusted), {
    clockToleranceSeconds: 0,
    now: clock.now,
    onEvent: (event) => events.push(event),
  })
  const running = await startServers(api, set)
  return {
    ...trusted,
    clock,
    events,
    running,
    canary,
    close: () => closeAll([...running.values(), ...Object.values(trusted), canary]),
  }
}

/** What the authorization servers of one case do differently. */
export type ServerDifferences = Partial<Record<keyof Trusted, AuthorizationServerOptions>>

export async function startAuthorizationServers(
  { now }: TestClock,
  differences: ServerDifferences = {},
): Promise<Trusted> {
  const options: Record<keyof Trusted, AuthorizationServerOptions> = {
    main: { audience: resource },
    other: { audience: 'accounts', path: '/tenant', trailingSlash: true },
    legacy: { audience: resource, metadata: 'openid', publishAlg: false },
  }
  const startOne = (name: keyof Trusted) =>
    startAuthorizationServer({ now, ...options[name], ...differences[name] })
  const [main, other, legacy] = await Promise.all([startOne('main'), startOne('other'), startOne('legacy')])
  return { main, other, legacy }
}

/** The servers of the set, by name, all in front of this api. */
export async function startServers(
  api: TestApi,
  set: ServerSet = servers,
): Promise<ReadonlyMap<string, RunningServer>> {
  return new Map(
    await Promise.all(set.map(async ([name, startServer]) => [name, await startServer(api)] as const)),
  )
}

export async function closeAll(open: readonly { close(): Promise<void> }[]): Promise<void> {
  await Promise.all(open.map((server) => server.close()))
}

export async function startCanary() {
  let connections = 0
  const server: Server = createServer((socket) => {
    connections++
    socket.destroy()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${portOf(server)}/canary`,
    connections: () => connections,
    async close() {
      server.close()
    },
  }
}
