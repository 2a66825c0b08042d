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
  const known = policies.get(api)?.get(requires)
  if (known) return known
  const policy = api.routePolicy(requires)
  const ofApi = policies.get(api) ?? new WeakMap<Declaration['requires'], RoutePolicy>()
  policies.set(api, ofApi.set(requires, policy))
  return policy
}
