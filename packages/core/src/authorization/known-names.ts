import { ifGiven, misconfigured, readStrings } from '../configuration.js'
import { isParameterToken } from './kinds/data.js'
import type { KnownNames } from './kinds/kind.js'

interface Given {
  readonly scopes?: readonly string[]
  readonly authorizationDetailsTypes?: readonly string[]
}

/**
 * What requirements may name. An empty list says that there is nothing of the kind.
 *
 * @throws TypeError
 */
export function readKnownNames(where: string, { scopes, authorizationDetailsTypes }: Given): KnownNames {
  return {
    scopes: ifGiven(scopes, (given) => readScopes(`${where}.scopes`, given)),
    detailsTypes: ifGiven(authorizationDetailsTypes, (given) =>
      readNames(`${where}.authorizationDetailsTypes`, given),
    ),
  }
}

function readScopes(option: string, given: unknown): readonly string[] {
  const scopes = readNames(option, given)
  const wrong = scopes.find((scope) => !isParameterToken(scope))
  if (wrong) throw misconfigured(option, 'scopes without spaces, quotes and backslashes', wrong)
  return scopes
}

function readNames(option: string, given: unknown): readonly string[] {
  return Array.isArray(given) && given.length === 0 ? Object.freeze([]) : readStrings(option, given)
}
