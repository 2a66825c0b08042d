import type { Principal } from '../principal.js'
import { quote, Rejection } from '../rejection.js'
import type { Requirement } from './requirement.js'

interface Verdict {
  readonly met: boolean
  /** What was met contains a scope. */
  readonly scoped: boolean
}

/**
 * Whether the principal may do what requires this. A token without audience could have been meant for any resource, so it
 * passes only where a scope says that it was meant for this one.
 *
 * @throws Rejection scope_insufficient
 */
export function authorize(principal: Principal, requirement: Requirement | undefined): void {
  const { met, scoped } = requirement ? judge(principal, requirement) : { met: true, scoped: false }
  if (met && (scoped || principal.audience.length > 0)) return
  const { scheme, issuer } = principal
  const needed = requirement ? neededScopes(requirement) : []
  const reason = met
    ? 'a token without aud passes only where a scope is required'
    : `needed is "${needed.join(' ')}", the token carries ${quote(principal.scopes)}${hint(principal)}`
  throw new Rejection('scope_insufficient', reason, { scheme, issuer, neededScopes: needed })
}

/** For whoever sets up an issuer that keeps scopes elsewhere. */
function hint({ scopes, claims }: Principal): string {
  const elsewhere = ['scp', 'roles', 'permissions'].filter((name) => Object.hasOwn(claims, name))
  if (Array.isArray(claims['scope'])) elsewhere.unshift('scope')
  return scopes.size > 0 || elsewhere.length === 0 ? '' : `; for its ${elsewhere.join(', ')} see scopeClaims`
}

function judge(principal: Principal, requirement: Requirement): Verdict {
  if (requirement.kind === 'scope') {
    const met = requirement.scopes.every((scope) => principal.scopes.has(scope))
    return { met, scoped: met }
  }
  const met = requirement.of.map((one) => judge(principal, one)).filter((verdict) => verdict.met)
  return {
    met: requirement.kind === 'allOf' ? met.length === requirement.of.length : met.length > 0,
    scoped: met.some(({ scoped }) => scoped),
  }
}

/** The scopes that would have been enough: of `anyOf`, those of the first alternative. */
export function neededScopes(requirement: Requirement): readonly string[] {
  if (requirement.kind === 'scope') return requirement.scopes
  const needed = requirement.kind === 'anyOf' ? requirement.of.slice(0, 1) : requirement.of
  return [...new Set(needed.flatMap(neededScopes))]
}
