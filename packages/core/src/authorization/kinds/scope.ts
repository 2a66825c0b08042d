import { misconfigured } from '../../configuration.js'
import type { Principal } from '../../principal.js'
import { quote } from '../../rejection.js'
import { met, unmet } from '../verdict.js'
import { isFilledList, printable } from './data.js'
import type { Kind, Printed } from './kind.js'

/** The token carries every one of these scopes. */
export interface ScopeRequirement<Scope extends string = string> extends Printed {
  readonly kind: 'scope'
  readonly scopes: readonly Scope[]
}

/** RFC 6749 §3.3. */
const scopeToken = /^[\x21\x23-\x5b\x5d-\x7e]+$/

/** True for a text that can be one scope: RFC 6749 §3.3. */
export function isScopeToken(value: unknown): value is string {
  return typeof value === 'string' && scopeToken.test(value)
}

export const scopeKind: Kind<ScopeRequirement> = {
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
  if (!isScopeToken(scope)) throw misconfigured(where, 'scopes without spaces, quotes and backslashes', scope)
  if (!known || known.includes(scope)) return scope
  throw misconfigured(where, `a scope of the resource (${known.join(', ') || 'it has none'})`, scope)
}

/** For whoever sets up an issuer that keeps scopes elsewhere. */
function hint({ scopes, claims }: Principal): string {
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
