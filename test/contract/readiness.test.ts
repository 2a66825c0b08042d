import { type IssuerHealth, introspectionIssuer, jwtIssuer, type ProtectionEvent } from '@portcullis/core'
import { expect } from 'vitest'
import { settled } from './key-life-cycle.js'
import type { Kit } from './kit.js'
import { askAll, goodTokens, junkTokens, lasting, tally } from './load.js'
import { drills } from './stories.js'

const minutes = 60

drills('Whether an api is ready, and how it is', [
  {
    name: 'fetches all metadata and keys when asked to be ready, and no request fetches then (META-06)',
    async drill(kit) {
      const all = [kit.main, kit.other, kit.legacy]
      await kit.api.ready()
      await kit.api.ready()
      expect(all.map((server) => server.count('jwks'))).toEqual([1, 1, 1])
      for (const server of all) server.resetRequests()
      const tokens = await Promise.all(all.map((server) => goodTokens(server, 8)))
      expect(tally(await askAll(kit, tokens.flat()))).toEqual({ 200: 24 })
      expect(all.flatMap(({ requests }) => requests)).toEqual([])
    },
  },
  {
    name: 'names the issuers that cannot be had when asked to be ready, serves the others, and recovers (META-06, JOSE-33)',
    async drill(kit) {
      const { main, other, legacy, clock, api } = kit
      await main.fail('down')
      await legacy.fail('error', 'jwks')
      const failure: unknown = await api.ready().catch((error: unknown) => error)
      expect(failure).toBeInstanceOf(AggregateError)
      const { message, errors } = failure as AggregateError
      expect([main, other, legacy].map(({ issuer }) => message.includes(issuer))).toEqual([true, false, true])
      expect(errors).toMatchObject([
        { name: 'Unavailable', code: 'metadata_unavailable', issuer: main.issuer },
        { name: 'Unavailable', code: 'keys_unavailable', issuer: legacy.issuer },
      ])
      expect(tally(await askAll(kit, await goodTokens(other, 4)))).toEqual({ 200: 4 })
      expect(tally(await askAll(kit, await goodTokens(main, 4)))).toEqual({ '503 metadata_unavailable': 4 })
      await Promise.all([main.recover(), legacy.recover()])
      clock.advance(1)
      await api.ready()
      expect(tally(await askAll(kit, await goodTokens(main, 4)))).toEqual({ 200: 4 })
    },
  },
  {
    name: 'tells state and age of keys, the last failure and the next attempt, and fetches nothing for that (META-07)',
    issuers: ({ main, other, legacy }) => [
      jwtIssuer({ issuer: main.issuer }),
      jwtIssuer({ issuer: other.issuer, jwks: other.jwks }),
      introspectionIssuer({ issuer: legacy.issuer, client: { id: 'api', secret: 'a' } }),
    ],
    async drill(kit) {
      const { main, other, legacy, clock } = kit
      const none = { lastError: undefined, ageSeconds: undefined }
      expect(kit.api.health()).toEqual([
        { kind: 'jwt', issuer: main.issuer, ...none, state: 'unavailable', nextRefreshInSeconds: 0 },
        { kind: 'jwt', issuer: other.issuer, ...none, state: 'static', nextRefreshInSeconds: undefined },
        { kind: 'introspection', issuer: legacy.issuer, state: 'unknown', lastError: undefined },
      ])
      expect([main, other, legacy].flatMap(({ requests }) => requests)).toEqual([])

      const token = await lasting(main)
      await askAll(kit, [token])
      expect(healthOfMain(kit)).toMatchObject({ state: 'fresh', ageSeconds: 0, lastError: undefined })
      clock.advance(100)
      expect(healthOfMain(kit)).toMatchObject({ state: 'fresh', ageSeconds: 100 })
      const { nextRefreshInSeconds: next = 0 } = healthOfMain(kit)
      expect(next).toBeGreaterThanOrEqual(0.8 * 10 * minutes - 100)
      expect(next).toBeLessThanOrEqual(0.95 * 10 * minutes - 100)

      await main.fail('garbage', 'jwks')
      clock.advance(Math.ceil(next))
      expect(healthOfMain(kit)).toMatchObject({ state: 'fresh', nextRefreshInSeconds: 0 })
      await askAll(kit, [token])
      await settled(kit, 2)
      expect(healthOfMain(kit)).toMatchObject({ state: 'fresh', lastError: 'keys_unavailable' })
      expect(healthOfMain(kit).nextRefreshInSeconds).toBeGreaterThanOrEqual(0.5)
      expect(healthOfMain(kit).nextRefreshInSeconds).toBeLessThanOrEqual(1)
      clock.advance(10 * minutes)
      expect(healthOfMain(kit)).toMatchObject({
        state: 'stale',
        ageSeconds: 100 + Math.ceil(next) + 10 * minutes,
      })
      clock.advance(240 * minutes)
      expect(healthOfMain(kit).state).toBe('unavailable')
      expect(main.count('jwks')).toBe(2)

      await main.recover()
      await askAll(kit, [token])
      expect(healthOfMain(kit)).toMatchObject({ state: 'fresh', ageSeconds: 0, lastError: undefined })
    },
  },
  {
    name: 'reports each change of state, each refresh and each failure, and no token (META-07, BCP-02)',
    async drill(kit) {
      const { main, clock, keyEvents } = kit
      const told = () =>
        keyEvents
          .splice(0)
          .map(briefly)
          .filter((one) => one !== 'metadata_refreshed')
      const token = await lasting(main)
      await askAll(kit, [token])
      expect(told()).toEqual(['refreshed', 'unavailable > fresh'])
      await main.fail('error', 'jwks')
      clock.advance(11)
      const [junk = ''] = junkTokens(main, 1)
      await askAll(kit, [junk])
      expect(told()).toEqual(['fresh > refreshing', 'failed', 'refreshing > fresh'])
      clock.advance(10 * minutes)
      await askAll(kit, [junk, token])
      expect(told()).toEqual(['fresh > stale', 'failed'])
      clock.advance(240 * minutes)
      await askAll(kit, [token], 1)
      expect(told()).toEqual(['stale > unavailable', 'failed'])
      await main.recover()
      clock.advance(60)
      await askAll(kit, [token])
      expect(told()).toEqual(['refreshed', 'unavailable > fresh'])
      expect(kit.events.map(({ type }) => type)).toEqual([
        'started',
        'unavailable',
        'unavailable',
        'unavailable',
      ])
      const heard = JSON.stringify(kit.events)
      for (const part of [token, junk].flatMap((one) => one.split('.'))) expect(heard).not.toContain(part)
    },
  },
  {
    name: 'fetches nothing after close(), decides what it knows for as long as it may, and nothing else (META-07, JOSE-33)',
    async drill(kit) {
      const { main, other, api, clock } = kit
      const known = await goodTokens(main, 8)
      expect(tally(await askAll(kit, known))).toEqual({ 200: 8 })
      const asked = main.requests.length
      clock.advance(9)
      expect(tally(await askAll(kit, junkTokens(main, 4)))).toEqual({ '401 token_key_unknown': 4 })
      api.close()
      clock.advance(240 * minutes)
      expect(tally(await askAll(kit, known))).toEqual({ 200: 8 })
      expect(tally(await askAll(kit, junkTokens(main, 4)))).toEqual({ '503 keys_unavailable': 4 })
      expect(tally(await askAll(kit, await goodTokens(other, 4)))).toEqual({ '503 keys_unavailable': 4 })
      expect(healthOfMain(kit)).toMatchObject({ state: 'stale', nextRefreshInSeconds: undefined })
      clock.advance(10 * minutes)
      expect(tally(await askAll(kit, known))).toEqual({ '503 keys_unavailable': 8 })
      expect([main.requests.length, other.requests.length]).toEqual([asked, 0])
    },
  },
])

function healthOfMain({ api }: Kit): Extract<IssuerHealth, { kind: 'jwt' }> {
  const [health] = api.health()
  if (health?.kind !== 'jwt') throw new TypeError('the first issuer is one of JWTs')
  return health
}

function briefly(event: ProtectionEvent): string {
  if (event.type === 'keys_state_changed') return `${event.from} > ${event.to}`
  if (event.type === 'keys_refreshed') return 'refreshed'
  return event.type === 'keys_refresh_failed' ? 'failed' : event.type
}
