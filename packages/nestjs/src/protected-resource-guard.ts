import {
  type CanActivate,
  type ExecutionContext,
  Inject,
  Injectable,
  type OnModuleInit,
} from '@nestjs/common'
import { ModuleRef } from '@nestjs/core'
import type { RoutePolicy } from '@portcullis/core'
import { type AnyProtectedResource, admit } from './admit.js'
import { type Declaration, declarationOf, unnamed } from './declaration.js'
import { DeclarationCheck } from './declaration-check.js'
import { registeredApi } from './registered-api.js'

interface Resolved {
  readonly api: AnyProtectedResource
  readonly policy: RoutePolicy
}

/** Guards what `@Requires` stands on; without a declaration, any valid token for the unnamed protected resource will do. */
@Injectable()
export class ProtectedResourceGuard implements CanActivate, OnModuleInit {
  readonly #moduleRef: ModuleRef
  readonly #anyToken: Declaration = { requires: [], api: unnamed }
  readonly #resolved = new WeakMap<Declaration, Resolved>()

  constructor(@Inject(ModuleRef) moduleRef: ModuleRef) {
    this.#moduleRef = moduleRef
  }

  /** @throws TypeError when no `ProtectedResourceModule` is there to check the declarations */
  onModuleInit(): void {
    try {
      this.#moduleRef.get(DeclarationCheck, { strict: false })
    } catch (cause) {
      throw new TypeError('@portcullis/nestjs: import ProtectedResourceModule.forRoot({ api })', { cause })
    }
  }

  canActivate(context: ExecutionContext): Promise<boolean> {
    const declaration = declarationOf(context.getHandler(), context.getClass()) ?? this.#anyToken
    const { api, policy } = this.#resolve(declaration)
    return admit(context, api, declaration.api, policy)
  }

  #resolve(declaration: Declaration): Resolved {
    const known = this.#resolved.get(declaration)
    if (known) return known
    const api = registeredApi(this.#moduleRef, declaration.api)
    const resolved = { api, policy: api.requires(...(declaration.requires as [])) }
    this.#resolved.set(declaration, resolved)
    return resolved
  }
}
