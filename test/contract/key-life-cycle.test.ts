import { jwtIssuer } from '@portcullis/core'
import { expect } from 'vitest'
import { good, settled, showing, unknown } from './key-life-cycle.js'
import type { Kit } from './kit.js'
import { addKey, heldFetch, lasting } from './load.js'
import { type Story, stories } from './stories.js'

const minutes = 60
const hours = 60 * minutes

/** What the server says of how long its keys are fresh, and how long they are then. */
const freshness: readonly (readonly [cacheControl: string | undefined, seconds: number])[] = [
  [undefined, 10 * minutes],
  ['max-age=1', 5 * minutes],
  ['max-age=86400', 1 * hours],
]

const line = heldFetch()

stories('The life of keys while their server answers', [
  ...freshness.map(
    ([cacheControl, seconds]): Story => ({
      name: `fetches keys anew when more than 80 % of ${seconds} s are over, with Cache-Control ${cacheControl} (META-07)`,
      servers: { main: cacheControl === undefined ? {} : { jwksCacheControl: cacheControl } },
      steps: [
        showing(async (kit, show) => {
          const token = await lasting(kit.main)
          await show(token, good)
          kit.clock.advance(seconds * 0.8 - 1)
          await show(token, good)
          await settled(kit, 1)
          kit.clock.advance(seconds * 0.15 + 2)
          await show(token, good)
          await settled(kit, 2)
          await show(token, good)
          await settled(kit, 2)
        }),
      ],
    }),
  ),
  {
    name: 'lets no known token wait for a refresh, and asks once for it (META-07)',
    issuers: ({ main }: Kit) => [jwtIssuer({ issuer: main.issuer, http: { fetch: line.fetch } })],
    steps: [
      showing(async (kit, show) => {
        const token = await lasting(kit.main)
        await show(token, good)
        kit.clock.advance(59 * minutes)
        line.hold()
        for (let times = 0; times < 3; times++) await show(token, good)
        expect([line.waiting(), kit.main.count('jwks')]).toEqual([1, 1])
        line.release()
        await settled(kit, 2)
      }),
    ],
  },
  {
    name: 'lets in the first token with a new key, with and without its kid (JOSE-31)',
    steps: [
      showing(async (kit, show) => {
        const { main, clock } = kit
        await show(await lasting(main), good)
        clock.advance(11)
        await main.rotate()
        await show(await lasting(main), good)
        await settled(kit, 2)
        await show(await lasting(main, { header: { kid: undefined } }), good)
        await settled(kit, 2)
      }),
    ],
  },
  {
    name: 'refuses a withdrawn key as soon as another one is asked for (JOSE-31)',
    steps: [
      showing(async (kit, show) => {
        const { main, clock } = kit
        const withdrawn = await lasting(main)
        await show(withdrawn, good)
        clock.advance(11)
        main.publish([])
        const next = await lasting(main, addKey(main))
        await show(withdrawn, good)
        await show(next, good)
        await show(withdrawn, unknown)
      }),
    ],
  },
  {
    name: 'refuses a withdrawn key after the next refresh (JOSE-31)',
    steps: [
      showing(async (kit, show) => {
        const { main, clock } = kit
        const withdrawn = await lasting(main)
        await show(withdrawn, good)
        main.publish([])
        const next = await lasting(main, addKey(main))
        clock.advance(10 * minutes)
        await show(withdrawn, good)
        await settled(kit, 2)
        await show(withdrawn, unknown)
        await show(next, good)
        await settled(kit, 2)
      }),
    ],
  },
  {
    name: 'refuses a withdrawn key at once when nobody asked for an hour (JOSE-31)',
    steps: [
      showing(async (kit, show) => {
        const { main, clock } = kit
        const withdrawn = await lasting(main)
        await show(withdrawn, good)
        main.publish([])
        addKey(main)
        clock.advance(1 * hours + 1)
        await show(withdrawn, unknown)
        await settled(kit, 2)
      }),
    ],
  },
  {
    name: 'refuses a key that was withdrawn during an outage once the outage is over (JOSE-31, META-07)',
    steps: [
      showing(async (kit, show) => {
        const { main, clock } = kit
        const withdrawn = await lasting(main)
        await show(withdrawn, good)
        await main.fail('error', 'jwks')
        clock.advance(30 * minutes)
        await show(withdrawn, good)
        await settled(kit, 2)
        main.publish([])
        const next = await lasting(main, addKey(main))
        await main.recover()
        clock.advance(1)
        await show(withdrawn, good)
        await settled(kit, 3)
        await show(withdrawn, unknown)
        await show(next, good)
      }),
    ],
  },
])
