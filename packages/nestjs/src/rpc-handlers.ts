import type { DiscoveryService, MetadataScanner } from '@nestjs/core'
import { declarationOf, isPublic } from './declaration.js'

/** What @MessagePattern() and @EventPattern() write on a method. */
const handlerKey = 'microservices:handler_type'

/**
 * A microservice that is connected to an application knows nothing of its global guard (`inheritAppConfig`), and it listens
 * before the application starts: RPC handlers have to be public, or there must be none.
 *
 * @throws TypeError
 */
export function refuseRpcHandlers(discovery: DiscoveryService, scanner: MetadataScanner): void {
  for (const { metatype } of discovery.getControllers()) {
    if (typeof metatype !== 'function') continue
    for (const method of scanner.getAllMethodNames(metatype.prototype)) {
      const handler = Reflect.get(metatype.prototype, method) as object
      if (!Reflect.hasMetadata(handlerKey, handler)) continue
      if (isPublic(declarationOf(metatype, handler))) continue
      throw new TypeError(
        `@portcullis/nestjs: RPC transports cannot be guarded, and guard: 'global' is to guard ${metatype.name}.${method}; write @Requires('nothing') where a handler is to be public`,
      )
    }
  }
}
