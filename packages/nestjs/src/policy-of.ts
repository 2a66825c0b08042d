import type { ProtectedResource, RoutePolicy } from '@portcullis/core'
import type { Declaration } from './declaration.js'

const policies = new WeakMap<ProtectedResource, WeakMap<Declaration['requires'], RoutePolicy>>()

/**
 * What a declaration means to a protected resource. Made when the application starts and kept, as guards tell policies apart by
 * their identity.
 *
 * @throws TypeError when the protected resource knows no such requirement
 */
export function policyOf(api: ProtectedResource, { requires }: Declaration): RoutePolicy {
  const known = policies.get(api) ?? new WeakMap<Declaration['requires'], RoutePolicy>()
  const policy = known.get(requires) ?? api.routePolicy(requires)
  policies.set(api, known.set(requires, policy))
  return policy
}
