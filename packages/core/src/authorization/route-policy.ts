import { misconfigured } from '../configuration.js'
import type { KnownNames } from './kinds/kind.js'
import { type Requirement, readRequirement } from './requirement.js'

/**
 * What a route can be declared with: a requirement; `'nothing'` for a public route; `'optional'` for one that also
 * serves callers without credentials, and still refuses bad ones.
 */
export type RouteRequirement<Scope extends string = string> = Requirement<Scope> | 'nothing' | 'optional'

/** A {@link RouteRequirement}, checked when the application started. Without one, any valid token will do. */
export interface RoutePolicy {
  readonly access: 'token' | 'optional' | 'nothing'
  readonly requirement: Requirement | undefined
}

/**
 * Takes the arguments of `requires(…)` as a list: no argument is a declaration, an argument that is undefined is a mistake.
 *
 * @throws TypeError
 */
export function routePolicy(given: readonly unknown[], known: KnownNames): RoutePolicy {
  if (given.length > 1)
    throw misconfigured('requires()', 'one requirement; combine several with allOf() or anyOf()', given)
  if (given.length === 0) return { access: 'token', requirement: undefined }
  const [declared] = given
  if (declared === 'nothing' || declared === 'optional') return { access: declared, requirement: undefined }
  if (typeof declared === 'string')
    throw misconfigured('requires()', "scope('…'), 'optional' or 'nothing'", declared)
  return { access: 'token', requirement: readRequirement('requires()', declared, known) }
}
