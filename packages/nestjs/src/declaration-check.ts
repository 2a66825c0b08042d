import type { OnModuleInit } from '@nestjs/common'
import type { DiscoveryService, MetadataScanner, ModuleRef } from '@nestjs/core'
import { declarationOf, type EffectiveDeclaration, lostDeclaration } from './declaration.js'
import { refuseUnguardedField } from './field-guards.js'
import { policyOf } from './policy-of.js'
import { refuseSeveralGlobalGuards, registeredApi } from './registered-api.js'

/** Checks every `@Requires` of the application when it starts, so that a mistake does not wait for a request. */
export class DeclarationCheck implements OnModuleInit {
  readonly #name: string
  readonly #discovery: DiscoveryService
  readonly #scanner: MetadataScanner
  readonly #moduleRef: ModuleRef

  /** @param name - of the protected resource in whose module this stands */
  constructor(name: string, discovery: DiscoveryService, scanner: MetadataScanner, moduleRef: ModuleRef) {
    this.#name = name
    this.#discovery = discovery
    this.#scanner = scanner
    this.#moduleRef = moduleRef
  }

  /** @throws TypeError */
  onModuleInit(): void {
    registeredApi(this.#moduleRef, this.#name)
    refuseSeveralGlobalGuards(this.#moduleRef)
    for (const { metatype } of [...this.#discovery.getControllers(), ...this.#discovery.getProviders()]) {
      if (typeof metatype !== 'function' || !metatype.prototype) continue
      refuseLostDeclaration(metatype)
      this.#check(metatype.name, declarationOf(metatype))
      for (const method of this.#scanner.getAllMethodNames(metatype.prototype)) {
        const handler = metatype.prototype[method]
        this.#check(`${metatype.name}.${method}`, declarationOf(metatype, handler), handler)
      }
    }
  }

  #check(where: string, declaration: EffectiveDeclaration | undefined, handler?: object): void {
    if (!declaration) return
    try {
      const { access } = policyOf(registeredApi(this.#moduleRef, declaration.api), declaration)
      if (handler && access !== 'nothing') refuseUnguardedField(this.#moduleRef, handler)
    } catch (cause) {
      throw new TypeError(`@Requires on ${where}: ${(cause as Error).message}`, { cause })
    }
  }
}

function refuseLostDeclaration({ name, prototype }: { name: string; prototype: object }): void {
  const method = lostDeclaration(prototype)
  if (method === undefined) return
  throw new TypeError(
    `@Requires on ${name}.${method}: a decorator above it put another function in place; write @Requires above that one`,
  )
}
