import { type ActsFor, check, type Requirement, type VerifiedToken } from '@portcullis/core'

const client = check('a token of a client that acts for itself', ({ actsFor }) => actsFor === 'client')
const user = check('a token of a user', ({ actsFor }) => actsFor === 'user')

const modes: Readonly<Record<'app' | 'm2m' | 'user' | 'any', Requirement | undefined>> = {
  app: client,
  m2m: client,
  user,
  any: undefined,
}

/** Requires that a token carries the authority of a client (`app` and `m2m` say the same), or of a user; of `any`, whoever it is. */
export function actingFor(mode: keyof typeof modes): Requirement | undefined {
  return modes[mode]
}

/**
 * Where clients that act for themselves have no `sub`, who has one is a user. A token whose subject is its client, and that says more
 * than a client's does, is of nobody knows whom.
 *
 * @param isOfUser - whether it has a claim that only tokens of users have
 */
export function whomSubjectTells({ subject, actsFor }: VerifiedToken<object>, isOfUser: boolean): ActsFor {
  if (actsFor === 'client' && isOfUser) return subject === undefined ? 'user' : 'unknown'
  return actsFor === 'unknown' && subject !== undefined ? 'user' : actsFor
}
