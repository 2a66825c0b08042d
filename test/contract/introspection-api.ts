import { type IntrospectionIssuerOptions, introspectionIssuer, type TrustedIssuer } from '@portcullis/core'
import type { AnswerHook, MintOpaqueOptions, TestAuthorizationServer } from '@portcullis/testing'
import { expect } from 'vitest'
import type { Trusted } from './api.js'
import type { Row } from './contract.js'
import type { Exchange } from './exchange.js'
import type { Kit } from './kit.js'
import { bearer, calledUrl, dpop, type Proven } from './requests.js'

type Difference = Partial<Omit<IntrospectionIssuerOptions, 'issuer'>>

/** Trusts what this server says when it is asked, as the client that it knows. */
export function asking(server: TestAuthorizationServer, options: Difference = {}): TrustedIssuer {
  return introspectionIssuer({ issuer: server.issuer, client: server.introspectionClient, ...options })
}

/** Trusts the main authorization server alone, and only by asking it. */
export function askingMain(options: Difference = {}): ({ main }: Trusted) => readonly TrustedIssuer[] {
  return ({ main }) => [asking(main, options)]
}

/** A request with an opaque token of the main authorization server: a good one, but for the options. */
export function opaque(options: MintOpaqueOptions = {}, request: Exchange = {}): Row['request'] {
  return async ({ main }) => bearer(await main.mintOpaque(options), request)
}

/** The same, and the server answers about it, and about whatever comes later, as this says. */
export function answered(
  hook: AnswerHook | undefined,
  options: MintOpaqueOptions = {},
  request: Exchange = {},
): Row['request'] {
  return (kit) => {
    kit.main.answerIntrospection(hook)
    return opaque(options, request)(kit)
  }
}

/** A request with an opaque token that is bound to the client, and with a good proof, but for what is special. */
export function opaqueProven(
  { from = 'main', client, token: different, proof }: Proven = {},
  request: Exchange = {},
): Row['request'] {
  return async (kit) => {
    const prover = client ?? kit.client
    const token = await kit[from].mintOpaque({ boundTo: prover, ...different })
    return dpop(token, prover.proof({ ...calledUrl(request), token, ...proof }), request)
  }
}

/** The very same request, as often as it is called; made anew for each server. */
export function once(make: Row['request']): (kit: Kit) => Promise<Exchange> {
  const made = new WeakMap<Kit, Exchange>()
  return async (kit) => {
    const known = made.get(kit) ?? (await make(kit))
    made.set(kit, known)
    return known
  }
}

/** How often the main authorization server was asked since the beginning. */
export function asked(times: number): NonNullable<Row['also']> {
  return ({ main }) => expect(main.count('introspection'), 'questions').toBe(times)
}

/** The token that stands in a request. */
export function tokenIn({ headers = [] }: Exchange): string {
  const [, value = ''] = headers.find(([name]) => name === 'Authorization') ?? []
  return value.replace(/^\w+ /, '')
}
