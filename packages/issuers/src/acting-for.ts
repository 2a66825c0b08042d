import { type ActsFor, check, type Requirement } from '@portcullis/core'

const acting: Readonly<Record<'client' | 'user', Requirement>> = {
  client: check('a token of a client that acts for itself', ({ actsFor }) => actsFor === 'client'),
  user: check('a token of a user', ({ actsFor }) => actsFor === 'user'),
}

/** Requires that a token carries the authority of a client, or of a user; of `any`, whoever it is. */
export function actingFor(whom: Exclude<ActsFor, 'unknown'> | 'any'): Requirement | undefined {
  return whom === 'any' ? undefined : acting[whom]
}
