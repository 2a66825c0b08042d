import { Inject, Injectable, type OnModuleInit } from '@nestjs/common'
import { DiscoveryService, MetadataScanner, ModuleRef } from '@nestjs/core'
import { type Declaration, declarationOf } from './declaration.js'
import { registeredApi } from './registered-api.js'

/** Checks every `@Requires` of the application when it starts, so that a mistake does not wait for a request. */
@Injectable()
export class DeclarationCheck implements OnModuleInit {
  readonly #discovery: DiscoveryService
  readonly #scanner: MetadataScanner
  readonly #moduleRef: ModuleRef

  constructor(
    @Inject(DiscoveryService) discovery: DiscoveryService,
    @Inject(MetadataScanner) scanner: MetadataScanner,
    @Inject(ModuleRef) moduleRef: ModuleRef,
  ) {
    this.#discovery = discovery
    this.#scanner = scanner
    this.#moduleRef = moduleRef
  }

  /** @throws TypeError */
  onModuleInit(): void {
    for (const { metatype } of [...this.#discovery.getControllers(), ...this.#discovery.getProviders()]) {
      if (typeof metatype !== 'function' || !metatype.prototype) continue
      this.#check(metatype.name, declarationOf(metatype))
      for (const method of this.#scanner.getAllMethodNames(metatype.prototype)) {
        this.#check(`${metatype.name}.${method}`, declarationOf(metatype.prototype[method]))
      }
    }
  }

  #check(where: string, declaration: Declaration | undefined): void {
    if (!declaration) return
    try {
      registeredApi(this.#moduleRef, declaration.api).requires(...(declaration.requires as []))
    } catch (cause) {
      throw new TypeError(`@Requires on ${where}: ${(cause as Error).message}`, { cause })
    }
  }
}
