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
  return readRequirement(`${kind}()`, { kind, of }) as CombinedRequirement<Scope>
}

/**
 * A frozen copy of a requirement, so that what was checked is what will be asked.
 *
 * @param known - the scopes of the resource, outside of which there is none
 * @throws TypeError when it is no requirement
 */
export function readRequirement(where: string, given: unknown, known?: readonly string[]): Requirement {
  const { kind, scopes, of } = (given ?? {}) as Record<string, unknown>
  if (kind === 'scope' && isFilledList(scopes)) {
    return Object.freeze({ kind, scopes: Object.freeze(scopes.map((one) => readScope(where, one, known))) })
  }
  if ((kind === 'allOf' || kind === 'anyOf') && isFilledList(of)) {
    return Object.freeze({ kind, of: Object.freeze(of.map((one) => readRequirement(where, one, known))) })
  }
  throw misconfigured(where, "a requirement such as scope('…')", given)
}

function isFilledList(value: unknown): value is unknown[] {
  return Array.isArray(value) && value.length > 0
}

function readScope(where: string, scope: unknown, known: readonly string[] | undefined): string {
  if (!isScopeToken(scope)) throw misconfigured(where, 'a scope', scope)
  if (!known || known.includes(scope)) return scope
  throw misconfigured(where, `a scope of the resource (${known.join(', ') || 'it has none'})`, scope)
}
