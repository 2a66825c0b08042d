import type { CanActivate, ExecutionContext } from '@nestjs/common'
import type { AnyProtectedResource } from './admit.js'
import { admit } from './admit.js'
import { declarationOf } from './declaration.js'

/**
 * Guards every handler of an application. Handlers that name another protected resource are left to the guard that
 * `@Requires` brings along.
 */
export class GlobalGuard implements CanActivate {
  readonly #api: AnyProtectedResource
  readonly #name: string

  constructor(api: AnyProtectedResource, name: string) {
    this.#api = api
    this.#name = name
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const declaration = declarationOf(context.getHandler(), context.getClass())
    if (declaration && declaration.api !== this.#name) return true
    const policy = this.#api.requires(...((declaration?.requires ?? []) as []))
    return admit(context, this.#api, this.#name, policy)
  }
}
