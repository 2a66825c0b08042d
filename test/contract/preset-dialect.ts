import type { Scheme } from '@portcullis/core'
import { type PrivateKey, type ProofOptions, type SignatureAlgorithm, signRaw } from '@portcullis/testing'
import { expect } from 'vitest'
import type { refusal } from './answers.js'
import type { Trusted } from './api.js'
import type { Row } from './contract.js'
import type { Exchange } from './exchange.js'
import { type Kit, start } from './kit.js'
import { bearer, calledUrl, dpop } from './requests.js'

/** Header and claims of a token as its issuer writes them. Its times are moved to the clock of the kit. */
interface Fixture {
  readonly header: Readonly<Record<string, unknown>>
  readonly payload: Readonly<Record<string, unknown>> & { readonly iss: string; readonly iat: number }
}

/** How the tokens of one issuer look, how they are presented, and what the api answers when it refuses them. */
export interface Dialect {
  /** Whose token it is: how the names of rows begin. */
  readonly name: string
  readonly fixture: Fixture
  /** The test authorization server that lends its keys: the `jwksUri` of the preset is its own. */
  readonly keysOf: keyof Trusted
  /** With DPoP, tokens are bound to the client of the kit. */
  readonly scheme: Scheme
  /** `refusal`, or a member of `both`, `required` or `refusalsWith(…)`. */
  readonly refusal: typeof refusal
  /** The same where a field is too long for its scheme to be read. Default: `refusal`. */
  readonly refusalOfNeither?: typeof refusal
  /** As the api has it. Default: that of the kit, 0. */
  readonly clockToleranceSeconds?: number
}

/** How a token differs from the fixture. A member that is undefined is left out. */
export interface Changes {
  readonly header?: Readonly<Record<string, unknown>>
  readonly claims?: Readonly<Record<string, unknown>>
  readonly alg?: SignatureAlgorithm | 'none'
  readonly key?: PrivateKey
}

/** When every row happens, in seconds since the epoch. */
export const now: number = start / 1000

/** The fixture, signed by RS256 with the keys of the test authorization server. */
export function tokenOf(kit: Kit, dialect: Dialect, changes: Changes = {}): string {
  const { fixture, keysOf, scheme } = dialect
  const { kid, privateKey } = kit[keysOf].keys.RS256
  const bound = scheme === 'DPoP' && { cnf: { jkt: kit.client.thumbprint } }
  const { alg = 'RS256', key = privateKey } = changes
  const token = {
    header: { ...fixture.header, kid, ...changes.header },
    payload: { ...movedToNow(fixture.payload), ...bound, ...changes.claims },
  }
  return signRaw(alg === 'none' ? { ...token, alg } : { ...token, alg, key })
}

const times = ['iat', 'nbf', 'exp', 'auth_time']

/** As long before and after its `iat` as they were. */
function movedToNow(payload: Fixture['payload']): Readonly<Record<string, unknown>> {
  const moved = times.flatMap((name) => {
    const time = payload[name]
    return typeof time === 'number' ? [[name, time - payload.iat + now] as const] : []
  })
  return { ...payload, ...Object.fromEntries(moved) }
}

/** A request with such a token, under the scheme of the dialect. @param proof - how its proof differs, where there is one */
export function presented(
  kit: Kit,
  { scheme }: Dialect,
  token: string,
  request: Exchange = {},
  proof: Partial<ProofOptions> = {},
): Exchange {
  if (scheme === 'Bearer') return bearer(token, request)
  return dpop(token, kit.client.proof({ ...calledUrl(request), token, ...proof }), request)
}

/** The request of a row: the fixture with these changes. */
export function withToken(dialect: Dialect, changes: Changes = {}, request: Exchange = {}): Row['request'] {
  return (kit) => presented(kit, dialect, tokenOf(kit, dialect, changes), request)
}

/** Operators are told this, and clients are not. */
export function tells(cause: string): NonNullable<Row['also']> {
  return ({ events }, { headers, body }) => {
    expect(events.at(-1)).toMatchObject({ message: expect.stringContaining(cause) })
    expect(JSON.stringify([...headers]) + body).not.toContain(cause)
  }
}
