import { inspect } from 'node:util'
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
import { apiToken, declarationCheckToken, globalGuardToken } from './registered-api.js'
import { refuseRpcHandlers } from './rpc-handlers.js'
import { serveMetadata, servesMetadata } from './serve-metadata.js'

export interface ProtectedResourceModuleOptions {
  /** What guards the handlers, made by `protectedResource`. */
  readonly api: ProtectedResource
}

export interface ProtectedResourceModuleExtras {
  /**
   * `'local'`, the default: what `@Requires` stands on is guarded. `'global'`: every handler is, and `@Requires('nothing')`
   * makes one public.
   */
  readonly guard?: 'local' | 'global'
  /** Tells several protected resources of one application apart: `@Requires(…, { api: name })`. Default: none. */
  readonly name?: string
  /** Serves the metadata of the resource (RFC 9728) at its well-known path; `publishMetadata` has to be set. Default false. */
  readonly metadata?: boolean
}

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
      { provide: token, inject: [MODULE_OPTIONS_TOKEN], useFactory: 'api' in extras ? apiOf : apiOfFactory },
      declarationCheck(name),
      { provide: servesMetadata, useValue: extras.metadata === true },
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

const asyncOptions = [
  'useFactory',
  'inject',
  'imports',
  'useClass',
  'useExisting',
  'provideInjectionTokensFrom',
]
const optionNames = new Set(['api', 'guard', 'name', 'metadata', ...asyncOptions])

/** Takes all that `forRoot` or `forRootAsync` was given. */
function checkExtras(given: ProtectedResourceModuleExtras): void {
  const unknown = Object.keys(given).find((key) => !optionNames.has(key))
  if (unknown)
    throw new TypeError(
      `ProtectedResourceModule: unknown option "${unknown}", expected api, guard, name or metadata`,
    )
  const { guard, name, metadata } = given
  if ('metadata' in given && typeof metadata !== 'boolean') {
    throw new TypeError(`ProtectedResourceModule.metadata: expected true or false, got ${inspect(metadata)}`)
  }
  if ('guard' in given && guard !== 'local' && guard !== 'global') {
    throw new TypeError(`ProtectedResourceModule.guard: expected 'local' or 'global', got ${inspect(guard)}`)
  }
  if ('name' in given && (typeof name !== 'string' || name === '' || name === unnamed)) {
    throw new TypeError(
      `ProtectedResourceModule.name: expected a name other than '${unnamed}', got ${inspect(name)}`,
    )
  }
}

function apiOf(options: ProtectedResourceModuleOptions | undefined): ProtectedResource {
  const api = options?.api
  if (typeof api?.admit === 'function') return api
  throw new TypeError(
    `ProtectedResourceModule.api: expected { api } with what protectedResource() makes, got ${inspect(api, { depth: 0 })}`,
  )
}

/** Which guards there are has to be known before a factory runs. */
function apiOfFactory(options: ProtectedResourceModuleOptions | undefined): ProtectedResource {
  const api = apiOf(options)
  const misplaced = ['guard', 'name', 'metadata'].find((key) => Object.hasOwn(options ?? {}, key))
  if (misplaced === undefined) return api
  throw new TypeError(`ProtectedResourceModule.${misplaced}: expected beside useFactory, not in its result`)
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
    @Optional() @Inject(servesMetadata) serves?: boolean,
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
    if (this.#servesMetadata && this.#options) serveMetadata(this.#host.httpAdapter, this.#options.api)
  }
}
