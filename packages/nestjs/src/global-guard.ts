import type { CanActivate, ExecutionContext } from '@nestjs/common'
import type { ProtectedResource } from '@portcullis/core'
import { admit } from './admit.js'
import { declarationForCall, type EffectiveDeclaration, undeclared } from './declaration.js'
import { policyOf } from './policy-of.js'

/**
 * Guards every handler of an application. Handlers that name another protected resource are left to the guard that
 * `@Requires` brings along.
 */
export class GlobalGuard implements CanActivate {
  readonly #api: ProtectedResource
  readonly #undeclared: EffectiveDeclaration

  constructor(api: ProtectedResource, name: string) {
    this.#api = api
    this.#undeclared = undeclared(name)
  }

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const declaration = declarationForCall(context) ?? this.#undeclared
    if (declaration.api !== this.#undeclared.api) return true
    return admit(context, this.#api, declaration.api, policyOf(this.#api, declaration))
  }
}
