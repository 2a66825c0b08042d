import { setTimeout } from 'node:timers/promises'
import type { Token } from './client.js'
import { type Demo, kioskSeconds, type RunningApi } from './demo.js'

/** The tokens that were issued for one API. */
export interface Tokens {
  readonly api: RunningApi
  /** For `reports`, with scope read. */
  readonly read: Token
  /** For `orders`, with scopes read and write. */
  readonly readWrite: Token
  /** For `kiosk`, with scope read. Its time is over. */
  readonly expired: Token
}

/** Gets the tokens for every API. The short-lived ones come first, so that less is left to wait for. */
export async function fetchTokens({ apis, clients }: Demo): Promise<Tokens[]> {
  const { reports, orders, kiosk } = clients
  const shortLived = await Promise.all(
    apis.map(async (api) => ({ api, expired: await kiosk.token(api.resource, 'read', api.usesDpop) })),
  )
  const expireAt = Date.now() + kioskSeconds * 1000
  const tokens = await Promise.all(
    shortLived.map(async ({ api, expired }) => ({
      api,
      read: await reports.token(api.resource, 'read', api.usesDpop),
      readWrite: await orders.token(api.resource, 'read write', api.usesDpop),
      expired,
    })),
  )
  // A timer may fire a little early.
  await setTimeout(expireAt - Date.now() + 10)
  return tokens
}

/** The payload says more than was granted; header and signature are the old ones. */
export function tampered({ value, ...token }: Token): Token {
  const [header, payload = '', signature] = value.split('.')
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString())
  const changed = Buffer.from(JSON.stringify({ ...claims, scope: 'read write' })).toString('base64url')
  return { ...token, value: [header, changed, signature].join('.') }
}
