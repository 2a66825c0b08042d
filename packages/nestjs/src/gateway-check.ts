import { ApplicationConfig, type MetadataScanner, type ModuleRef } from '@nestjs/core'
import { declarationOf, isPublic } from './declaration.js'
import type { ProviderHost } from './provider-hosts.js'
import { globalGuardToken, instancesOf } from './registered-api.js'
import { type Gates, gatesOf } from './web-sockets/gates.js'

/** What @WebSocketGateway() writes on a class. */
const gatewayKey = 'websockets:is_gateway'
const optionsKey = 'websockets:gateway_options'

/**
 * Guards are asked for messages alone: without `protectWebSockets`, whoever connects to a gateway is sent what it broadcasts.
 * Nest makes the servers of all gateways before it asks this.
 *
 * @throws TypeError
 */
export function checkGateways(
  hosts: readonly ProviderHost[],
  scanner: MetadataScanner,
  moduleRef: ModuleRef,
): void {
  const adapter = moduleRef.get(ApplicationConfig, { strict: false }).getIoAdapter() as object | null
  // In a context without servers no gateway is one.
  if (!adapter) return
  const gates = gatesOf(adapter)
  const unused = gates?.unused()
  if (unused !== undefined)
    throw new TypeError(`protectWebSockets.path: expected the path of a gateway, none is at '${unused}'`)
  const guardsAll = instancesOf(moduleRef, globalGuardToken).length > 0
  const open = hosts.find(
    ({ type }) => isUnprotected(type, gates) && isToBeProtected(type, scanner, guardsAll),
  )
  if (!open) return
  throw new TypeError(
    `@portcullis/nestjs: nobody is asked for a token who connects to the gateway ${open.type.name}; call protectWebSockets(app, api) before the application starts, or write @Requires('nothing') on it`,
  )
}

function isUnprotected(type: ProviderHost['type'], gates: Gates | undefined): boolean {
  if (!Reflect.hasMetadata(gatewayKey, type)) return false
  const options = Reflect.getMetadata(optionsKey, type) as { readonly path?: string } | undefined
  return !gates?.at(options?.path)
}

/** A declaration on the class is for its broadcasts, too, and so is a global guard. */
function isToBeProtected(type: ProviderHost['type'], scanner: MetadataScanner, guardsAll: boolean): boolean {
  const declaration = declarationOf(type)
  if (declaration ? !isPublic(declaration) : guardsAll) return true
  return scanner.getAllMethodNames(type.prototype).some((method) => {
    const declared = declarationOf(type, Reflect.get(type.prototype, method) as object)
    return declared && !isPublic(declared)
  })
}
