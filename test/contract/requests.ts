import type { DpopClient, MintOptions, ProofOptions } from '@portcullis/testing'
import { resource, type Trusted } from './api.js'
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

/** A request with a token under the scheme DPoP, and with these DPoP fields. */
export function dpop(token: string, proofs: string | readonly string[], request: Exchange = {}): Exchange {
  const fields = [proofs].flat().map((proof) => ['DPoP', proof] as const)
  return { ...request, headers: [['Authorization', `DPoP ${token}`], ...fields, ...(request.headers ?? [])] }
}

/** What is special about a request with a DPoP proof. */
export interface Proven {
  /** Default: `main`. */
  readonly from?: keyof Trusted
  /** Who calls. Default: the client of the kit. */
  readonly client?: DpopClient
  /** Default: bound to the client. */
  readonly token?: MintOptions
  /** Default: a good one, for this token and this request. */
  readonly proof?: Partial<ProofOptions>
}

/** A request with a token that is bound to the client, under the scheme DPoP and with a good proof, but for what is special. */
export function proven(special: Proven = {}, request: Exchange = {}): (kit: Kit) => Promise<Exchange> {
  return async (kit) => {
    const { from = 'main', client = kit.client } = special
    const token = await kit[from].mint({ boundTo: client, ...special.token })
    return dpop(token, client.proof({ ...calledUrl(request), token, ...special.proof }), request)
  }
}

/** Where a client thinks it sends this request: never to the address of the socket. */
export function calledUrl({ method = 'GET', target = '/any' }: Exchange): { method: string; url: string } {
  return { method, url: resource + target }
}

/** The very same request, as often as it is called; made anew for each server. */
export function once(make: (kit: Kit) => Exchange | Promise<Exchange>): (kit: Kit) => Promise<Exchange> {
  const made = new WeakMap<Kit, Exchange>()
  return async (kit) => {
    const known = made.get(kit) ?? (await make(kit))
    made.set(kit, known)
    return known
  }
}
