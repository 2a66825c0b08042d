import { misconfigured } from '../configuration.js'
import { type AcrRequirement, acrKind } from './kinds/acr.js'
import { type CheckRequirement, checkKind } from './kinds/check.js'
import { type ClaimRequirement, claimKind } from './kinds/claim.js'
import { type ClientRequirement, clientKind } from './kinds/client.js'
import { hintFor, isFilledList, printable } from './kinds/data.js'
import { type DetailsRequirement, detailsKind } from './kinds/details.js'
import type { Data, Kind, KnownNames, Printed, ReadKind } from './kinds/kind.js'
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

/** A requirement that a principal shows to be met or not, without asking anyone. */
type ShownRequirement = Exclude<SimpleRequirement, CheckRequirement>

type Kinds = {
  readonly [Name in ShownRequirement['kind']]: Kind<Extract<ShownRequirement, { kind: Name }>>
} & { readonly check: ReadKind<CheckRequirement> }

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

/** How requirements of this one's kind are judged. */
export function kindOf<R extends ShownRequirement>({ kind }: R): Kind<R> {
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

/** How deep requirements may stand in one another. One that contains itself never ends. */
const maxDepth = 100

/**
 * A frozen copy of a requirement, so that what was checked is what will be asked.
 *
 * @param known - what the resource knows, outside of which there is nothing
 * @throws TypeError when it is no requirement
 */
export function readRequirement(
  where: string,
  given: unknown,
  known: KnownNames = {},
  depth: number = 0,
): Requirement {
  if (depth > maxDepth) {
    throw misconfigured(where, `requirements at most ${maxDepth} deep, none in itself`, given)
  }
  const data = (given ?? {}) as Data
  const { kind, of } = data
  if ((kind === 'allOf' || kind === 'anyOf') && isFilledList(of)) {
    checkMembers(where, data, ['of'])
    const parts = Array.from(of, (one) => readRequirement(where, one, known, depth + 1))
    return printable({ kind, of: Object.freeze(parts) }, printCombined)
  }
  if (typeof kind === 'string' && Object.hasOwn(kinds, kind)) {
    const { members, read } = kinds[kind as SimpleRequirement['kind']]
    checkMembers(where, data, members)
    return read(where, data, known)
  }
  throw misconfigured(where, `a requirement such as scope('…')${hintFor(given)}`, given)
}

/** What stands there besides would mean nothing, and whoever wrote it meant something. */
function checkMembers(where: string, data: Data, members: readonly string[]): void {
  const unknown = Object.keys(data).find((name) => name !== 'kind' && !members.includes(name))
  if (unknown === undefined) return
  throw misconfigured(where, `${String(data['kind'])} with nothing but ${members.join(' and ')}`, unknown)
}

function printCombined({ kind, of }: CombinedRequirement): string {
  const printed = of.map((one) => (isCombined(one) && one.of.length > 1 ? `(${print(one)})` : print(one)))
  return printed.join(kind === 'allOf' ? ' and ' : ' or ')
}

function print(requirement: Requirement): string {
  if (isCombined(requirement)) return printCombined(requirement)
  const { print: printSimple } = kinds[requirement.kind] as ReadKind<SimpleRequirement>
  return printSimple(requirement)
}

export function isCombined(requirement: Requirement): requirement is CombinedRequirement {
  return requirement.kind === 'allOf' || requirement.kind === 'anyOf'
}
