import { howItFailed } from '../application-code.js'
import type { Principal } from '../principal.js'
import { Rejection, Unavailable } from '../rejection.js'
import type { RejectionCode } from '../rejection-codes.js'
import { Inquiry } from './inquiry.js'
import type { Requirement } from './requirement.js'
import { met, ruleToAsk, type Verdict } from './verdict.js'

/**
 * Whether the principal may do what requires this. A token without audience could have been meant for any resource, so it
 * passes only where a scope says that it was meant for this one. Nothing is awaited where no rule of the application's own decides.
 *
 * @param now - in seconds since the epoch
 * @param tolerance - in seconds, for clocks that differ
 * @throws Rejection scope_insufficient, details_insufficient, requirement_unmet, authentication_insufficient; Unavailable check_unavailable
 */
export function authorize(
  principal: Principal,
  requirement: Requirement | undefined,
  now: number,
  tolerance: number = 0,
): void | Promise<void> {
  if (!requirement) return conclude(principal, met())
  const inquiry = new Inquiry(principal, now, tolerance)
  const verdict = inquiry.judge(requirement)
  return ruleToAsk(verdict) ? settle(principal, requirement, inquiry) : conclude(principal, verdict)
}

async function settle(principal: Principal, requirement: Requirement, inquiry: Inquiry): Promise<void> {
  const verdict = await inquiry.settle(requirement)
  if (verdict.state !== 'open') return conclude(principal, verdict)
  const failures = inquiry.failures(requirement)
  const told = new Set(failures.map(({ name, cause }) => `check "${name}" ${howItFailed(cause)}`))
  const unavailable = new Unavailable('check_unavailable', [...told].join('; '), {
    cause: failures[0]?.cause,
    retryAfterSeconds: 1,
  })
  unavailable.issuer = principal.issuer
  throw unavailable
}

function conclude(principal: Principal, { state, scoped, needs, lacks }: Verdict): void {
  if (state === 'met' && (scoped || principal.audience.length > 0)) return
  const { scheme, issuer } = principal
  if (state === 'met') {
    const reason = 'a token without aud passes only where a scope is required'
    throw new Rejection('scope_insufficient', reason, { scheme, issuer })
  }
  const codes = new Set(lacks.map(({ code }) => code))
  const code = precedence.find((one) => codes.has(one)) ?? 'requirement_unmet'
  throw new Rejection(code, lacks.map(({ reason }) => reason).join('; '), {
    scheme,
    issuer,
    ...(codes.has('scope_insufficient') && { neededScopes: needs.scopes }),
    ...(codes.has('authentication_insufficient') && {
      neededAuthentication: { acrValues: needs.acrValues, maxAge: needs.maxAge },
    }),
    unmetChecks: lacks.flatMap(({ check }) => check ?? []),
  })
}

/** A better authentication is asked for last: RFC 9470 §9. Then the same challenge names what else it would have to bring. */
const precedence: readonly RejectionCode[] = [
  'scope_insufficient',
  'details_insufficient',
  'requirement_unmet',
  'authentication_insufficient',
]
