import { check, type Requirement } from '@portcullis/core'

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
