import type { DiscoveryService, ModuleRef } from '@nestjs/core'
import { ProtectedResourceGuard } from './protected-resource-guard.js'
import { globalGuardToken, instancesOf } from './registered-api.js'

type Wrapper = ReturnType<DiscoveryService['getProviders']>[number]

/** A class whose methods Nest could call for a client, and where the application has it from. */
export interface ProviderHost {
  readonly type: { readonly name: string; readonly prototype: object }
  /**
   * @param name - of the protected resource that the declaration means
   * @throws TypeError where Nest would not ask the guard that `@Requires` brings along
   */
  refuseUnguarded(moduleRef: ModuleRef, name: string): void
}

/** What is not a class provider can have handlers, too: GraphQL looks at whatever object a factory made. */
export function hostsOf(discovery: DiscoveryService): ProviderHost[] {
  const wrappers = discovery.getProviders()
  const modules = [...new Set(wrappers.map(({ host }) => host))]
  const fromClasses = new Set(wrappers.filter(isClass).map(({ instance }) => instance as unknown))
  const controllers = discovery
    .getControllers()
    .map((wrapper) => hostOf(wrapper, () => true))
    .filter((host) => host !== undefined)
  const providers = wrappers
    // Nest guards an object as it guards the provider that comes from its class.
    .filter((wrapper) => isClass(wrapper) || !fromClasses.has(wrapper.instance as unknown))
    .map((wrapper) => hostOf(wrapper, (type) => isGuarded(modules, wrapper, type)))
    .filter((host) => host !== undefined)
  return [...controllers, ...providers]
}

function hostOf(
  wrapper: Wrapper,
  guarded: (type: ProviderHost['type']) => boolean,
): ProviderHost | undefined {
  const type = typeOf(wrapper)
  if (typeof type !== 'function' || !type.prototype) return undefined
  return {
    type,
    refuseUnguarded(moduleRef, name) {
      if (guarded(type) || instancesOf(moduleRef, globalGuardToken).includes(name)) return
      throw new TypeError(
        `Nest would not guard the provider "${String(wrapper.name)}"; provide the class itself: providers: [${type.name}]`,
      )
    },
  }
}

function typeOf(wrapper: Wrapper): Wrapper['metatype'] {
  if (isClass(wrapper)) return wrapper.metatype
  const instance: unknown = wrapper.instance
  if (typeof instance !== 'object' || instance === null) return null
  return Reflect.getPrototypeOf(instance)?.constructor ?? null
}

function isClass({ isNotMetatype }: Wrapper): boolean {
  return !isNotMetatype
}

/**
 * Nest instantiates the guards of the classes that it scanned, for their modules. Which module it asks for them depends: for
 * gateways that of the provider; for resolvers in Nest 11 the first that provides something under the class, later that of the
 * provider.
 */
function isGuarded(
  modules: readonly Wrapper['host'][],
  wrapper: Wrapper,
  type: ProviderHost['type'],
): boolean {
  const byClass = modules.find((module) => module?.hasProvider(type as never))
  const asked = isGateway(wrapper) ? [wrapper.host] : [wrapper.host, byClass]
  return asked.every((module) => module?.injectables.has(ProtectedResourceGuard))
}

/** Objects that factories made are no gateways for Nest. */
function isGateway({ isNotMetatype, metatype }: Wrapper): boolean {
  return !isNotMetatype && Reflect.hasMetadata('websockets:is_gateway', metatype as object)
}
