import type { KeyHealth } from './keys/key-set.js'
import { isRefusal } from './rejection.js'
import type { BoundIssuer } from './token/bind-issuer.js'
import type { IntrospectionHealth } from './token/introspection.js'

/** How things stand with an issuer. */
export type IssuerHealth = JwtIssuerHealth | IntrospectionIssuerHealth

/** How old its keys are, and whether they can be had. */
export interface JwtIssuerHealth extends KeyHealth {
  readonly kind: 'jwt'
  readonly issuer: string
}

/** Whether it answers. */
export interface IntrospectionIssuerHealth extends IntrospectionHealth {
  readonly kind: 'introspection'
  readonly issuer: string
  /** Those of its signed answers; undefined where plain answers are believed. */
  readonly keys: KeyHealth | undefined
}

export function healthOf(issuer: BoundIssuer): IssuerHealth {
  const { kind, issuer: name } = issuer
  return kind === 'jwt'
    ? { kind, issuer: name, ...issuer.keys.health() }
    : {
        kind,
        issuer: name,
        ...issuer.introspection.health(),
        keys: issuer.signed ? issuer.keys.health() : undefined,
      }
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
