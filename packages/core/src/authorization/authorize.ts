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
 * @param isAdmitted - the principal passed a route already, so that it is known for which resource its token was meant
 * @throws Rejection scope_insufficient, details_insufficient, requirement_unmet, authentication_insufficient; Unavailable check_unavailable
 */
export function authorize(
  principal: Principal,
  requirement: Requirement | undefined,
  now: number,
  tolerance: number = 0,
  isAdmitted: boolean = false,
): void | Promise<void> {
  const isMeant = isAdmitted || principal.audience.length > 0
  if (!requirement) return conclude(principal, met(), isMeant)
  const inquiry = new Inquiry(principal, now, tolerance)
  const verdict = inquiry.judge(requirement)
  return ruleToAsk(verdict)
    ? settle(principal, requirement, inquiry, isMeant)
    : conclude(principal, verdict, isMeant)
}

async function settle(
  principal: Principal,
  requirement: Requirement,
  inquiry: Inquiry,
  isMeant: boolean,
): Promise<void> {
  const verdict = await inquiry.settle(requirement)
  if (verdict.state !== 'open') return conclude(principal, verdict, isMeant)
  const failures = inquiry.failures(requirement)
  const told = new Set(failures.map(({ name, cause }) => `check "${name}" ${howItFailed(cause)}`))
  const unavailable = new Unavailable('check_unavailable', [...told].join('; '), {
    cause: failures[0]?.cause,
    retryAfterSeconds: 1,
  })
  unavailable.issuer = principal.issuer
  throw unavailable
}

/** @param isMeant - it is known that the token was meant for this resource */
function conclude(principal: Principal, { state, scoped, needs, lacks }: Verdict, isMeant: boolean): void {
  if (state === 'met' && (scoped || isMeant)) return
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
