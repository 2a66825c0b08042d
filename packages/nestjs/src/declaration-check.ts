import type { OnModuleInit } from '@nestjs/common'
import type { DiscoveryService, MetadataScanner, ModuleRef } from '@nestjs/core'
import { declarationOf, type EffectiveDeclaration, lostDeclaration, undeclared } from './declaration.js'
import { isReference, refuseUnguardedField } from './field-guards.js'
import { checkGateways } from './gateway-check.js'
import { policyOf } from './policy-of.js'
import { hostsOf, type ProviderHost } from './provider-hosts.js'
import { globalGuardToken, instancesOf, refuseSeveralGlobalGuards, registeredApi } from './registered-api.js'

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
    const hosts = hostsOf(this.#discovery)
    checkGateways(hosts, this.#scanner, this.#moduleRef)
    for (const host of hosts) {
      const { type } = host
      refuseLostDeclaration(type)
      this.#check(host, declarationOf(type))
      for (const method of this.#scanner.getAllMethodNames(type.prototype)) {
        const handler = Reflect.get(type.prototype, method) as object
        this.#check(host, declarationOf(type, handler) ?? this.#undeclared(handler), { method, handler })
      }
    }
  }

  /** A global guard stands for a declaration, where Nest asks it. */
  #undeclared(handler: object): EffectiveDeclaration | undefined {
    const [api] = instancesOf<string>(this.#moduleRef, globalGuardToken)
    return api !== undefined && isReference(handler) ? undeclared(api) : undefined
  }

  #check(host: ProviderHost, declaration: EffectiveDeclaration | undefined, where?: Where): void {
    if (!declaration) return
    const name = where ? `${host.type.name}.${where.method}` : host.type.name
    try {
      const { access } = policyOf(registeredApi(this.#moduleRef, declaration.api), declaration)
      if (access === 'nothing') return
      if (where) refuseUnguardedField(this.#moduleRef, where.handler)
      host.refuseUnguarded(this.#moduleRef, declaration.api)
    } catch (cause) {
      throw new TypeError(`@Requires on ${name}: ${(cause as Error).message}`, { cause })
    }
  }
}

interface Where {
  readonly method: string
  readonly handler: object
}

function refuseLostDeclaration({ name, prototype }: { name: string; prototype: object }): void {
  const method = lostDeclaration(prototype)
  if (method === undefined) return
  throw new TypeError(
    `@Requires on ${name}.${method}: a decorator above it put another function in place; write @Requires above that one`,
  )
}
