import { jwtIssuer } from '@portcullis/core'
import type { MintOptions } from '@portcullis/testing'
import { expect } from 'vitest'
import type { Kit } from './kit.js'
import {
  addKey,
  askAll,
  askAtOnce,
  eventually,
  goodTokens,
  heldFetch,
  junkTokens,
  lasting,
  tally,
} from './load.js'
import { drills } from './stories.js'

const unknown = '401 token_key_unknown'

/** Between the api and its authorization server. */
const line = heldFetch()
const heldLine = ({ main }: Kit) => [jwtIssuer({ issuer: main.issuer, http: { fetch: line.fetch } })]

drills('Storm drill', [
  {
    name: 'asks once for the keys, whether a thousand unknown kids come at once or later, and known ones pass meanwhile (JOSE-30)',
    issuers: heldLine,
    async drill(kit) {
      const { main, clock } = kit
      const known = await goodTokens(main, 40)
      expect(tally(await askAll(kit, known))).toEqual({ 200: 40 })
      clock.advance(11)
      main.resetRequests()
      line.hold()
      const flood = askAtOnce(kit, junkTokens(main, 1000))
      await eventually(() => expect(line.waiting()).toBe(1))
      expect(tally(await askAll(kit, known))).toEqual({ 200: 40 })
      expect([line.waiting(), main.requests.length]).toEqual([1, 0])
      line.release()
      expect(tally(await flood)).toEqual({ [unknown]: 1000 })
      expect(main.requests.map(({ path }) => path)).toEqual(['/jwks'])

      clock.advance(10)
      expect(tally(await askAll(kit, [...junkTokens(main, 40), ...known]))).toEqual({
        200: 40,
        [unknown]: 40,
      })
      expect(main.requests).toHaveLength(1)
    },
  },
  {
    name: 'asks once for metadata and keys when 200 requests come to a cold api at once (JOSE-30, META-06)',
    issuers: heldLine,
    async drill(kit) {
      const { main } = kit
      const tokens = await goodTokens(main, 200)
      line.hold()
      const all = askAtOnce(kit, tokens)
      await eventually(() => expect(line.waiting()).toBe(1))
      line.release()
      expect(tally(await all)).toEqual({ 200: 200 })
      expect([main.count('metadata'), main.count('jwks')]).toEqual([1, 1])
    },
  },
  {
    name: 'asks once when 200 requests come to a cold api at once, and the server fails (JOSE-33, META-06)',
    before: ({ main }) => main.fail('error', 'jwks'),
    async drill(kit) {
      const { main, clock } = kit
      const tokens = await goodTokens(main, 200)
      expect(tally(await askAtOnce(kit, tokens))).toEqual({ '503 keys_unavailable': 200 })
      expect(main.count('jwks')).toBe(1)
      await main.recover()
      clock.advance(1)
      expect(tally(await askAtOnce(kit, tokens))).toEqual({ 200: 200 })
      expect(main.count('jwks')).toBe(2)
    },
  },
  {
    name: 'refuses no good token when keys are rotated under load, and asks once for the new ones (JOSE-31)',
    async drill(kit) {
      const { main, clock } = kit
      const old = await goodTokens(main, 200)
      expect(tally(await askAll(kit, old.slice(0, 20)))).toEqual({ 200: 20 })
      clock.advance(11)
      main.resetRequests()
      let signedBy: MintOptions = {}
      const fresh = () => lasting(main, signedBy)
      const rotate = () => {
        signedBy = addKey(main)
        return fresh()
      }
      const mixed = old.flatMap((token) => [token, fresh])
      expect(tally(await askAll(kit, mixed.with(101, rotate)))).toEqual({ 200: 400 })
      expect(main.requests.map(({ path }) => path)).toEqual(['/jwks'])
    },
  },
  {
    name: 'lets a new key in no later than one cooldown after a rotation under a flood, and asks once in a cooldown (JOSE-30, JOSE-31)',
    async drill(kit) {
      const { main, clock } = kit
      const known = await lasting(main)
      expect(tally(await askAll(kit, [known]))).toEqual({ 200: 1 })
      clock.advance(11)
      expect(tally(await askAll(kit, junkTokens(main, 20)))).toEqual({ [unknown]: 20 })
      const rotated = await lasting(main, addKey(main))
      const statuses: number[] = []
      for (let second = 1; second <= 22; second++) {
        clock.advance(1)
        const [ofJunk, ofGood] = await Promise.all([
          askAll(kit, junkTokens(main, 10)),
          askAll(kit, [known, rotated]),
        ])
        expect(tally(ofJunk)).toEqual({ [unknown]: 10 })
        expect(ofGood[0]?.status).toBe(200)
        statuses.push(ofGood[1]?.status ?? 0)
      }
      expect(statuses).toEqual(Array.from(statuses, (_, at) => (at < 10 ? 401 : 200)))
      // At first, before the rotation, and then at most every 10 seconds.
      expect(main.count('jwks')).toBeLessThanOrEqual(2 + 2)
    },
  },
  {
    name: 'asks once more in the background at the end of a cooldown in which unknown kids came (JOSE-30, JOSE-31)',
    async drill(kit) {
      const { main, clock } = kit
      expect(tally(await askAll(kit, [await lasting(main)]))).toEqual({ 200: 1 })
      const rotated = await lasting(main, addKey(main))
      // A twentieth of a second before the end.
      clock.advance(9.95)
      expect(tally(await askAll(kit, [rotated, ...junkTokens(main, 39)]))).toEqual({ [unknown]: 40 })
      await eventually(() =>
        expect(kit.keyEvents.filter(({ type }) => type === 'keys_refreshed')).toHaveLength(2),
      )
      expect(tally(await askAll(kit, [rotated]))).toEqual({ 200: 1 })
      expect(main.count('jwks')).toBe(2)
    },
  },
])
