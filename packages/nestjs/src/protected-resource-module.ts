import {
  ConfigurableModuleBuilder,
  type DynamicModule,
  Inject,
  Module,
  type NestModule,
  Optional,
  type Provider,
} from '@nestjs/common'
import {
  APP_GUARD,
  DiscoveryModule,
  DiscoveryService,
  HttpAdapterHost,
  MetadataScanner,
  ModuleRef,
} from '@nestjs/core'
import type { ProtectedResource } from '@portcullis/core'
import { unnamed } from './declaration.js'
import { DeclarationCheck } from './declaration-check.js'
import { GlobalGuard } from './global-guard.js'
import {
  apiOf,
  apiOfFactory,
  checkExtras,
  isForRoot,
  type ProtectedResourceModuleExtras,
  type ProtectedResourceModuleOptions,
} from './protected-resource-module-options.js'
import { apiToken, declarationCheckToken, globalGuardToken } from './registered-api.js'
import { refuseRpcHandlers } from './rpc-handlers.js'
import { serveMetadata, servesMetadataToken } from './serve-metadata.js'

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } =
  new ConfigurableModuleBuilder<ProtectedResourceModuleOptions>()
    .setClassMethodName('forRoot')
    .setExtras<ProtectedResourceModuleExtras>({}, withExtras)
    .build()

/** The module is global unless it has a name. */
function withExtras(definition: DynamicModule, extras: ProtectedResourceModuleExtras): DynamicModule {
  checkExtras(extras)
  const name = extras.name ?? unnamed
  const token = apiToken(name)
  return {
    ...definition,
    global: extras.name === undefined,
    imports: [...(definition.imports ?? []), DiscoveryModule],
    providers: [
      ...(definition.providers ?? []),
      {
        provide: token,
        inject: [MODULE_OPTIONS_TOKEN],
        useFactory: isForRoot(extras) ? apiOf : apiOfFactory,
      },
      declarationCheck(name),
      { provide: servesMetadataToken, useValue: extras.metadata === true },
      ...(extras.guard === 'global' ? globalGuard(token, name) : []),
    ],
    exports: [...(definition.exports ?? []), token],
  }
}

function declarationCheck(name: string): Provider {
  return {
    provide: declarationCheckToken,
    inject: [DiscoveryService, MetadataScanner, ModuleRef],
    useFactory: (discovery: DiscoveryService, scanner: MetadataScanner, moduleRef: ModuleRef) =>
      new DeclarationCheck(name, discovery, scanner, moduleRef),
  }
}

function globalGuard(token: string, name: string): Provider[] {
  const useFactory = (api: ProtectedResource, discovery: DiscoveryService, scanner: MetadataScanner) => {
    refuseRpcHandlers(discovery, scanner)
    return new GlobalGuard(api, name)
  }
  return [
    { provide: APP_GUARD, inject: [token, DiscoveryService, MetadataScanner], useFactory },
    { provide: globalGuardToken, useValue: name },
  ]
}

/**
 * Makes a protected resource known to a Nest application, 11 or 12, on Express or Fastify.
 *
 * @example ProtectedResourceModule.forRoot({ api, guard: 'global' })
 * @example ProtectedResourceModule.forRootAsync({ inject: [Config], useFactory: (config) => ({ api: apiOf(config) }) })
 */
@Module({})
export class ProtectedResourceModule extends ConfigurableModuleClass implements NestModule {
  readonly #host: HttpAdapterHost
  readonly #servesMetadata: boolean
  readonly #options: ProtectedResourceModuleOptions | undefined

  /** @throws TypeError where the class was imported as it is, without `forRoot`: nothing would be guarded. */
  constructor(
    @Inject(HttpAdapterHost) host: HttpAdapterHost,
    @Optional() @Inject(servesMetadataToken) serves?: boolean,
    @Optional() @Inject(MODULE_OPTIONS_TOKEN) options?: ProtectedResourceModuleOptions,
  ) {
    super()
    this.#host = host
    this.#servesMetadata = serves === true
    this.#options = options
    if (!options)
      throw new TypeError('ProtectedResourceModule: import ProtectedResourceModule.forRoot({ api })')
  }

  /** Nest asks this before it adds routes, so that none of them comes first. @throws TypeError */
  configure(): void {
    // Nest has made no instance yet where one is made for every request.
    if (!(#servesMetadata in this))
      throw new TypeError(
        'ProtectedResourceModule: forRootAsync cannot depend on what is made for every request',
      )
    if (this.#servesMetadata && this.#options) serveMetadata(this.#host.httpAdapter, this.#options.api)
  }
}
