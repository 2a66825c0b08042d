import { type CheckRequirement, check, type Principal, type Requirement } from '@portcullis/core'
import { checkNames, listOf, oneOf, text } from './define-preset.js'
import type { MaskinportenExtras } from './maskinporten-extras.js'

/** Which suppliers may call for a customer: all of them, none, or those to which it was delegated in one of these places. */
export type Delegation = 'allow' | 'deny' | { readonly sources: readonly string[] }

/** @throws TypeError */
export function ofDelegation(given: Delegation = 'allow'): Requirement | undefined {
  if (typeof given !== 'object' || given === null) {
    const allowed = oneOf('maskinporten.delegation', given, ['allow', 'deny'])
    if (allowed === 'allow') return undefined
    return check('a token that is not delegated', (principal) => extrasOf(principal).access !== 'delegated')
  }
  checkNames('maskinporten.delegation', given, ['sources'])
  const sources = listOf('maskinporten.delegation.sources', given.sources)
  return check('a delegation from a source that is accepted', (principal) => {
    const extras = extrasOf(principal)
    return extras.access !== 'delegated' || sources.includes(extras.delegationSource)
  })
}

/** @throws TypeError */
export function ofSystemUsers(given: 'allow' | 'deny' = 'deny'): Requirement | undefined {
  if (oneOf('maskinporten.systemUsers', given, ['allow', 'deny']) === 'allow') return undefined
  return check(
    'a token that is not for a system user',
    (principal) => extrasOf(principal).access !== 'system-user',
  )
}

/** The principals that these requirements see are those of this preset. */
function extrasOf(principal: Principal): MaskinportenExtras {
  return principal as Principal & MaskinportenExtras
}

/**
 * A token that is about one person is for requests about that person alone: ask for this where it is known whom a request is about.
 *
 * @param pid - the national identity number
 * @example await api.authorize(principal, forPerson(request.body.pid))
 */
export function forPerson(pid: string): CheckRequirement {
  const expected = text('forPerson()', pid)
  return check('a token for this person', (principal) => extrasOf(principal).pid === expected)
}
