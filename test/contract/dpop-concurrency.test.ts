import { memoryReplayStore, type ReplayStore } from '@portcullis/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { both, same } from './answers.js'
import type { ApiOptions } from './api.js'
import { serverOf } from './contract.js'
import { type Exchange, exchange } from './exchange.js'
import { type Kit, startKit } from './kit.js'
import { proven } from './requests.js'
import { servers } from './servers/index.js'

const copies = 50
const replayed = both.dpop('proof_replayed')

/** Answers when it likes, as a store on another machine does; what it decided stands from the first moment. */
function distant(): ReplayStore {
  const memory = memoryReplayStore()
  return {
    async firstUse(use) {
      const first = await memory.firstUse(use)
      for (let turns = Math.floor(Math.random() * 5); turns > 0; turns--) {
        await new Promise((resolve) => setImmediate(resolve))
      }
      return first
    },
  }
}

const stores: readonly (readonly [name: string, options: ApiOptions])[] = [
  ['the embedded replay store', { dpop: {} }],
  ['a replay store that takes its time', { dpop: { replayStore: distant() } }],
]

describe.each(stores)('D. Many copies of one proof at once, with %s', (_, options) => {
  let kit: Kit
  beforeAll(async () => {
    kit = await startKit({ options })
  })
  afterAll(() => kit.close())

  describe.each(servers.map(([name]) => name))('%s', (name) => {
    /** The answers, those that let in first. */
    const sendAll = async (requests: readonly Exchange[]) => {
      const { port } = serverOf(kit, name)
      const answers = await Promise.all(requests.map((request) => exchange(port, request)))
      return answers.toSorted((one, another) => one.status - another.status)
    }

    it(`lets in exactly one of ${copies} requests with one proof (DPOP-42)`, async () => {
      const handledBefore = serverOf(kit, name).handled()
      const request = await proven()(kit)
      const [first, ...others] = await sendAll(Array(copies).fill(request))
      expect(first?.status).toBe(200)
      expect(others.map(same)).toEqual(Array(copies - 1).fill(replayed))
      expect(serverOf(kit, name).handled() - handledBefore).toBe(1)
    })

    it(`lets in ${copies} requests with a proof each (DPOP-42)`, async () => {
      const requests = await Promise.all(Array.from({ length: copies }, () => proven()(kit)))
      const answers = await sendAll(requests)
      expect(answers.map(({ status }) => status)).toEqual(Array(copies).fill(200))
    })
  })

  it('lets in exactly one, whichever server is asked, when they share the replay store (DPOP-42)', async () => {
    const request = await proven()(kit)
    const ports = servers.map(([name]) => serverOf(kit, name).port)
    const asked = Array.from({ length: copies }, (_, nth) =>
      exchange(ports[nth % ports.length] ?? 0, request),
    )
    const statuses = (await Promise.all(asked)).map(({ status }) => status)
    expect(statuses.filter((status) => status === 200)).toHaveLength(1)
    expect(statuses.filter((status) => status === 401)).toHaveLength(copies - 1)
  })
})
