import type { NodeRequest, Principal, ProtectedResource, RoutePolicy } from '@portcullis/core'

interface Admission {
  readonly api: ProtectedResource
  readonly policy: RoutePolicy
}

/** Who let a request in, by the name of the protected resource; what it knows of the caller, it is asked. */
const admissions = new WeakMap<NodeRequest, Map<string, Admission>>()

export function rememberAdmission(request: NodeRequest, name: string, admission: Admission): void {
  const known = admissions.get(request) ?? new Map<string, Admission>()
  admissions.set(request, known.set(name, admission))
}

/** A global guard and those of controller and method ask the same, one after the other. */
export function wasAdmitted(request: NodeRequest, name: string, { api, policy }: Admission): boolean {
  const known = admissions.get(request)?.get(name)
  return known?.api === api && known.policy === policy
}

/** The principal for the protected resource with this name; without a name, for the only one that was asked. */
export function principalOf(request: NodeRequest, name: string | undefined): Principal | undefined {
  const known = admissions.get(request)
  if (!known || (name === undefined && known.size > 1)) return undefined
  const [only] = known.values()
  return (name === undefined ? only : known.get(name))?.api.admitted(request)
}
