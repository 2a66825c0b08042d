import type { MintOptions } from '@portcullis/testing'
import type { Exchange } from './exchange.js'
import type { Kit } from './kit.js'

/** A request with this Authorization field. */
export function authorization(value: string, request: Exchange = {}): () => Exchange {
  return () => ({ ...request, headers: [['Authorization', value], ...(request.headers ?? [])] })
}

/** A request with a token as a bearer token. */
export function bearer(token: string, request: Exchange = {}): Exchange {
  return { ...request, headers: [['Authorization', `Bearer ${token}`], ...(request.headers ?? [])] }
}

/** A request with a token of the main authorization server: a good one, but for the options. */
export function minted(options: MintOptions = {}, request: Exchange = {}): (kit: Kit) => Promise<Exchange> {
  return async ({ main }) => bearer(await main.mint(options), request)
}

/** A request with a token of the authorization server that does not follow RFC 9068. */
export function legacy(options: MintOptions = {}, request: Exchange = {}): (kit: Kit) => Promise<Exchange> {
  return async ({ legacy: server }) => bearer(await server.mint(options), request)
}

/** A request whose Authorization fields are written around a good token of the main authorization server. */
export function presenting(
  write: (token: string) => string | readonly string[],
  request: Exchange = {},
): (kit: Kit) => Promise<Exchange> {
  return async ({ main }) => {
    const values = [write(await main.mint({ scope: 'accounts:read' }))].flat()
    const fields = values.map((value) => ['Authorization', value] as const)
    return { ...request, headers: [...fields, ...(request.headers ?? [])] }
  }
}
