import { jwtIssuer } from '@portcullis/core'
import { expect } from 'vitest'
import { refusal, unavailable } from './answers.js'
import { passes } from './contract.js'
import { good, showing } from './key-life-cycle.js'
import { lasting } from './load.js'
import { minted } from './requests.js'
import { type Step, stories } from './stories.js'
import { expectAsked, fromList, resolver, tenant } from './tenants.js'

const untrusted = refusal('token_issuer_untrusted')

/** What cannot name a tenant is not asked about. */
const unaskable: readonly unknown[] = [
  'x'.repeat(513),
  undefined,
  null,
  5,
  ['https://tenant.example'],
  { toString: 'https://tenant.example' },
]

stories('Tenants that a resolver finds', [
  {
    name: 'lets in the tokens of each tenant by the keys of that tenant, and asks once for each (META-08)',
    issuers: fromList(),
    steps: [
      showing(async ({ main, other }, show) => {
        for (const server of [main, other, main, other]) {
          await show(await server.mint(), passes({ issuer: server.issuer }))
        }
        expectAsked(main.issuer, other.issuer)
        expect([main.count('jwks'), other.count('jwks')]).toEqual([1, 1])
        const { privateKey, kid } = other.keys.ES256
        await show(await main.mint({ key: privateKey }), refusal('token_signature_invalid'))
        const foreign = await main.mint({ key: privateKey, header: { kid } })
        await show(foreign, refusal('token_key_unknown'))
      }),
    ],
  },
  {
    name: 'refuses an issuer that is in no list without connecting to it, or to anyone (META-08, JOSE-29)',
    issuers: fromList(),
    steps: [
      showing(async ({ main, other, legacy, canary }, show) => {
        const strangers = [canary.url, legacy.issuer, `${main.issuer}/`, `${main.issuer}/t1`, 'opaque', '']
        for (const iss of strangers) await show(await main.mint({ claims: { iss } }), untrusted)
        expectAsked(...strangers)
        expect([main, other, legacy].flatMap(({ requests }) => requests)).toEqual([])
      }),
    ],
  },
  {
    name: 'does not ask about an issuer of more than 512 characters, or one that is no text (META-08)',
    issuers: fromList(),
    steps: [
      ...unaskable.map(
        (iss): Step => ({
          request: minted({ claims: { iss } }),
          answer: untrusted,
          also: () => expectAsked(),
        }),
      ),
      {
        request: minted({ claims: { iss: 'x'.repeat(512) } }),
        answer: untrusted,
        also: () => expectAsked('x'.repeat(512)),
      },
    ],
  },
  {
    name: 'asks again after a minute about an issuer that was declined, and lets in whom it finds then (META-08)',
    issuers: (kit) => {
      const signedUp = kit.clock.now() + 1000
      return [resolver((iss, tenants) => (kit.clock.now() >= signedUp ? tenants.get(iss) : undefined), kit)]
    },
    steps: [
      showing(async ({ main, clock }, show) => {
        const token = await lasting(main)
        await show(token, untrusted)
        clock.advance(59.999)
        await show(token, untrusted)
        expectAsked(main.issuer)
        clock.advance(0.001)
        await show(token, good)
        expectAsked(main.issuer)
      }),
    ],
  },
  {
    name: 'asks again after ten minutes about a tenant, keeps its keys, and refuses it when it is none any more (META-08)',
    issuers: (kit) => {
      const leaves = kit.clock.now() + 1_000_000
      return [resolver((iss, tenants) => (kit.clock.now() < leaves ? tenants.get(iss) : undefined), kit)]
    },
    steps: [
      showing(async ({ main, clock }, show) => {
        const token = await lasting(main)
        await show(token, good)
        clock.advance(599.999)
        await show(token, good)
        expectAsked(main.issuer)
        clock.advance(0.001)
        await show(token, good)
        expectAsked(main.issuer)
        expect(main.count('metadata')).toBe(1)
        clock.advance(600)
        await show(token, untrusted)
        expectAsked(main.issuer)
      }),
    ],
  },
  {
    name: 'prefers the issuers of the configuration, and does not ask about them (META-08)',
    issuers: (kit) => [
      resolver((iss) => tenant(iss, { audience: 'nobody' }), kit),
      jwtIssuer({ issuer: kit.main.issuer }),
    ],
    steps: [
      { request: minted(), answer: good, also: () => expectAsked() },
      showing(async ({ other }, show) => {
        await show(await other.mint(), refusal('token_audience_mismatch'))
        expectAsked(other.issuer)
      }),
    ],
  },
  {
    name: 'serves one tenant while the server of another fails (META-08, JOSE-33)',
    issuers: fromList(),
    before: ({ main }) => main.fail('down'),
    steps: [
      showing(async ({ main, other, clock }, show) => {
        const [down, well] = [await lasting(main), await lasting(other)]
        await show(down, unavailable('metadata_unavailable'))
        await show(well, passes({ issuer: other.issuer }))
        await main.recover()
        clock.advance(1)
        await show(down, good)
        expectAsked(main.issuer, other.issuer)
      }),
    ],
  },
])
