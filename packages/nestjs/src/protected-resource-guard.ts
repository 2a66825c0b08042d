import {
  type CanActivate,
  type ExecutionContext,
  Inject,
  Injectable,
  type OnModuleInit,
} from '@nestjs/common'
import { ModuleRef } from '@nestjs/core'
import type { ProtectedResource } from '@portcullis/core'
import { admit } from './admit.js'
import { declarationForCall, undeclared, unnamed } from './declaration.js'
import { policyOf } from './policy-of.js'
import { declarationCheckToken, registeredApi } from './registered-api.js'

/**
 * Guards what `@Requires` stands on; without a declaration, any valid token for the unnamed protected resource will do.
 */
@Injectable()
export class ProtectedResourceGuard implements CanActivate, OnModuleInit {
  readonly #moduleRef: ModuleRef
  readonly #apis = new Map<string, ProtectedResource>()

  constructor(@Inject(ModuleRef) moduleRef: ModuleRef) {
    this.#moduleRef = moduleRef
  }

  /** @throws TypeError when no `ProtectedResourceModule` is there to check the declarations */
  onModuleInit(): void {
    try {
      this.#moduleRef.get(declarationCheckToken, { strict: false })
    } catch (cause) {
      throw new TypeError('@portcullis/nestjs: import ProtectedResourceModule.forRoot({ api })', { cause })
    }
  }

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const declaration = declarationForCall(context) ?? undeclared(unnamed)
    const api = this.#apiOf(declaration.api)
    return admit(context, api, declaration.api, policyOf(api, declaration))
  }

  #apiOf(name: string): ProtectedResource {
    const api = this.#apis.get(name) ?? registeredApi(this.#moduleRef, name)
    this.#apis.set(name, api)
    return api
  }
}
