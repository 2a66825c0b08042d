import { misconfigured } from '../configuration.js'
import { type AcrRequirement, acrKind } from './kinds/acr.js'
import { type CheckRequirement, checkKind } from './kinds/check.js'
import { type ClaimRequirement, claimKind } from './kinds/claim.js'
import { type ClientRequirement, clientKind } from './kinds/client.js'
import { isFilledList, printable } from './kinds/data.js'
import { type DetailsRequirement, detailsKind } from './kinds/details.js'
import type { Data, Kind, KnownNames, Printed } from './kinds/kind.js'
import { type MaxAgeRequirement, maxAgeKind } from './kinds/max-age.js'
import { type PermissionRequirement, permissionKind } from './kinds/permission.js'
import { type RoleRequirement, roleKind } from './kinds/role.js'
import { type ScopeRequirement, scopeKind } from './kinds/scope.js'

/** What a route requires of a token beyond being valid: frozen data, made by `scope`, `role`, `allOf` and so on. `String()` prints it. */
export type Requirement<Scope extends string = string> = SimpleRequirement<Scope> | CombinedRequirement<Scope>

/** A requirement that is made of no others. */
export type SimpleRequirement<Scope extends string = string> =
  | ScopeRequirement<Scope>
  | RoleRequirement
  | PermissionRequirement
  | ClaimRequirement
  | ClientRequirement
  | AcrRequirement
  | MaxAgeRequirement
  | DetailsRequirement
  | CheckRequirement

/** Every one, or at least one, of these is met. */
export interface CombinedRequirement<Scope extends string = string> extends Printed {
  readonly kind: 'allOf' | 'anyOf'
  readonly of: readonly Requirement<Scope>[]
}

type Kinds = {
  readonly [Name in SimpleRequirement['kind']]: Kind<Extract<SimpleRequirement, { kind: Name }>>
}

const kinds: Kinds = {
  scope: scopeKind,
  role: roleKind,
  permission: permissionKind,
  claim: claimKind,
  client: clientKind,
  acr: acrKind,
  maxAge: maxAgeKind,
  details: detailsKind,
  check: checkKind,
}

/** How requirements of this one's kind are judged and printed. */
export function kindOf<R extends SimpleRequirement>({ kind }: R): Kind<R> {
  return kinds[kind] as unknown as Kind<R>
}

/**
 * Requires that every requirement is met.
 *
 * @throws TypeError without a requirement
 */
export function allOf<Scope extends string = never>(
  ...of: [Requirement<Scope>, ...Requirement<Scope>[]]
): CombinedRequirement<Scope> {
  return combine('allOf', of)
}

/**
 * Requires that at least one requirement is met. A challenge names what the first one needs that a client can get.
 *
 * @throws TypeError without a requirement
 * @example anyOf(scope('accounts:read'), scope('accounts:admin'))
 */
export function anyOf<Scope extends string = never>(
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

/** What was read already, together. */
export function bothOf(
  one: Requirement | undefined,
  other: Requirement | undefined,
): Requirement | undefined {
  return one && other ? { kind: 'allOf', of: [one, other] } : (one ?? other)
}

/**
 * A frozen copy of a requirement, so that what was checked is what will be asked.
 *
 * @param known - what the resource knows, outside of which there is nothing
 * @throws TypeError when it is no requirement
 */
export function readRequirement(where: string, given: unknown, known: KnownNames = {}): Requirement {
  const data = (given ?? {}) as Data
  const { kind, of } = data
  if ((kind === 'allOf' || kind === 'anyOf') && isFilledList(of)) {
    const parts = Array.from(of, (one) => readRequirement(where, one, known))
    return printable({ kind, of: Object.freeze(parts) }, printCombined)
  }
  if (typeof kind === 'string' && Object.hasOwn(kinds, kind)) {
    return kinds[kind as SimpleRequirement['kind']].read(where, data, known)
  }
  throw misconfigured(where, "a requirement such as scope('…')", given)
}

function printCombined({ kind, of }: CombinedRequirement): string {
  const printed = of.map((one) => (isCombined(one) && one.of.length > 1 ? `(${print(one)})` : print(one)))
  return printed.join(kind === 'allOf' ? ' and ' : ' or ')
}

function print(requirement: Requirement): string {
  return isCombined(requirement) ? printCombined(requirement) : kindOf(requirement).print(requirement)
}

export function isCombined(requirement: Requirement): requirement is CombinedRequirement {
  return requirement.kind === 'allOf' || requirement.kind === 'anyOf'
}
