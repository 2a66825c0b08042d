import { met, unmet } from '../verdict.js'
import { comparison, printable, readArguments } from './data.js'
import type { Kind, Printed } from './kind.js'

/** The token carries every one of these permissions. */
export interface PermissionRequirement extends Printed {
  readonly kind: 'permission'
  readonly permissions: readonly string[]
}

export const permissionKind: Kind<PermissionRequirement> = {
  members: ['permissions'],
  read: (where, { permissions: given }) => {
    const permissions = readArguments(where, 'permission', given)
    return printable({ kind: 'permission', permissions }, permissionKind.print)
  },
  judge: ({ permissions }, principal) =>
    permissions.every((permission) => principal.permissions.includes(permission))
      ? met()
      : unmet({
          code: 'requirement_unmet',
          reason: comparison('permission', permissions, principal.permissions),
        }),
  print: ({ permissions }) => `permission ${permissions.join(', ')}`,
}

/**
 * Requires every one of the permissions, as `principal.permissions` lists them.
 *
 * @throws TypeError
 * @example permission('read:accounts')
 */
export function permission(...permissions: [string, ...string[]]): PermissionRequirement {
  return permissionKind.read('permission()', { permissions }, {})
}
