import { inspect } from 'node:util'
import { ConfigurableModuleBuilder, type DynamicModule, Module, type Provider } from '@nestjs/common'
import { APP_GUARD, DiscoveryModule } from '@nestjs/core'
import type { AnyProtectedResource } from './admit.js'
import { unnamed } from './declaration.js'
import { DeclarationCheck } from './declaration-check.js'
import { GlobalGuard } from './global-guard.js'
import { apiToken } from './registered-api.js'

export interface ProtectedResourceModuleOptions {
  /** What guards the handlers, made by `protectedResource`. */
  readonly api: AnyProtectedResource
}

interface Extras {
  /**
   * `'local'`, the default: what `@Requires` stands on is guarded. `'global'`: every handler is, and `@Requires('nothing')`
   * makes one public.
   */
  readonly guard?: 'local' | 'global'
  /** Tells several protected resources of one application apart: `@Requires(…, { api: name })`. Default: none. */
  readonly name?: string
}

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } =
  new ConfigurableModuleBuilder<ProtectedResourceModuleOptions>()
    .setClassMethodName('forRoot')
    .setExtras<Extras>({}, withExtras)
    .build()

/** The module is global unless it has a name. */
function withExtras(definition: DynamicModule, { guard = 'local', name }: Extras): DynamicModule {
  checkExtras(guard, name)
  const token = apiToken(name ?? unnamed)
  const api: Provider = {
    provide: token,
    inject: [MODULE_OPTIONS_TOKEN],
    useFactory: (options: ProtectedResourceModuleOptions) => checkedApi(options),
  }
  const globalGuard: Provider = {
    provide: APP_GUARD,
    inject: [token],
    useFactory: (api: AnyProtectedResource) => new GlobalGuard(api, name ?? unnamed),
  }
  return {
    ...definition,
    global: name === undefined,
    imports: [...(definition.imports ?? []), DiscoveryModule],
    providers: [
      ...(definition.providers ?? []),
      api,
      DeclarationCheck,
      ...(guard === 'global' ? [globalGuard] : []),
    ],
    exports: [...(definition.exports ?? []), token],
  }
}

function checkExtras(guard: unknown, name: unknown): void {
  if (guard !== 'local' && guard !== 'global') {
    throw new TypeError(`ProtectedResourceModule.guard: expected 'local' or 'global', got ${inspect(guard)}`)
  }
  if (name !== undefined && (typeof name !== 'string' || name === '' || name === unnamed)) {
    throw new TypeError(
      `ProtectedResourceModule.name: expected a name other than '${unnamed}', got ${inspect(name)}`,
    )
  }
}

function checkedApi({ api }: ProtectedResourceModuleOptions): AnyProtectedResource {
  if (typeof api?.admit === 'function') return api
  throw new TypeError('ProtectedResourceModule.api: expected what protectedResource() makes')
}

/**
 * Makes a protected resource known to a Nest application, 11 or 12, on Express or Fastify.
 *
 * @example ProtectedResourceModule.forRoot({ api, guard: 'global' })
 * @example ProtectedResourceModule.forRootAsync({ inject: [Config], useFactory: (config) => ({ api: apiOf(config) }) })
 */
@Module({})
export class ProtectedResourceModule extends ConfigurableModuleClass {}
