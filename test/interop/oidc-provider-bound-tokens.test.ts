import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { servers } from '../contract/servers/index.js'
import { headerFormats } from '../contract/tls/header-formats.js'
import { clients } from '../contract/tls/identities.js'
import { call, newKey, outcomeOf, recordedCall } from './oauth-client.js'
import { type Accounts, resource, scope, startAccounts } from './oidc-provider-accounts.js'
import { type ReachableServers, startReachableServers } from './reachable-servers.js'

const names = servers.map(([name]) => name)
const { header, write } = headerFormats.rfc9440
const { selfSigned, thief } = clients

let accounts: Accounts
let apis: ReachableServers
beforeAll(async () => {
  accounts = await startAccounts()
  apis = await startReachableServers({
    issuers: [accounts.introspection()],
    resource,
    dpop: () => ({}),
    certificate: { header, format: 'rfc9440', proxies: ['127.0.0.1'] },
  })
}, 20_000)
afterAll(() => Promise.all([apis?.close(), accounts?.provider.close()]))

const urlOf = (server: string) => new URL('/read', apis.urls.get(server))

describe('an opaque token of oidc-provider that is bound to a key', () => {
  test.each(names)(
    'passes with the proof of that key, each used once: %s (DPOP-47, DPOP-41)',
    async (server) => {
      const key = await newKey()
      const token = await accounts.opaque.token({ scope, resource, key })
      const { response, sent } = await recordedCall(urlOf(server), token, key)
      expect(await response.json()).toMatchObject({
        principal: {
          clientId: 'opaque',
          scheme: 'DPoP',
          confirmation: { jkt: await key.calculateThumbprint() },
        },
      })
      expect(await outcomeOf(await call(urlOf(server), token, { key }))).toEqual([200])
      const again = await fetch(urlOf(server), { headers: sent })
      expect(await outcomeOf(again)).toEqual([401, 'proof_replayed'])
    },
  )

  test.each(names)('is asked about without the proof: %s (DPOP-47)', async (server) => {
    const key = await newKey()
    const token = await accounts.opaque.token({ scope, resource, key })
    const { questions } = accounts.provider
    const before = questions.length
    expect(await outcomeOf(await call(urlOf(server), token, { key }))).toEqual([200])
    const [question, ...more] = questions.slice(before)
    expect(more).toEqual([])
    expect(question?.headers).not.toHaveProperty('dpop')
    expect(question?.headers.authorization).toMatch(/^Basic /)
  })

  test.each(names)('is refused as Bearer: %s (DPOP-47, DPOP-26)', async (server) => {
    const token = await accounts.opaque.token({ scope, resource, key: await newKey() })
    const response = await fetch(urlOf(server), { headers: { authorization: `Bearer ${token}` } })
    expect(await outcomeOf(response)).toEqual([401, 'confirmation_downgraded'])
  })

  test.each(names)('is refused with the proof of another key: %s (DPOP-47, DPOP-24)', async (server) => {
    const token = await accounts.opaque.token({ scope, resource, key: await newKey() })
    const response = await call(urlOf(server), token, { key: await newKey() })
    expect(await outcomeOf(response)).toEqual([401, 'confirmation_mismatch'])
  })
})

describe('an opaque token of oidc-provider that is bound to a certificate', () => {
  const tokenFor = async ({ cert }: { readonly cert: string }) =>
    (await accounts.certified(cert)).token({ scope, resource })
  const withCertificate = (identity: Parameters<typeof write>[0]) => ({
    headers: { [header]: write(identity) },
  })

  test.each(names)('passes with that certificate: %s (MTLS-04)', async (server) => {
    const response = await call(urlOf(server), await tokenFor(selfSigned), withCertificate(selfSigned))
    expect(await response.json()).toMatchObject({
      principal: { clientId: 'certified', scheme: 'Bearer', confirmation: { 'x5t#S256': selfSigned.hash } },
    })
  })

  test.each(names)('is refused with another certificate, and without: %s (MTLS-04)', async (server) => {
    const token = await tokenFor(selfSigned)
    const other = await call(urlOf(server), token, withCertificate(thief))
    expect(await outcomeOf(other)).toEqual([401, 'certificate_mismatch'])
    expect(await outcomeOf(await call(urlOf(server), token))).toEqual([401, 'certificate_missing'])
  })
})
