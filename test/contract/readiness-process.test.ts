import { performance } from 'node:perf_hooks'
import { startAuthorizationServer } from '@portcullis/testing'
import { afterAll, expect, it } from 'vitest'
import { runNode } from '../program.js'
import { resource } from './api.js'

const server = await startAuthorizationServer({ audience: resource })
afterAll(() => server.close())

it('A process ends by itself while a refetch is to come at the end of a cooldown (META-07)', async () => {
  const tokens = [await server.mint(), await server.mint({ header: { kid: 'unknown' } })]
  await expectEnd({ issuer: server.issuer }, tokens, [200, 401])
})

it('A process ends by itself while a refresh hangs, once that has reached its limit (META-07)', async () => {
  const { issuer, jwksUri, jwks } = server
  await server.fail('hang')
  await expectEnd({ issuer, jwksUri, jwks, http: { timeoutSeconds: 0.3 } }, [await server.mint()], [200])
})

async function expectEnd(
  options: object,
  tokens: readonly string[],
  statuses: readonly number[],
): Promise<void> {
  const api = runNode('test/contract/short-lived-api.mjs', [JSON.stringify(options), ...tokens])
  await api.prints(/done/)
  const since = performance.now()
  expect(await api.ended).toBe(0)
  // A cooldown lasts for 10 seconds.
  expect(performance.now() - since).toBeLessThan(5000)
  expect(api.written).toEqual({ out: [...statuses, 'done', ''].join('\n'), error: '' })
}
