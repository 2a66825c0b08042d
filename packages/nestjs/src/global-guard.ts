import type { CanActivate, ExecutionContext } from '@nestjs/common'
import { type AnyProtectedResource, admit } from './admit.js'
import { type Declaration, declarationOf } from './declaration.js'
import { policyOf } from './policy-of.js'

/**
 * Guards every handler of an application. Handlers that name another protected resource are left to the guard that
 * `@Requires` brings along.
 */
export class GlobalGuard implements CanActivate {
  readonly #api: AnyProtectedResource
  /** For a handler on which nothing is declared. */
  readonly #anyToken: Declaration

  constructor(api: AnyProtectedResource, name: string) {
    this.#api = api
    this.#anyToken = { requires: [], api: name }
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const declaration = declarationOf(context.getHandler(), context.getClass()) ?? this.#anyToken
    if (declaration.api !== this.#anyToken.api) return true
    return admit(context, this.#api, declaration.api, policyOf(this.#api, declaration))
  }
}
