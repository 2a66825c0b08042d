import { met, unmet } from '../verdict.js'
import { comparison, printable, readArguments } from './data.js'
import type { Kind, Printed } from './kind.js'

/** The token carries every one of these roles. */
export interface RoleRequirement extends Printed {
  readonly kind: 'role'
  readonly roles: readonly string[]
}

export const roleKind: Kind<RoleRequirement> = {
  members: ['roles'],
  read: (where, { roles }) =>
    printable({ kind: 'role', roles: readArguments(where, 'role', roles) }, roleKind.print),
  judge: ({ roles }, principal) =>
    roles.every((role) => principal.roles.includes(role))
      ? met()
      : unmet({ code: 'requirement_unmet', reason: comparison('role', roles, principal.roles) }),
  print: ({ roles }) => `role ${roles.join(', ')}`,
}

/**
 * Requires every one of the roles, as `principal.roles` lists them: RFC 9068 §2.2.3.1.
 *
 * @throws TypeError
 * @example role('Accounts.Admin')
 */
export function role(...roles: [string, ...string[]]): RoleRequirement {
  return roleKind.read('role()', { roles }, {})
}
