import type { KeyHealth } from './keys/key-set.js'
import { isRefusal } from './rejection.js'
import type { UnavailableCode } from './rejection-codes.js'
import type { BoundIssuer } from './token/bind-issuer.js'

/** How things stand with an issuer. */
export type IssuerHealth = JwtIssuerHealth | IntrospectionIssuerHealth

/** How old its keys are, and whether they can be had. */
export interface JwtIssuerHealth extends KeyHealth {
  readonly kind: 'jwt'
  readonly issuer: string
}

/** Whether it answers. */
export interface IntrospectionIssuerHealth {
  readonly kind: 'introspection'
  readonly issuer: string
  /** How the last question went; `unknown` before the first. */
  readonly state: 'unknown' | 'available' | 'unavailable'
  readonly lastError: UnavailableCode | undefined
}

export function healthOf(issuer: BoundIssuer): IssuerHealth {
  const { kind, issuer: name } = issuer
  return kind === 'jwt'
    ? { kind, issuer: name, ...issuer.keys.health() }
    : { kind, issuer: name, ...issuer.introspection.health() }
}

/** @throws AggregateError */
export async function allReady(issuers: readonly BoundIssuer[]): Promise<void> {
  const outcomes = await Promise.allSettled(issuers.map(readyOne))
  const reasons: unknown[] = outcomes.flatMap((outcome) =>
    outcome.status === 'rejected' ? [outcome.reason] : [],
  )
  if (reasons.length === 0) return
  const told = reasons.map((reason) =>
    isRefusal(reason) ? `${reason.issuer}: ${reason.message}` : String(reason),
  )
  throw new AggregateError(reasons, `not ready: ${told.join('; ')}`)
}

async function readyOne(issuer: BoundIssuer): Promise<void> {
  try {
    await (issuer.kind === 'jwt' ? issuer.keys.ready() : issuer.introspection.ready())
  } catch (error) {
    if (isRefusal(error)) error.issuer ??= issuer.issuer
    throw error
  }
}
