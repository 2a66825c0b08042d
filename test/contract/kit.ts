import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import type { IssuersOption, ProtectionEvent } from '@portcullis/core'
import {
  type AuthorizationServerOptions,
  type DpopClient,
  dpopClient,
  startAuthorizationServer,
  type TestClock,
  testClock,
} from '@portcullis/testing'
import { type ApiOptions, issuersOf, resource, type TestApi, type Trusted, testApi } from './api.js'
import { type ServerSet, servers } from './servers/index.js'
import { portOf, type RunningServer } from './servers/running-server.js'

/** When every row happens. */
export const start = Date.UTC(2026, 0, 1)

/** What the rows of a table share: three authorization servers, a clock, a canary, and the servers under test. */
export interface Kit extends Trusted {
  readonly clock: TestClock
  /** Whom tokens are bound to, unless a row says otherwise. */
  readonly client: DpopClient
  /** Where nobody may ever connect to. */
  readonly canary: { readonly url: string; connections(): number }
  /** What the resource reported since the row began, but for what became of keys. */
  readonly events: ProtectionEvent[]
  /** What became of keys, since the first row. */
  readonly keyEvents: ProtectionEvent[]
  /** What all servers ask: it has these issuers, this clock, and these events. */
  readonly api: TestApi
  /** By name. */
  readonly running: ReadonlyMap<string, RunningServer>
  close(): Promise<void>
}

/** What a table or a story differs in. */
export interface Setting {
  /** Which servers stand in front of the api. Default: the four of the contract. */
  readonly set?: ServerSet
  /** Whom the api trusts. Default: what every api of the contract trusts. */
  readonly issuers?: (trusted: Trusted) => IssuersOption
  /** What is configured beside that. Default: no clock tolerance, and DPoP off. */
  readonly options?: ApiOptions
}

export async function startKit({ set = servers, issuers = issuersOf, options }: Setting = {}): Promise<Kit> {
  const clock = testClock(start)
  const trusted = await startAuthorizationServers(clock)
  const heard = listener()
  const canary = await startCanary()
  const api = testApi(issuers(trusted), {
    clockToleranceSeconds: 0,
    ...options,
    now: clock.now,
    onEvent: heard.onEvent,
  })
  const running = await startServers(api, set)
  return {
    ...trusted,
    clock,
    client: dpopClient({ now: clock.now }),
    events: heard.events,
    keyEvents: heard.keyEvents,
    api,
    running,
    canary,
    close: () => closeAll([...running.values(), ...Object.values(trusted), canary]),
  }
}

/** What a resource reports: what becomes of keys apart from the rest, because it happens when it happens. */
export function listener(): Pick<Kit, 'events' | 'keyEvents'> & { onEvent(event: ProtectionEvent): void } {
  const events: ProtectionEvent[] = []
  const keyEvents: ProtectionEvent[] = []
  const onEvent = (event: ProtectionEvent) => {
    const list = /^(keys|metadata|introspection)_/.test(event.type) ? keyEvents : events
    list.push(event)
  }
  return { events, keyEvents, onEvent }
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
