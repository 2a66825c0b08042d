import type { RoutePolicy } from '@portcullis/core'
import type { AnyProtectedResource } from './admit.js'
import type { Declaration } from './declaration.js'

const policies = new WeakMap<AnyProtectedResource, WeakMap<Declaration, RoutePolicy>>()

/** What a declaration means to a protected resource. Checked once, when the application starts. @throws TypeError */
export function policyOf(api: AnyProtectedResource, declaration: Declaration): RoutePolicy {
  const known = policies.get(api) ?? new WeakMap<Declaration, RoutePolicy>()
  const policy = known.get(declaration) ?? api.requires(...(declaration.requires as []))
  policies.set(api, known.set(declaration, policy))
  return policy
}
