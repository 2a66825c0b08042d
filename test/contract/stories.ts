import type { IssuersOption } from '@portcullis/core'
import { dpopClient, testClock } from '@portcullis/testing'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { type ApiOptions, issuersOf, type TestApi, testApi } from './api.js'
import { check, type Row, serverOf } from './contract.js'
import {
  closeAll,
  type Kit,
  listener,
  type ServerDifferences,
  start,
  startAuthorizationServers,
  startCanary,
  startServers,
} from './kit.js'
import { servers } from './servers/index.js'
import type { RunningServer } from './servers/running-server.js'

/** Several exchanges in a row with an api that has fetched nothing yet, and with authorization servers of its own. */
export interface Story {
  /** A sentence that ends in the ids of the rules it shows. */
  readonly name: string
  readonly servers?: ServerDifferences
  /** Whom the api trusts. Default: what every api of the contract trusts. */
  readonly issuers?: (kit: Kit) => IssuersOption
  /** Default: no clock tolerance, and DPoP off. A function is asked when the story begins, for each server. */
  readonly options?: ApiOptions | (() => ApiOptions)
  /** What happens before the first request. */
  readonly before?: (kit: Kit) => void | Promise<void>
  readonly steps: readonly (Step | Act)[]
}

/** What happens between exchanges, or instead of them: many at once, or something that no exchange shows. */
export type Act = (kit: Kit, server: RunningServer) => void | Promise<void>

export interface Step extends Omit<Row, 'name'> {
  /** From this step on, another instance of the api answers, with these options; it knows nothing of what was before. */
  readonly instance?: ApiOptions
  /** What happens before this request. */
  readonly before?: (kit: Kit) => void | Promise<void>
}

/** Runs every story against every server. The servers stay, the api behind them is a new one for each story. */
export function stories(title: string, all: readonly Story[]): void {
  onStage(title, (stage) => {
    describe.each(names)('%s', (name) => {
      for (const story of all) it(story.name, () => stage().play(story, name))
    })
  })
}

/** A story that asks all servers at the same time: they share the api. */
export interface Drill extends Omit<Story, 'steps'> {
  readonly drill: (kit: Kit) => Promise<void>
}

/** Runs every drill once. */
export function drills(title: string, all: readonly Drill[]): void {
  onStage(title, (stage) => {
    for (const { drill, ...story } of all)
      it(story.name, () => stage().play({ ...story, steps: [drill] }, names[0] as string), 30_000)
  })
}

const names = servers.map(([name]) => name)

function onStage(title: string, define: (stage: () => Stage) => void): void {
  describe(title, () => {
    let stage: Stage
    beforeAll(async () => {
      stage = await startStage()
    })
    afterAll(() => stage.close())
    define(() => stage)
  })
}

interface Stage {
  play(story: Story, serverName: string): Promise<void>
  close(): Promise<void>
}

async function startStage(): Promise<Stage> {
  const clock = testClock(start)
  const canary = await startCanary()
  const trustedAtFirst = await startAuthorizationServers(clock)
  let current = testApi(issuersOf(trustedAtFirst), { now: clock.now })
  const running = await startServers(
    forwardTo(() => current),
    servers,
  )
  await closeAll(Object.values(trustedAtFirst))
  return {
    async play({ issuers = issuersOf, options = { clockToleranceSeconds: 0 }, ...story }, serverName) {
      clock.set(start)
      const trusted = await startAuthorizationServers(clock, story.servers)
      const { events, keyEvents, onEvent } = listener()
      const close = () => closeAll(Object.values(trusted))
      const client = dpopClient({ now: clock.now })
      const kit: Kit = {
        ...trusted,
        clock,
        client,
        canary,
        events,
        keyEvents,
        running,
        close,
        get api() {
          return current
        },
      }
      const become = (given: ApiOptions) => {
        current = testApi(issuers(kit), { ...given, now: clock.now, onEvent })
      }
      const server = serverOf(kit, serverName)
      const take = async ({ before, instance, ...exchange }: Step) => {
        if (instance) become(instance)
        await before?.(kit)
        await check(kit, server, exchange)
      }
      become(typeof options === 'function' ? options() : options)
      try {
        await story.before?.(kit)
        for (const step of story.steps) {
          if (typeof step === 'function') await step(kit, server)
          else await take(step)
        }
      } finally {
        current.close()
        await close()
      }
    },
    close: () => closeAll([...running.values(), canary]),
  }
}

/** An api that is, at every call, the one that is current then. */
function forwardTo(current: () => TestApi): TestApi {
  return new Proxy({} as TestApi, {
    get(_, name) {
      const member: unknown = Reflect.get(current(), name)
      if (typeof member !== 'function') return member
      return (...given: unknown[]) =>
        Reflect.apply(Reflect.get(current(), name) as typeof member, current(), given)
    },
  })
}
