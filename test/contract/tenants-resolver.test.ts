import type { IssuerResolver, TrustedIssuer } from '@portcullis/core'
import { expect } from 'vitest'
import { refusal, unavailable } from './answers.js'
import { good, showing } from './key-life-cycle.js'
import { askAll, askAtOnce, eventually, goodTokens, lasting, tally } from './load.js'
import { drills, type Story, stories } from './stories.js'
import { expectAsked, fromList, tenant } from './tenants.js'

const untrusted = refusal('token_issuer_untrusted')

/** What a resolver may do wrong, which is not the caller's fault. */
const broken: Readonly<Record<string, () => ReturnType<IssuerResolver>>> = {
  'throws an error': () => {
    throw new Error('no database at db.internal')
  },
  'rejects with an error': async () => Promise.reject(new Error('no database at db.internal')),
}

/** What is no issuer at all. Members of every object are among it, where somebody looks `iss` up in a plain one. */
const notIssuers: Readonly<Record<string, unknown>> = {
  null: null,
  'the options of an issuer': { issuer: 'https://as.example.com' },
  'a member of every object': Object.prototype,
}

/** Issuers that are not the one that was asked about. */
const mistaken: Readonly<
  Record<string, (iss: string, tenants: Map<string, TrustedIssuer>) => TrustedIssuer>
> = {
  'another tenant': (iss, tenants) => [...tenants].find(([name]) => name !== iss)?.[1] as TrustedIssuer,
  'one with a slash at the end': (iss) => tenant(`${iss}/`),
  'one in upper case': (iss) => tenant(iss.replace('http', 'HTTP')),
}

stories('A resolver of tenants', [
  ...Object.entries(broken).map(([name, fail]): Story => {
    let working = false
    return {
      name: `that ${name} is an outage, and the next request asks again (META-08, JOSE-33)`,
      issuers: (kit) => {
        working = false
        return fromList((iss, tenants) => (working ? tenants.get(iss) : fail()))(kit)
      },
      steps: [
        showing(async ({ main, events }, show) => {
          const token = await lasting(main)
          await show(token, unavailable('issuer_unavailable'))
          await show(token, unavailable('issuer_unavailable'))
          expectAsked(main.issuer, main.issuer)
          expect(events.at(-1)).toMatchObject({ type: 'unavailable', code: 'issuer_unavailable' })
          expect(main.requests).toEqual([])
          working = true
          await show(token, good)
          await show(token, good)
          expectAsked(main.issuer)
        }),
      ],
    }
  }),
  ...Object.entries(notIssuers).map(
    ([name, given]): Story => ({
      name: `that gives ${name} lets nobody in, and blames nobody else (META-08)`,
      issuers: fromList(() => given as never),
      steps: [showing(async ({ main }, show) => show(await main.mint(), untrusted))],
    }),
  ),
  ...Object.entries(mistaken).map(
    ([name, find]): Story => ({
      name: `that gives ${name} lets nobody in (META-08, JOSE-28)`,
      issuers: fromList(find),
      steps: [
        showing(async ({ main, other }, show) => {
          await show(await main.mint(), untrusted)
          await show(await main.mint({ key: other.keys.ES256.privateKey }), untrusted)
          expect([...main.requests, ...other.requests]).toEqual([])
        }),
      ],
    }),
  ),
])

let answer: (() => void) | undefined

drills('A resolver of tenants that many requests wait for', [
  {
    name: 'is asked once about a tenant by 100 requests at once, and so is its server (META-08)',
    issuers: fromList(async (iss, tenants) => {
      await new Promise<void>((resolve) => (answer = resolve))
      return tenants.get(iss)
    }),
    async drill(kit) {
      const { main } = kit
      const all = askAtOnce(kit, await goodTokens(main, 100))
      await eventually(() => expect(answer).toBeDefined())
      answer?.()
      expect(tally(await all)).toEqual({ 200: 100 })
      expectAsked(main.issuer)
      expect([main.count('metadata'), main.count('jwks')]).toEqual([1, 1])
    },
  },
  {
    name: 'is asked once about a stranger by 100 requests at once (META-08, JOSE-29)',
    issuers: fromList(async () => undefined),
    async drill(kit) {
      const { main, canary } = kit
      const token = await main.mint({ claims: { iss: canary.url } })
      const all = await askAtOnce(kit, Array.from<string>({ length: 100 }).fill(token))
      expect(tally(all)).toEqual({ '401 token_issuer_untrusted': 100 })
      expectAsked(canary.url)
      expect([main.requests.length, canary.connections()]).toEqual([0, 0])
    },
  },
  {
    name: 'is asked about no tenant when the api gets ready, and its tenants are in health once they were found (META-08)',
    issuers: fromList(),
    async drill(kit) {
      const { api, main } = kit
      await api.ready()
      expectAsked()
      expect(api.health()).toEqual([])
      await askAll(kit, await goodTokens(main, 4))
      expect(api.health()).toMatchObject([{ issuer: main.issuer, state: 'fresh', ageSeconds: 0 }])
    },
  },
])
