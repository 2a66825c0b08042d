import { quote } from '../../rejection.js'
import { met, unmet } from '../verdict.js'
import { printable, readArguments } from './data.js'
import type { Kind, Printed } from './kind.js'

/** One of these clients calls. */
export interface ClientRequirement extends Printed {
  readonly kind: 'client'
  readonly ids: readonly string[]
}

export const clientKind: Kind<ClientRequirement> = {
  members: ['ids'],
  read: (where, { ids }) =>
    printable({ kind: 'client', ids: readArguments(where, 'client id', ids) }, clientKind.print),
  judge: ({ ids }, { clientId }) =>
    clientId !== undefined && ids.includes(clientId)
      ? met()
      : unmet({
          code: 'requirement_unmet',
          reason: `the client is ${quote(clientId)}, expected one of ${ids.map(quote).join(', ')}`,
        }),
  print: ({ ids }) => `client ${ids.join(' | ')}`,
}

/**
 * Requires that one of these clients calls: `principal.clientId`. With several issuers, two of them may know different clients
 * by one id: add `claim('iss', …)`.
 *
 * @throws TypeError
 * @example client('billing-daemon', 'report-daemon')
 */
export function client(...ids: [string, ...string[]]): ClientRequirement {
  return clientKind.read('client()', { ids }, {})
}
