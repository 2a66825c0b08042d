import { misconfigured } from '../configuration.js'

/** What a route requires of a token beyond being valid. Plain frozen data, made by `scope`, `allOf` and `anyOf`. */
export type Requirement<Scope extends string = string> = ScopeRequirement<Scope> | CombinedRequirement<Scope>

/** The token carries every one of these scopes. */
export interface ScopeRequirement<Scope extends string = string> {
  readonly kind: 'scope'
  readonly scopes: readonly Scope[]
}

/** Every one, or at least one, of these is met. */
export interface CombinedRequirement<Scope extends string = string> {
  readonly kind: 'allOf' | 'anyOf'
  readonly of: readonly Requirement<Scope>[]
}

/** RFC 6749 §3.3. */
const scopeToken = /^[\x21\x23-\x5b\x5d-\x7e]+$/

/** True for a text that can be one scope: RFC 6749 §3.3. */
export function isScopeToken(value: unknown): value is string {
  return typeof value === 'string' && scopeToken.test(value)
}

/**
 * Requires every one of the scopes.
 *
 * @throws TypeError without a scope, or for a text that is no scope
 * @example scope('accounts:read')
 */
export function scope<const Scope extends string>(...scopes: [Scope, ...Scope[]]): ScopeRequirement<Scope> {
  if (scopes.length === 0) throw misconfigured('scope()', 'at least one scope', scopes)
  for (const one of scopes) {
    if (!isScopeToken(one))
      throw misconfigured('scope()', 'scopes without spaces, quotes and backslashes', one)
  }
  return Object.freeze({ kind: 'scope', scopes: Object.freeze([...scopes]) })
}

/**
 * Requires that every requirement is met.
 *
 * @throws TypeError without a requirement
 */
export function allOf<Scope extends string>(
  ...of: [Requirement<Scope>, ...Requirement<Scope>[]]
): CombinedRequirement<Scope> {
  return combine('allOf', of)
}

/**
 * Requires that at least one requirement is met. A challenge names the scopes of the first one.
 *
 * @throws TypeError without a requirement
 * @example anyOf(scope('accounts:read'), scope('accounts:admin'))
 */
export function anyOf<Scope extends string>(
  ...of: [Requirement<Scope>, ...Requirement<Scope>[]]
): CombinedRequirement<Scope> {
  return combine('anyOf', of)
}

function combine<Scope extends string>(
  kind: 'allOf' | 'anyOf',
  of: readonly Requirement<Scope>[],
): CombinedRequirement<Scope> {
  if (of.length === 0) throw misconfigured(`${kind}()`, 'at least one requirement', of)
  for (const one of of) checkRequirement(`${kind}()`, one)
  return Object.freeze({ kind, of: Object.freeze([...of]) })
}

/**
 * Refuses what is no requirement, and scopes outside `known`, the scopes of the resource.
 *
 * @throws TypeError
 */
export function checkRequirement(where: string, given: unknown, known?: readonly string[]): void {
  const { kind, scopes, of } = (given ?? {}) as Record<string, unknown>
  if (kind === 'scope' && Array.isArray(scopes) && scopes.length > 0) {
    for (const one of scopes) checkScope(where, one, known)
  } else if ((kind === 'allOf' || kind === 'anyOf') && Array.isArray(of) && of.length > 0) {
    for (const one of of) checkRequirement(where, one, known)
  } else {
    throw misconfigured(where, "a requirement such as scope('…')", given)
  }
}

function checkScope(where: string, scope: unknown, known: readonly string[] | undefined): void {
  if (!isScopeToken(scope)) throw misconfigured(where, 'a scope', scope)
  if (known && !known.includes(scope)) {
    throw misconfigured(where, `a scope of the resource (${known.join(', ') || 'it has none'})`, scope)
  }
}
