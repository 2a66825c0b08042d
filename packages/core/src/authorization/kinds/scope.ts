import { misconfigured } from '../../configuration.js'
import { type Principal, verifiedClaims } from '../../principal.js'
import { quote } from '../../rejection.js'
import { met, unmet } from '../verdict.js'
import { hintFor, isFilledList, isParameterToken, printable } from './data.js'
import type { Kind, Printed } from './kind.js'

/** The token carries every one of these scopes. */
export interface ScopeRequirement<Scope extends string = string> extends Printed {
  readonly kind: 'scope'
  readonly scopes: readonly Scope[]
}

export const scopeKind: Kind<ScopeRequirement> = {
  members: ['scopes'],
  read(where, { scopes }, { scopes: known }) {
    if (!isFilledList(scopes)) throw misconfigured(where, 'at least one scope', scopes)
    const read = Array.from(scopes, (scope) => readScope(where, scope, known))
    return printable({ kind: 'scope', scopes: Object.freeze(read) }, scopeKind.print)
  },
  judge({ scopes }, principal) {
    const needs = { scopes }
    if (scopes.every((scope) => principal.scopes.has(scope))) return met(needs, true)
    const reason = `needed is "${scopes.join(' ')}", the token carries ${quote(principal.scopes)}${hint(principal)}`
    return unmet({ code: 'scope_insufficient', reason }, needs)
  },
  print: ({ scopes }) => `scope ${scopes.join(' ')}`,
}

function readScope(where: string, scope: unknown, known: readonly string[] | undefined): string {
  if (!isParameterToken(scope)) {
    const expected = `scopes without spaces, quotes and backslashes${hintFor(scope)}`
    throw misconfigured(where, expected, scope)
  }
  if (!known || known.includes(scope)) return scope
  throw misconfigured(where, `a scope of the resource (${known.join(', ') || 'it has none'})`, scope)
}

/** For whoever sets up an issuer that keeps scopes elsewhere. */
function hint(principal: Principal): string {
  const { scopes } = principal
  const claims = verifiedClaims(principal)
  const elsewhere = ['scp', 'roles', 'permissions'].filter((name) => Object.hasOwn(claims, name))
  if (Array.isArray(claims['scope'])) elsewhere.unshift('scope')
  return scopes.size > 0 || elsewhere.length === 0 ? '' : `; for its ${elsewhere.join(', ')} see scopeClaims`
}

/**
 * Requires every one of the scopes.
 *
 * @throws TypeError without a scope, or for a text that is no scope
 * @example scope('accounts:read')
 */
export function scope<const Scope extends string>(...scopes: [Scope, ...Scope[]]): ScopeRequirement<Scope> {
  return scopeKind.read('scope()', { scopes }, {}) as ScopeRequirement<Scope>
}
